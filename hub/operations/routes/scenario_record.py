"""The record of a scenario: what was done, by whom and when, and what must be named before it is signed (R13.7)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import Refusal
from hub.domain.routes.triggers import SEVERAL, TRIGGERS
from hub.domain.states import ScenarioRecordKind
from hub.operations.desk import Desk
from hub.operations.views import view
from hub.ports import new_id, now
from hub.registry import routes
from hub.registry.schema import RouteScenario, ScenarioRecord

# The longest upkeep after the cut-over: about three months (own convention).
LONGEST_UPKEEP = timedelta(days=92)


class TriggerMissing(Refusal):
    """A large change of routes names what makes it necessary (R13.7)."""

    article = "R13.7"
    says = ("没有说明大范围调整的起因。", "The trigger of this large change is not named.")
    then = (
        "请从列表中选择:增减送货车、增减客户经理、实行直送等;个别客户的调整请在线路会议上提出。",
        "Choose it from the list: vans, account managers, direct delivery and so on; a single customer's change goes to "
        "the route meeting.",
    )


class NoDeadline(Refusal):
    """A large change names the day by which its upkeep is over (R13.7)."""

    article = "R13.7"
    says = (
        "没有确定维护时限,或时限不在启用日期({cut_over})之后三个月以内。",
        "No deadline of the upkeep, or none within three months of the cut-over ({cut_over}).",
    )
    then = ("请填写会议确定的维护时限。", "Enter the deadline that the meeting has set.")


class TooFewMeetings(Refusal):
    """A large change is met about several times before it is signed (R13.7)."""

    article = "R13.7"
    says = (
        "大范围调整要多次召开线路优化会议,本方案只登记了 {count} 次。",
        "A large change takes several route meetings; {count} held meeting(s) are named here.",
    )
    then = (
        "请由统计分析员在方案中登记已召开的会议(至少 {several} 次),再签字。",
        "Let the clerk name the meetings that were held with the scenario ({several} at least), then sign.",
    )


@dataclass(frozen=True)
class RecordView:
    """One thing that was done about a scenario; `held_on` is a meeting's day, `figures` a run's or a correction's."""

    kind: str
    at: datetime
    by_name: str
    words: str
    meeting_id: UUID | None
    held_on: date | None
    figures: dict[str, Any] | None


def refuse_unnamed(trigger: str, cut_over: date, upkeep_by: date | None) -> None:
    """Raise TriggerMissing or NoDeadline."""
    if trigger not in TRIGGERS:
        raise TriggerMissing()
    if upkeep_by is None or not cut_over <= upkeep_by <= cut_over + LONGEST_UPKEEP:
        raise NoDeadline(cut_over=cut_over)


def refuse_unmet(desk: Desk, scenario: RouteScenario) -> None:
    """Raise TooFewMeetings."""
    count = sum(record.kind == ScenarioRecordKind.MEETING for record, _ in routes.records(desk.tx, scenario.id))
    if count < SEVERAL:
        raise TooFewMeetings(count=count, several=SEVERAL)


def record(
    desk: Desk,
    scenario: RouteScenario,
    kind: ScenarioRecordKind,
    words: str = "",
    meeting_id: UUID | None = None,
    figures: dict[str, Any] | None = None,
) -> ScenarioRecord:
    """Record what the actor does now; flushed."""
    # Rows of their own, never changed (but for a run's outcome): a column of the scenario would keep the last only.
    entry = ScenarioRecord(id=new_id(), scenario_id=scenario.id, kind=kind, at=now(), by_name=desk.actor.name)
    entry.words, entry.meeting_id, entry.figures = shortened(words, 300), meeting_id, figures
    desk.tx.add(entry)
    desk.tx.flush()
    return entry


def finish_run(desk: Desk, scenario: RouteScenario, figures: dict[str, Any]) -> None:
    """Fill the outcome into the open run; there is one at most, as a run must end before the next is asked for."""
    for entry, _ in routes.records(desk.tx, scenario.id):
        if entry.kind == ScenarioRecordKind.RUN and entry.figures is None:
            entry.figures = figures


def recorded(desk: Desk, scenario: RouteScenario) -> list[RecordView]:
    """Everything that was done, the earliest first."""
    return [view(RecordView, entry, held_on=held_on) for entry, held_on in routes.records(desk.tx, scenario.id)]
