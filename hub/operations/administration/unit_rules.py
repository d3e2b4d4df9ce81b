"""What a unit sets within the regulation: a choice that it is given (R9.3), stricter limits, never looser ones (I8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.changes import MAY_SIGN, TABLE, Need, Rule
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.changes.plan import rule_of
from hub.operations.changes.steps import void
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import now
from hub.registry.changes import applications
from hub.registry.schema import Unit, UnitRule
from hub.registry.staff import users

LOOKS = {
    Post.SECTION_CHIEF,
    Post.DEPUTY_SECTION_CHIEF,
    Post.DEPUTY_MANAGER,
    Post.STATISTICS_CLERK,
    Post.INTERNAL_CONTROL,
}


class Looser(Refusal):
    """A unit's own limit may be stricter than the article's, never looser (I8)."""

    article = "I8"
    says = (
        "{article}规定{given},本单位的规定只能更严,不能放宽。",
        "{article} gives {given_en}: a unit may be stricter, never looser.",
    )
    then = ("请填写不超过规定的期限。", "Enter no more than the article gives.")

    def __init__(self, **fields: object) -> None:
        super().__init__(**fields)
        self.article = str(fields.get("article", self.article))  # type: ignore[misc]


class NoChoiceHere(Refusal):
    """Only where the article lets each unit choose is there a choice (R9.3)."""

    article = "R9.3"
    says = ("“{title}”没有可由单位选择的内容。", "“{title_en}” leaves nothing for a unit to choose.")
    then = ("请只填写期限或增加的审批岗位。", "Set a shorter time or another signer instead.")


@dataclass(frozen=True)
class UnitRuleView:
    """A rule of the table in a unit: the article's own limits, and what the unit has set, if anything."""

    unit: Unit
    rule: Rule
    own: UnitRule | None

    @property
    def choosing(self) -> bool:
        """Whether the article lets each unit choose."""
        return has_choice(self.rule)


def has_choice(rule: Rule) -> bool:
    """Whether the article lets each unit choose among the values (R9.3)."""
    return Need.UNIT_ALLOWS_IT in rule.needs


@operation(
    "unit_rules.list_rules",
    article="I8",
    posts=LOOKS,
    title=("查看本单位规定", "See a unit's rules"),
    changes=False,
    audited=False,
)
def list_rules(desk: Desk, unit_code: str | None = None) -> list[UnitRuleView]:
    """Every rule of the table in a unit of the caller's (without one: in those that have set something)."""
    own = {(row.unit_code, row.rule): row for row in applications.unit_rules(desk.tx, desk.units)}
    units = [each for each in users.units(desk.tx) if desk.units is None or each.code in desk.units]
    if unit_code is None:
        return [UnitRuleView(unit, rule, own[unit.code, rule.key]) for unit in units for rule in TABLE
                if (unit.code, rule.key) in own]  # fmt: skip
    unit = next((each for each in units if each.code == unit_code), None)
    if unit is None:
        raise NotFound(what="单位")
    return [UnitRuleView(unit, rule, own.get((unit.code, rule.key))) for rule in TABLE]


@operation(
    "unit_rules.set_rule",
    article="I8",
    posts={Post.SECTION_CHIEF},
    title=("设定本单位规定", "Set a unit's rule"),
    people_only=True,
)
def set_rule(
    desk: Desk,
    unit_code: str,
    rule_key: str,
    *,
    due: int | None = None,
    more_approvals: Sequence[str] = (),
    choice: str | None = None,
) -> int:
    """Set a shorter time, more signers, the unit's choice; with none of them the article alone counts again.

    What is being signed or carried out under the old one becomes void and its askers are told; returns how many.
    Raises NotFound, NoSuchRule, Looser, NoChoiceHere, BadInput.
    """
    if users.unit(desk.tx, unit_code) is None or (desk.units is not None and unit_code not in desk.units):
        raise NotFound(what="单位")
    rule = rule_of(rule_key)
    desk.about("unit_rule", f"{unit_code} {rule.key}")
    desk.at_unit = unit_code
    _within(rule, due, more_approvals, choice)
    applications.hold_unit_rule(desk.tx, unit_code, rule.key)
    was = applications.unit_rule(desk.tx, unit_code, rule.key)
    before = _said(was)
    if due is None and not more_approvals and choice is None:
        if was is not None:
            desk.tx.delete(was)
    else:
        row = was or UnitRule(unit_code=unit_code, rule=rule.key)
        row.due, row.more_approvals, row.choice = due, list(dict.fromkeys(more_approvals)), choice
        row.by_name, row.at = desk.actor.name, now()
        desk.tx.add(row)
    desk.tx.flush()
    after = _said(applications.unit_rule(desk.tx, unit_code, rule.key))
    desk.audit_detail |= {"before": before, "after": after}
    return _void_open(desk, unit_code, rule) if before != after else 0


def _within(rule: Rule, due: int | None, more_approvals: Sequence[str], choice: str | None) -> None:
    """Whether this is stricter than the article, or the choice that it gives."""
    if due is not None and due > rule.due:
        raise Looser(article=rule.article, given=f" {rule.due} 个工作日", given_en=f"{rule.due} working day(s)")
    if due is not None and due < 0:
        raise BadInput(field="期限", problem="不能为负", mend="当日办理请填 0。")
    for post in more_approvals:
        if post not in MAY_SIGN or post in rule.approvals:
            titles = "、".join(sorted(POST_TITLES[each][0] for each in MAY_SIGN - set(rule.approvals)))
            raise BadInput(field="增加的审批岗位", problem="已按条款审批,或不能审批", mend=f"可增加:{titles}。")
    if choice is not None and not has_choice(rule):
        raise NoChoiceHere(title=rule.title[0], title_en=rule.title[1])
    if choice is not None and choice not in rule.to:
        raise BadInput(field="单位的选择", problem="不在条款允许的范围", mend="请从列表中选择。")


def _said(row: UnitRule | None) -> dict[str, object]:
    return {"due": row.due, "more": list(row.more_approvals), "choice": row.choice} if row else {}


def _void_open(desk: Desk, unit_code: str, rule: Rule) -> int:
    rows = applications.open_under(desk.tx, unit_code, rule.key)
    for row in rows:
        void(desk, row, "rule_changed")
    desk.audit_detail["voided"] = len(rows)
    return len(rows)
