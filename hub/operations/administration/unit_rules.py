"""What a unit may set within the regulation: choices left to it (R9.4), stricter limits, never looser ones (I8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from hub.domain.changes import MAY_SIGN, RULES, TABLE, Need, Rule
from hub.domain.customers.choices import SETTLEMENT_METHODS
from hub.domain.inputs import Choices, Code, Label
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.changes.plan import rule_of
from hub.operations.changes.steps import void
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import now
from hub.registry.changes import applications
from hub.registry.schema import UnitRule
from hub.registry.staff import users

LOOKS = {
    Post.SECTION_CHIEF,
    Post.DEPUTY_SECTION_CHIEF,
    Post.DEPUTY_MANAGER,
    Post.STATISTICS_CLERK,
    Post.INTERNAL_CONTROL,
}


# The settlement methods that article 9 lets a unit choose for the time being (R9.4).
FOR_NOW = {way: SETTLEMENT_METHODS[way] for way in RULES["cash_unit_choice"].to}


class Looser(Refusal):
    """A unit's own limit may be stricter than the article's, never looser (I8)."""

    article = "I8"
    says = (
        "{article}规定{given},本单位的规定只能更严,不能放宽。",
        "{article} allows {given_en}: a unit may be stricter, never looser.",
    )
    then = ("请填写不超过规定的期限。", "Enter no more than the article allows.")

    def __init__(self, **fields: object) -> None:
        super().__init__(**fields)
        self.article = str(fields.get("article", self.article))  # type: ignore[misc]  # the class names one, an instance may have its own


class NoChoiceHere(Refusal):
    """The article leaves the unit no choice (R9.4)."""

    article = "R9.4"
    says = ("“{title}”没有可由单位选择的内容。", "“{title_en}” leaves nothing for a unit to choose.")
    then = ("请只填写期限或增加的审批岗位。", "Set a shorter time or another signer instead.")


@dataclass(frozen=True)
class UnitRuleView:
    """A rule in a unit: the article's limits, and what the unit has set (`by_name` is None when it set nothing).

    `before_order`: a temporary change, which is done before the customer's next order whatever the days (R8.6).
    `choosing`: the article lets each unit choose; `choices` are the settlement methods that it decides about. `cash`,
    `company_account`: what it decided about each, None if nothing; `choice`: the only one that it allows.
    """

    unit_code: str
    unit_name: str
    rule: str
    article: str
    title: tuple[str, str]
    article_due: int
    before_order: bool
    article_approvals: list[str]
    choosing: bool
    choices: list[str]
    due: int | None
    more_approvals: list[str]
    choice: str | None
    cash: bool | None
    company_account: bool | None
    by_name: str | None
    at: datetime | None


def has_choice(rule: Rule) -> bool:
    """Whether the article lets each unit choose among the values (R9.4)."""
    return Need.UNIT_ALLOWS_IT in rule.needs


@operation(
    "unit_rules.list_rules",
    article="I8",
    posts=LOOKS,
    title=("查看本单位规定", "See a unit's rules"),
    changes=False,
    audited=False,
)
def list_rules(desk: Desk, unit_code: Code | None = None) -> list[UnitRuleView]:
    """Every rule in a unit of the caller's; without one, the rules that the caller's units have set. Raises NotFound."""
    own = {(known.unit_code, known.rule): known for known in applications.unit_rules(desk.tx, desk.units)}
    names = {unit.code: unit.name for unit in users.units(desk.tx) if desk.units is None or unit.code in desk.units}
    if unit_code is not None and unit_code not in names:
        raise NotFound(what="单位")
    return [
        _view(code, names[code], rule, own.get((code, rule.key)))
        for code in (names if unit_code is None else [unit_code])
        for rule in TABLE
        if unit_code is not None or (code, rule.key) in own
    ]


def _view(unit_code: str, unit_name: str, rule: Rule, own: UnitRule | None) -> UnitRuleView:
    return UnitRuleView(
        unit_code=unit_code,
        unit_name=unit_name,
        rule=rule.key,
        article=rule.article,
        title=rule.title,
        article_due=rule.due,
        before_order=rule.temporary,
        article_approvals=[str(post) for post in rule.approvals],
        choosing=has_choice(rule),
        choices=list(rule.to),
        due=own.due if own else None,
        more_approvals=list(own.more_approvals) if own else [],
        choice=own.choice if own else None,
        cash=own.cash if own else None,
        company_account=own.company_account if own else None,
        by_name=own.by_name if own else None,
        at=own.at if own else None,
    )


@operation(
    "unit_rules.set_rule",
    article="I8",
    posts={Post.SECTION_CHIEF},
    title=("设定本单位规定", "Set a unit's rule"),
    people_only=True,
)
def set_rule(
    desk: Desk,
    unit_code: Code,
    rule: Code,
    *,
    due: Annotated[int | None, Field(ge=0, le=366), Label("期限", "Working days")] = None,
    more_approvals: Annotated[list[Code], Field(max_length=10), Label("增加的审批", "Also signed by")] | None = None,
    choice: Annotated[Code | None, Label("只采用", "The only one allowed"), Choices(FOR_NOW)] = None,
    cash: Annotated[bool | None, Label("是否收取现金", "Cash is taken")] = None,
    company_account: Annotated[bool | None, Label("是否存到单位账户", "Paid into the company's account")] = None,
) -> int:
    """Set a shorter time (0: the same day), more signers, the unit's choices; with none of them the article alone counts.

    `cash` and `company_account` are decided each by itself, both may be no (R9.4); `choice`: this one and not the other.

    Open applications under the old setting become void and their askers are told; returns how many.
    Raises NotFound, NoSuchRule, Looser, NoChoiceHere, BadInput.
    """
    desk.unit(unit_code)
    known, signers = rule_of(rule), more_approvals or []
    desk.about("unit_rule", f"{unit_code} {known.key}")
    _within(known, due, signers, (choice, cash, company_account))
    # "Only this one" is the same as deciding about both.
    if choice is not None:
        cash, company_account = choice == "cash", choice == "company_account"
    # Held until the end, so that no application is sent under the old setting once the open ones have become void.
    applications.hold_unit_rule(desk.tx, unit_code, known.key)
    was = applications.unit_rule(desk.tx, unit_code, known.key)
    before = _settings(was)
    if due is None and not signers and cash is company_account is None:
        if was is not None:
            desk.tx.delete(was)
    else:
        own = was or UnitRule(unit_code=unit_code, rule=known.key)
        own.due, own.more_approvals = due, list(dict.fromkeys(signers))
        own.cash, own.company_account = cash, company_account
        own.by_name, own.at = desk.actor.name, now()
        desk.tx.add(own)
    desk.tx.flush()
    after = _settings(applications.unit_rule(desk.tx, unit_code, known.key))
    desk.audit_detail |= {"before": before, "after": after}
    return _void_open(desk, unit_code, known) if before != after else 0


def _within(
    rule: Rule, due: int | None, more_approvals: Sequence[str], chosen: tuple[str | None, bool | None, bool | None]
) -> None:
    """Raise Looser, NoChoiceHere or BadInput unless this is stricter than the article, or a choice that it leaves."""
    if due is not None and due > rule.due:
        raise Looser(article=rule.article, given=f" {rule.due} 个工作日", given_en=f"{rule.due} working day(s)")
    if due is not None and due < 0:
        raise BadInput(field="期限", problem="不能为负", mend="当日办理请填 0。")
    for post in more_approvals:
        if post not in MAY_SIGN or post in rule.approvals:
            titles = sorted(POST_TITLES[signer] for signer in MAY_SIGN - set(rule.approvals))
            mend = (
                f"可增加:{'、'.join(zh for zh, _ in titles)}。",
                f"May be added: {', '.join(en for _, en in titles)}.",
            )
            raise BadInput(field="增加的审批岗位", problem="已按条款审批,或不能审批", mend=mend)
    choice, *each = chosen
    if chosen != (None, None, None) and not has_choice(rule):
        raise NoChoiceHere(title=rule.title[0], title_en=rule.title[1])
    if choice is not None and choice not in rule.to:
        raise BadInput(field="单位的选择", problem="不在条款允许的范围", mend="请从列表中选择。")
    if choice is not None and each != [None, None]:
        mend = ("请只填写是否收取现金、是否存到单位账户。", "Say it of cash and of the company's account alone.")
        raise BadInput(field="单位的选择", problem=("重复填写", "said twice"), mend=mend)


# Compared before and after: entering the same setting again must not void what is open.
def _settings(own: UnitRule | None) -> dict[str, object]:
    if own is None:
        return {}
    decided = {"cash": own.cash, "company_account": own.company_account}
    return {"due": own.due, "more": list(own.more_approvals), **decided}


def _void_open(desk: Desk, unit_code: str, rule: Rule) -> int:
    open_under = applications.open_under(desk.tx, unit_code, rule.key)
    for application in open_under:
        void(desk, application, "rule_changed")
    desk.audit_detail["voided"] = len(open_under)
    return len(open_under)
