"""What must be true before a settlement account is filed at a bank (R7.9–R7.13, R10.1, G2), each rule a refusal."""

import hashlib
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain import identifiers
from hub.domain.cards import WAITS_FOR_CREDIT
from hub.domain.identifiers import agreement_number, check_card, check_passbook, number_of
from hub.domain.inputs import Choices, Code, Label, Text, Version
from hub.domain.privacy.exact_numbers import CUSTOMERS_NUMBER, holds_customers_number
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.purposes import SETTLEMENT
from hub.domain.refusals import BadInput, Refusal
from hub.domain.settlement import accounts as account_rules
from hub.domain.settlement import card_bins
from hub.domain.settlement.accounts import (
    EVIDENCE_KINDS,
    KIND_TITLES,
    NAME_EXCEPTION_PAPERS,
    AccountKind,
    difference,
    needed_evidence,
    same_name,
)
from hub.domain.settlement.card_bins import longest
from hub.domain.states import AccountState, ApplicationState
from hub.operations.customers import documents_shown
from hub.operations.customers.documents_shown import Documents, SeenBy
from hub.operations.desk import Desk
from hub.operations.disclosure import permit
from hub.operations.grades.certificates import certificate_faults
from hub.operations.outbox import leaving_fields
from hub.ports import today
from hub.registry import cards
from hub.registry.asks import ledger
from hub.registry.changes import applications, temporary
from hub.registry.schema import Account, Customer
from hub.registry.settlement import accounts

AgreementNo = Annotated[Text, Field(max_length=64), Label("三方协议编号", "Agreement number")]


@dataclass(frozen=True, kw_only=True)
class BindingRequest:
    """What the clerk enters. `version`: of the customer's record as the clerk saw it.

    `with_package`: the agreement travels in the next package to the bank (R7.10) instead of alone and at once.
    """

    customer_id: UUID
    version: Version
    channel: Annotated[Code, Label("结算银行", "Bank")]
    kind: Annotated[Code, Label("账户类型", "Kind"), Choices(KIND_TITLES)]
    number: Annotated[Secret, Label("卡(折)号", "Card or passbook number")]
    payer_name: Annotated[Text, Label("结算人姓名", "Payer's name")]
    agreement_no: AgreementNo
    signed_on: Annotated[date, Label("签订日期", "Signed on")]
    evidence_id: UUID | None = None
    agreement_evidence_id: UUID | None = None
    exception_evidence_id: UUID | None = None
    with_package: bool = False
    documents: Documents = ()
    """Kinds of the documents that the customer showed when signing, and who saw them (R7.22)."""
    seen_by: SeenBy = ""

    # As people write numbers, with blanks between the groups; the rules compare and digest them without.
    def __post_init__(self) -> None:
        object.__setattr__(self, "number", Secret(number_of(self.number.reveal())))
        object.__setattr__(self, "agreement_no", agreement_number(self.agreement_no))


class ChannelCannot(Refusal):
    """The channel does not serve this kind of account, or its plugin is out of use (R7.9)."""

    article = "R7.9"
    says = ("{channel}不能办理{kind}。{why}", "{channel} does not serve: {kind}. {why}")
    then = ("请选择其他银行或其他账户类型。", "Choose another bank or another kind of account.")


class PayerIsNotHolder(Refusal):
    """The payer's name must equal the licence holder's, except for chain customers with a paper (R7.12)."""

    article = "R7.12"
    says = (
        "结算人姓名与烟草证持证人不一致{hint},不予办理。",
        "The payer's name is not the licence holder's{hint}; not allowed.",
    )
    then = (
        "请核对姓名;只有连锁(加油站)客户并有授权委托书或加盖公章的证明材料的,可以例外。",
        "Check the name; only chain customers with an authorisation letter or stamped proof on file are excepted.",
    )


class EvidenceMissing(Refusal):
    """The paper that this kind of account needs is not on file (R7.13)."""

    article = "R7.13"
    says = ("缺少{paper}。", "Missing: {paper}.")
    then = ("请先上传{paper}。", "Upload it first: {paper}.")


class AgreementMissing(Refusal):
    """Electronic settlement needs the signed tri-party agreement (R7.9)."""

    article = "R7.9"
    says = ("没有已签订的三方协议:{why}。", "There is no signed tri-party agreement: {why}.")
    then = ("请登记协议编号、签订日期并上传协议。", "Enter its number and signing date and upload it.")


class AccountOpenAlready(Refusal):
    """The customer has an account filed or live at this bank already, and no card is being replaced (R7.9)."""

    article = "R7.9"
    says = ("客户 {code} 在{channel}已有{state}的结算账户。", "Customer {code} has an account at {channel}: {state}.")
    then = (
        "换卡(折)的请先登记卡(折)情况,再直接录入新卡号,原卡由系统在适当时终止。",
        "To replace a card, report what happened to it first, then file the new one; the hub ends the old one.",
    )


class SameNumber(Refusal):
    """The number is in use already: there is nothing to replace (R8.3)."""

    article = "R8.3"
    says = ("这就是客户 {code} 正在使用的卡(折)号。", "This is the number that customer {code} uses now.")
    then = (
        "号码不变的换卡(折)不需要重新绑定,请结束卡(折)登记;正在终止的请等待终止后再绑定。",
        "A card replaced under the same number needs no filing: close its case. If it is ending, wait for the end.",
    )


class OtherBankLive(Refusal):
    """Another settlement bank is normally refused (R10.1)."""

    article = "R10.1"
    says = (
        "客户 {code} 的结算银行是{channel},一般不允许变更结算银行。",
        "Customer {code}'s settlement bank is {channel}; another one is normally refused.",
    )
    then = (
        "特殊情况由客户书面申请,经科长、副经理审批后办理。",
        "The only way is a written application, approved by section chief and deputy manager.",
    )


class AlreadyUnderWay(Refusal):
    """An ask about this account is open at the partner (ADR 0004)."""

    article = "R7.9"
    says = ("这个账户在银行还有未结束的办理,不能重复办理。", "An ask about this account is still open.")
    then = ("请等待结果,或查看银行、通讯办理记录。", "Wait until it is over, or look at the ask.")


@cache
def rules_digest() -> str:
    """A digest of the rules as they are written: a plan that was shown under other rules is void (ADR 0007)."""
    # Of their source: no number that somebody has to remember to raise with each change.
    modules = (sys.modules[__name__], account_rules, card_bins, identifiers)
    return hashlib.sha256("\0".join(inspect.getsource(module) for module in modules).encode()).hexdigest()


def faults(desk: Desk, customer: Customer, request: BindingRequest) -> Iterator[Refusal]:
    """Every rule that the request breaks, in the order of the articles; none: it may be filed."""
    yield from channel_faults(desk, request)
    yield from number_faults(desk, request)
    yield from name_faults(desk, customer, request)
    yield from paper_faults(desk, customer, request)
    yield from account_faults(desk, customer, request)
    yield from authorisation_faults(desk, customer, request)
    yield from documents_shown.faults(desk, customer, request.documents, request.seen_by)


def authorisation_faults(desk: Desk, customer: Customer, request: BindingRequest) -> Iterator[Refusal]:
    """Whether what the bank needs may be given to it (G2)."""
    capability = desk.channels.get(request.channel)
    verb = capability.binding if capability else None
    if capability and verb:
        try:
            fields = leaving_fields(capability, verb)
            permit(desk.tx, customer, request.channel, capability.titles, SETTLEMENT, fields)
        except Refusal as refusal:
            yield refusal


def channel_faults(desk: Desk, request: BindingRequest) -> Iterator[Refusal]:
    """Whether the channel serves the kind of account."""
    capability = desk.channels.get(request.channel)
    # A kind that is not known here stands for itself, so that the refusal can name it.
    kind = KIND_TITLES.get(request.kind, (request.kind, request.kind))
    if capability is None:
        yield ChannelCannot(channel=("所选渠道", "The chosen channel"), kind=kind, why="没有这个渠道。")
    elif capability.quarantined:
        yield ChannelCannot(channel=capability.titles, kind=kind, why="插件已隔离。")
    elif not capability.binding or request.kind not in capability.accounts:
        yield ChannelCannot(channel=capability.titles, kind=kind, why="")


def number_faults(desk: Desk, request: BindingRequest) -> Iterator[Refusal]:
    """Whether the number is one of this kind and this bank; the number itself is never repeated."""
    number = request.number.reveal()
    mend = "请对照存款小票(存折)重新输入。"
    checked = check_passbook(number) if request.kind == AccountKind.PASSBOOK else check_card(number)
    if checked.problem:
        yield BadInput(field="卡(折)号", problem="位数或校验位不对", mend=mend)
        return
    if request.kind == AccountKind.PASSBOOK:
        return
    # Of two banks whose prefixes fit, the one with the longer prefix has issued the card. A number that no bank claims
    # is left to the bank to judge.
    banks = {key: issued for key, bank in desk.channels.items() if (issued := longest(bank.card_bins, number))}
    issuer = max(banks, key=lambda key: len(banks[key]), default=request.channel)
    if issuer != request.channel:
        yield BadInput(field="卡(折)号", problem="不是该银行的卡", mend="请核对结算银行。")
    elif issuer in banks and desk.channels[issuer].card_bins[banks[issuer]] != request.kind:
        yield BadInput(field="卡(折)号", problem="卡的类型与所选类型不符", mend="请核对借记卡或贷记卡。")


def name_faults(desk: Desk, customer: Customer, request: BindingRequest) -> Iterator[Refusal]:
    """The payer's name (R7.12)."""
    if same_name(customer.licence_holder, request.payer_name):
        return
    paper = accounts.evidence(desk.tx, customer.id, request.exception_evidence_id)
    if customer.chain_customer and paper and paper.kind in NAME_EXCEPTION_PAPERS:
        return
    near = difference(customer.licence_holder, request.payer_name) == "near"
    yield PayerIsNotHolder(hint="(只差一个字)" if near else "")


def paper_faults(desk: Desk, customer: Customer, request: BindingRequest) -> Iterator[Refusal]:
    """Evidence and agreement (R7.9, R7.11, R7.13)."""
    bank = desk.channels.get(request.channel)
    needed = needed_evidence(bank.number_paper if bank else "deposit_slip", request.kind)
    paper = accounts.evidence(desk.tx, customer.id, request.evidence_id)
    if paper is None or paper.kind != needed:
        yield EvidenceMissing(paper=EVIDENCE_KINDS[needed])
    if request.kind == AccountKind.CREDIT_CARD:
        yield from certificate_faults(desk, customer)
    signed = accounts.evidence(desk.tx, customer.id, request.agreement_evidence_id)
    if signed is None or signed.kind != "tri_party_agreement":
        yield AgreementMissing(why="没有上传协议")
    if not request.agreement_no:
        yield AgreementMissing(why="没有协议编号")
    elif len(request.agreement_no) > 40:
        yield AgreementMissing(why=("协议编号超过 40 个字符", "its number has more than 40 characters"))
    elif holds_customers_number(request.agreement_no):
        yield BadInput(**CUSTOMERS_NUMBER)
    elif accounts.agreement_numbered(desk.tx, request.channel, request.agreement_no):
        yield AgreementMissing(why=NUMBER_USED)
    if request.signed_on > today():
        yield AgreementMissing(why="签订日期在今天之后")


def account_faults(desk: Desk, customer: Customer, request: BindingRequest) -> Iterator[Refusal]:
    """What is open at this bank, unless its card is being replaced (R7.9, R8.3), and at another bank (R10.1)."""
    waited_for = cards.waited_for(desk.tx, customer.id) or temporary.waits_for_card(desk.tx, customer.id)
    for account in accounts.open_accounts(desk.tx, customer.id):
        known = {"code": customer.code, "channel": desk.titles_of(account.channel)}
        if account.channel != request.channel:
            # Live or ending ones elsewhere are judged below, by `last_lived`; a filed one has not lived yet.
            if account.state == AccountState.FILED:
                yield OtherBankLive(**known)
        elif account.state == AccountState.FILED or not waited_for:
            yield AccountOpenAlready(**known, state=STATE_WORDS[account.state])
        elif account.number_digest == desk.vault.digest("account_number", request.number.reveal()):
            yield SameNumber(code=customer.code)
        elif account.state == AccountState.LIVE and ledger.open_ask(desk.tx, account.id):
            yield AlreadyUnderWay()
    last = accounts.last_lived(desk.tx, customer.id)
    if last is not None and last.channel != request.channel and not elsewhere(desk, customer, request, last):
        yield OtherBankLive(code=customer.code, channel=desk.titles_of(last.channel))


def title_of(desk: Desk, channel: str) -> str:
    """A bank's name, for people."""
    return desk.channels[channel].title if channel in desk.channels else channel


def elsewhere(desk: Desk, customer: Customer, request: BindingRequest, last: Account) -> bool:
    """Whether the account may be at another bank than the last one (R10.1).

    It may if that was requested in writing and signed; if the customer went to cash for good and comes back as a new
    entrant (R9.1, R9.2); or if a debit card or passbook serves while a credit card is made (R7.11, R8.5). The interim
    one may be at any bank, and the credit card that follows at the customer's former bank is no change of bank either.
    """
    application = applications.open_application(desk.tx, customer.id, "bank_change")
    if application is not None and application.state == ApplicationState.APPROVED:
        return application.proposed.get("settlement_bank") == request.channel
    if _left(desk, last):
        return True
    waits = [case for case in cards.waited_for(desk.tx, customer.id) if case.event in WAITS_FOR_CREDIT]
    if not waits:
        return False
    # The bank before the wait began: the interim account has been the last one since.
    home = accounts.last_lived(desk.tx, customer.id, waits[0].opened_at)
    if home is not None and home.channel == request.channel:
        return True
    if request.kind != AccountKind.CREDIT_CARD:
        return last.kind == AccountKind.CREDIT_CARD
    return home is None or _left(desk, home)


def _left(desk: Desk, last: Account) -> bool:
    """Whether the customer went to cash for good after this account (R9.2)."""
    gone = applications.last_done(desk.tx, last.customer_id, "cash_for_good")
    return last.state == AccountState.ENDED and gone is not None and last.live_at is not None and gone > last.live_at


NUMBER_USED = "这个协议编号已用于另一份协议"
STATE_WORDS = {
    "filed": ("已申报、等待银行确认", "filed, the bank confirms"),
    "live": ("生效", "live"),
    "ending": ("正在终止", "ending"),
}
