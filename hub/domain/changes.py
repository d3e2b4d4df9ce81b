"""The regulation as a table: each change that a customer's record may undergo, who asks, who signs, when (ADR 0007).

Code interprets the rows; no rule is written twice. A row's `version` is part of what approvals sign, so that a change of
the rule voids open applications, visibly.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from .plain_text import Bilingual
from .staff.posts import Post

CLERK, MANAGER, CHIEF = Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF
DEPUTY, CALL, CONTROL = Post.DEPUTY_MANAGER, Post.CALL_CLERK, Post.INTERNAL_CONTROL


class Return(StrEnum):
    """What ends a temporary change (I2)."""

    NEVER = "never"
    AFTER_ORDER = "after_order"
    NEW_ACCOUNT = "new_account"


class Effect(StrEnum):
    """What is done when a change is carried out; the functions are in `operations/changes/effects.py`."""

    SET = "set"
    END_ACCOUNTS = "end_accounts"
    CASH_AND_END = "cash_and_end"
    BIND_ELSEWHERE = "bind_elsewhere"
    FIRST_DELIVERY = "first_delivery"
    WEB_ORDERING = "web_ordering"


class Need(StrEnum):
    """What must be true of a customer; the checks are in `operations/changes/conditions.py`."""

    DEVICE_REPORTED = "device_reported"
    EVALUATION_HELD = "evaluation_held"
    FIRST_DELIVERY = "first_delivery"
    HAS_SETTLEMENT_BANK = "has_settlement_bank"
    NO_DOUBLE_VISIT = "no_double_visit"
    NOT_ON_WEB = "not_on_web"
    ORDERS_BY_DEVICE = "orders_by_device"
    ORDERS_BY_PHONE = "orders_by_phone"
    ORDERS_BY_SYSTEM = "orders_by_system"
    ORDERS_ON_WEB = "orders_on_web"
    RISK_TOLD = "risk_told"
    SETTLES_BY_CREDIT_CARD = "settles_by_credit_card"
    SETTLES_BY_PASSBOOK = "settles_by_passbook"
    SETTLES_ELECTRONICALLY = "settles_electronically"
    TERM_OVER = "term_over"
    UNIT_ALLOWS_IT = "unit_allows_it"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One change that the regulation knows."""

    key: str
    article: str
    title: Bilingual
    sets: tuple[str, ...]
    """Fields of the catalogue that it sets; none if an operation of its own follows."""
    asked_by: frozenset[Post]
    carried_out_by: Post = CLERK
    effect: Effect = Effect.SET
    to: tuple[str, ...] = ()
    """The only values that it may set; empty for any that the catalogue allows."""
    needs: tuple[Need, ...] = ()
    """What must be true of the customer before it may be asked for."""
    reasons: tuple[str, ...] = ()
    """The choices of a reason; none if it is given in words only."""
    papers: tuple[str, ...] = ()
    """Evidence that must be on file before the application is sent."""
    approvals: tuple[Post, ...] = ()
    """Who signs, in the order in which the article names them (I3)."""
    due: int = 1
    """Working days after the last signature (without one: after the entry) within which it is carried out."""
    returns: Return = Return.NEVER
    files_with: tuple[Post, ...] = ()
    """Posts that are notified when it is done."""
    daily_mail: bool = False
    """Whether the day's mail to internal control reports it (R12.1, R12.2)."""
    phones: bool = False
    """Whether it changes a phone: all customers are searched for the number (R12.3), and the change counts (R12.6)."""
    unless: str = ""
    """What is normally refused, in words, and allowed only by this application (I4)."""

    @property
    def temporary(self) -> bool:
        """Whether it is reversed automatically."""
        return self.returns is not Return.NEVER

    @property
    def version(self) -> str:
        """A short digest of the row, the same in every process."""
        # Sets are sorted: their own order depends on the process's hash seed, so a restart would void what was signed.
        return hashlib.sha256(json.dumps(asdict(self), default=sorted).encode()).hexdigest()[:12]


TABLE: tuple[Rule, ...] = (
    Rule(
        key="bank_change",
        article="R10.1",
        title=("变更结算银行", "Another settlement bank"),
        sets=("settlement_bank",),
        effect=Effect.BIND_ELSEWHERE,
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.HAS_SETTLEMENT_BANK,),
        papers=("written_application",),
        approvals=(CHIEF, DEPUTY),
        unless="一般不允许变更结算银行",
    ),
    Rule(
        key="cash_for_good",
        article="R9.2",
        title=("电子结算变为现金结算", "Electronic to cash, for good"),
        sets=("settlement_method",),
        to=("cash",),
        effect=Effect.END_ACCOUNTS,
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.SETTLES_ELECTRONICALLY,),
        papers=("written_application",),
        approvals=(CHIEF, DEPUTY),
        unless="电子结算一般不变为现金结算",
    ),
    Rule(
        key="cash_card_reported",
        article="R8.1",
        title=("卡(折)已挂失,临时现金结算", "Card reported lost: cash for now"),
        sets=("settlement_method",),
        to=("cash",),
        effect=Effect.CASH_AND_END,
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.SETTLES_ELECTRONICALLY,),
        reasons=("reported_lost", "replaced"),
        returns=Return.NEW_ACCOUNT,
    ),
    Rule(
        key="cash_card_unreported",
        article="R8.2",
        title=("卡(折)丢失未挂失,客户选择现金", "Lost, not reported: the customer chooses cash"),
        sets=("settlement_method",),
        to=("cash",),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.SETTLES_ELECTRONICALLY, Need.RISK_TOLD),
        reasons=("lost_not_reported",),
        returns=Return.NEW_ACCOUNT,
    ),
    Rule(
        key="cash_passbook_password",
        article="R8.4",
        title=("换折忘记密码,临时现金结算", "Password forgotten at the replacement: cash for now"),
        sets=("settlement_method",),
        to=("cash",),
        effect=Effect.CASH_AND_END,
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.SETTLES_ELECTRONICALLY, Need.SETTLES_BY_PASSBOOK),
        reasons=("password_forgotten",),
        returns=Return.NEW_ACCOUNT,
    ),
    Rule(
        key="cash_credit_card",
        article="R8.5",
        title=("贷记卡丢失,临时现金结算", "Credit card lost: cash for now"),
        sets=("settlement_method",),
        to=("cash",),
        effect=Effect.CASH_AND_END,
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.SETTLES_ELECTRONICALLY, Need.SETTLES_BY_CREDIT_CARD),
        reasons=("reported_lost",),
        returns=Return.NEW_ACCOUNT,
    ),
    Rule(
        key="cash_password_locked",
        article="R9.3",
        title=("密码被锁,临时现金结算", "Password locked: cash for now"),
        sets=("settlement_method",),
        to=("cash",),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.SETTLES_ELECTRONICALLY,),
        reasons=("password_locked",),
        returns=Return.AFTER_ORDER,
    ),
    Rule(
        key="cash_unit_choice",
        article="R9.3",
        title=("未能存款或银行故障,临时结算", "No time to pay in, or bank failure: settled otherwise for now"),
        sets=("settlement_method",),
        to=("cash", "company_account"),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.SETTLES_ELECTRONICALLY, Need.UNIT_ALLOWS_IT),
        reasons=("no_time", "forgotten_to_pay_in", "bank_failure"),
        returns=Return.AFTER_ORDER,
    ),
    Rule(
        key="phone_outage",
        article="R11.1",
        title=("订货系统故障,临时电话订货", "Ordering system down: phone for now"),
        sets=("order_method",),
        to=("phone",),
        asked_by=frozenset({CALL, CLERK}),
        needs=(Need.ORDERS_BY_SYSTEM,),
        reasons=("system_outage",),
        returns=Return.AFTER_ORDER,
    ),
    Rule(
        key="phone_device",
        article="R11.2",
        title=("设备故障,临时电话订货", "Device failed: phone for now"),
        sets=("order_method",),
        to=("phone",),
        asked_by=frozenset({CLERK}),
        needs=(Need.ORDERS_BY_DEVICE, Need.DEVICE_REPORTED),
        reasons=("device_failed",),
        returns=Return.AFTER_ORDER,
    ),
    Rule(
        key="method_after_term",
        article="R11.3",
        title=("协议期满变更订货方式", "Another order method after the term"),
        sets=("order_method",),
        to=("phone",),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.ORDERS_BY_DEVICE, Need.TERM_OVER),
        unless="协议期内不得变为其他订货方式",
    ),
    Rule(
        key="web_ordering",
        article="R7.6",
        title=("开通网上订货", "Web ordering"),
        sets=("order_method",),
        to=("web",),
        effect=Effect.WEB_ORDERING,
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.NOT_ON_WEB, Need.TERM_OVER),
        papers=("web_ordering_form",),
        approvals=(MANAGER, CHIEF),
    ),
    Rule(
        key="leave_web",
        article="R11.4",
        title=("网上订货变为其他方式", "Web to another order method"),
        sets=("order_method",),
        to=("phone", "handset", "yanxintong"),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.ORDERS_ON_WEB,),
        papers=("written_application",),
        approvals=(CHIEF, DEPUTY),
        unless="网上订货户一般不改为其他订货方式",
    ),
    Rule(
        key="phone_told",
        article="R12.1",
        title=("电话告知变更订货电话", "Order phone changed by telephone"),
        sets=("order_phone", "backup_phone"),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.ORDERS_BY_SYSTEM,),
        daily_mail=True,
        phones=True,
    ),
    Rule(
        key="phone_for_now",
        article="R12.2",
        title=("两个电话均有故障,临时电话", "Both phones fail: a number for now"),
        sets=("order_phone",),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.ORDERS_BY_PHONE,),
        returns=Return.AFTER_ORDER,
        daily_mail=True,
        phones=True,
    ),
    Rule(
        key="phone_for_good",
        article="R12.4",
        title=("长期变更订货电话", "Order phone, for good"),
        sets=("order_phone", "backup_phone"),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=(Need.ORDERS_BY_PHONE,),
        papers=("phone_change_form",),
        approvals=(MANAGER, CHIEF),
        phones=True,
    ),
    Rule(
        key="route_first_delivery",
        article="R7.14",
        title=("首次送货发现线路不准", "Route found wrong at the first delivery"),
        sets=("visit_batch", "delivery_route", "stop_order", "visit_route", "order_day"),
        asked_by=frozenset({MANAGER, Post.DELIVERY_DRIVER}),
        needs=(Need.FIRST_DELIVERY,),
        effect=Effect.FIRST_DELIVERY,
    ),
    Rule(
        key="route_urgent",
        article="R13.4",
        title=("急需调整线路", "Urgent route change"),
        sets=("visit_batch", "delivery_route", "stop_order", "visit_route", "order_day"),
        asked_by=frozenset({MANAGER, Post.DELIVERY_DRIVER}),
        needs=(Need.NO_DOUBLE_VISIT,),
        approvals=(Post.DEPUTY_SECTION_CHIEF, CHIEF),
    ),
    Rule(
        key="grade_change",
        article="R14.1",
        title=("客户等级变更", "Grade"),
        sets=("customer_grade",),
        asked_by=frozenset({MANAGER}),
        carried_out_by=CHIEF,
        needs=(Need.EVALUATION_HELD,),
        papers=("grade_change_form",),
        approvals=(CHIEF, DEPUTY),
        files_with=(CONTROL,),
    ),
)


# Changes of routes without the meeting that otherwise decides: why none can be called must be written (R13.7). Not a
# field of the rule, because its version would then change and void what is open.
WITHOUT_MEETING = frozenset({"route_urgent"})


@dataclass(frozen=True, kw_only=True)
class Case:
    """An application signed like a change, but about no single customer's field; it has its own table and pages."""

    key: str
    article: str
    asked_by: frozenset[Post]
    approvals: tuple[Post, ...]
    """Who signs, in the order in which the article names them (I3)."""
    files_with: tuple[Post, ...] = ()


# Not in TABLE, because they set no field of one customer; the order of signatures is still that of the article.
CASES: Mapping[str, Case] = {
    each.key: each
    for each in (
        Case(
            key="phone_permit",
            article="R12.5",
            asked_by=frozenset({MANAGER}),
            approvals=(CHIEF, DEPUTY),
            files_with=(CONTROL,),
        ),
        Case(key="route_scenario", article="R13.3", asked_by=frozenset({CLERK}), approvals=(CHIEF, DEPUTY)),
    )
}
RULES: Mapping[str, Rule] = {rule.key: rule for rule in TABLE}
# Posts that sign applications: those of the table, and internal control where a unit adds it (I8).
MAY_SIGN = frozenset(post for rule in TABLE for post in rule.approvals) | {CONTROL}
REASONS: Mapping[str, Bilingual] = {
    "reported_lost": ("卡(折)丢失,扣款前已挂失", "Lost, reported before the collection"),
    "replaced": ("卡(折)损坏,已换卡", "Damaged, replaced already"),
    "lost_not_reported": ("卡(折)丢失,没有挂失", "Lost, not reported"),
    "password_forgotten": ("换折时忘记密码", "Password forgotten at the replacement"),
    "password_locked": ("密码被锁,未及时解锁", "Password locked"),
    "no_time": ("没有时间存款", "No time to pay in"),
    "forgotten_to_pay_in": ("忘记存款", "Forgot to pay in"),
    "bank_failure": ("银行系统故障", "The bank's system failed"),
    "system_outage": ("订货系统故障", "Ordering system down"),
    "device_failed": ("设备故障,通讯公司不能修复", "Device failed, beyond repair"),
}


def offered(asked_by: frozenset[Post]) -> tuple[Rule, ...]:
    """The rules under which holders of these posts may request a change."""
    return tuple(rule for rule in TABLE if rule.asked_by & asked_by)
