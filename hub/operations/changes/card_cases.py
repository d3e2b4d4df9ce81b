"""Cash because of a card, and the card's case: never one without the other, so that it is replaced (R8.1–R8.5)."""

from collections.abc import Collection, Iterator

from hub.domain.cards import EVENTS, CardEvent
from hub.domain.changes import Effect, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.domain.states import AccountState
from hub.operations.customers.fields import set_field
from hub.operations.customers.record import touch
from hub.operations.desk import Desk
from hub.operations.settlement.account_ending import start_ending
from hub.operations.settlement.kept_orders import release_settled_order
from hub.registry import cards
from hub.registry.schema import Customer
from hub.registry.settlement import accounts

from .temporary import until_new_account


class NoCardCase(Refusal):
    """Cash until the new card arrives begins with a report of what happened to the old one (R8.1)."""

    article = "R8.1"
    says = (
        "还没有登记“{event}”,不能直接改为现金结算。",
        "This is not reported yet, and cash for now begins with it: {event_en}.",
    )
    then = (
        "请登记卡(折)的情况,选择“临时现金结算”,结算方式随之变更,新卡(折)由系统督促。",
        "Report the card and choose cash for now; the new card is then reminded of.",
    )


class CaseOpen(Refusal):
    """The same thing was reported before and is not cleared up (R15.1)."""

    article = "R15.1"
    says = ("该客户的“{event}”已登记,正在办理。", "This was reported already and is being seen to: {event}.")
    then = (
        "请继续办理已登记的情况;情况已变的,先结束原登记再登记。",
        "Go on with what was reported; when it is not so any more, close it and report anew.",
    )


class InterimElsewhere(Refusal):
    """An interim card's bank does not become the settlement bank by closing the case (R8.5, R10.1)."""

    article = "R10.1"
    says = (
        "客户现在用的是其他银行的临时借记卡,登记结束后等于未经审批变更结算银行。",
        "The card in use is another bank's, for the meantime: closing this would change the bank without an approval.",
    )
    then = (
        "请在{home}办理新卡(贷记卡或借记卡)后再结束;确需变更结算银行的,回到{home}后提交书面申请。",
        "Bind a card at {home_en} first, credit or debit; another bank for good is a written application after that.",
    )


def case_first(desk: Desk, customer: Customer, rule: Rule, reasons: Collection[str]) -> Iterator[Refusal]:
    """A rule to which a card's event leads is asked for under its open case (R8.1, R8.2, R8.4, R8.5)."""
    # The events that lead to this rule for one of these reasons; without any the rule needs no case.
    events = [event for event in EVENTS.values() if rule.key in event.choices.values() and event.reason in reasons]
    under_way = {
        (case.event, EVENTS[case.event].choices.get(case.choice)) for case in cards.waited_for(desk.tx, customer.id)
    }
    if events and not any((event.key, rule.key) in under_way for event in events):
        yield NoCardCase(event=events[0].title[0], event_en=events[0].title[1])


def cash_goes_on(desk: Desk, customer: Customer, event: CardEvent, rule: Rule, why: str) -> bool:
    """Keep a customer who pays otherwise for now (R9.3), or cash for the card (R8.2), on cash until the new card.

    Otherwise the next order would bring back collection from a card that somebody else may hold. False: not the case.
    """
    # Must run before the account ends: it looks for what would return to it.
    if not until_new_account(desk, customer):
        return False
    changes = set_field(desk, customer, FIELDS["settlement_method"], "cash")
    account = accounts.live_account(desk.tx, customer.id)
    if account is not None and rule.effect is Effect.CASH_AND_END:
        start_ending(desk, customer, account, event.article)
        changes["account"] = [AccountState.LIVE, AccountState.ENDING]
    touch(desk, customer, event.article, why, changes)
    release_settled_order(desk, customer)
    return True
