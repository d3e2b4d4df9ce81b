"""What units set within the regulation: stricter limits and the choices that they are given (I8, R9.3)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Given, Shown
from hub.domain.inputs import Code
from hub.operations.administration import unit_rules
from hub.operations.desk import Desk

resource = Resource("unit rules")


class UnitRuleShown(Shown):
    """A rule in a unit: what the article gives, and what the unit has set; null: nothing."""

    unit_code: str
    rule: str
    article: str
    title: tuple[str, str]
    article_due: int
    article_approvals: list[str]
    due: int | None
    more_approvals: list[str]
    choice: str | None
    by_name: str | None
    at: datetime | None


class UnitRuleGiven(Given):
    """Working days (0: the same day), posts that sign besides, the unit's choice; all empty: the article alone."""

    due: Annotated[int, Field(ge=0, le=366)] | None = None
    more_approvals: Annotated[list[Code], Field(max_length=10)] = Field(default_factory=list)
    choice: Code | None = None


class Voided(Shown):
    """How many applications that were under way became void."""

    voided: int


@resource.get("/unit-rules", unit_rules.list_rules)
def listing(desk: Desk, unit_code: str | None = None) -> list[UnitRuleShown]:
    """Every rule in a unit; without one, what the caller's units have set."""
    return [
        UnitRuleShown(
            unit_code=view.unit.code,
            rule=view.rule.key,
            article=view.rule.article,
            title=view.rule.title,
            article_due=view.rule.due,
            article_approvals=[str(post) for post in view.rule.approvals],
            due=view.own.due if view.own else None,
            more_approvals=list(view.own.more_approvals) if view.own else [],
            choice=view.own.choice if view.own else None,
            by_name=view.own.by_name if view.own else None,
            at=view.own.at if view.own else None,
        )
        for view in unit_rules.list_rules(desk, unit_code)
    ]


@resource.change("POST", "/unit-rules/{unit_code}/{rule}", unit_rules.set_rule)
def set_rule(desk: Desk, unit_code: str, rule: str, given: UnitRuleGiven) -> Voided:
    """Set it; what was asked under the old one is void."""
    more = {"due": given.due, "more_approvals": given.more_approvals, "choice": given.choice}
    return Voided(voided=unit_rules.set_rule(desk, unit_code, rule, **more))  # type: ignore[arg-type]
