"""Conditions that rules name: what must be true of a customer before a change may be asked for."""

from collections.abc import Callable, Iterator, Mapping

from hub.domain.changes import RULES, Need, Rule
from hub.domain.refusals import NotThisCustomer, Refusal
from hub.domain.states import AgreementState, DeviceState
from hub.operations.desk import Desk
from hub.operations.visits import first_delivery
from hub.operations.visits import guard as visit_guard
from hub.ports import today
from hub.registry import cards
from hub.registry.changes import applications, temporary
from hub.registry.customers.customers import method_of
from hub.registry.schema import Customer
from hub.registry.settlement import accounts

Condition = Callable[[Desk, Customer, Mapping[str, str]], Iterator[Refusal]]
DEVICES = {"handset": ("telecom", "手机"), "yanxintong": ("mobile", "烟信通")}
BY_SYSTEM = ("web", "handset", "yanxintong")
SUPERVISED = frozenset({AgreementState.SIGNED, AgreementState.DELIVERED, AgreementState.LIVE})


class InTerm(Refusal):
    """During a handset or Yanxintong agreement no other order method (R11.3)."""

    article = "R11.3"
    says = (
        "{method}订货协议期内(至 {until})不得变为其他订货方式。",
        "No other order method during the agreement's term ({method}, until {until}).",
    )
    then = (
        "协议期满后可办理,提倡改为网上订货;设备故障可办理临时电话订货(R11.2)。",
        "After the term, preferably web ordering; a failed device allows phone for now (R11.2).",
    )


class RiskNotTold(Refusal):
    """Who lost a card and does not report it is told of the risk first (R8.2)."""

    article = "R8.2"
    says = ("还没有登记已告知客户不挂失的风险。", "It is not recorded that the customer was told of the risk.")
    then = ("请先向客户说明风险,并勾选“已告知”。", "Tell the customer, then tick “told”.")


class UnitDecided(Refusal):
    """Each unit chooses between cash and paying into its own account (R9.3)."""

    article = "R9.3"
    says = ("本单位规定此类情况采用{chosen}。", "This unit has chosen: {chosen}.")
    then = ("请按本单位的规定选择。", "Choose that one.")


class HeldForNow(Refusal):
    """A temporary change holds the field and will return by itself (I2)."""

    article = "I2"
    says = ("该项目正按“{held}”临时变更,尚未恢复。", "A temporary change holds this and has not returned: {held_en}.")
    then = (
        "客户订货后 1 个工作日内自动恢复,恢复后再办理;已订货的请先登记订货。",
        "It returns within a working day after the order; record the order, then ask for this.",
    )


class DamagedTakesNoCash(Refusal):
    """Until a damaged card is replaced the customer pays in to the old number (R8.3)."""

    article = "R8.3"
    says = (
        "客户的卡已登记损坏、尚未换卡,换新卡前不收取现金。",
        "The card is damaged and not replaced: no cash until it is.",
    )
    then = (
        "请客户向原卡号汇款结算;已经换卡的,请登记“损坏,已经换卡”。",
        "Let the customer pay in to the old number; if the card was replaced, report that.",
    )


class NothingReported(Refusal):
    """Phone ordering for a failed device follows the carrier's report (R11.2)."""

    article = "R11.2"
    says = ("运营商没有报告该客户的设备不能修复。", "The carrier has not reported the device beyond repair.")
    then = (
        "请先由运营商维修;不能修复的由运营商报告后自动受理。",
        "Let the carrier mend it; its report opens the change by itself.",
    )


def _only(test: Callable[[Customer], bool], article: str, why: str, why_en: str) -> Condition:
    def check(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
        if not test(customer):
            yield NotThisCustomer(article=article, why=why, why_en=why_en)

    return check


def _kind(kind: str, article: str, why: str, why_en: str) -> Condition:
    def check(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
        if not any(account.kind == kind for account in accounts.open_accounts(desk.tx, customer.id)):
            yield NotThisCustomer(article=article, why=why, why_en=why_en)

    return check


def term_over(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """No handset or Yanxintong agreement in its term (R11.3); one without an end has no end.

    Whatever the customer orders by at the moment: who is on the phone for an outage is bound all the same.
    """
    carriers = dict(DEVICES.values())
    for agreement in accounts.agreements_of(desk.tx, customer.id):
        running = agreement.channel in carriers and agreement.state in SUPERVISED
        if running and (agreement.term_until is None or agreement.term_until >= today()):
            yield InTerm(method=carriers[agreement.channel], until=agreement.term_until or "未登记期限")


def not_held_for_now(desk: Desk, customer: Customer, rule: Rule) -> Iterator[Refusal]:
    """No other change of what a temporary change holds (I2): its return would find somebody else's value.

    A number for good is not refused: it is what ends the customer's trouble, and nothing is put back over it (R12.4).
    """
    for other in temporary.held(desk.tx, customer.id):
        holds = set(rule.sets) & {*other.before, *other.before_sealed}
        if holds and other.rule != rule.key and (rule.temporary or not rule.phones):
            yield HeldForNow(held=RULES[other.rule].title[0], held_en=RULES[other.rule].title[1])


def no_damaged_case(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """A card that is damaged and not replaced takes no cash: its account is whole (R8.3)."""
    damaged = any(case.event == "damaged" for case in cards.waited_for(desk.tx, customer.id))
    if damaged and values.get("settlement_method") == "cash":
        yield DamagedTakesNoCash()


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
        yield RiskNotTold()


def unit_allows_it(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """Cash or the company's account, as the unit has set (R9.3); a unit that set nothing leaves it open."""
    chosen = applications.unit_choice(desk.tx, customer.unit_code)
    if chosen and values.get("settlement_method") not in ("", None, chosen):
        yield UnitDecided(chosen={"cash": "现金结算", "company_account": "汇入单位账户"}[chosen])


def no_double_visit(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """Whether the new batch or order day keeps one visit a cycle (R13.2)."""
    yield from visit_guard.refusals_of(desk, customer, values, today())


def just_delivered(desk: Desk, customer: Customer, values: Mapping[str, str]) -> Iterator[Refusal]:
    """Only in the days after the first delivery is a route corrected by this row (R7.14)."""
    if (why := first_delivery.why_not(desk, customer)) is not None:
        yield NotThisCustomer(article="R7.14", why=why[0], why_en=why[1])


CONDITIONS: Mapping[Need, Condition] = {
    Need.SETTLES_ELECTRONICALLY: _only(
        lambda each: each.settlement_method == "electronic",
        "R9.1",
        "客户目前不是电子结算",
        "the customer does not settle electronically",
    ),
    Need.SETTLES_BY_PASSBOOK: _kind("passbook", "R8.4", "客户没有存折账户", "the customer has no passbook"),
    Need.SETTLES_BY_CREDIT_CARD: _kind("credit_card", "R8.5", "客户没有贷记卡", "the customer has no credit card"),
    Need.ORDERS_BY_SYSTEM: _only(
        lambda each: method_of(each) in BY_SYSTEM,
        "R11.1",
        "客户不是网上、手机或烟信通订货",
        "the customer does not order by web, handset or Yanxintong",
    ),
    Need.ORDERS_BY_DEVICE: _only(
        lambda each: method_of(each) in DEVICES,
        "R11.2",
        "客户不是手机或烟信通订货",
        "the customer orders by no carrier's device",
    ),
    Need.ORDERS_BY_PHONE: _only(
        lambda each: method_of(each) == "phone", "R12.2", "客户不是电话订货", "the customer does not order by phone"
    ),
    Need.ORDERS_ON_WEB: _only(
        lambda each: method_of(each) == "web", "R11.4", "客户不是网上订货", "the customer does not order on the web"
    ),
    Need.NOT_ON_WEB: _only(
        lambda each: method_of(each) != "web", "R7.6", "客户已是网上订货", "the customer orders on the web already"
    ),
    Need.TERM_OVER: term_over,
    Need.DEVICE_REPORTED: device_reported,
    Need.HAS_SETTLEMENT_BANK: has_settlement_bank,
    Need.NO_DAMAGED_CASE: no_damaged_case,
    Need.RISK_TOLD: risk_told,
    Need.UNIT_ALLOWS_IT: unit_allows_it,
    Need.NO_DOUBLE_VISIT: no_double_visit,
    Need.FIRST_DELIVERY: just_delivered,
}
