"""How the registry follows a partner's answer, with history, in the same transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.domain.capabilities import RECHECK
from hub.domain.changes import RULES
from hub.domain.states import AccountState, AgreementState, ApplicationState, AskState
from hub.operations.cards import account_live
from hub.operations.carriers import announcement_accepted, announcement_refused
from hub.operations.changes.effects import done
from hub.operations.changes.temporary import account_gone, new_account
from hub.operations.desk import Desk
from hub.operations.onboarding.trainings import plan_carrier_training
from hub.operations.settlement.account_ending import clear_remaining, report_remaining, start_ending
from hub.operations.settlement.account_replacement import ended_in_place, follows, give_up
from hub.operations.settlement.kept_orders import release_settled_order
from hub.operations.settlement.stale_notices import to_tell, withdraw_untold
from hub.ports import now
from hub.registry import history
from hub.registry.changes import applications
from hub.registry.customers import customers
from hub.registry.onboarding import cases
from hub.registry.reconciliation import twins
from hub.registry.schema import Account, Agreement, Application, Ask, Customer
from hub.registry.settlement import accounts
from hub.registry.settlement.stale_notices import KIND


def _subject(desk: Desk, ask: Ask) -> tuple[Customer, Account, Agreement] | None:
    if ask.subject_kind != "account" or ask.customer_id is None:
        return None
    account = accounts.account(desk.tx, ask.subject_id)
    customer = customers.get(desk.tx, ask.customer_id)
    if account is None or customer is None:
        return None
    agreement = accounts.agreement(desk.tx, account.agreement_id)
    assert agreement is not None
    return customer, account, agreement


def binding_live(
    desk: Desk, ask: Ask, agreement_no: str, exchange_id: UUID | None, *, at: datetime | None = None, said: str = ""
) -> None:
    """Both sides have it (R7.9, I7): account and agreement live, settlement electronic, the customer to be told.

    `at` is the partner's moment and `said` the card's ending, where the partner names them.
    """
    subject = _subject(desk, ask)
    if subject is None:
        return
    customer, account, agreement = subject
    moment = now()
    # Before the new account is live: at most one live account exists at any moment (unique index).
    _end_the_old(desk, customer, account)
    accounts.become(account, AccountState.LIVE)
    account.live_at, account.partner_evidence = moment, exchange_id
    account.reference = ask.reference
    accounts.become(agreement, AgreementState.LIVE)
    agreement.live_at = moment
    agreement.delivered_at = agreement.delivered_at or moment
    agreement.partner_agreement_no = agreement_no or None
    twins.record_binding(
        desk.tx,
        account.channel,
        customer.code,
        agreement_no=agreement_no,
        our_ending=account.ending,
        stated_ending=said,
        at=at,
        asked_at=ask.asked_at,
        moment=moment,
    )
    changes: dict[str, list[Any]] = {
        "settlement_method": [customer.settlement_method, "electronic"],
        "settlement_bank": [customer.settlement_bank, account.channel],
        "account": [AccountState.FILED, AccountState.LIVE],
    }
    customer.settlement_method, customer.settlement_bank = "electronic", account.channel
    # Settled in the same transaction: cash for now, card cases, a kept order, all of which waited for this account.
    new_account(desk, customer)
    account_live(desk, customer, account)
    release_settled_order(desk, customer)
    customer.updated_at = moment
    _write(desk, customer, "R7.9", "双方均已维护好", changes)
    # Now the customer may be told to pay electronically, and not before (R7.9).
    to_tell(desk, customer, KIND, {"channel": account.channel, "ask": ask.key})


def _end_the_old(desk: Desk, customer: Customer, new: Account) -> None:
    """Make before break (R10.1): in the transaction in which the new account becomes live, the old one begins to end.

    So the customer never has none and never two. If nothing may be sent to the old bank any more, people are told.
    Where the counter changed the number on the old agreement, nothing is left to end (R8.4).
    """
    old = accounts.live_account(desk.tx, customer.id)
    if old is not None and old.id != new.id:
        capability = desk.channels.get(old.channel)
        if old.channel == new.channel and capability is not None and capability.replaces == "in_place":
            ended_in_place(desk, old)
            _write(desk, customer, "R8.4", "柜台已换号", {"account": [AccountState.LIVE, AccountState.ENDED]})
        else:
            article = "R10.1" if old.channel != new.channel else "R8.3"
            start_ending(desk, customer, old, article)
            _write(desk, customer, article, "新账户生效", {"account": [AccountState.LIVE, AccountState.ENDING]})
    # An approved change of bank is carried out by this account, not by a click (R10.1).
    application = _approved(desk, customer, "bank_change")
    if application is not None and application.proposed.get("settlement_bank") == new.channel:
        done(desk, application, RULES["bank_change"])


def _approved(desk: Desk, customer: Customer, rule: str) -> Application | None:
    application = applications.open_application(desk.tx, customer.id, rule)
    return application if application is not None and application.state == ApplicationState.APPROVED else None


def binding_refused(desk: Desk, ask: Ask, reason: str) -> None:
    """Refuse account and agreement with the bank's reason; a refused ending goes to staff."""
    if ask.subject_kind == "agreement":
        announcement_refused(desk, ask, reason)
        return
    subject = _subject(desk, ask)
    # A recheck that did not confirm changes no account: the difference is for people.
    if subject is None or ask.verb == RECHECK:
        return
    customer, account, _ = subject
    if ask.verb == "unbind_card":
        _ending_refused(desk, ask, customer, account, reason)
        return
    give_up(desk, account, reason)
    changes: dict[str, list[Any]] = {"account": [AccountState.FILED, AccountState.REFUSED]}
    customer.updated_at = now()
    _write(desk, customer, "R7.9", f"银行未予办理: {reason}", changes | _cash_without_account(desk, customer))


def _ending_refused(desk: Desk, ask: Ask, customer: Customer, account: Account, reason: str) -> None:
    """The bank still holds the account: ours stays “ending”, as a difference, and is requested again (R8.1, R9.2).

    It is live again only if the company took the request back before it left, and the customer still settles by it.
    """
    taken_back = ask.state == AskState.CANCELLED and customer.settlement_method == "electronic"
    # A second live account would break the unique index, and the customer has only one to settle by.
    if not taken_back or accounts.live_account(desk.tx, customer.id) is not None:
        report_remaining(desk, customer, account, ask.article, reason, evidence=f"ask {ask.id}")
        return
    accounts.become(account, AccountState.LIVE)
    desk.tx.flush()
    clear_remaining(desk, customer, account)
    changes: dict[str, list[Any]] = {"account": [AccountState.ENDING, AccountState.LIVE]}
    # The old account lives on: the new card that waited for its end is not entered.
    waiting = accounts.waiting_at(desk.tx, customer.id, account.channel)
    if waiting is not None:
        give_up(desk, waiting, reason)
    customer.updated_at = now()
    _write(desk, customer, ask.article, "终止申请已撤销", changes)


def ended(desk: Desk, ask: Ask) -> None:
    """End our account after the bank has ended its own."""
    subject = _subject(desk, ask)
    if subject is not None:
        end_here(desk, *subject, "银行已终止", ask.article if ask.verb == "unbind_card" else "R10.1")


def end_here(
    desk: Desk, customer: Customer, account: Account, agreement: Agreement, why: str, article: str = "R10.1"
) -> None:
    """The account is over on both sides; a new card that waited goes to the bank, else the customer pays cash.

    This carries out cash for good, and nothing does so earlier (R9.2).
    """
    moment = now()
    changes: dict[str, list[Any]] = {"account": [account.state, AccountState.ENDED]}
    accounts.become(account, AccountState.ENDED)
    accounts.become(agreement, AgreementState.ENDED)
    account.ended_at = agreement.ended_at = moment
    desk.tx.flush()
    clear_remaining(desk, customer, account)
    withdraw_untold(desk, customer)
    live = accounts.live_account(desk.tx, customer.id)
    # With another live account there, the bank still holds a binding of this customer.
    if live is None or live.channel != account.channel:
        twins.end_binding(desk.tx, account.channel, customer.code, moment)
    customer.updated_at = moment
    # Looked up before `follows`, which sends it or gives it up.
    waiting = accounts.waiting_at(desk.tx, customer.id, account.channel)
    if live is None and not follows(desk, customer, account.channel):
        # Nothing is left to collect from, and no new card is on its way.
        changes |= _to_cash(customer)
        article = _without_account(desk, customer, waiting) or article
    _write(desk, customer, article, why, changes)


def _without_account(desk: Desk, customer: Customer, waiting: Account | None) -> str | None:
    """No account is left: what waited for one is over, cash for good is done; returns its article then (R9.2)."""
    if waiting is not None:
        given_up: dict[str, list[Any]] = {"account": [AccountState.FILED, AccountState.REFUSED]}
        _write(desk, customer, "G2", "授权或保密协议失效,新卡(折)未报银行", given_up)
    account_gone(desk, customer)
    application = _approved(desk, customer, "cash_for_good")
    if application is None:
        return None
    done(desk, application, RULES["cash_for_good"])
    release_settled_order(desk, customer)
    return application.article


def _to_cash(customer: Customer) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {
        "settlement_method": [customer.settlement_method, "cash"],
        "settlement_bank": [customer.settlement_bank, None],
    }
    customer.settlement_method, customer.settlement_bank = "cash", None
    return changes


def _cash_without_account(desk: Desk, customer: Customer) -> dict[str, list[Any]]:
    """The old card ended and its bank refused the new one: nothing is left to collect from (R8.3)."""
    if accounts.open_accounts(desk.tx, customer.id):
        return {}
    # Also for a customer who settles otherwise for now: there is no account left to return to.
    account_gone(desk, customer)
    return _to_cash(customer) if customer.settlement_method == "electronic" else {}


def announced(desk: Desk, ask: Ask) -> None:
    """Record that the carrier knows the customer (R7.7, R7.8)."""
    agreement = accounts.agreement(desk.tx, ask.subject_id) if ask.subject_kind == "agreement" else None
    customer = customers.get(desk.tx, ask.customer_id) if ask.customer_id else None
    if agreement is not None and customer is not None:
        first = agreement.delivered_at is None
        announcement_accepted(desk, ask)
        # Announced again for a new order day: an open training moves with it, one that was held is not repeated.
        if first or cases.open_training(desk.tx, customer.id, agreement.channel):
            plan_carrier_training(desk, customer, agreement.channel, ask.article)
        _write(
            desk, customer, ask.article, "通讯公司已登记客户代码和订货日", {"announced": [None, agreement.agreement_no]}
        )


def _write(desk: Desk, customer: Customer, article: str, why: str, changes: dict[str, list[Any]]) -> None:
    history.record(
        desk.tx,
        customer_id=customer.id,
        actor=desk.actor,
        article=article,
        why=why,
        version=customer.version + 1,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
    )
