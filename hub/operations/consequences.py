"""What a partner's word changes in the registry: our side follows, with history, in the same transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.domain.capabilities import RECHECK
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.domain.states import AccountState, AgreementState, ApplicationState
from hub.ports import new_id, now
from hub.registry import customers, differences, history, onboardings, settlement, twins, work
from hub.registry.differences import Found
from hub.registry.schema import Account, Agreement, Ask, Customer, Notice

from .announcing import known, turned_down
from .cards import account_live
from .carrying_out import done
from .desk import Desk
from .kept_orders import settlement_changed
from .returning import new_account
from .settlement import end_at_bank
from .trainings import carrier_trains


def _subject(desk: Desk, ask: Ask) -> tuple[Customer, Account, Agreement] | None:
    if ask.subject_kind != "account" or ask.customer_id is None:
        return None
    account = settlement.account(desk.tx, ask.subject_id)
    customer = customers.get(desk.tx, ask.customer_id)
    if account is None or customer is None:
        return None
    agreement = settlement.agreement(desk.tx, account.agreement_id)
    assert agreement is not None
    return customer, account, agreement


def binding_live(
    desk: Desk, ask: Ask, agreement_no: str, exchange_id: UUID | None, *, at: datetime | None = None, said: str = ""
) -> None:
    """Both sides have it (R7.9, I7): account and agreement live, settlement electronic, the customer to be told.

    `at` is the partner's moment and `said` the card's ending, where the partner names them.
    """
    found = _subject(desk, ask)
    if found is None:
        return
    customer, account, agreement = found
    moment = now()
    _end_the_old(desk, customer, account)
    settlement.become(account, AccountState.LIVE)
    account.live_at, account.partner_evidence = moment, exchange_id
    account.reference = ask.reference
    settlement.become(agreement, AgreementState.LIVE)
    agreement.live_at = moment
    agreement.delivered_at = agreement.delivered_at or moment
    agreement.partner_agreement_no = agreement_no or None
    told = {"agreement_no": agreement_no, "ours": account.ending, "said": said, "at": at}
    twins.held(desk.tx, account.channel, customer.code, **told, asked_at=ask.asked_at, moment=moment)  # type: ignore[arg-type]
    changes: dict[str, list[Any]] = {
        "settlement_method": [customer.settlement_method, "electronic"],
        "settlement_bank": [customer.settlement_bank, account.channel],
        "account": [AccountState.FILED, AccountState.LIVE],
    }
    customer.settlement_method, customer.settlement_bank = "electronic", account.channel
    new_account(desk, customer)
    account_live(desk, customer, account)
    settlement_changed(desk, customer)
    customer.updated_at = moment
    _write(desk, customer, "R7.9", "双方均已维护好", changes)
    desk.tx.add(
        Notice(
            id=new_id(),
            customer_id=customer.id,
            kind="pay_electronically",
            article="R7.9",
            details={"channel": account.channel, "ask": ask.key},
            made_at=moment,
        )
    )


def _end_the_old(desk: Desk, customer: Customer, new: Account) -> None:
    """Make before break (R10.1): in the transaction in which the new account becomes live, the old one begins to end.

    So the customer has never none and never two. When nothing may be sent to the old bank any more, people are told.
    """
    old = settlement.live_account(desk.tx, customer.id)
    if old is None or old.id == new.id:
        return
    try:
        with desk.tx.begin_nested():
            end_at_bank(desk, customer, old, "R10.1")
    except Refusal as refusal:
        settlement.become(old, AccountState.ENDING)
        desk.tx.flush()
        old_remains(desk, customer, old, refusal.code)
    application = work.open_application(desk.tx, customer.id, "bank_change")
    if application is not None and application.state == ApplicationState.APPROVED:
        done(desk, application, RULES["bank_change"])


def old_remains(desk: Desk, customer: Customer, account: Account, why: str, ask: Ask | None = None) -> None:
    """The old bank did not end its binding: ours keeps ending, and the desk has it (R10.1)."""
    ours = {"state": account.state, "ending": account.ending}
    found = Found(
        "binding", customer.code, "old_remains", customer.id, customer.code, account.id, ours, {"missing": why}
    )
    evidence = f"ask {ask.id}" if ask is not None else None
    differences.opened(desk.tx, account.channel, found, "ask_partner", now(), evidence=evidence)


def binding_refused(desk: Desk, ask: Ask, reason: str) -> None:
    """The bank's no: account and agreement refused with the reason; a refused ending leaves the account live."""
    if ask.subject_kind == "agreement":
        turned_down(desk, ask, reason)
        return
    found = _subject(desk, ask)
    if found is None or ask.verb == RECHECK:
        return
    customer, account, agreement = found
    if ask.verb == "unbind_card":
        if settlement.live_account(desk.tx, customer.id) is not None:
            old_remains(desk, customer, account, reason, ask)
            return
        settlement.become(account, AccountState.LIVE)
        changes = {"account": [AccountState.ENDING, AccountState.LIVE]}
    else:
        settlement.become(account, AccountState.REFUSED)
        settlement.become(agreement, AgreementState.REFUSED)
        account.reason = reason
        changes = {"account": [AccountState.FILED, AccountState.REFUSED]}
    customer.updated_at = now()
    _write(desk, customer, "R7.9", f"银行未予办理: {reason}", changes)


def ended(desk: Desk, ask: Ask) -> None:
    """The bank has ended it: ours ends too, and the customer pays cash until a new account is live (R10.1)."""
    found = _subject(desk, ask)
    if found is None:
        return
    end_here(desk, *found, "银行已终止")


def end_here(desk: Desk, customer: Customer, account: Account, agreement: Agreement, why: str) -> None:
    """The account is over on both sides."""
    moment = now()
    settlement.become(account, AccountState.ENDED)
    settlement.become(agreement, AgreementState.ENDED)
    account.ended_at = agreement.ended_at = moment
    differences.close(desk.tx, account.channel, customer.code, "old_remains", moment, desk.actor.name)
    changes: dict[str, list[Any]] = {
        "account": [AccountState.ENDING, AccountState.ENDED],
    }
    live = settlement.live_account(desk.tx, customer.id)
    if live is None or live.channel != account.channel:
        twins.over(desk.tx, account.channel, customer.code, moment)
    if live is None:
        changes |= {
            "settlement_method": [customer.settlement_method, "cash"],
            "settlement_bank": [customer.settlement_bank, None],
        }
        customer.settlement_method, customer.settlement_bank = "cash", None
    customer.updated_at = moment
    _write(desk, customer, "R10.1", why, changes)


def announced(desk: Desk, ask: Ask) -> None:
    """The carrier knows the customer: its agreement was answered (R7.7, R7.8)."""
    agreement = settlement.agreement(desk.tx, ask.subject_id) if ask.subject_kind == "agreement" else None
    customer = customers.get(desk.tx, ask.customer_id) if ask.customer_id else None
    if agreement is not None and customer is not None:
        first = agreement.delivered_at is None
        known(desk, ask)
        if first or onboardings.open_training(desk.tx, customer.id, agreement.channel):
            carrier_trains(desk, customer, agreement.channel, ask.article)
        _write(
            desk, customer, ask.article, "运营商已登记客户代码和订货日", {"announced": [None, agreement.agreement_no]}
        )


def _write(desk: Desk, customer: Customer, article: str, why: str, changes: dict[str, list[Any]]) -> None:
    history.record(
        desk.tx,
        customer_id=customer.id,
        actor=desk.actor,
        article=article,
        why=why,
        version=customer.version + 1,
        changes=changes,
    )
