"""Conditions that rules name: what must be true of a customer before a change may be asked for."""

from collections.abc import Callable, Collection, Iterator, Mapping

from hub.domain.changes import RULES, Need, Return, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.choices import DEVICE_METHODS, ORDER_METHODS, SETTLEMENT_METHODS
from hub.domain.refusals import NotThisCustomer, Refusal
from hub.domain.states import AgreementState, DeviceState
from hub.operations.customers.profile import read_plain
from hub.operations.desk import Desk
from hub.operations.visits import first_delivery
from hub.operations.visits import guard as visit_guard
from hub.ports import today
from hub.registry import cards
from hub.registry.changes import applications, temporary
from hub.registry.customers.customers import method_of
from hub.registry.onboarding import cases
from hub.registry.schema import Customer
from hub.registry.settlement import accounts

Condition = Callable[[Desk, Customer, Mapping[str, str]], Iterator[Refusal]]
# The reason that says that a damaged card has its successor already.
REPLACED = "replaced"
BY_SYSTEM = ("web", "handset", "yanxintong")
OTHER_METHOD, NO_END = ("通讯设备订货", "a carrier's device"), ("未登记期限", "no end recorded")
# How a customer who could not pay in may be settled for now (R9.4).
FOR_NOW = RULES["cash_unit_choice"].to
SUPERVISED = frozenset({AgreementState.SIGNED, AgreementState.DELIVERED, AgreementState.LIVE})


class InTerm(Refusal):
    """During a handset or Yanxintong agreement no other order method (R11.3)."""

    article = "R11.3"
    says = (
        "{method}协议期内(至 {until})不得变为其他订货方式。",
        "No other order method during the agreement's term ({method_en}, until {until_en}).",
    )
    then = (
        "协议期满后可办理,提倡改为网上订货;设备故障可办理临时电话订货(第十一条)。",
        "After the term, preferably web ordering; a failed device allows phone for now (Article 11).",
    )


class RiskNotTold(Refusal):
    """A customer who lost a card and does not report it is told of the risk first (R8.2)."""

    article = "R8.2"
    says = ("还没有登记已告知客户不挂失的风险。", "It is not recorded that the customer was told of the risk.")
    then = ("请先向客户说明风险,并勾选“已告知”。", "Tell the customer, then tick “told”.")


class UnitDecided(Refusal):
    """Each unit decides whether it takes cash, and whether customers pay into the company's account (R9.4)."""

    article = "R9.4"
    says = (
        "客户未能存款或银行故障时,本单位不采用{refused}。",
        "Where a customer could not pay in, or the bank failed, this unit does not allow: {refused}.",
    )
    then = (
        "{instead}请客户存款后按原方式结算;情况有变化的,由科长在“本单位规定”调整。",
        "{instead}Let the customer pay in and settle as before; the section chief may decide otherwise under the unit's "
        "rules.",
    )


class HeldForNow(Refusal):
    """A temporary change holds the field and is undone automatically: after the order, or with a new account (I2)."""

    article = "I2"
    says = ("该项目正按“{held}”临时变更,尚未恢复。", "A temporary change holds this and has not returned: {held}.")
    then = ("{mend}", "{mend}")


AFTER_ORDER = (
    "客户订货后 1 个工作日内自动恢复,恢复后再办理;已订货的请先登记订货。",
    "It returns within a working day after the order; record the order, then ask for this.",
)
NEW_ACCOUNT = (
    "新卡(折)和新协议办妥后自动恢复,恢复后再办理。",
    "It returns when the new account is live; ask for this then.",
)


class DamagedTakesNoCash(Refusal):
    """Until a damaged card is replaced the customer pays in to the old number (R8.3)."""

    article = "R8.3"
    says = (
        "客户的卡已登记损坏、尚未换卡,换新卡前不收取现金。",
        "The card is damaged and not replaced: no cash until it is.",
    )
    then = (
        "请客户向原卡号汇款结算;已经换卡的,请登记“损坏,已经换卡”;此后丢失的,先结束损坏登记再登记丢失。",
        "Let the customer pay in to the old number; report a replacement; if it was lost since, close the damage first.",
    )


class NoEvaluation(Refusal):
    """A grade, even the first, changes only after an evaluation was held and before it is filed (R14.1)."""

    article = "R14.2"
    says = (
        "本单位没有已进行、尚未备案的等级评定,不能变更客户等级。",
        "The unit has no grade evaluation that was held and is not filed yet; no grade is changed.",
    )
    then = (
        "请由科长登记等级评定;评定结束后,由客户经理填写等级变更申请表办理。",
        "Let the section chief enter the evaluation; after it the account manager sends the form.",
    )


class NothingReported(Refusal):
    """Phone ordering for a failed device follows the carrier's report (R11.2)."""

    article = "R11.2"
    says = ("通讯公司没有报告该客户的设备不能修复。", "The carrier has not reported the device beyond repair.")
    then = (
        "请先由通讯公司维修;不能修复的由通讯公司报告后自动受理。",
        "Let the carrier mend it; its report opens the change by itself.",
    )


def lasting(desk: Desk, customer: Customer, key: str) -> str:
    """The customer's lasting value of a field: while a temporary change holds it, the one that will be restored."""
    kept = (change.before[key] for change in temporary.held(desk.tx, customer.id) if key in change.before)
    return str(next(kept, None) or read_plain(customer, FIELDS[key]))


def _own(key: str, test: Callable[[str], bool], article: str, why: str, why_en: str) -> Condition:
    """A condition on the customer's lasting method, whatever stands in for it at the moment (I2)."""

    def check(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
        if not test(lasting(desk, customer, key)):
            yield NotThisCustomer(article=article, why=why, why_en=why_en)

    return check


def _kind(kind: str, article: str, why: str, why_en: str) -> Condition:
    def check(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
        if not any(account.kind == kind for account in accounts.open_accounts(desk.tx, customer.id)):
            yield NotThisCustomer(article=article, why=why, why_en=why_en)

    return check


def term_over(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """No handset or Yanxintong agreement in its term (R11.3); one without an end has no end.

    Whatever the customer orders by at the moment: one who phones during an outage is bound all the same.
    """
    for agreement in accounts.carriers_agreements(desk.tx, customer.id):
        until = agreement.term_until
        if agreement.state in SUPERVISED and (until is None or until >= today()):
            carrier = desk.channels.get(agreement.channel)
            method, method_en = ORDER_METHODS.get(carrier.device if carrier else method_of(customer), OTHER_METHOD)
            written, written_en = (until, until) if until else NO_END
            yield InTerm(method=method, method_en=method_en, until=written, until_en=written_en)


def not_held_for_now(desk: Desk, customer: Customer, rule: Rule) -> Iterator[Refusal]:
    """No other change of a field that a temporary change holds (I2): its return would find somebody else's value.

    A lasting number is not refused: it ends the customer's trouble, and no return overwrites it (R12.4).
    """
    for other in temporary.held(desk.tx, customer.id):
        holds = set(rule.sets) & {*other.before, *other.before_sealed}
        if holds and other.rule != rule.key and (rule.temporary or not rule.phones):
            mend = NEW_ACCOUNT if other.returns == Return.NEW_ACCOUNT else AFTER_ORDER
            yield HeldForNow(held=RULES[other.rule].title, mend=mend)


def no_cash_for_damage(
    desk: Desk, customer: Customer, rule: Rule, values: Mapping[str, str], reasons: Collection[str]
) -> Iterator[Refusal]:
    """A damaged card's account still works: no rule leads to cash until it is replaced, whatever the reason (R8.3)."""
    cash = "settlement_method" in rule.sets and values.get("settlement_method") == "cash"
    if cash and REPLACED not in reasons and damaged(desk, customer):
        yield DamagedTakesNoCash()


def damaged(desk: Desk, customer: Customer) -> bool:
    """Whether the customer's card is damaged and not replaced yet."""
    return any(case.event == "damaged" for case in cards.waited_for(desk.tx, customer.id))


def has_settlement_bank(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """The customer settles at a bank, or did until the card was lost (R10.1)."""
    if customer.settlement_method != "electronic" and accounts.last_lived(desk.tx, customer.id) is None:
        yield NotThisCustomer(
            article="R9.1", why="客户目前不是电子结算", why_en="the customer does not settle electronically"
        )


def device_reported(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """The carrier said that the device is beyond repair (R11.2)."""
    devices = accounts.devices_of(desk.tx, customer.id)
    if not any(device.state == DeviceState.FAILED and not device.repairable for device in devices):
        yield NothingReported()


def risk_told(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """The clerk ticked that the customer knows the risk (R8.2)."""
    if values.get("told") != "yes":
        yield RiskNotTold(at="told")


def unit_allows_it(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """Cash, or the company's account, as the unit has decided on each (R9.4); what it has not decided is allowed."""
    refused = applications.unit_refuses(desk.tx, customer.unit_code)
    allowed = [SETTLEMENT_METHODS[way] for way in FOR_NOW if way not in refused]
    wanted = values.get("settlement_method")
    # Without a value (a list of what may be asked) only a unit that refuses both ways stands against it.
    if wanted in refused or (refused and not allowed):
        named = [SETTLEMENT_METHODS[way] for way in FOR_NOW if way in refused and wanted in (way, "", None)]
        instead = ("", "")
        if allowed:
            instead = (f"可以改为{allowed[0][0]};或", f"Possible instead: {allowed[0][1]}. Or: ")
        words = ("、".join(zh for zh, _ in named), ", ".join(en for _, en in named))
        yield UnitDecided(refused=words, instead=instead)


def no_double_visit(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """Whether the new batch or order day keeps one visit a cycle (R13.2)."""
    yield from visit_guard.refusals_of(desk, customer, values, today())


def just_delivered(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """Only in the days after the first delivery is a route corrected by this row (R7.14)."""
    if (why := first_delivery.why_not(desk, customer)) is not None:
        yield NotThisCustomer(article="R7.14", why=why[0], why_en=why[1])


def evaluation_held(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """The customer's unit, or one above it, is between an evaluation and the filing of its review (R14.1)."""
    if not cases.evaluation_open(desk.tx, customer.unit_code, today()):
        yield NoEvaluation()


CONDITIONS: Mapping[Need, Condition] = {
    Need.SETTLES_ELECTRONICALLY: _own(
        "settlement_method",
        lambda method: method == "electronic",
        "R9.1",
        "客户目前不是电子结算",
        "the customer does not settle electronically",
    ),
    Need.SETTLES_BY_PASSBOOK: _kind("passbook", "R8.4", "客户没有存折账户", "the customer has no passbook"),
    Need.SETTLES_BY_CREDIT_CARD: _kind("credit_card", "R8.5", "客户没有贷记卡", "the customer has no credit card"),
    Need.ORDERS_BY_SYSTEM: _own(
        "order_method",
        lambda method: method in BY_SYSTEM,
        "R11.1",
        "客户不是网上、手机或烟信通订货",
        "the customer does not order by web, handset or Yanxintong",
    ),
    Need.ORDERS_BY_DEVICE: _own(
        "order_method",
        lambda method: method in DEVICE_METHODS,
        "R11.2",
        "客户不是手机或烟信通订货",
        "the customer orders by no carrier's device",
    ),
    Need.ORDERS_BY_PHONE: _own(
        "order_method",
        lambda method: method == "phone",
        "R12.2",
        "客户不是电话订货",
        "the customer does not order by phone",
    ),
    Need.ORDERS_ON_WEB: _own(
        "order_method",
        lambda method: method == "web",
        "R11.4",
        "客户不是网上订货",
        "the customer does not order on the web",
    ),
    Need.NOT_ON_WEB: _own(
        "order_method",
        lambda method: method != "web",
        "R7.6",
        "客户已是网上订货",
        "the customer orders on the web already",
    ),
    Need.TERM_OVER: term_over,
    Need.DEVICE_REPORTED: device_reported,
    Need.HAS_SETTLEMENT_BANK: has_settlement_bank,
    Need.RISK_TOLD: risk_told,
    Need.UNIT_ALLOWS_IT: unit_allows_it,
    Need.NO_DOUBLE_VISIT: no_double_visit,
    Need.FIRST_DELIVERY: just_delivered,
    Need.EVALUATION_HELD: evaluation_held,
}
