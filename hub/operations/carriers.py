"""A carrier's new agreement answered with the customer's code and order day, within a working day (R7.7, R7.8)."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.capabilities import Capability
from hub.domain.inputs import Label, Text
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.purposes import ORDERING
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.ports import now, today
from hub.registry.asks import ledger
from hub.registry.carriers import announcements
from hub.registry.reconciliation import differences
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.schema import Agreement, Ask, Customer
from hub.registry.settlement import accounts
from hub.registry.vault import Destroyed, Unreadable

from .desk import Desk
from .operation import operation
from .outbox import leave, leaving_fields, open_fields
from .tasks.due_dates import due_after
from .tasks.tasks import close_tasks, open_task

VERB, BATCH = "announce_customer", "announce_customers"
WHAT, TASK = "not_announced", "announce"
WORKING_DAYS = 1
AT_A_TIME = 200


class NoOrderDay(Refusal):
    """A carrier wants the customer's order day with the code (R7.7, R7.8)."""

    article = "R7.7"
    says = ("客户 {code} 没有订货日,不能向运营商登记。", "Customer {code} has no order day; nothing is announced.")
    then = ("请先录入订货日,录入后自动登记。", "Enter the order day; it then goes by itself.")


class NoAgreementThere(Refusal):
    """The customer has no such agreement with a carrier in force (R7.7, R7.8)."""

    article = "R7.7"
    says = (
        "客户 {code} 没有编号为 {number} 的、在用的订货协议。",
        "Customer {code} has no ordering agreement {number} in force.",
    )
    then = ("请核对协议编号。", "Check the agreement's number.")


class UnderWay(Refusal):
    """The carrier has the announcement, or is about to get it."""

    article = "R7.7"
    says = ("正在向运营商登记客户 {code},不需要重复登记。", "Customer {code} is being announced already.")
    then = ("请在“请求”里查看结果。", "See how it goes under “Asks”.")


class KnownThere(Refusal):
    """The carrier has code and order day."""

    article = "R7.7"
    says = ("运营商已经登记客户 {code} 的代码和订货日。", "The carrier has code and order day of customer {code}.")
    then = ("不需要办理;订货日变更后系统会自动重新登记。", "Nothing to do; another order day goes by itself.")


def announce(desk: Desk, capability: Capability, agreement: Agreement) -> bool:
    """Leave the announcement, for the next package where the carrier takes batches; False when something is missing.

    What is missing for it (order day, authorisation) stands on the desk of differences until it is there.
    """
    customer = desk.tx.get(Customer, agreement.customer_id)
    if customer is None or not capability.can(VERB) or ledger.open_ask(desk.tx, agreement.id):
        return False
    try:
        _leave(desk, capability, customer, agreement)
    except Refusal as refusal:
        _stuck(desk, customer, agreement, "order_day" if isinstance(refusal, NoOrderDay) else refusal.code)
        return False
    return True


def _leave(desk: Desk, capability: Capability, customer: Customer, agreement: Agreement) -> Ask:
    if not customer.values.get("order_day"):
        raise NoOrderDay(code=customer.code)
    return leave(
        desk,
        customer,
        agreement.channel,
        VERB,
        subject=("agreement", agreement.id),
        article=article_of(agreement),
        values=announced(desk, customer, agreement),
        planned=capability.can(BATCH),
        extra_fields=leaving_fields(capability, BATCH) if capability.can(BATCH) else frozenset(),
    )


def article_of(agreement: Agreement) -> str:
    """The row under which the agreement is answered."""
    return "R7.8" if agreement.kind == "two_party" else "R7.7"


def _stuck(desk: Desk, customer: Customer, agreement: Agreement, missing: str, evidence: str | None = None) -> None:
    """It cannot go by itself now: on the desk, with a task for the clerk, due a working day after the carrier's word."""
    theirs = {"state": "live", "agreement_no": agreement.agreement_no}
    about = ("agreement", agreement.agreement_no, WHAT)
    found = DifferenceFound(*about, customer.id, customer.code, None, {"missing": missing}, theirs)
    if differences.is_explained(desk.tx, agreement.channel, found):
        return
    since = agreement.unannounced_since or now()
    due = due_after(desk.tx, since, WORKING_DAYS)
    differences.open_difference(
        desk.tx, agreement.channel, found, "mend_and_announce", now(), decide_by=due.moment, evidence=evidence
    )
    open_task(
        desk,
        TASK,
        article_of(agreement),
        post=Post.STATISTICS_CLERK,
        unit_code=customer.unit_code,
        subject=("agreement", agreement.id),
        customer_id=customer.id,
        days=WORKING_DAYS,
        since=since,
        details={"missing": missing, "channel": agreement.channel, "agreement_no": agreement.agreement_no},
    )


def announced(desk: Desk, customer: Customer, agreement: Agreement) -> dict[str, Any]:
    """All that a plugin may name about a customer who orders through it."""
    token = customer.sealed.get("order_phone")
    phone = desk.vault.open_field(customer.id, "order_phone", token) if token else ""
    return {
        "customer_code": customer.code,
        "licence_no": customer.licence_no,
        "holder_name": customer.licence_holder,
        "shop_name": customer.shop_name,
        "order_day": str(customer.values.get("order_day", "")),
        "phone": Secret(phone) if isinstance(phone, str) else phone,
        "agreement_no": agreement.agreement_no,
    }


def carriers(desk: Desk) -> list[str]:
    """Channels that are told code and order day."""
    return sorted(key for key, capability in desk.channels.items() if capability.can(VERB))


def another_day(desk: Desk, customer_id: UUID) -> None:
    """The order day changed, by whatever way: the customer's carriers are to be told, within a working day."""
    if known := carriers(desk):
        announcements.note_new_day(desk.tx, customer_id, known, now())


def announce_waiting(desk: Desk, customer: Customer) -> None:
    """Something that was missing may be there now: try at once; the upkeep tries what other ways bring."""
    for agreement in announcements.waiting_of(desk.tx, customer.id):
        capability = desk.channels.get(agreement.channel)
        if capability is not None:
            announce(desk, capability, agreement)


def keep_announcements(desk: Desk) -> int:
    """What can be announced now is announced, what cannot is on the desk, what is over leaves it; how many moved."""
    over = announcements.ended_differences(desk.tx, AT_A_TIME)
    for row in over:
        _close(desk, row.channel, row.number)
    found = announcements.agreements_to_announce(desk.tx, carriers(desk), ORDERING, today(), AT_A_TIME)
    for agreement in found:
        announce(desk, desk.channels[agreement.channel], agreement)
    return len(over) + len(found)


def _close(desk: Desk, channel: str, agreement_no: str) -> None:
    differences.close_number(desk.tx, channel, agreement_no, WHAT, now(), desk.actor.name)
    agreement = accounts.agreement_numbered(desk.tx, channel, agreement_no)
    if agreement is not None:
        close_tasks(desk, "agreement", agreement.id, "announced", TASK)


def known(desk: Desk, ask: Ask) -> Agreement | None:
    """The carrier has what was announced. An order day that moved meanwhile is announced anew, and this counts as told."""
    row = announcements.lock_agreement(desk.tx, ask.subject_id)
    if row is None:
        return None
    row.delivered_at = now()
    if _day_told(desk, ask) == announcements.order_day(desk.tx, row.customer_id):
        row.unannounced_since = None
        _close(desk, row.channel, row.agreement_no)
    return row


def _day_told(desk: Desk, ask: Ask) -> str | None:
    """The order day that the carrier was told; None when that cannot be read any more, so that it is told anew."""
    try:
        return str(open_fields(desk.vault, ask).get("order_day", ""))
    except (Unreadable, Destroyed):
        return None


def turned_down(desk: Desk, ask: Ask, reason: str) -> None:
    """The carrier's no (deposit not paid, another phone): a person mends it and announces by hand."""
    row = announcements.lock_agreement(desk.tx, ask.subject_id)
    customer = desk.tx.get(Customer, ask.customer_id)
    if row is not None and customer is not None and row.unannounced_since is not None:
        _stuck(desk, customer, row, reason, f"ask {ask.id}")


@operation(
    "announcing.announce_by_hand",
    article="R7.7",
    posts={Post.STATISTICS_CLERK},
    title=("向运营商登记客户", "Announce a customer"),
)
def announce_by_hand(
    desk: Desk,
    customer_id: UUID,
    agreement_no: Annotated[Text, Field(max_length=64), Label("协议编号", "Agreement number")],
) -> UUID:
    """Give a carrier code and order day now, as after a refusal that was mended; returns the ask's id.

    Raises NoAgreementThere, KnownThere, UnderWay, NoOrderDay and the gate's refusals (G2).
    """
    customer = desk.customer(customer_id)
    rows = [row for row in accounts.agreements_of(desk.tx, customer.id) if row.agreement_no == agreement_no]
    rows = [row for row in rows if row.state == "live" and row.channel in carriers(desk)]
    row = announcements.lock_agreement(desk.tx, rows[0].id) if rows else None
    if row is None:
        raise NoAgreementThere(code=customer.code, number=agreement_no)
    if row.unannounced_since is None:
        raise KnownThere(code=customer.code)
    if ledger.open_ask(desk.tx, row.id):
        raise UnderWay(code=customer.code)
    return _leave(desk, desk.channels[row.channel], customer, row).id
