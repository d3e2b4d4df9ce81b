"""Cards and passbooks that are lost, damaged, locked or not there yet (article 8), until the new one is live."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from hub.domain.cards import (
    CARD_IS_THERE,
    CHOICES,
    CLOSED_BY_HAND,
    EVENTS,
    WAITS_FOR_CREDIT,
    CardEvent,
    same_card,
)
from hub.domain.changes import RULES
from hub.domain.inputs import Choices, Code, Label, Limit, Text, Version
from hub.domain.refusals import BadInput, NotFound, NotThisCustomer, Refusal, Stale
from hub.domain.settlement.accounts import AccountKind
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import OPEN_APPLICATIONS
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry import cards
from hub.registry.changes import applications as stored_applications
from hub.registry.schema import Account, CardCase, Customer
from hub.registry.session import unless_taken
from hub.registry.settlement import accounts

from .changes import applications
from .changes.card_cases import CaseOpen, InterimElsewhere, cash_goes_on
from .changes.conditions import REPLACED, DamagedTakesNoCash, RiskNotTold, damaged
from .changes.plan import ChangeRequest
from .changes.steps import void
from .changes.temporary import return_to_account
from .desk import Desk
from .grades.certificates import certificate_faults
from .operation import operation
from .settlement.kept_orders import KeptOrderView, kept_orders_of
from .settlement.stale_notices import withdraw_untold
from .tasks.tasks import close_tasks, open_task
from .views import Hindrance, view, views

HEARS = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER}
LOOKS = HEARS | {Post.SECTION_CHIEF, Post.CALL_CLERK}
# Working days between two reminders of the customer (own convention; the article names none).
URGE_EVERY = 5
AT_A_TIME = 200


class NotThisChoice(Refusal):
    """After this event the article leaves other choices (R8.1–R8.5)."""

    article = "R8.3"
    says = ("{event}时不能选择“{choice}”{why}。", "After “{event_en}” this is no choice: {choice}.")
    then = ("可以选择:{open}。", "Open are: {open}.")

    def __init__(self, **fields: object) -> None:
        super().__init__(**fields)
        self.article = str(fields.get("article", self.article))  # type: ignore[misc]  # the class names one, an instance may have its own


Event = Annotated[
    Code, Label("卡(折)情况", "What happened"), Choices({key: known.title for key, known in EVENTS.items()})
]
Choice = Annotated[Code, Label("客户选择", "What the customer chooses"), Choices(CHOICES)]
WhatHappened = Annotated[Text, Label("情况说明", "What happened, in words")]


@dataclass(frozen=True, kw_only=True)
class CardReport:
    """What the customer reported and chose. `version`: of the record as it was seen."""

    customer_id: UUID
    version: Version
    event: Event
    choice: Choice
    why: WhatHappened
    told: Annotated[bool, Label("已告知客户不挂失的风险", "The customer was told of the risk")] = False


@dataclass(frozen=True)
class CaseView:
    """A case until the new card is there."""

    id: UUID
    customer_id: UUID
    event: str
    article: str
    choice: str
    why: str
    risk_told: bool
    application_id: UUID | None
    card_on: date | None
    entry_on: date | None
    urged: int
    urged_at: datetime | None
    opened_at: datetime
    opened_by_name: str
    closed_at: datetime | None
    closed_how: str | None


@dataclass(frozen=True)
class ListedCase(CaseView):
    """A case in a list, with the customer."""

    code: str
    shop_name: str


@dataclass(frozen=True)
class OpenCases:
    """Open cases and kept orders, oldest first."""

    cases: list[ListedCase]
    kept: list[KeptOrderView]


@dataclass(frozen=True)
class EventView:
    """An event that may be reported, the choices that it leaves, and what stands against it."""

    key: str
    article: str
    title: tuple[str, str]
    choices: list[str]
    hindrances: list[Hindrance]


@dataclass(frozen=True)
class CardPage:
    """A customer's cases, newest first, and the events that may be reported, possible ones first."""

    customer_id: UUID
    code: str
    shop_name: str
    licence_holder: str
    version: int
    cases: list[CaseView]
    events: list[EventView]


@operation("cards.report_card", article="R8.1", posts=HEARS, title=("登记卡(折)异常", "Report a card"))
def report_card(desk: Desk, request: CardReport) -> UUID:
    """Enter what happened and what the customer chose; a change of settlement goes the way of its rule.

    Raises NotThisChoice, NotThisCustomer, RiskNotTold, GradeCertificateMissing, CaseOpen, Stale, or the rule's refusal.
    """
    customer = desk.customer(request.customer_id)
    if customer.version != request.version:
        raise Stale(what="客户")
    event = EVENTS.get(request.event)
    if event is None or not request.why.strip():
        raise BadInput(field="卡(折)情况", problem="没有选择或没有写明", mend="请选择情况并写明经过。")
    for refusal in hindrances(desk, customer, event, request):
        raise refusal
    _end_earlier(desk, customer, event, request.choice)
    case = CardCase(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        event=event.key,
        article=event.article,
        choice=request.choice,
        why=request.why.strip(),
        risk_told=request.told,
        opened_at=now(),
        opened_by_name=desk.actor.name,
    )
    desk.tx.add(case)
    # Two reports at the same moment both pass the check above; the unique index lets one in.
    with unless_taken(CaseOpen(event=event.title)):
        desk.tx.flush()
    rule = RULES.get(event.choices[request.choice])
    if rule is not None and not cash_goes_on(desk, customer, event, rule, request.why):
        case.application_id = _ask(desk, request, event, rule.key)
    withdraw_untold(desk, customer)
    desk.audit_detail |= {"event": event.key, "choice": request.choice}
    if event.reminds:
        _urge(desk, case)
    if event.booked:
        # The clerk arranges with the customer when the new card is made and entered (R8.3).
        _task(desk, case, "book_card", Post.STATISTICS_CLERK, 1)
    return case.id


def hindrances(desk: Desk, customer: Customer, event: CardEvent, request: CardReport) -> Iterator[Refusal]:
    """What stands against the report, the choice first."""
    if request.choice not in event.choices:
        why = event.why_not.get(request.choice, "")
        yield NotThisChoice(
            article=event.article,
            event=event.title[0],
            event_en=event.title[1],
            choice=CHOICES.get(request.choice, ("未选择", "nothing chosen")),
            why=f":{why}" if why else "",
            open="、".join(CHOICES[known][0] for known in event.choices),
        )
    kinds = {AccountKind(known.kind) for known in accounts.open_accounts(desk.tx, customer.id)}
    earlier = [case for case in cards.open_cases(desk.tx, customer.id) if same_card(case.event, event.key)]
    # A second report about the same card: the first may have ended the account already.
    follows = any(case.event in event.follows for case in earlier)
    if event.kinds and not kinds & event.kinds and not follows:
        yield NotThisCustomer(article=event.article, why="客户没有这种结算账户", why_en="there is no such account")
    if not event.kinds:
        yield from certificate_faults(desk, customer)
    if event.choices.get(request.choice) and event.reason != REPLACED and damaged(desk, customer):
        yield DamagedTakesNoCash()
    if event.risk and not request.told:
        yield RiskNotTold()
    for case in earlier:
        chosen_anew = case.event == event.key and case.choice != request.choice
        if case.event not in event.follows and not chosen_anew:
            yield CaseOpen(event=EVENTS[case.event].title)


def _end_earlier(desk: Desk, customer: Customer, event: CardEvent, choice: str) -> None:
    """One case per card: close what was reported about it before, with its tasks, and void what that asked for."""
    for case in cards.open_cases(desk.tx, customer.id):
        if not same_card(case.event, event.key):
            continue
        asked = (
            stored_applications.application(desk.tx, case.application_id, lock=True) if case.application_id else None
        )
        if asked is not None and asked.state in OPEN_APPLICATIONS:
            void(desk, asked, "reported_anew")
        _close(desk, case, "reported_anew")
        if not event.choices[choice]:
            return_to_account(desk, customer)
    # Before the new case: one open case for a customer and event, by a unique index.
    desk.tx.flush()


def _ask(desk: Desk, request: CardReport, event: CardEvent, rule: str) -> UUID:
    change = ChangeRequest(
        customer_id=request.customer_id,
        version=request.version,
        rule=rule,
        values={"settlement_method": "cash"},
        why=request.why,
        reason=event.reason,
        told=request.told,
    )
    return applications.send_change(desk, change).id


def _urge(desk: Desk, row: CardCase) -> None:
    _task(desk, row, "new_card", Post.ACCOUNT_MANAGER, URGE_EVERY, event=row.event)


def _task(desk: Desk, row: CardCase, kind: str, post: Post, days: int, **details: str) -> None:
    about = {"unit_code": row.unit_code, "customer_id": row.customer_id, "subject": ("card_case", row.id)}
    open_task(desk, kind, row.article, post=post, days=days, details=details, **about)  # type: ignore[arg-type]  # the values are of several types


def urge_all(desk: Desk) -> int:
    """Open a reminder task for each open case that has none (R8.2)."""
    assert desk.actor == HUB
    unurged = cards.unurged(desk.tx, [key for key, event in EVENTS.items() if event.reminds], AT_A_TIME)
    for case in unurged:
        _urge(desk, case)
    return len(unurged)


@operation("cards.urge", article="R8.2", posts=HEARS, title=("记录已督促客户", "Record that the customer was urged"))
def urge(desk: Desk, case_id: UUID, why: Annotated[Text, Label("客户的答复", "What the customer said")]) -> None:
    """Record that the customer was urged to get the new card; the next reminder is scheduled."""
    case = _mine(desk, case_id)
    if not why.strip():
        raise BadInput(field="督促情况", problem="没有填写", mend="请写明客户的答复。")
    case.urged, case.urged_at = case.urged + 1, now()
    close_tasks(desk, "card_case", case.id, "done", "new_card")
    desk.audit_detail["why"] = why.strip()
    _urge(desk, case)


@operation(
    "cards.book_replacement",
    article="R8.3",
    posts={Post.STATISTICS_CLERK},
    title=("安排办卡和维护时间", "Book the replacement"),
)
def book_replacement(
    desk: Desk,
    case_id: UUID,
    card_on: Annotated[date, Label("到银行办卡", "At the bank")],
    entry_on: Annotated[date, Label("我方维护", "Entered here")],
) -> None:
    """Book the day at the bank and the day on which the new card is entered here; the clerk has a task for that day."""
    case = _mine(desk, case_id)
    if not today() <= card_on <= entry_on:
        raise BadInput(field="办卡日期", problem="早于今天,或晚于维护日期", mend="请先安排办卡,再安排维护。")
    case.card_on, case.entry_on = card_on, entry_on
    close_tasks(desk, "card_case", case.id, "booked", "book_card")
    close_tasks(desk, "card_case", case.id, "booked anew", "enter_card")
    open_task(
        desk,
        "enter_card",
        case.article,
        post=Post.STATISTICS_CLERK,
        unit_code=case.unit_code,
        subject=("card_case", case.id),
        customer_id=case.customer_id,
        days=0,
        # At noon, before the hour at which tasks of the day are due: with 0 days it is due that very day.
        since=datetime.combine(entry_on, time(12), SHANGHAI),
    )


@operation("cards.close_case", article="R8.1", posts=HEARS, title=("结束卡(折)登记", "Close a card's case"))
def close_case(
    desk: Desk, case_id: UUID, how: Annotated[Code, Label("原因", "How"), Choices(CLOSED_BY_HAND)], why: WhatHappened
) -> None:
    """Close a case by hand: found again, same number, or given up; a new account closes it automatically."""
    case = _mine(desk, case_id)
    if how not in CLOSED_BY_HAND or not why.strip():
        raise BadInput(field="结束原因", problem="没有选择或没有写明", mend="请选择并写明情况。")
    home = accounts.last_lived(desk.tx, case.customer_id, case.opened_at)
    there = accounts.live_account(desk.tx, case.customer_id)
    if case.event in WAITS_FOR_CREDIT and home and there and home.channel != there.channel:
        zh, en = desk.titles_of(home.channel)
        raise InterimElsewhere(home=zh, home_en=en)
    desk.audit_detail["why"] = why.strip()
    _close(desk, case, how)
    if how in CARD_IS_THERE:
        return_to_account(desk, desk.customer(case.customer_id))


def account_live(desk: Desk, customer: Customer, account: Account) -> None:
    """Close what waited for the new account. A debit card ends no wait for a credit card (R8.5, R7.11)."""
    for case in cards.open_cases(desk.tx, customer.id):
        if case.event not in WAITS_FOR_CREDIT or account.kind == AccountKind.CREDIT_CARD:
            _close(desk, case, "new_account")


def _close(desk: Desk, row: CardCase, how: str) -> None:
    row.closed_at, row.closed_how, row.closed_by_name = now(), how, desk.actor.name
    close_tasks(desk, "card_case", row.id, how)


def _mine(desk: Desk, case_id: UUID) -> CardCase:
    case = cards.case(desk.tx, case_id)
    if case is None or case.closed_at is not None:
        raise NotFound(what="卡(折)登记")
    desk.customer(case.customer_id, "卡(折)登记")
    desk.about("card_case", str(case.id))
    return case


@operation(
    "cards.list_cases",
    article="R8.1",
    posts=LOOKS,
    title=("查看卡(折)登记", "See card cases"),
    changes=False,
    audited=False,
)
def list_cases(desk: Desk, limit: Limit = 200) -> OpenCases:
    """Open cases and kept orders of the caller's units, oldest first."""
    cases = cards.listed(desk.tx, desk.units, limit)
    return OpenCases(
        [view(ListedCase, case, code=customer.code, shop_name=customer.shop_name) for case, customer in cases],
        kept_orders_of(desk),
    )


@operation(
    "cards.card_page",
    article="R8.1",
    posts=HEARS,
    title=("查看客户的卡(折)登记", "See a card's cases"),
    changes=False,
    audited=False,
)
def card_page(desk: Desk, customer_id: UUID) -> CardPage:
    """The customer's cases, and which events may be reported, each with what stands against it."""
    customer = desk.customer(customer_id)
    events = [
        view(EventView, event, choices=list(event.choices), hindrances=list(_against(desk, customer, event)))
        for event in EVENTS.values()
    ]
    return view(
        CardPage,
        customer,
        customer_id=customer.id,
        cases=views(CaseView, cards.cases_of(desk.tx, customer.id)),
        events=sorted(events, key=lambda event: bool(event.hindrances)),
    )


def _against(desk: Desk, customer: Customer, event: CardEvent) -> Iterator[Refusal]:
    # Judged with each choice, and the best case shown. Reason and “told” are filled in: the form asks for them.
    report = CardReport(
        customer_id=customer.id, version=customer.version, event=event.key, choice="", why="-", told=True
    )
    against = [list(hindrances(desk, customer, event, replace(report, choice=choice))) for choice in event.choices]
    fewest: list[Refusal] = min(against, key=len)
    return iter(fewest)
