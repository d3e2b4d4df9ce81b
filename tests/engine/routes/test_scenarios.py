"""A running worker computes the scenario that somebody asked for, by itself (R13.3)."""

import asyncio
from datetime import timedelta

import pytest

from hub.engine import worker
from hub.engine.runtime import WorkerRuntime
from hub.operations.routes import scenarios
from hub.ports import today
from hub.registry.schema import RouteScenario
from tests.support import people
from tests.support.makers.routes import because


@pytest.mark.slow
@pytest.mark.article("R13.3")
@pytest.mark.usefixtures("ordinary_day")
def test_a_running_worker_computes_a_scenario_by_itself(runtime: WorkerRuntime) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        for number in range(1, 9):
            row = people.customer(desk, number)
            row.values = {"delivery_route": "一线", "quantified_data": "10", "location": f"117.{number:03d},36.6"}
        desk.tx.flush()
        day = today() + timedelta(days=3)
        args = (people.UNIT, ["一线"], ["一线", "二线"], "增车", day)
        scenario_id = scenarios.compute_scenario(desk, *args, **because(day))

    def state() -> str:
        with runtime.office.store.transaction() as tx:
            return tx.get_one(RouteScenario, scenario_id).state

    async def work() -> None:
        running = asyncio.create_task(worker.run(runtime, concurrency=1))
        for _ in range(300):
            if await asyncio.to_thread(state) != "computing":
                break
            await asyncio.sleep(0.1)
        running.cancel()
        await asyncio.wait({running})

    asyncio.run(work())
    assert state() == "computed"
