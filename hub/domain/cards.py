"""Events of a card or passbook (article 8): what the customer may then choose, and under which rule of the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .plain_text import Bilingual
from .settlement.accounts import AccountKind

UNCHANGED, TRANSFER, CASH, INTERIM = "unchanged", "transfer", "cash", "interim_debit"
CHOICES: Mapping[str, Bilingual] = {
    UNCHANGED: ("照常结算,不影响订货", "As before; orders go on"),
    TRANSFER: ("向原卡(折)号汇款结算", "Pay in to the old number"),
    CASH: ("临时现金结算", "Cash for now"),
    INTERIM: ("临时办理借记卡", "A debit card meanwhile"),
}
# A passbook is debited like a debit card, so it shares that card's events beside its own (R8.4).
CARDS = frozenset({AccountKind.DEBIT_CARD, AccountKind.CREDIT_CARD, AccountKind.PASSBOOK})
DEBIT = frozenset({AccountKind.DEBIT_CARD, AccountKind.PASSBOOK})
CREDIT = frozenset({AccountKind.CREDIT_CARD})


@dataclass(frozen=True, kw_only=True)
class CardEvent:
    """One event of a card. `choices` gives the rule that each choice needs, empty for none."""

    key: str
    article: str
    title: Bilingual
    choices: Mapping[str, str]
    kinds: frozenset[AccountKind] = DEBIT
    """Kinds of account of which the customer must have one; empty for a card that was only applied for."""
    reason: str = ""
    """The reason under which the rule is applied for."""
    risk: bool = False
    """Whether the customer must be told of a risk first."""
    reminds: bool = True
    """Whether the account manager reminds the customer until the new card arrives."""
    booked: bool = False
    """Whether the clerk books the replacement with the customer (R8.3)."""
    follows: frozenset[str] = frozenset()
    """Earlier events of the same card that end with this one; any other must be closed first."""
    why_not: Mapping[str, str] = field(default_factory=dict)
    """Why a choice is not available, in words."""


EVENTS: Mapping[str, CardEvent] = {
    each.key: each
    for each in (
        CardEvent(
            key="lost_reported",
            article="R8.1",
            title=("丢失,扣款前已挂失", "Lost, and reported before the collection"),
            choices={CASH: "cash_card_reported"},
            reason="reported_lost",
            follows=frozenset({"lost_unreported", "passbook_replaced"}),
            why_not={TRANSFER: "已挂失的卡(折)不能再汇入", UNCHANGED: "已挂失的卡(折)不能扣款"},
        ),
        CardEvent(
            key="lost_unreported",
            article="R8.2",
            title=("丢失,没有挂失", "Lost, and not reported"),
            choices={CASH: "cash_card_unreported", TRANSFER: ""},
            reason="lost_not_reported",
            follows=frozenset({"damaged", "passbook_replaced"}),
            risk=True,
        ),
        CardEvent(
            key="damaged",
            article="R8.3",
            title=("损坏,还没有换卡", "Damaged, not replaced yet"),
            choices={TRANSFER: ""},
            kinds=CARDS,
            booked=True,
            why_not={CASH: "损坏的卡没有资金安全问题,换新卡前不收取现金"},
        ),
        CardEvent(
            key="damaged_replaced",
            article="R8.3",
            title=("损坏,已经换卡", "Damaged, replaced already"),
            choices={CASH: "cash_card_reported"},
            reason="replaced",
            follows=frozenset({"damaged"}),
            why_not={TRANSFER: "原卡已换,不能再汇入"},
        ),
        CardEvent(
            key="passbook_replaced",
            article="R8.4",
            title=("换折", "Passbook replaced"),
            choices={UNCHANGED: ""},
            kinds=frozenset({AccountKind.PASSBOOK}),
            reminds=False,
            why_not={CASH: "以存折结算的客户可随时换折,不影响订货"},
        ),
        CardEvent(
            key="password_forgotten",
            article="R8.4",
            title=("换折时忘记密码", "Password forgotten at the replacement"),
            choices={CASH: "cash_passbook_password"},
            kinds=frozenset({AccountKind.PASSBOOK}),
            reason="password_forgotten",
            follows=frozenset({"passbook_replaced", "lost_unreported"}),
        ),
        CardEvent(
            key="credit_lost",
            article="R8.5",
            title=("贷记卡丢失", "Credit card lost"),
            choices={CASH: "cash_credit_card", INTERIM: "cash_credit_card"},
            kinds=CREDIT,
            reason="reported_lost",
            follows=frozenset({"credit_pending"}),
        ),
        CardEvent(
            key="credit_pending",
            article="R7.11",
            title=("贷记卡正在银行办理", "Credit card applied for at the bank"),
            choices={CASH: "", INTERIM: ""},
            kinds=frozenset(),
        ),
    )
}
# Only a new credit card ends these: a debit card may serve meanwhile.
WAITS_FOR_CREDIT = frozenset({"credit_lost", "credit_pending"})


def same_card(one: str, other: str) -> bool:
    """Whether two events are about the same card: a credit card still waited for is not the card in use."""
    return (one in WAITS_FOR_CREDIT) == (other in WAITS_FOR_CREDIT)


# Why the call desk keeps an order back, when the clerk cannot make the change at once (R8.1).
CAUSES: Mapping[str, Bilingual] = {
    "clerk_away": ("统计分析员不在", "The clerk is away"),
    "power_cut": ("单位停电", "The unit has no power"),
    "system_down": ("系统故障", "The system is down"),
}
CLOSED: Mapping[str, Bilingual] = {
    "new_account": ("新卡(折)已办妥", "The new card is live"),
    "found": ("卡(折)已找回并解挂", "Found again"),
    "replaced": ("已换折(卡),号码不变", "Replaced, same number"),
    "given_up": ("客户不再办理", "The customer gave it up"),
    "reported_anew": ("已按新的情况登记", "Reported anew, as it is now"),
}
# Endings that the hub enters itself, so nobody may choose them.
BY_ITSELF = frozenset({"new_account", "reported_anew"})
CLOSED_BY_HAND: Mapping[str, Bilingual] = {how: words for how, words in CLOSED.items() if how not in BY_ITSELF}
# Endings after which the card or passbook with the old number can be used again.
CARD_IS_THERE = frozenset({"found", "replaced"})
