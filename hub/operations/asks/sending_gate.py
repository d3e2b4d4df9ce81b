"""The disclosure gate again, at the moment of sending: papers may have ended since the ask was made."""

from uuid import UUID

from hub.domain.capabilities import RECHECK, Capability
from hub.domain.privacy.purposes import PURPOSES
from hub.domain.refusals import Refusal
from hub.domain.states import AskState
from hub.operations.desk import Desk
from hub.operations.disclosure import NoConfidentiality, Permit, permit, receipt
from hub.ports import today
from hub.registry.asks import ledger
from hub.registry.customers import customers
from hub.registry.privacy import authorisations
from hub.registry.schema import Ask
from hub.registry.vault import Destroyed, Unreadable

from .outcomes import UNREADABLE, refuse, unsaid


def permit_ask(desk: Desk, ask: Ask, capability: Capability, verb: str) -> Permit:
    """Permit to send this ask's verb now. Raises the gate's refusals (G2)."""
    assert ask.customer_id is not None
    customer = customers.get(desk.tx, ask.customer_id)
    assert customer is not None
    return permit(desk.tx, customer, ask.channel, capability.titles, ask.purpose, capability.verbs[verb].fields)


def permit_rows(desk: Desk, package: Ask, rows: list[Ask], capability: Capability) -> dict[UUID, Permit]:
    """Permits of the rows that have one, by ask id. Raises NoConfidentiality for all of them."""
    agreed = authorisations.confidentiality(desk.tx, package.channel, today())
    if agreed is None:
        purpose = PURPOSES[package.purpose][0]
        raise NoConfidentiality(code="", channel=capability.titles, purpose=purpose)
    # One query for the whole package instead of one per row.
    owners = [ask.customer_id for ask in rows if ask.customer_id]
    authorised = authorisations.authorised_customers(desk.tx, owners, package.channel, package.purpose, today())
    return {ask.id: Permit(authorised[ask.customer_id], agreed.id) for ask in rows if ask.customer_id in authorised}


def leave_receipts(desk: Desk, asked: list[tuple[Ask, Permit]], fields: frozenset[str], attempt_id: UUID) -> None:
    """Receipts for all customers whose fields leave with an attempt (G2)."""
    for ask, right in asked:
        receipt(desk.tx, ask, right, fields, attempt_id)


def closed(desk: Desk, ask: Ask, refusal: Refusal) -> None:
    """End an ask that the gate refuses, with the reason; nothing was sent."""
    if ask.verb == RECHECK:
        # The bank must not be asked, so people judge by what it told before; nobody waits for this question.
        unsaid(desk, ask, f"gate:{refusal.code}", "", None)
    elif ask.state == AskState.QUEUED:
        refuse(desk, ask, f"gate:{refusal.code}", "", "")
    else:
        # The partner may have it already, so its outcome is open: a person decides, and nothing more leaves.
        ledger.step(ask, AskState.PERSON, waits_for=f"person:gate:{refusal.code}", waits_until=None)


def shut(desk: Desk, ask: Ask, no: Unreadable | Destroyed) -> None:
    """An ask whose sealed fields do not open: nothing leaves.

    Destroyed fields end the ask. Unreadable ones hand it to a person, who resends it once the key is restored.
    """
    if isinstance(no, Destroyed):
        closed(desk, ask, no)
        return
    if ask.verb == RECHECK:
        unsaid(desk, ask, UNREADABLE, "", None)
        return
    # The state table leads from “queued” to a person only by way of “sending”.
    if ask.state == AskState.QUEUED:
        ledger.step(ask, AskState.SENDING)
    ledger.step(ask, AskState.PERSON, waits_for=f"person:{UNREADABLE}", waits_until=None)


class RowWithoutRight(Refusal):
    """A row of a package that was sent before has lost its authorisation: the package cannot go again as it was."""

    article = "G2"
    says = (
        "批次中客户 {code} 的授权已失效,批次不能按原样重发。",
        "Customer {code} in the package has no authorisation now.",
    )
    then = ("请按“结果待核实”处理该批次。", "Settle the package as one whose outcome is not known.")


def drop_row(desk: Desk, row: Ask) -> None:
    """Remove a row without authorisation from its package before the first sending; none of its data leaves."""
    row.package_id, row.row_no = None, None
    refuse(desk, row, "gate:not_authorised", "", "")
