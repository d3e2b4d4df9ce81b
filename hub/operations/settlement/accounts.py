"""Settlement accounts: filing one at the bank, ending one, telling the customer (R7.9–R7.13)."""

import hashlib
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.capabilities import AT_COUNTER
from hub.domain.cards import EVENTS
from hub.domain.inputs import Code, Label, Text, Version
from hub.domain.plans import PlanLine, PlanMoved
from hub.domain.privacy.masking import mask_card
from hub.domain.privacy.purposes import FIELD_TITLES
from hub.domain.refusals import NotFound, Refusal, Stale
from hub.domain.settlement.accounts import AGREED, KIND_TITLES, SLIPS
from hub.domain.staff.posts import Post
from hub.domain.states import AccountState, AgreementState, ApplicationState
from hub.operations.customers import documents_shown
from hub.operations.customers.record import refuse_stale, touch
from hub.operations.customers.search import audit_search
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.outbox import leaving_fields
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import Foreseen, Hindrance, Named
from hub.ports import new_id, now
from hub.registry import cards
from hub.registry.asks import ledger
from hub.registry.changes import applications
from hub.registry.schema import Account, Agreement, Customer
from hub.registry.session import unless_taken
from hub.registry.settlement import accounts, stale_notices
from hub.registry.tasks import tasks

from .account_replacement import file_or_end_first
from .bank_requests import end_at_bank
from .binding_rules import NUMBER_USED, AgreementMissing, AlreadyUnderWay, BindingRequest, faults, rules_digest
from .stale_notices import NoLongerTrue

# The task that opens when agreement and slip (first page) have come in.
PAPERS_IN = "enter_account"
CLERK = {Post.STATISTICS_CLERK}
# How a card is replaced at a bank, as its plugin declares.
REPLACED = {
    "beside": ("新卡生效的同时终止原卡", "the old number ends when the new one is live"),
    "after_end": (
        "该银行每户一卡,先终止原卡,随即申报新卡",
        "one card a customer there: the old ends, the new follows at once",
    ),
    "in_place": ("由客户持协议到柜台换号,原号随即失效", "the counter changes the number"),
}


class AccountNotLive(Refusal):
    """Only a live account can be ended."""

    article = "R10.1"
    says = ("账户不在生效状态,不能终止。", "The account is not live and cannot be ended.")
    then = ("请重新查看账户状态。", "Look at its state again.")


class NoGroundToEnd(Refusal):
    """Electronic settlement is not ended by a click: the article requires an application or a lost card (R9.2)."""

    article = "R9.2"
    says = (
        "电子结算账户不能直接终止,否则客户等于未经审批改为现金结算。",
        "An account cannot simply be ended: the customer would pay cash without an approval.",
    )
    then = (
        "长期改现金请提交书面申请(第九条第2款);换银行请申请变更结算银行(第十条),新账户生效时原账户自动终止;卡(折)丢失、已换的请先登记卡(折)情况(第八条第1款)。",
        "Apply for cash for good (Article 9(2)) or for another bank (Article 10); report a lost or replaced card first (Article 8(1)).",
    )


@dataclass(frozen=True)
class BindingPlan:
    """What filing the account would do, which fields go to whom, and what still forbids it.

    `digest` covers what was shown, and the rules behind it.
    """

    lines: tuple[Foreseen, ...]
    receiver: Named
    fields: tuple[Named, ...]
    missing: tuple[Hindrance, ...]
    article: str
    digest: str


@operation(
    "settlement.plan_binding",
    article="R7.9",
    posts=CLERK,
    title=("查看绑定方案", "Plan a binding"),
    changes=False,
    audited=False,
)
def plan_binding(desk: Desk, request: BindingRequest) -> BindingPlan:
    """Show what `bind_account` would do with this request. Changes nothing.

    Its number is looked up among the accounts, which is audited like a search by number (G4).
    """
    customer = desk.customer(request.customer_id)
    audit_search(desk)
    return _plan(desk, customer, request)


def _plan(desk: Desk, customer: Customer, request: BindingRequest) -> BindingPlan:
    capability = desk.channels.get(request.channel)
    verb = capability.binding if capability else None
    fields = sorted(leaving_fields(capability, verb)) if verb and capability else []
    lines = tuple(plan_lines(desk, customer, request))
    # Numbers and texts alone, in a fixed order: `repr` is the same in every process. Of the words only the zh-CN ones,
    # so that rewording a translation voids no plan that somebody is looking at.
    shown = [
        customer.version,
        rules_digest(),
        request.channel,
        fields,
        [(line.zh, line.article) for line in lines],
    ]
    return BindingPlan(
        lines,
        desk.titles_of(request.channel),
        tuple(FIELD_TITLES[name] for name in fields),
        missing=tuple(faults(desk, customer, request)),
        article="R7.9",
        digest=hashlib.sha256(repr(shown).encode()).hexdigest(),
    )


def plan_lines(desk: Desk, customer: Customer, request: BindingRequest) -> list[PlanLine]:
    """The plan in words; the number masked."""
    bank, (title, title_en) = desk.channels.get(request.channel), desk.titles_of(request.channel)
    kind = KIND_TITLES.get(request.kind, (request.kind, request.kind))
    number = mask_card(request.number.reveal())
    way, way_en = (
        ("随下一批次送达银行", "with the next package") if request.with_package else ("立即发往银行", "at once")
    )
    if bank and bank.binding == AT_COUNTER:
        way, way_en = (
            "由客户持协议到柜台办理,本系统等待并查询结果",
            "at its counter by the customer; the hub waits and asks",
        )
    return [
        PlanLine(f"登记{kind[0]} {number},结算人 {request.payer_name}", f"Enter {kind[1]} {number}", "R7.9"),
        PlanLine(f"登记三方协议 {request.agreement_no}", f"Enter tri-party agreement {request.agreement_no}", "R7.9"),
        PlanLine(f"向{title}申报,{way}", f"File it at {title_en}, {way_en}", "R7.10"),
        PlanLine("双方均维护好之后,才通知客户采用电子结算", "Tell the customer only when both sides have it", "R7.9"),
        _until_then(desk, customer, request.channel, bank.replaces if bank else ""),
    ]


def _until_then(desk: Desk, customer: Customer, channel: str, replaces: str) -> PlanLine:
    if customer.settlement_method == "electronic" and customer.settlement_bank == channel:
        how, how_en = REPLACED.get(replaces, REPLACED["after_end"])
        return PlanLine(f"换卡(折):客户保持电子结算,{how}", f"A new card: still electronic; {how_en}", "R8.3")
    if customer.settlement_bank in (None, channel):
        return PlanLine(f"在此之前客户 {customer.code} 保持现金结算", "Until then the customer pays cash", "R9.1")
    bank = desk.titles_of(customer.settlement_bank)
    return PlanLine(
        f"在此之前继续在{bank[0]}结算;新账户生效的同时向{bank[0]}终止原账户",
        f"Until then {bank[1]} stays; its account begins to end when the new one is live",
        "R10.1",
    )


@operation("settlement.bind_account", article="R7.9", posts=CLERK, title=("绑定结算账户", "Bind a settlement account"))
def bind_account(
    desk: Desk, request: BindingRequest, plan_digest: Annotated[str, Field(max_length=128)] | None = None
) -> UUID:
    """File the account here and at the bank; returns the ask's id.

    `plan_digest`: of the plan that was shown. Raises the first rule broken, Stale or PlanMoved.
    """
    customer = desk.customer(request.customer_id)
    refuse_stale(customer, request.version)
    # The rules are applied once: what is compared with the plan that was shown is also what decides.
    plan = _plan(desk, customer, request)
    if plan_digest not in (None, plan.digest):
        raise PlanMoved()
    for fault in plan.missing:
        raise fault
    agreement = enter_agreement(desk, customer, request)
    account = enter_account(desk, customer, request, agreement)
    documents_shown.record(desk, customer, ("account", account.id), request.documents, request.seen_by)
    # Before the request, which may turn a live one into one that is ending.
    replaced = [old for old in accounts.others_at(desk.tx, account) if old.state == AccountState.LIVE]
    ask = file_or_end_first(desk, customer, account, agreement, with_package=request.with_package)
    touch(desk, customer, "R7.9", "绑定结算账户", {"account": [None, f"{request.channel} {request.kind}"]})
    if any(old.state == AccountState.ENDING for old in replaced):
        touch(desk, customer, "R8.3", "换卡(折),原卡先终止", {"account": [AccountState.LIVE, AccountState.ENDING]})
    close_tasks(desk, "customer", customer.id, "done", PAPERS_IN)
    desk.audit_detail |= {"channel": request.channel, "kind": request.kind, "ask": ask.key}
    return ask.id


def enter_agreement(desk: Desk, customer: Customer, request: BindingRequest) -> Agreement:
    """The signed tri-party agreement, on file."""
    agreement = Agreement(
        id=new_id(),
        customer_id=customer.id,
        channel=request.channel,
        kind="tri_party",
        agreement_no=request.agreement_no,
        signed_on=request.signed_on,
        evidence_id=request.agreement_evidence_id,
        state=AgreementState.SIGNED,
    )
    desk.tx.add(agreement)
    # The rules have looked for the number, but another clerk may enter it at the same moment.
    with unless_taken(AgreementMissing(why=NUMBER_USED)):
        desk.tx.flush()
    return agreement


def enter_account(desk: Desk, customer: Customer, request: BindingRequest, agreement: Agreement) -> Account:
    """Our side of the account, filed; its number sealed."""
    account_id = new_id()
    number = request.number.reveal()
    assert request.evidence_id is not None
    account = Account(
        id=account_id,
        customer_id=customer.id,
        channel=request.channel,
        kind=request.kind,
        number_sealed=desk.vault.seal(customer.id, f"accounts.number_sealed:{account_id}", number),
        number_digest=desk.vault.digest("account_number", number),
        ending=number[-4:],
        payer_name=request.payer_name.strip(),
        agreement_id=agreement.id,
        evidence_id=request.evidence_id,
        exception_evidence_id=request.exception_evidence_id,
        state=AccountState.FILED,
        filed_at=now(),
    )
    desk.tx.add(account)
    # Two clerks at once both pass the rules: the unique index on filed accounts lets one in.
    with unless_taken(Stale(what="客户")):
        desk.tx.flush()
    return account


def open_entry_task(desk: Desk, customer: Customer) -> None:
    """Give the clerk a working day to bind the account once agreement and slip (first page) have come in (R7.9)."""
    unused = accounts.unused_papers(desk.tx, customer.id, SLIPS | {AGREED})
    if AGREED not in unused or not unused & SLIPS:
        return
    if not tasks.open_tasks_about(desk.tx, "customer", customer.id, PAPERS_IN):
        open_task(
            desk,
            PAPERS_IN,
            "R7.9",
            post=Post.STATISTICS_CLERK,
            days=1,
            subject=("customer", customer.id),
            customer_id=customer.id,
            unit_code=customer.unit_code,
        )


def ending_article(desk: Desk, customer: Customer, account: Account) -> str:
    """The row under which an account may be ended by hand. Raises NoGroundToEnd.

    The account is ending already, the customer went to cash by an approved application, or chose cash until a new card
    is there. A change of bank is no ground: the old account ends when the new one is live (R10.1).
    """
    if account.state == AccountState.ENDING:
        return "R10.1"
    application = applications.open_application(desk.tx, customer.id, "cash_for_good")
    if application is not None and application.state == ApplicationState.APPROVED:
        return application.article
    for case in cards.open_cases(desk.tx, customer.id):
        # A choice that names a rule leads to cash; without one the customer goes on paying by this account.
        if EVENTS[case.event].choices.get(case.choice):
            return case.article
    raise NoGroundToEnd()


@operation(
    "settlement.unbind_account", article="R10.1", posts=CLERK, title=("终止结算账户", "End a settlement account")
)
def unbind_account(desk: Desk, account_id: UUID, version: Version, why: Annotated[Text, Label("理由", "Why")]) -> UUID:
    """Ask the bank to end the account where the regulation has it end; returns the ask's id.

    `version`: the account's, as it was seen.
    Raises NotFound, Stale, AccountNotLive, AlreadyUnderWay, NoGroundToEnd (R9.2).
    """
    account = accounts.account(desk.tx, account_id)
    if account is None:
        raise NotFound(what="账户")
    customer = desk.customer(account.customer_id, "账户")
    if account.version != version:
        raise Stale(what="账户")
    if account.state not in (AccountState.LIVE, AccountState.ENDING):
        raise AccountNotLive()
    if ledger.open_ask(desk.tx, account.id):
        raise AlreadyUnderWay()
    article = ending_article(desk, customer, account)
    moved = account.state == AccountState.LIVE
    ask = end_at_bank(desk, customer, account, article)
    if moved:
        touch(desk, customer, article, why, {"account": [AccountState.LIVE, AccountState.ENDING]})
    desk.audit_detail["why"] = why
    return ask.id


@operation(
    "settlement.tell_customer",
    article="R7.9",
    posts={*CLERK, Post.ACCOUNT_MANAGER},
    title=("已通知客户", "Customer was told"),
)
def tell_customer(desk: Desk, notice_id: UUID, way: Annotated[Code, Label("方式", "How")]) -> None:
    """Record that the customer was told, and how (R7.9, G16); doing so twice changes nothing.

    Raises NotFound, NoLongerTrue.
    """
    notice = accounts.notice(desk.tx, notice_id)
    if notice is None:
        raise NotFound(what="通知")
    desk.customer(notice.customer_id, "通知")
    if notice.told_at is None:
        # Asked again now: the step that withdraws such notices may not have come round yet.
        if stale_notices.is_stale(desk.tx, notice):
            raise NoLongerTrue()
        notice.told_at, notice.told_by, notice.way = now(), desk.actor.name, way
        close_tasks(desk, "notice", notice.id, "done")
