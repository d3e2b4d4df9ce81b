"""Large route changes: computed, signed twice, applied at once on their day, and reversible (R13.3)."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from uuid import UUID

from hub.domain.balancing import Stop, loads
from hub.domain.catalogue import FIELDS
from hub.domain.changes import CASES
from hub.domain.people import Post
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.states import SCENARIO, ScenarioState
from hub.ports import new_id, now, today
from hub.registry import people, routes
from hub.registry.schema import Customer, RouteScenario

from . import route_solver
from .customers import set_field
from .desk import Desk
from .operation import operation
from .route_meetings import LOOKS, stop_of
from .settlement import touch
from .tasks import NotYourPost, close_tasks, open_task
from .telling import tell

SIGNED_BY = CASES["route_scenario"].approvals
CHAIN = dict(zip((ScenarioState.COMPUTED, ScenarioState.CHIEF_SIGNED), SIGNED_BY, strict=True))
MOST = 5_000
"""Customers in one scenario."""
SECONDS = 10.0
"""How long the optimiser may think."""


class OwnScenario(Refusal):
    """Who made it never signs, and nobody signs twice (I3)."""

    article = "I3"
    says = ("编制人或已签字的人不能再签。", "Neither who made it nor who has signed may sign.")
    then = ("请由另一位该岗位人员签字。", "Let another holder of the post sign.")


class NothingToGain(Refusal):
    """The routes are as even as moving whole customers can make them (R13.3)."""

    article = "R13.3"
    says = ("所选线路已经均衡,没有需要调整的客户。", "These routes are even: nobody is to be moved.")
    then = (
        "请另选线路;没有登记经纬度的客户不参加测算。",
        "Choose others; customers without longitude and latitude stay where they are.",
    )


@operation(article="R13.3", posts={Post.STATISTICS_CLERK}, title=("测算线路调整方案", "Compute a scenario"))
def compute_scenario(desk: Desk, unit_code: str, names: Sequence[str], title: str, cut_over: date) -> UUID:
    """Spread the customers of some routes evenly; nothing is changed before it is signed and its day comes.

    Raises NotFound, BadInput, NothingToGain.
    """
    if people.unit(desk.tx, unit_code) is None or (desk.units is not None and unit_code not in desk.units):
        raise NotFound(what="单位")
    wanted = sorted({name.strip() for name in names if name.strip()})
    if len(wanted) < 2 or not title.strip():
        raise BadInput(field="线路或名称", problem="至少选择两条线路并填写名称", mend="请补充。")
    if not today() < cut_over <= today() + timedelta(days=90):
        raise BadInput(field="启用日期", problem="须在明天以后、三个月以内", mend="请核对日期。")
    rows = routes.on_routes(desk.tx, people.units_below(desk.tx, {unit_code}), wanted)
    if len(rows) > MOST:
        raise BadInput(field="线路", problem=f"客户超过 {MOST} 户", mend="请分几次测算。")
    stops = [stop_of(row) for row in rows]
    method, found = route_solver.solve(stops, wanted, SECONDS)
    moves = [
        {"id": str(row.id), "code": row.code, "from": stop.route, "to": found[stop.code]}
        for row, stop in zip(rows, stops, strict=True)
        if found[stop.code] != stop.route
    ]
    if not moves:
        raise NothingToGain()
    then = [Stop(stop.code, found[stop.code], stop.quantity, stop.place) for stop in stops]
    row = RouteScenario(
        id=new_id(),
        unit_code=unit_code,
        title=title.strip()[:80],
        routes=wanted,
        method=method,
        moves=moves,
        before=[asdict(load) for load in loads(stops, wanted)],
        after=[asdict(load) for load in loads(then, wanted)],
        cut_over=cut_over,
        state=ScenarioState.COMPUTED,
        shown_hash=_hash(moves, cut_over),
        signed=[],
        asked_by=desk.actor.user_id,
        asked_by_name=desk.actor.name,
        asked_at=now(),
        trouble=[],
    )
    desk.tx.add(row)
    desk.tx.flush()
    desk.about("route_scenario", str(row.id))
    _to_sign(desk, row)
    return row.id


def _hash(moves: list[dict[str, str]], cut_over: date) -> bytes:
    words = sorted((move["code"], move["from"], move["to"]) for move in moves)
    return hashlib.sha256(repr([words, cut_over]).encode()).digest()


def _to_sign(desk: Desk, row: RouteScenario) -> None:
    subject = ("route_scenario", row.id)
    post = CHAIN[ScenarioState(row.state)]
    open_task(desk, "sign_scenario", "R13.3", post=post, unit_code=row.unit_code, subject=subject, days=1)


@operation(article="R13.3", posts=LOOKS, title=("查看调整方案", "See scenarios"), changes=False, audited=False)
def list_scenarios(desk: Desk) -> list[RouteScenario]:
    """Scenarios of the caller's units, the latest first."""
    return routes.scenarios(desk.tx, desk.units, 50)


@operation(article="R13.3", posts=LOOKS, title=("查看一个调整方案", "See a scenario"), changes=False, audited=False)
def show_scenario(desk: Desk, scenario_id: UUID) -> RouteScenario:
    """One, with its moves and its loads before and after. Raises NotFound."""
    return _scenario(desk, scenario_id)


@operation(article="R13.3", posts=set(CHAIN.values()), title=("签批调整方案", "Sign a scenario"), people_only=True)
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
    row.signed = [*row.signed, said | {"agree": agree, "why": why.strip()[:200]}]
    close_tasks(desk, "route_scenario", row.id, "signed" if agree else "rejected")
    following = ScenarioState.CHIEF_SIGNED if row.state == ScenarioState.COMPUTED else ScenarioState.APPROVED
    _become(row, following if agree else ScenarioState.REJECTED)
    if row.state == ScenarioState.CHIEF_SIGNED:
        _to_sign(desk, row)


def apply_due(desk: Desk) -> int:
    """Approved scenarios whose day has come are applied at once, or sent back whole; the hub's own step."""
    rows = routes.due_scenarios(desk.tx, today(), 10)
    for row in rows:
        customers = routes.locked(desk.tx, [UUID(move["id"]) for move in row.moves])
        row.trouble = sorted(_moved(row, customers, "from"))
        if row.trouble:
            _become(row, ScenarioState.SENT_BACK)
            posts, count = (Post.STATISTICS_CLERK, Post.SECTION_CHIEF), len(row.trouble)
            tell(desk, "scenario_back", "R13.3", posts, row.unit_code, customers=count)
            continue
        _set(desk, row, customers, "to", f"线路调整方案“{row.title}”启用")
        _become(row, ScenarioState.APPLIED)
        row.applied_at = now()
        tell(desk, "scenario_applied", "R13.3", (Post.STATISTICS_CLERK,), row.unit_code, customers=len(row.moves))
    return len(rows)


def _moved(row: RouteScenario, customers: dict[UUID, Customer], at: str) -> Iterator[str]:
    """Codes of those who are not where the scenario has them."""
    for move in row.moves:
        customer = customers.get(UUID(move["id"]))
        if customer is None or customer.values.get("delivery_route") != move[at]:
            yield move["code"]


def _set(desk: Desk, row: RouteScenario, customers: dict[UUID, Customer], at: str, why: str) -> None:
    stuck = set(row.trouble)
    for move in row.moves:
        if move["code"] in stuck:
            continue
        customer = customers[UUID(move["id"])]
        touch(desk, customer, "R13.3", why, set_field(desk, customer, FIELDS["delivery_route"], move[at]))


@operation(article="R13.3", posts={Post.STATISTICS_CLERK}, title=("撤销已启用的方案", "Take an applied scenario back"))
def reverse_scenario(desk: Desk, scenario_id: UUID, why: str) -> list[str]:
    """Everybody goes back to the route before; whom somebody has moved since stays, and is named. Returns their codes."""
    row = _scenario(desk, scenario_id)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明理由。")
    _become(row, ScenarioState.REVERSED if row.state == ScenarioState.APPLIED else ScenarioState.WITHDRAWN)
    close_tasks(desk, "route_scenario", row.id, "void")
    if row.state == ScenarioState.WITHDRAWN:
        return []
    customers = routes.locked(desk.tx, [UUID(move["id"]) for move in row.moves])
    row.trouble = sorted(_moved(row, customers, "to"))
    _set(desk, row, customers, "from", f"撤销线路调整方案“{row.title}”:{why.strip()[:100]}")
    return row.trouble


def _scenario(desk: Desk, scenario_id: UUID) -> RouteScenario:
    row = routes.scenario(desk.tx, scenario_id)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="调整方案")
    desk.about("route_scenario", str(row.id))
    desk.at_unit = row.unit_code
    return row


def _become(row: RouteScenario, state: ScenarioState) -> None:
    if state not in SCENARIO[ScenarioState(row.state)]:
        raise Stale(what="调整方案")
    row.state = state
