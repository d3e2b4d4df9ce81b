"""A worker killed with -9 while it switches an outage's customers: another goes on, nobody is switched twice (R11.1)."""

from uuid import UUID

import pytest
from sqlalchemy import text

from hub.engine.runtime import WorkerRuntime
from hub.operations.outages import outages
from hub.ports import now
from tests.support import people
from tests.support.makers.processes import until, worker
from tests.support.partners import Bank

SHOPS = 900


def number(runtime: WorkerRuntime, outage_id: UUID, state: str) -> int:
    """How many of its customers are in a state."""
    return int(runtime.office.perform(people.CLERK, outages.show_outage, outage_id).number(state))


@pytest.mark.slow
@pytest.mark.article("R11.1")
def test_a_killed_worker_leaves_whole_batches_and_another_ends_the_switch(runtime: WorkerRuntime, bank: Bank) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        for shop in range(1, SHOPS + 1):
            row = people.customer(desk, shop, authorised=False)
            row.values = {"order_method": "web", "order_day": "2"}
    [outage] = runtime.office.perform(
        people.CLERK, outages.report_outage, [people.UNIT], ["web"], now(), "打不开", True
    )
    runtime.office.perform(people.CLERK, outages.switch_over, outage.id, SHOPS)
    with worker(runtime, bank) as child:
        # The worker looks every minute, beside whatever else the machine does.
        until(lambda: number(runtime, outage.id, "switched") > 0, 240)
        child.kill()
        child.wait(10)
    left = number(runtime, outage.id, "waiting")
    assert 0 < left < SHOPS and left % 300 == 0, "a batch is whole or did not happen"
    with worker(runtime, bank):
        until(
            lambda: runtime.office.perform(people.CLERK, outages.show_outage, outage.id).outage.state == "switched", 240
        )
    doubled = "SELECT count(*), count(DISTINCT customer_id) FROM temporaries WHERE outage_id = :outage"
    with runtime.office.store.transaction() as tx:
        assert tuple(tx.execute(text(doubled), {"outage": outage.id}).one()) == (SHOPS, SHOPS)
        assert tx.scalar(text("SELECT count(*) FROM applications")) == SHOPS
