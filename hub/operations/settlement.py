"""Settlement accounts: filing one at the bank, ending one, telling the customer (R7.9–R7.13)."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.domain.capabilities import AT_COUNTER
from hub.domain.catalogue import BANKS
from hub.domain.people import Post
from hub.domain.privacy import mask_card
from hub.domain.purposes import FIELD_TITLES
from hub.domain.refusals import NotFound, Refusal, Stale
from hub.domain.settlement import KIND_TITLES
from hub.domain.states import AccountState, AgreementState
from hub.ports import new_id, now
from hub.registry import asks, history, settlement
from hub.registry.schema import Account, Agreement, Ask, Customer

from .ask_desk import leave, leaving_fields
from .binding_rules import BindingRequest, faults
from .desk import Desk
from .onboarding_steps import fields_changed
from .operation import operation

RULES_VERSION = "2026-11"
CLERK = {Post.STATISTICS_CLERK}


class PlanMoved(Refusal):
    """What was shown is not what would be done now (decision 17)."""

    article = "R4.1"
    says = ("办理方案在您查看之后有变化,没有执行。", "The plan changed after you saw it; nothing was done.")
    then = ("请重新查看方案后再确认。", "Look at the plan again and confirm it.")


class AlreadyUnderWay(Refusal):
    """An ask about this account is open at the partner (decision 8)."""

    article = "R7.9"
    says = ("这个账户还有未结束的渠道请求,不能重复办理。", "An ask about this account is still open.")
    then = ("请等待结果,或在请求页面查看。", "Wait for its end, or look at the ask's page.")


class AccountNotLive(Refusal):
    """Only a live account can be ended."""

    article = "R10.1"
    says = ("账户不在生效状态,不能终止。", "The account is not live and cannot be ended.")
    then = ("请刷新页面查看账户状态。", "Reload the page to see its state.")


@dataclass(frozen=True)
class PlanLine:
    """One thing that will happen, in words (zh-CN, en)."""

    zh: str
    en: str
    article: str


@dataclass(frozen=True)
class BindingPlan:
    """What filing the account would do, what leaves, and what still forbids it; `digest` signs what was shown."""

    lines: tuple[PlanLine, ...]
    channel: str
    fields: tuple[tuple[str, str], ...]
    missing: tuple[Refusal, ...]
    article: str
    digest: str


@operation(article="R7.9", posts=CLERK, title=("查看绑定方案", "Plan a binding"), changes=False, audited=False)
def plan_binding(desk: Desk, request: BindingRequest) -> BindingPlan:
    """What `bind_account` would do with this request. Writes nothing."""
    customer = desk.customer(request.customer_id)
    missing = tuple(faults(desk, customer, request))
    capability = desk.channels.get(request.channel)
    verb = capability.binding if capability else None
    fields = leaving_fields(capability, verb) if verb and capability else frozenset()
    title = capability.title if capability else request.channel
    lines = tuple(plan_lines(customer, request, title, verb))
    shown = [
        customer.version,
        RULES_VERSION,
        request.channel,
        sorted(fields),
        [(line.zh, line.article) for line in lines],
    ]
    digest = hashlib.sha256(repr(shown).encode()).hexdigest()
    names = tuple(FIELD_TITLES[name] for name in sorted(fields))
    return BindingPlan(lines, title, names, missing, "R7.9", digest)


def plan_lines(customer: Customer, request: BindingRequest, title: str, verb: str | None) -> list[PlanLine]:
    """The plan in words; the number masked."""
    kind = KIND_TITLES.get(request.kind, (request.kind, request.kind))
    number = mask_card(request.number.reveal().strip())
    way, way_en = (
        ("随下一批次送达银行", "with the next package") if request.with_package else ("立即发往银行", "at once")
    )
    if verb == AT_COUNTER:
        way, way_en = (
            "由客户持协议到柜台办理,本系统等待并查询结果",
            "at its counter by the customer; the hub waits and asks",
        )
    return [
        PlanLine(f"登记{kind[0]} {number},结算人 {request.payer_name}", f"Enter {kind[1]} {number}", "R7.9"),
        PlanLine(f"登记三方协议 {request.agreement_no}", f"Enter tri-party agreement {request.agreement_no}", "R7.9"),
        PlanLine(f"向{title}申报,{way}", f"File it at {title}, {way_en}", "R7.10"),
        PlanLine("双方均维护好之后,才通知客户采用电子结算", "Tell the customer only when both sides have it", "R7.9"),
        _until_then(customer, request.channel),
    ]


def _until_then(customer: Customer, channel: str) -> PlanLine:
    if customer.settlement_bank in (None, channel):
        return PlanLine(f"在此之前客户 {customer.code} 保持现金结算", "Until then the customer pays cash", "R9.1")
    bank = BANKS[str(customer.settlement_bank)]
    return PlanLine(
        f"在此之前继续在{bank[0]}结算;新账户生效的同时向{bank[0]}终止原账户",
        f"Until then {bank[1]} stays; its account begins to end in the moment in which the new one is live",
        "R10.1",
    )


@operation(article="R7.9", posts=CLERK, title=("绑定结算账户", "Bind a settlement account"))
def bind_account(desk: Desk, request: BindingRequest, plan_digest: str | None = None) -> UUID:
    """File the account at the bank; returns the ask's id. Raises the first rule broken, Stale or PlanMoved."""
    customer = desk.customer(request.customer_id)
    refuse_stale(customer, request.version)
    if plan_digest is not None and plan_binding.__wrapped__(desk, request).digest != plan_digest:  # type: ignore[attr-defined]
        raise PlanMoved()
    for fault in faults(desk, customer, request):
        raise fault
    verb = desk.channels[request.channel].binding
    assert verb is not None
    agreement = enter_agreement(desk, customer, request)
    account = enter_account(desk, customer, request, agreement)
    ask = leave(
        desk,
        customer,
        request.channel,
        verb,
        subject=("account", account.id),
        article="R7.9",
        values=binding_values(desk, customer, account, agreement),
        planned=request.with_package and verb != AT_COUNTER,
    )
    touch(desk, customer, "R7.9", "绑定结算账户", {"account": [None, f"{request.channel} {request.kind}"]})
    desk.audit_detail |= {"channel": request.channel, "kind": request.kind, "ask": ask.key}
    return ask.id


def refuse_stale(customer: Customer, version: int) -> None:
    """Raise Stale when the record is not the one that the clerk saw."""
    if customer.version != version:
        raise Stale(what="客户")


def enter_agreement(desk: Desk, customer: Customer, request: BindingRequest) -> Agreement:
    """The signed tri-party agreement, on file."""
    agreement = Agreement(
        id=new_id(),
        customer_id=customer.id,
        channel=request.channel,
        kind="tri_party",
        agreement_no=request.agreement_no.strip(),
        signed_on=request.signed_on,
        evidence_id=request.agreement_evidence_id,
        state=AgreementState.SIGNED,
    )
    desk.tx.add(agreement)
    desk.tx.flush()
    return agreement


def enter_account(desk: Desk, customer: Customer, request: BindingRequest, agreement: Agreement) -> Account:
    """Our side of the account, filed; its number sealed."""
    account_id = new_id()
    number = request.number.reveal().strip()
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
    desk.tx.flush()
    return account


def binding_values(desk: Desk, customer: Customer, account: Account, agreement: Agreement) -> dict[str, Any]:
    """All that a plugin may name about a binding; `leave` keeps what this one names."""
    number = desk.vault.open_text(customer.id, f"accounts.number_sealed:{account.id}", account.number_sealed)
    values: dict[str, Any] = {
        "customer_code": customer.code,
        "holder_name": account.payer_name,
        "card_number": number,
        "agreement_no": agreement.agreement_no,
        "signed_on": agreement.signed_on.isoformat(),
    }
    for name, field in (("id_number", "id_number"), ("phone", "order_phone")):
        if field in customer.sealed:
            values[name] = desk.vault.open_field(customer.id, field, customer.sealed[field])
    return values


def touch(desk: Desk, customer: Customer, article: str, why: str, changes: dict[str, list[Any]]) -> None:
    """Raise the record's version and write its history."""
    customer.updated_at = now()
    desk.tx.flush()
    history.record(
        desk.tx,
        customer_id=customer.id,
        actor=desk.actor,
        article=article,
        why=why,
        version=customer.version,
        changes=changes,
    )
    fields_changed(desk, customer)


@operation(article="R10.1", posts=CLERK, title=("终止结算账户", "End a settlement account"))
def unbind_account(desk: Desk, account_id: UUID, version: int, why: str) -> UUID:
    """Ask the bank to end the account; it stays live here until the bank has. Returns the ask's id."""
    account = settlement.account(desk.tx, account_id)
    if account is None:
        raise NotFound(what="账户")
    customer = desk.customer(account.customer_id, "账户")
    if account.version != version:
        raise Stale(what="账户")
    if account.state not in (AccountState.LIVE, AccountState.ENDING):
        raise AccountNotLive()
    if asks.open_ask(desk.tx, account.id):
        raise AlreadyUnderWay()
    ask = end_at_bank(desk, customer, account, "R10.1")
    touch(desk, customer, "R10.1", why, {"account": [AccountState.LIVE, AccountState.ENDING]})
    return ask.id


def end_at_bank(desk: Desk, customer: Customer, account: Account, article: str) -> Ask:
    """The account is ending: leave the ask to its bank. Raises the gate's refusals (G2)."""
    agreement = settlement.agreement(desk.tx, account.agreement_id)
    assert agreement is not None
    settlement.become(account, AccountState.ENDING)
    desk.tx.flush()
    values = binding_values(desk, customer, account, agreement)
    about = ("account", account.id)
    ask = leave(desk, customer, account.channel, "unbind_card", subject=about, article=article, values=values)
    ask.reference = account.reference
    return ask


@operation(article="R7.9", posts={*CLERK, Post.ACCOUNT_MANAGER}, title=("已通知客户", "Customer was told"))
def tell_customer(desk: Desk, notice_id: UUID, way: str) -> None:
    """Record that the customer was told, and how (R7.9, G16). Telling twice changes nothing."""
    notice = settlement.notice(desk.tx, notice_id)
    if notice is None:
        raise NotFound(what="通知")
    desk.customer(notice.customer_id, "通知")
    if notice.told_at is None:
        notice.told_at, notice.told_by, notice.way = now(), desk.actor.name, way


__all__ = ["BindingPlan", "BindingRequest", "bind_account", "plan_binding", "tell_customer", "unbind_account"]
