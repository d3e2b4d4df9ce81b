"""The regulation as a table: each change a customer's record may see, who asks, who signs, when it is due (ADR 0007).

Code interprets the rows; no second copy of a rule exists. A row's `version` is part of what approvals sign, so a rule
that changes while an application is open voids it, visibly.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One change that the regulation knows."""

    key: str
    article: str
    title: Bilingual
    sets: tuple[str, ...]
    """Fields of the catalogue that it sets; none: what follows is an operation of its own."""
    asked_by: frozenset[Post]
    carried_out_by: Post = CLERK
    effect: str = "set"
    """What carrying out does (`operations/carrying_out.py`)."""
    to: tuple[str, ...] = ()
    """The only values that it may set; none: any that the catalogue allows."""
    needs: tuple[str, ...] = ()
    """Conditions of the customer, by name (`operations/conditions.py`)."""
    reasons: tuple[str, ...] = ()
    """Why, as a choice; none: in words only."""
    papers: tuple[str, ...] = ()
    """Evidence that must be on file before it is sent."""
    approvals: tuple[Post, ...] = ()
    """Who signs, in the order in which the article names them (I3)."""
    due: int = 1
    """Working days after the last signature (without one: after the entry) within which it is carried out."""
    returns: Return = Return.NEVER
    files_with: tuple[Post, ...] = ()
    """Who is told when it is done."""
    daily_mail: bool = False
    """Stands in the day's mail to internal control (R12.1, R12.2)."""
    phones: bool = False
    """Changes a phone: the number is looked for among all customers (R12.3), and the change counts (R12.6)."""
    unless: str = ""
    """What is normally refused, in words; the application is its only way (I4)."""

    @property
    def temporary(self) -> bool:
        """Whether it is undone automatically."""
        return self.returns is not Return.NEVER

    @property
    def version(self) -> str:
        """A short digest of the row."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


TABLE: tuple[Rule, ...] = (
    Rule(
        key="bank_change",
        article="R10.1",
        title=("变更结算银行", "Another settlement bank"),
        sets=("settlement_bank",),
        effect="bind_elsewhere",
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("has_settlement_bank",),
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
        effect="end_accounts",
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("settles_electronically",),
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
        effect="cash_and_end",
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("settles_electronically",),
        reasons=("reported_lost", "replaced"),
        returns=Return.NEW_ACCOUNT,
    ),
    Rule(
        key="cash_card_unreported",
        article="R8.2",
        title=("卡(折)丢失未挂失,客户选择现金", "Lost, not reported: the customer chooses cash"),
        sets=("settlement_method",),
        to=("cash",),
        effect="cash_and_end",
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("settles_electronically", "risk_told"),
        reasons=("lost_not_reported",),
        returns=Return.NEW_ACCOUNT,
    ),
    Rule(
        key="cash_passbook_password",
        article="R8.4",
        title=("换折忘记密码,临时现金结算", "Password forgotten at the replacement: cash for now"),
        sets=("settlement_method",),
        to=("cash",),
        effect="cash_and_end",
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("settles_electronically", "settles_by_passbook"),
        reasons=("password_forgotten",),
        returns=Return.NEW_ACCOUNT,
    ),
    Rule(
        key="cash_credit_card",
        article="R8.5",
        title=("贷记卡丢失,临时现金结算", "Credit card lost: cash for now"),
        sets=("settlement_method",),
        to=("cash",),
        effect="cash_and_end",
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("settles_electronically", "settles_by_credit_card"),
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
        needs=("settles_electronically",),
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
        needs=("settles_electronically", "no_damaged_case", "unit_allows_it"),
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
        needs=("orders_by_system",),
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
        needs=("orders_by_device", "device_reported"),
        reasons=("device_failed",),
        returns=Return.AFTER_ORDER,
    ),
    Rule(
        key="method_after_term",
        article="R11.3",
        title=("协议期满变更订货方式", "Another order method after the term"),
        sets=("order_method",),
        to=("web", "phone"),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("orders_by_device", "term_over"),
        unless="协议期内不得变为其他订货方式",
    ),
    Rule(
        key="web_ordering",
        article="R7.6",
        title=("开通网上订货", "Web ordering"),
        sets=("order_method",),
        to=("web",),
        effect="web_ordering",
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("not_on_web", "term_over"),
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
        needs=("orders_on_web",),
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
        needs=("orders_by_system",),
        daily_mail=True,
        phones=True,
    ),
    Rule(
        key="phone_for_now",
        article="R12.2",
        title=("两个电话均有故障,临时电话", "Both phones fail: a number for now"),
        sets=("order_phone",),
        asked_by=frozenset({CLERK, MANAGER}),
        needs=("orders_by_phone",),
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
        needs=("orders_by_phone",),
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
        needs=("first_delivery",),
        effect="first_delivery",
    ),
    Rule(
        key="route_urgent",
        article="R13.4",
        title=("急需调整线路", "Urgent route change"),
        sets=("visit_batch", "delivery_route", "stop_order", "visit_route", "order_day"),
        asked_by=frozenset({MANAGER, Post.DELIVERY_DRIVER}),
        needs=("no_double_visit",),
        approvals=(Post.DEPUTY_SECTION_CHIEF, CHIEF),
    ),
    Rule(
        key="grade_change",
        article="R14.1",
        title=("客户等级变更", "Grade"),
        sets=("customer_grade",),
        asked_by=frozenset({MANAGER}),
        carried_out_by=CHIEF,
        papers=("grade_change_form",),
        approvals=(CHIEF, DEPUTY),
        files_with=(CONTROL,),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is asked and signed like a change, but sets no field of one customer: a table and pages of its own."""

    key: str
    article: str
    asked_by: frozenset[Post]
    approvals: tuple[Post, ...]
    """Who signs, in the order in which the article names them (I3)."""
    files_with: tuple[Post, ...] = ()


CASES: Mapping[str, Case] = {
    each.key: each
    for each in (
        Case(
            key="phone_permit",
            article="R12.5",
            asked_by=frozenset({CLERK, MANAGER}),
            approvals=(CHIEF, DEPUTY),
            files_with=(CONTROL,),
        ),
        Case(key="route_scenario", article="R13.3", asked_by=frozenset({CLERK}), approvals=(CHIEF, DEPUTY)),
    )
}
RULES: Mapping[str, Rule] = {rule.key: rule for rule in TABLE}
MAY_SIGN = frozenset(post for rule in TABLE for post in rule.approvals) | {CONTROL}
"""Posts that sign applications: those of the table, and internal control where a unit adds it (I8)."""
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
    "device_failed": ("设备故障,运营商不能修复", "Device failed, beyond repair"),
}


def offered(asked_by: frozenset[Post]) -> tuple[Rule, ...]:
    """The rules under which somebody with these posts may ask for something."""
    return tuple(rule for rule in TABLE if rule.asked_by & asked_by)
