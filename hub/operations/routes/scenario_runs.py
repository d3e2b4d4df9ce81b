"""A worker computes scenarios: takes one, thinks without a transaction, writes what it found (R13.3)."""

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
from .scenarios import become, has_moves

SECONDS = 10.0
"""How long the optimiser may think."""
DEAD_AFTER = timedelta(minutes=3)
"""A worker that has not ended by then is taken for dead, and another computes anew."""


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
    row = routes.next_scenario(desk.tx, now() - DEAD_AFTER)
    if row is None:
        return None
    row.claimed_at = now()
    names = sorted({*row.sources, *row.targets})
    rows = routes.on_routes(desk.tx, users.units_below(desk.tx, {row.unit_code}), names, row.field)
    wanted = Wanted(frozenset(row.sources), tuple(row.targets))
    return Job(row.id, wanted, [stop_of(each, row.field) for each in rows], {each.code: each.id for each in rows})


def compute(job: Job, seconds: float = SECONDS) -> Outcome:
    """Spread the customers; no database."""
    method, found = scenario_solver.solve(job.stops, job.wanted, seconds)
    names = sorted({*job.wanted.sources, *job.wanted.targets})
    moves = [
        {"id": str(job.ids[stop.code]), "code": stop.code, "from": stop.route, "to": found[stop.code]}
        for stop in job.stops
        if found[stop.code] != stop.route
    ]
    before, after = ([asdict(load) for load in loads(each, names)] for each in (job.stops, moved(job.stops, found)))
    return Outcome(method, moves, before, after)


def settle(desk: Desk, job: Job, outcome: Outcome | None) -> None:
    """Write what was found and ask for the first signature; without moves, or without an outcome, it has failed.

    Withdrawn meanwhile, or computed by another worker, it stays as it is.
    """
    row = routes.scenario(desk.tx, job.scenario_id)
    if row is None or row.state != ScenarioState.COMPUTING:
        return
    row.computed_at = now()
    if outcome is None or not outcome.moves:
        become(row, ScenarioState.FAILED)
        row.failed_why = "fault" if outcome is None else "even"
        tell(desk, "scenario_failed", "R13.3", (Post.STATISTICS_CLERK,), row.unit_code)
        return
    row.method, row.moves, row.before, row.after = outcome.method, outcome.moves, outcome.before, outcome.after
    has_moves(desk, row)
