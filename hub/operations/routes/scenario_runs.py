"""A worker computes scenarios: takes one, computes without a transaction, writes the outcome (R13.3)."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

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
from .loads import stop_of
from .scenarios import ask_signature, become

# How long the optimiser may run.
SECONDS = 10.0
# A worker that has not finished by then is presumed dead, and another takes the scenario.
DEAD_AFTER = timedelta(minutes=3)


@dataclass(frozen=True)
class Job:
    """A scenario that a worker has taken, with the customers as they were then."""

    scenario_id: UUID
    wanted: Wanted
    stops: list[Stop]
    ids: dict[str, UUID]


@dataclass(frozen=True)
class Outcome:
    """Which way was used, who moves, and the loads before and after."""

    method: str
    moves: list[dict[str, Any]]
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]


def claim(desk: Desk) -> Job | None:
    """The next scenario that waits; None when none does."""
    assert desk.actor == HUB
    scenario = routes.next_scenario(desk.tx, now() - DEAD_AFTER)
    if scenario is None:
        return None
    scenario.claimed_at = now()
    names = sorted({*scenario.sources, *scenario.targets})
    units = users.units_below(desk.tx, {scenario.unit_code})
    customers = routes.on_routes(desk.tx, units, names, scenario.field)
    stops = [stop_of(customer, scenario.field) for customer in customers]
    wanted = Wanted(frozenset(scenario.sources), tuple(scenario.targets))
    return Job(scenario.id, wanted, stops, {customer.code: customer.id for customer in customers})


def compute(job: Job, seconds: float = SECONDS) -> Outcome:
    """Spread the customers; no database."""
    method, routes_by_code = scenario_solver.solve(job.stops, job.wanted, seconds)
    names = sorted({*job.wanted.sources, *job.wanted.targets})
    moves = [
        {"id": str(job.ids[stop.code]), "code": stop.code, "from": stop.route, "to": routes_by_code[stop.code]}
        for stop in job.stops
        if routes_by_code[stop.code] != stop.route
    ]
    before = [asdict(load) for load in loads(job.stops, names)]
    after = [asdict(load) for load in loads(moved(job.stops, routes_by_code), names)]
    return Outcome(method, moves, before, after)


def settle(desk: Desk, job: Job, outcome: Outcome | None) -> None:
    """Write the outcome and ask for the first signature; without moves, or without an outcome, it has failed.

    A scenario that was withdrawn meanwhile, or computed by another worker, stays as it is.
    """
    # While the job ran no lock was held: the state says whether its outcome is still wanted.
    scenario = routes.scenario(desk.tx, job.scenario_id)
    if scenario is None or scenario.state != ScenarioState.COMPUTING:
        return
    scenario.computed_at = now()
    if outcome is None or not outcome.moves:
        become(scenario, ScenarioState.FAILED)
        scenario.failed_why = "fault" if outcome is None else "even"
        tell(desk, "scenario_failed", "R13.3", (Post.STATISTICS_CLERK,), scenario.unit_code)
        return
    scenario.method, scenario.moves = outcome.method, outcome.moves
    scenario.before, scenario.after = outcome.before, outcome.after
    ask_signature(desk, scenario)
