"""A worker computes scenarios: takes one, computes without a transaction, writes the outcome (R13.3)."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub.domain.routes.criteria import judged
from hub.domain.routes.loads import Stop, loads, moved
from hub.domain.routes.regions import Wanted
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import ScenarioState
from hub.operations.desk import Desk
from hub.operations.tasks.notify import tell
from hub.ports import now
from hub.registry import routes
from hub.registry.staff import users

from . import scenario_solver
from .loads import DELIVERY, VISIT, stop_of
from .scenario_record import finish_run
from .scenarios import ask_signature, become

# Seconds that the optimiser may run: half of them for the shortest way, half for even loads.
SECONDS = 10.0
# A worker that has not finished by then is presumed dead, and another takes the scenario. Far more than SECONDS,
# because our own spread has no time limit.
DEAD_AFTER = timedelta(minutes=3)


@dataclass(frozen=True)
class Job:
    """A scenario that a worker has taken, with the customers as they were then."""

    scenario_id: UUID
    wanted: Wanted
    stops: list[Stop]
    ids: dict[str, UUID]
    field: str
    others: list[Stop]
    """The same customers on their routes of the other kind, which the scenario does not touch."""


@dataclass(frozen=True)
class Outcome:
    """Which way was used, who moves, and the loads before and after."""

    method: str
    moves: list[dict[str, Any]]
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]
    judged: list[dict[str, Any]]


def claim(desk: Desk) -> Job | None:
    """The next scenario that waits; None when none does."""
    assert desk.actor == HUB
    scenario = routes.next_scenario(desk.tx, now() - DEAD_AFTER)
    if scenario is None:
        return None
    # Commits with this transaction: the row is free while the job runs, and this moment alone keeps others off it.
    scenario.claimed_at = now()
    names = sorted({*scenario.sources, *scenario.targets})
    units = users.units_below(desk.tx, {scenario.unit_code})
    customers = routes.on_routes(desk.tx, units, names, scenario.field)
    stops = [stop_of(customer, scenario.field) for customer in customers]
    other = VISIT if scenario.field == DELIVERY else DELIVERY
    others = [stop for stop in (stop_of(customer, other) for customer in customers) if stop.route]
    wanted = Wanted(frozenset(scenario.sources), tuple(scenario.targets))
    ids = {customer.code: customer.id for customer in customers}
    return Job(scenario.id, wanted, stops, ids, scenario.field, others)


def compute(job: Job, seconds: float = SECONDS) -> Outcome:
    """Spread the customers. No database: a transaction held for so long would keep its locks and its connection."""
    method, routes_by_code = scenario_solver.solve(job.stops, job.wanted, seconds)
    names = sorted({*job.wanted.sources, *job.wanted.targets})
    moves = [
        {"id": str(job.ids[stop.code]), "code": stop.code, "from": stop.route, "to": routes_by_code[stop.code]}
        for stop in job.stops
        if routes_by_code[stop.code] != stop.route
    ]
    before, after = loads(job.stops, names), loads(moved(job.stops, routes_by_code), names)
    unmoved = loads(job.others, sorted({stop.route for stop in job.others}))
    other = VISIT if job.field == DELIVERY else DELIVERY
    both = {job.field: before, other: unmoved}, {job.field: after, other: unmoved}
    criteria = [asdict(criterion) for criterion in judged(*both, DELIVERY, VISIT)]
    return Outcome(method, moves, [asdict(load) for load in before], [asdict(load) for load in after], criteria)


def settle(desk: Desk, job: Job, outcome: Outcome | None) -> None:
    """Write the outcome and ask for the first signature; without moves, or without an outcome, it has failed.

    A scenario that was withdrawn meanwhile, or computed by another worker, stays as it is.
    """
    # No lock was held while the job ran: the state tells whether its outcome is still wanted.
    scenario = routes.scenario(desk.tx, job.scenario_id)
    if scenario is None or scenario.state != ScenarioState.COMPUTING:
        return
    scenario.computed_at = now()
    if outcome is None or not outcome.moves:
        become(scenario, ScenarioState.FAILED)
        scenario.failed_why = "fault" if outcome is None else "even"
        finish_run(desk, scenario, {"moved": 0, "method": "", "failed_why": scenario.failed_why})
        tell(desk, "scenario_failed", "R13.3", (Post.STATISTICS_CLERK,), scenario.unit_code)
        return
    scenario.method, scenario.moves = outcome.method, outcome.moves
    scenario.before, scenario.after, scenario.judged = outcome.before, outcome.after, outcome.judged
    shown = {"before": outcome.before, "after": outcome.after, "judged": outcome.judged}
    finish_run(desk, scenario, {"moved": len(outcome.moves), "method": outcome.method, **shown})
    ask_signature(desk, scenario)
