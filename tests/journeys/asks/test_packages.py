"""Retailers signed at Mobile's counter, announced back in batches of a hundred under one serial (R7.8, notes §5)."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine import lists
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks.packages import pack_announcements
from hub.ports import now
from hub.registry.asks import ledger as stored_ledger
from hub.registry.schema import Ask
from hub.registry.session import Store
from tests.support import people
from tests.support.makers.driving import drive
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
Town = tuple[WorkerRuntime, Sim]
SIGNED = 130


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    """Mobile, with customers on our books who signed at its counter; its list is read, nothing is sent yet."""
    with sim("mobile", tmp_path / "mobile", "--settle", "0.1") as carrier:
        runtime = works_for(store, {"mobile": carrier})
        with runtime.office.desk(people.CLERK) as desk:
            for number in range(1, SIGNED + 1):
                row = people.customer(desk, number, authorised=False)
                people.authorise(desk, row, "mobile").purpose = "ordering"
                row.values = {**row.values, "order_day": str(number % 5 + 1)}
        for number in range(1, SIGNED + 1):
            given = {"phone": f"139{number:08d}", "device": f"87{number:013d}"}
            carrier.post("/_sim/sign", licence=f"{370100000000 + number}", **given)
        asyncio.run(read(runtime))
        yield runtime, carrier


async def read(runtime: WorkerRuntime) -> None:
    """The carrier's list, once."""
    try:
        await lists.read(runtime, "mobile", "list_devices", "full")
    finally:
        await runtime.close()


def packed(runtime: WorkerRuntime) -> list[Ask]:
    """The packages that the hub makes of what waits."""
    runtime.office.perform(HUB, pack_announcements)
    with runtime.office.store.transaction() as tx:
        query = select(Ask).where(Ask.verb == "announce_customers").order_by(Ask.key)
        return list(tx.scalars(query))


def ends(runtime: WorkerRuntime) -> list[str]:
    """How the customers' own announcements stand."""
    with runtime.office.store.transaction() as tx:
        return [each.state for each in tx.scalars(select(Ask).where(Ask.verb == "announce_customer"))]


@pytest.mark.article("R7.8")
def test_all_that_a_list_brings_is_announced_in_two_batches_and_each_has_its_own_end(town: Town) -> None:
    runtime, carrier = town
    assert ends(runtime) == [AskState.PLANNED] * SIGNED
    carrier.post("/_sim/scenario", scenario="accepted_then_refused", customer_code="370101000007")
    packages = packed(runtime)
    assert (len(packages) == 2 and packed(runtime) == packages) or len(packed(runtime)) == 2, (
        "packing again makes nothing"
    )
    for each in packages:
        assert drive(runtime, each.id).state == AskState.DONE
    with runtime.office.store.transaction() as tx:
        refused = [
            row.customer_code
            for each in packages
            for row in stored_ledger.rows_of(tx, each.id)
            if row.state == "refused"
        ]
        sizes = sorted(len(stored_ledger.rows_of(tx, each.id)) for each in packages)
    assert (refused, sizes) == (["370101000007"], [30, 100])
    ledger = carrier.ledger()
    assert [each["received"] for each in ledger["jobs"]] == [1, 1]
    assert sum(each["executed"] for each in ledger["announcements"]) == SIGNED


@pytest.mark.article("R7.8")
@pytest.mark.parametrize("fault", ["drop_after_work", "html_200", "system_code"])
def test_a_batch_whose_answer_is_lost_is_asked_about_and_announced_once(town: Town, fault: str) -> None:
    runtime, carrier = town
    carrier.post("/_sim/scenario", scenario=fault, path="customer-batch")
    for each in packed(runtime):
        assert drive(runtime, each.id).state == AskState.DONE
    assert set(ends(runtime)) == {AskState.DONE}
    ledger = carrier.ledger()
    assert {each["executed"] for each in ledger["announcements"]} == {1}


@pytest.mark.article("R7.8")
def test_a_locked_batch_is_busy_as_a_whole_and_waits_under_its_serial(town: Town) -> None:
    runtime, carrier = town
    carrier.post("/_sim/scenario", scenario="locked", path="customer-batch")
    first, *_ = packed(runtime)
    held = drive(runtime, first.id, patience=2)
    with runtime.office.store.transaction() as tx:
        rows = {row.state for row in stored_ledger.rows_of(tx, first.id)}
    assert held.state == AskState.QUEUED and rows == {AskState.QUEUED}, "surely nothing was done"
    assert held.key == first.key and held.waits_until is not None
    assert held.waits_until - now() > timedelta(minutes=25), "the lock of thirty minutes is waited for"
