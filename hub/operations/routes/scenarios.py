"""Large route changes: asked for, signed twice, applied at once on their day, and reversible (R13.3)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from hub.domain.changes import CASES
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import Post
from hub.domain.states import SCENARIO, ScenarioState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import NotYourPost, close_tasks, open_task
from hub.ports import new_id, now, today
from hub.registry import routes
from hub.registry.schema import RouteScenario
from hub.registry.staff import users

from .loads import DELIVERY, LOOKS, VISIT, of_field, own_unit
from .scenario_moves import digest_of, put_back, put_over, strayed

SIGNED_BY = CASES["route_scenario"].approvals
CHAIN = dict(zip((ScenarioState.COMPUTED, ScenarioState.CHIEF_SIGNED), SIGNED_BY, strict=True))
MOST = 5_000
"""Customers in one scenario."""


class OwnScenario(Refusal):
    """Who made it never signs, and nobody signs twice (I3)."""

    article = "I3"
    says = ("编制人或已签字的人不能再签。", "Neither who made it nor who has signed may sign.")
    then = ("请由另一位该岗位人员签字。", "Let another holder of the post sign.")


@operation(
    "route_scenarios.compute_scenario",
    article="R13.3",
    posts={Post.STATISTICS_CLERK},
    title=("测算线路调整方案", "Compute a scenario"),
)
def compute_scenario(
    desk: Desk,
    unit_code: str,
    sources: Sequence[str],
    targets: Sequence[str],
    title: str,
    cut_over: date,
    field: str = DELIVERY,
    managers: Mapping[str, str] | None = None,
) -> UUID:
    """Let a worker spread the customers of some routes evenly over those that there shall be; nobody waits for it.

    A source that is no target is given up (a van or manager less); a target that is no source only receives. `managers`
    names the account manager of a visit route. Raises NotFound, BadInput.
    """
    units = users.units_below(desk.tx, {own_unit(desk, unit_code)})
    before, after = (sorted({name.strip() for name in names if name.strip()}) for names in (sources, targets))
    if not before or not after or len({*before, *after}) < 2 or not title.strip():
        raise BadInput(field="线路或名称", problem="调整前后的线路或名称没有填写", mend="请补充,至少涉及两条线路。")
    if not today() < cut_over <= today() + timedelta(days=90):
        raise BadInput(field="启用日期", problem="须在明天以后、三个月以内", mend="请核对日期。")
    named = {route.strip(): name.strip() for route, name in (managers or {}).items() if name.strip()}
    if named and (of_field(field) != VISIT or set(named) - set(after)):
        raise BadInput(field="客户经理", problem="只能为调整后的拜访线路指定", mend="请核对线路名称。")
    count = routes.count_on(desk.tx, units, sorted({*before, *after}), of_field(field))
    if count > MOST or not routes.count_on(desk.tx, units, before, field):
        raise BadInput(field="线路", problem=f"没有客户,或超过 {MOST} 户", mend="请核对线路名称,或分几次测算。")
    row = RouteScenario(
        id=new_id(), unit_code=unit_code, title=shortened(title, 80), field=field, sources=before, targets=after,
        managers=named, method="", moves=[], before=[], after=[], cut_over=cut_over, state=ScenarioState.COMPUTING,
        shown_hash=b"", signed=[], trouble=[], asked_by=desk.actor.user_id, asked_by_name=desk.actor.name,
        asked_at=now(),
    )  # fmt: skip
    desk.tx.add(row)
    desk.tx.flush()
    desk.about("route_scenario", str(row.id))
    return row.id


def has_moves(desk: Desk, row: RouteScenario) -> None:
    """It is computed: who signs first has a task."""
    become(row, ScenarioState.COMPUTED)
    row.shown_hash = digest_of(row)
    _to_sign(desk, row)


def _to_sign(desk: Desk, row: RouteScenario) -> None:
    subject = ("route_scenario", row.id)
    post = CHAIN[ScenarioState(row.state)]
    open_task(desk, "sign_scenario", "R13.3", post=post, unit_code=row.unit_code, subject=subject, days=1)


@operation(
    "route_scenarios.list_scenarios",
    article="R13.3",
    posts=LOOKS,
    title=("查看调整方案", "See scenarios"),
    changes=False,
    audited=False,
)
def list_scenarios(desk: Desk) -> list[RouteScenario]:
    """Scenarios of the caller's units, the latest first."""
    return routes.scenarios(desk.tx, desk.units, 50)


@operation(
    "route_scenarios.show_scenario",
    article="R13.3",
    posts=LOOKS,
    title=("查看一个调整方案", "See a scenario"),
    changes=False,
    audited=False,
)
def show_scenario(desk: Desk, scenario_id: UUID) -> RouteScenario:
    """One, with its moves and its loads before and after. Raises NotFound."""
    return _scenario(desk, scenario_id)


@operation(
    "route_scenarios.sign_scenario",
    article="R13.3",
    posts=set(CHAIN.values()),
    title=("签批调整方案", "Sign a scenario"),
    people_only=True,
)
def sign_scenario(desk: Desk, scenario_id: UUID, agree: bool, why: str, shown: str) -> None:
    """Section chief, then deputy manager. Raises NotFound, NotYourPost, OwnScenario, Stale, BadInput."""
    row = _scenario(desk, scenario_id)
    post = CHAIN.get(ScenarioState(row.state))
    if post is None or shown != row.shown_hash.hex():
        raise Stale(what="调整方案")
    if row.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=post)
    if str(desk.actor.user_id) in {str(row.asked_by), *(each["id"] for each in row.signed)}:
        raise OwnScenario()
    if not agree and not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="不同意时请写明理由。")
    said = {"id": str(desk.actor.user_id), "name": desk.actor.name, "at": now().isoformat()}
    row.signed = [*row.signed, said | {"agree": agree, "why": shortened(why, 200)}]
    close_tasks(desk, "route_scenario", row.id, "signed" if agree else "rejected")
    following = ScenarioState.CHIEF_SIGNED if row.state == ScenarioState.COMPUTED else ScenarioState.APPROVED
    become(row, following if agree else ScenarioState.REJECTED)
    if row.state == ScenarioState.CHIEF_SIGNED:
        _to_sign(desk, row)


def apply_due(desk: Desk) -> int:
    """Approved scenarios whose day has come are applied at once, or sent back whole; the hub's own step."""
    rows = routes.due_scenarios(desk.tx, today(), 10)
    for row in rows:
        customers = routes.locked(desk.tx, [UUID(move["id"]) for move in row.moves])
        row.trouble = sorted(strayed(row, customers, "from"))
        if row.trouble:
            become(row, ScenarioState.SENT_BACK)
            posts, count = (Post.STATISTICS_CLERK, Post.SECTION_CHIEF), len(row.trouble)
            tell(desk, "scenario_back", "R13.3", posts, row.unit_code, customers=count)
            continue
        put_over(desk, row, customers, f"线路调整方案“{row.title}”启用")
        become(row, ScenarioState.APPLIED)
        row.applied_at = now()
        tell(desk, "scenario_applied", "R13.3", (Post.STATISTICS_CLERK,), row.unit_code, customers=len(row.moves))
    return len(rows)


@operation(
    "route_scenarios.reverse_scenario",
    article="R13.3",
    posts={Post.STATISTICS_CLERK},
    title=("撤销已启用的方案", "Take an applied scenario back"),
)
def reverse_scenario(desk: Desk, scenario_id: UUID, why: str) -> list[str]:
    """Everybody goes back to the route before; whom somebody has moved since stays, and is named. Returns their codes."""
    row = _scenario(desk, scenario_id)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明理由。")
    become(row, ScenarioState.REVERSED if row.state == ScenarioState.APPLIED else ScenarioState.WITHDRAWN)
    close_tasks(desk, "route_scenario", row.id, "void")
    if row.state == ScenarioState.WITHDRAWN:
        return []
    customers = routes.locked(desk.tx, [UUID(move["id"]) for move in row.moves])
    row.trouble = sorted(strayed(row, customers, "to"))
    put_back(desk, row, customers, f"撤销线路调整方案“{row.title}”:{shortened(why, 100)}")
    return row.trouble


def _scenario(desk: Desk, scenario_id: UUID) -> RouteScenario:
    row = routes.scenario(desk.tx, scenario_id)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="调整方案")
    desk.about("route_scenario", str(row.id))
    desk.at_unit = row.unit_code
    return row


def become(row: RouteScenario, state: ScenarioState) -> None:
    """Move a scenario on. Raises Stale when its table does not allow it."""
    if state not in SCENARIO[ScenarioState(row.state)]:
        raise Stale(what="调整方案")
    row.state = state
