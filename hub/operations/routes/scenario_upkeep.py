"""A scenario's course: meetings about it, further runs, corrections once it is in use, end of its upkeep (R13.7)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Code, Label, Text
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import RouteMeetingState, ScenarioRecordKind, ScenarioState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks
from hub.registry import routes
from hub.registry.customers import customers
from hub.registry.staff import users

from .scenario_moves import correct
from .scenario_record import record, refuse_unnamed
from .scenarios import Names, become, clean_names, my_scenario, refuse_cut_over, refuse_names

KEEPS = {Post.STATISTICS_CLERK}
Reason = Annotated[Text, Label("说明", "What for")]


class MeetingNotHeld(Refusal):
    """A scenario names only meetings that its unit has held, each of them once (R13.7)."""

    article = "R13.7"
    says = (
        "这次会议尚未召开、不属于本单位,或已登记。",
        "This meeting was not held, is another unit's, or is named already.",
    )
    then = ("请先结束线路优化会议,再登记到方案。", "Close the route meeting first, then name it here.")


class NotInUse(Refusal):
    """Corrections and upkeep follow the cut-over, and the upkeep ends once (R13.7)."""

    article = "R13.7"
    says = ("方案还没有启用,或维护已经结束。", "The scenario is not in use, or its upkeep is over.")
    then = (
        "启用后再登记实际运行中的调整;需要重新测算的,请在启用前办理。",
        "Record corrections once it runs; before that, compute it again.",
    )


@operation(
    "route_scenarios.record_meeting",
    article="R13.7",
    posts=KEEPS,
    title=("登记方案的线路会议", "Name a meeting about a scenario"),
)
def record_meeting(
    desk: Desk, scenario_id: UUID, meeting_id: Annotated[UUID, Label("线路会议", "Meeting")], why: Reason
) -> UUID:
    """Name a held meeting at which the scenario was discussed. Raises NotFound, MeetingNotHeld, BadInput."""
    scenario = my_scenario(desk, scenario_id)
    _refuse_empty(why)
    meeting = routes.meeting(desk.tx, meeting_id)
    # Under the scenario's lock (`my_scenario`), so that a meeting cannot be named twice at once.
    named = {entry.meeting_id for entry, _ in routes.records(desk.tx, scenario.id)}
    if (
        meeting is None
        or meeting.state != RouteMeetingState.CLOSED
        or meeting.unit_code not in users.units_above(desk.tx, scenario.unit_code)
        or meeting.id in named
    ):
        raise MeetingNotHeld()
    return record(desk, scenario, ScenarioRecordKind.MEETING, why, meeting.id).id


@operation(
    "route_scenarios.compute_again", article="R13.7", posts=KEEPS, title=("重新测算方案", "Compute a scenario again")
)
def compute_again(
    desk: Desk,
    scenario_id: UUID,
    why: Reason,
    targets: Annotated[Names | None, Label("调整后线路", "Routes after")] = None,
    cut_over: Annotated[date | None, Label("启用日期", "Cut-over")] = None,
    upkeep_by: Annotated[date | None, Label("维护时限", "Deadline of the upkeep")] = None,
) -> None:
    """Queue another run, with other routes or days if they are given; a signature that was asked for lapses.

    Each run stays on record. Raises NotFound, Stale, BadInput, NoDeadline.
    """
    scenario = my_scenario(desk, scenario_id)
    _refuse_empty(why)
    after = clean_names(targets or scenario.targets)
    refuse_names(desk, scenario.unit_code, scenario.field, scenario.sources, after)
    day, last = cut_over or scenario.cut_over, upkeep_by or scenario.upkeep_by
    refuse_cut_over(day)
    refuse_unnamed(scenario.trigger or "", day, last)
    become(scenario, ScenarioState.COMPUTING)
    close_tasks(desk, "route_scenario", scenario.id, "void")
    scenario.targets, scenario.cut_over, scenario.upkeep_by = after, day, last
    scenario.managers = {route: name for route, name in scenario.managers.items() if route in after}
    scenario.claimed_at = scenario.computed_at = scenario.failed_why = None
    # The last run's outcome stays in its record; none of it may be shown beside the new routes.
    scenario.method, scenario.shown_hash, scenario.judged = "", b"", None
    scenario.moves, scenario.before, scenario.after, scenario.signed, scenario.trouble = [], [], [], [], []
    record(desk, scenario, ScenarioRecordKind.RUN, why)


@operation(
    "route_scenarios.correct_customer",
    article="R13.7",
    posts=KEEPS,
    title=("按实际运行调整客户线路", "Correct a customer's route as it runs"),
)
def correct_customer(
    desk: Desk,
    scenario_id: UUID,
    code: Annotated[Code, Label("客户代码", "Customer code")],
    route: Annotated[Text, Label("线路", "Route")],
    why: Reason,
) -> UUID:
    """Put one customer on another of the scenario's routes after the cut-over; who, when, from where and why stay on record.

    Raises NotFound, NotInUse, BadInput.
    """
    scenario = my_scenario(desk, scenario_id)
    _refuse_empty(why)
    if scenario.state != ScenarioState.APPLIED:
        raise NotInUse()
    known = customers.by_code(desk.tx, code)
    # Locked before its route is read: otherwise a change in between would be overwritten unseen.
    customer = routes.locked(desk.tx, [known.id])[known.id] if known else None
    if customer is None or customer.unit_code not in users.units_below(desk.tx, {scenario.unit_code}):
        raise NotFound(what="客户")
    old = str(customer.values.get(scenario.field, ""))
    if route not in scenario.targets or old not in scenario.targets or route == old:
        raise BadInput(
            field="线路",
            problem=("没有变化,或不是方案调整后的线路", "unchanged, or none of the scenario's routes"),
            mend=("请从方案调整后的线路中选择。", "Choose another of the scenario's routes."),
        )
    correct(desk, scenario, customer, route, f"“{scenario.title}”运行后调整:{why.strip()}")
    figures = {"code": customer.code, "from": old, "to": route}
    return record(desk, scenario, ScenarioRecordKind.CORRECTION, why, figures=figures).id


@operation(
    "route_scenarios.finish_upkeep", article="R13.7", posts=KEEPS, title=("结束方案维护", "End a scenario's upkeep")
)
def finish_upkeep(
    desk: Desk, scenario_id: UUID, words: Annotated[Text, Label("运行情况", "How the routes run")]
) -> None:
    """The clerk states by name that the routes run as they should. Raises NotFound, NotInUse, BadInput."""
    scenario = my_scenario(desk, scenario_id)
    _refuse_empty(words)
    done = any(entry.kind == ScenarioRecordKind.UPKEEP for entry, _ in routes.records(desk.tx, scenario.id))
    if scenario.state != ScenarioState.APPLIED or done:
        raise NotInUse()
    record(desk, scenario, ScenarioRecordKind.UPKEEP, words)
    close_tasks(desk, "route_scenario", scenario.id, "done", "keep_scenario")


def _refuse_empty(words: str) -> None:
    if not words.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明情况。")
