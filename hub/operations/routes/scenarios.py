"""Large route changes: asked for, signed twice, applied at once on their day, and reversible (R13.3)."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.changes import CASES
from hub.domain.inputs import Choices, Code, Label, OptionalText, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.routes.criteria import Criterion
from hub.domain.routes.triggers import TRIGGERS
from hub.domain.staff.posts import Post
from hub.domain.states import SCENARIO, ScenarioRecordKind, ScenarioState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import NotYourPost, close_tasks, open_task
from hub.operations.unit_lists.listed import unlisted
from hub.operations.views import view
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry import routes
from hub.registry.schema import RouteScenario
from hub.registry.staff import users

from .loads import DELIVERY, LOOKS, VISIT, RouteField, of_field, own_unit
from .scenario_moves import digest_of, put_back, put_over, strayed, without_list
from .scenario_record import RecordView, record, recorded, refuse_unmet, refuse_unnamed

SIGNED_BY = CASES["route_scenario"].approvals
CHAIN = dict(zip((ScenarioState.COMPUTED, ScenarioState.CHIEF_SIGNED), SIGNED_BY, strict=True))
# Customers in one scenario at most: they are moved in a single transaction.
MOST = 5_000
Names = Annotated[list[Text], Label("线路", "Routes")]
# May be empty, so that TriggerMissing says what is wrong and not a message about the request's form.
Trigger = Annotated[str, Field(max_length=64), Label("调整起因", "Trigger"), Choices(TRIGGERS)]


class OwnScenario(Refusal):
    """The author of a scenario never signs it, and no one signs twice (I3)."""

    article = "I3"
    says = ("编制人或已签字的人不能再签。", "You made this scenario or have signed it already.")
    then = ("请由另一位该岗位人员签字。", "Let another holder of the post sign.")


@dataclass(frozen=True)
class ScenarioView:
    """A scenario; `shown` is what a signer signs. While it is `computing` there are no moves yet.

    `sources` are the routes before, `targets` those afterwards; `managers` names account managers by visit route.
    `records`: its meetings, runs, corrections and who did each (R13.7); empty in a list.
    """

    id: UUID
    unit_code: str
    title: str
    field: str
    sources: list[str]
    targets: list[str]
    managers: dict[str, Any]
    method: str
    moves: list[dict[str, Any]]
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]
    cut_over: date
    state: str
    shown: str
    signed: list[dict[str, Any]]
    trouble: list[str]
    failed_why: str | None
    asked_by_name: str
    claimed_at: datetime | None
    trigger: str | None = None
    upkeep_by: date | None = None
    records: list[RecordView] = dataclasses.field(default_factory=list)
    judged: list[Criterion] = dataclasses.field(default_factory=list)
    """The four criteria before and after, in their order (R13.6)."""


@operation(
    "route_scenarios.compute_scenario",
    article="R13.3",
    posts={Post.STATISTICS_CLERK},
    title=("测算线路调整方案", "Compute a scenario"),
)
def compute_scenario(
    desk: Desk,
    unit_code: Annotated[Code, Label("单位", "Unit")],
    sources: Annotated[Names, Label("调整前线路", "Routes before")],
    targets: Annotated[Names, Label("调整后线路", "Routes after")],
    title: Annotated[Text, Label("名称", "Name")],
    cut_over: Annotated[date, Label("启用日期", "Cut-over")],
    field: RouteField = DELIVERY,
    managers: Annotated[dict[str, Text] | None, Label("客户经理", "Account managers")] = None,
    trigger: Trigger = "",
    upkeep_by: Annotated[date | None, Label("维护时限", "Deadline of the upkeep")] = None,
) -> UUID:
    """Queue a scenario that spreads the customers of some routes evenly; a worker computes it.

    A source that is no target is given up (a van or manager less); a target that is no source only receives. `managers`
    names the account manager of a visit route, `trigger` what makes it necessary, `upkeep_by` until when the clerk
    watches and corrects it (R13.7). Raises NotFound, BadInput, NotListed, TriggerMissing, NoDeadline.
    """
    own_unit(desk, unit_code)
    before, after = clean_names(sources), clean_names(targets)
    if not title.strip():
        raise BadInput(field="线路或名称", problem="调整前后的线路或名称没有填写", mend="请补充,至少涉及两条线路。")
    refuse_cut_over(cut_over)
    refuse_unnamed(trigger, cut_over, upkeep_by)
    named = {route.strip(): name.strip() for route, name in (managers or {}).items() if name.strip()}
    if named and (of_field(field) != VISIT or set(named) - set(after)):
        raise BadInput(field="客户经理", problem="只能为调整后的拜访线路指定", mend="请核对线路名称。")
    refuse_names(desk, unit_code, field, before, after)
    keep_to_lists(desk, unit_code, "account_manager", named.values())
    scenario = RouteScenario(
        id=new_id(), unit_code=unit_code, title=shortened(title, 80), field=field, sources=before, targets=after,
        managers=named, method="", moves=[], before=[], after=[], cut_over=cut_over, state=ScenarioState.COMPUTING,
        shown_hash=b"", signed=[], trouble=[], asked_by=desk.actor.user_id, asked_by_name=desk.actor.name,
        asked_at=now(), trigger=trigger, upkeep_by=upkeep_by,
    )  # fmt: skip
    desk.tx.add(scenario)
    desk.tx.flush()
    record(desk, scenario, ScenarioRecordKind.RUN)
    desk.about("route_scenario", str(scenario.id))
    return scenario.id


def clean_names(names: Sequence[str]) -> list[str]:
    """The names of routes, each once, without blanks."""
    return sorted({name.strip() for name in names if name.strip()})


def refuse_cut_over(day: date) -> None:
    """Raise BadInput for a day that is not in the future, or more than 90 days ahead."""
    if not today() < day <= today() + timedelta(days=90):
        raise BadInput(field="启用日期", problem="须在今天以后、三个月以内", mend="请核对日期。")


def refuse_names(desk: Desk, unit_code: str, kind: str, before: list[str], after: list[str]) -> None:
    """Raise BadInput unless these are at least two routes with customers, but not too many; NotListed for another's."""
    if not before or not after or len({*before, *after}) < 2:
        raise BadInput(field="线路或名称", problem="调整前后的线路或名称没有填写", mend="请补充,至少涉及两条线路。")
    keep_to_lists(desk, unit_code, of_field(kind), after)
    units = users.units_below(desk.tx, {unit_code})
    count = routes.count_on(desk.tx, units, sorted({*before, *after}), of_field(kind))
    if count > MOST or not routes.count_on(desk.tx, units, before, kind):
        raise BadInput(
            field="线路",
            problem=(f"没有客户,或超过 {MOST} 户", f"no customers, or more than {MOST}"),
            mend="请核对线路名称,或分几次测算。",
        )


def keep_to_lists(desk: Desk, unit_code: str, key: str, values: Iterable[str]) -> None:
    """Raise NotListed for a value that none of the scenario's units could give to a customer (R2.2)."""
    units = sorted(users.units_below(desk.tx, {unit_code}))
    for value in values:
        refusals = [unlisted(desk, unit, key, value) for unit in units]
        # One unit that has it is enough here; `apply_due` checks each customer against its own unit's list.
        if refusals and None not in refusals:
            assert refusals[0] is not None
            raise refusals[0]


def ask_signature(desk: Desk, scenario: RouteScenario) -> None:
    """Mark a scenario as computed and give the first signer a task."""
    become(scenario, ScenarioState.COMPUTED)
    scenario.shown_hash = digest_of(scenario)
    _open_task(desk, scenario)


def _open_task(desk: Desk, scenario: RouteScenario) -> None:
    subject = ("route_scenario", scenario.id)
    post = CHAIN[ScenarioState(scenario.state)]
    open_task(desk, "sign_scenario", "R13.3", post=post, unit_code=scenario.unit_code, subject=subject, days=1)


@operation(
    "route_scenarios.list_scenarios",
    article="R13.3",
    posts=LOOKS,
    title=("查看调整方案", "See scenarios"),
    changes=False,
    audited=False,
)
def list_scenarios(desk: Desk) -> list[ScenarioView]:
    """Scenarios of the caller's units, the latest first."""
    return [_view(scenario, []) for scenario in routes.scenarios(desk.tx, desk.units, 50)]


@operation(
    "route_scenarios.show_scenario",
    article="R13.3",
    posts=LOOKS,
    title=("查看一个调整方案", "See a scenario"),
    changes=False,
    audited=False,
)
def show_scenario(desk: Desk, scenario_id: UUID) -> ScenarioView:
    """A scenario with its moves and its loads before and after. Raises NotFound."""
    scenario = my_scenario(desk, scenario_id)
    return _view(scenario, recorded(desk, scenario))


def _view(scenario: RouteScenario, records: list[RecordView]) -> ScenarioView:
    criteria = [Criterion(**criterion) for criterion in scenario.judged or []]
    return view(ScenarioView, scenario, shown=scenario.shown_hash.hex(), records=records, judged=criteria)


@operation(
    "route_scenarios.sign_scenario",
    article="R13.3",
    posts=set(CHAIN.values()),
    title=("签批调整方案", "Sign a scenario"),
    people_only=True,
)
def sign_scenario(
    desk: Desk,
    scenario_id: UUID,
    agree: Annotated[bool, Label("同意", "Agree")],
    shown: Text,
    why: Annotated[OptionalText, Label("意见", "Remark")] = "",
) -> None:
    """Sign or refuse what was shown: the section chief, then the deputy manager.

    Nobody agrees before several meetings were held about it. Raises NotFound, NotYourPost, OwnScenario, Stale,
    BadInput, TooFewMeetings.
    """
    scenario = my_scenario(desk, scenario_id)
    post = CHAIN.get(ScenarioState(scenario.state))
    if post is None or shown != scenario.shown_hash.hex():
        raise Stale(what="调整方案")
    if scenario.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=post)
    involved = {str(scenario.asked_by), *(signature["id"] for signature in scenario.signed)}
    if str(desk.actor.user_id) in involved:
        raise OwnScenario()
    if not agree and not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="不同意时请写明理由。")
    if agree:
        refuse_unmet(desk, scenario)
    # A new list below: a change inside the JSON column would not be noticed and not be saved.
    signature = {"id": str(desk.actor.user_id), "name": desk.actor.name, "at": now().isoformat()}
    scenario.signed = [*scenario.signed, signature | {"agree": agree, "why": shortened(why, 200)}]
    close_tasks(desk, "route_scenario", scenario.id, "signed" if agree else "rejected")
    signed = ScenarioState.CHIEF_SIGNED if scenario.state == ScenarioState.COMPUTED else ScenarioState.APPROVED
    become(scenario, signed if agree else ScenarioState.REJECTED)
    if scenario.state == ScenarioState.CHIEF_SIGNED:
        _open_task(desk, scenario)


def apply_due(desk: Desk) -> int:
    """Apply approved scenarios whose day has come, each whole or not at all; returns how many were looked at.

    A periodic step of the hub.
    """
    # Few a turn: each moves up to MOST customers, whose rows stay locked until the end.
    due = routes.due_scenarios(desk.tx, today(), 10)
    for scenario in due:
        customers = routes.locked(desk.tx, [UUID(move["id"]) for move in scenario.moves])
        # Checked on locked rows, so that no one moves a customer between the check and the change. A route or manager
        # may also have left the unit's lists since the signatures (R2.2).
        scenario.trouble = sorted({*strayed(scenario, customers, "from"), *without_list(desk, scenario, customers)})
        if scenario.trouble:
            become(scenario, ScenarioState.SENT_BACK)
            posts, count = (Post.STATISTICS_CLERK, Post.SECTION_CHIEF), len(scenario.trouble)
            tell(desk, "scenario_back", "R13.3", posts, scenario.unit_code, customers=count)
            continue
        put_over(desk, scenario, customers, f"线路调整方案“{scenario.title}”启用")
        become(scenario, ScenarioState.APPLIED)
        scenario.applied_at = now()
        record(desk, scenario, ScenarioRecordKind.APPLIED)
        _watch(desk, scenario)
        count = len(scenario.moves)
        tell(desk, "scenario_applied", "R13.3", (Post.STATISTICS_CLERK,), scenario.unit_code, customers=count)
    return len(due)


def _watch(desk: Desk, scenario: RouteScenario) -> None:
    """The clerk watches how the routes run, until the deadline of the upkeep."""
    last = datetime.combine(scenario.upkeep_by or today(), time(9), SHANGHAI)
    subject = ("route_scenario", scenario.id)
    clerk, unit = Post.STATISTICS_CLERK, scenario.unit_code
    open_task(desk, "keep_scenario", "R13.7", post=clerk, unit_code=unit, subject=subject, days=0, since=last)


@operation(
    "route_scenarios.reverse_scenario",
    article="R13.3",
    posts={Post.STATISTICS_CLERK},
    title=("撤销已启用的方案", "Take an applied scenario back"),
)
def reverse_scenario(desk: Desk, scenario_id: UUID, why: Annotated[Text, Label("理由", "Why")]) -> list[str]:
    """Put the customers back on their previous routes. Returns the codes of those who stay because they were moved since.

    A scenario that is not applied yet is withdrawn. Raises NotFound, BadInput, Stale.
    """
    scenario = my_scenario(desk, scenario_id)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明理由。")
    become(scenario, ScenarioState.REVERSED if scenario.state == ScenarioState.APPLIED else ScenarioState.WITHDRAWN)
    close_tasks(desk, "route_scenario", scenario.id, "void")
    if scenario.state == ScenarioState.WITHDRAWN:
        return []
    customers = routes.locked(desk.tx, [UUID(move["id"]) for move in scenario.moves])
    # On locked rows: whoever was moved since the cut-over stays there, because that was a later decision.
    scenario.trouble = sorted(strayed(scenario, customers, "to"))
    put_back(desk, scenario, customers, f"撤销线路调整方案“{scenario.title}”:{shortened(why, 100)}")
    record(desk, scenario, ScenarioRecordKind.REVERSED, why)
    return scenario.trouble


def my_scenario(desk: Desk, scenario_id: UUID) -> RouteScenario:
    """A scenario of the caller's units, locked. Raises NotFound."""
    scenario = routes.scenario(desk.tx, scenario_id)
    if scenario is None or (desk.units is not None and scenario.unit_code not in desk.units):
        raise NotFound(what="调整方案")
    desk.about("route_scenario", str(scenario.id))
    desk.at_unit = scenario.unit_code
    return scenario


def become(scenario: RouteScenario, state: ScenarioState) -> None:
    """Move a scenario on. Raises Stale when its table of states does not allow it."""
    if state not in SCENARIO[ScenarioState(scenario.state)]:
        raise Stale(what="调整方案")
    scenario.state = state
