"""The database goes and comes back, jobs vanish, the bank is out: work goes on by itself, nothing lost, nothing doubled."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.states import AskState
from hub.engine import database
from hub.engine.runtime import WorkerRuntime
from hub.operations.channels import control as channel_control
from hub.registry.asks import ledger
from hub.registry.channels import state as channel_state
from hub.registry.database import embedded
from hub.registry.schema import Ask
from tests.support import people
from tests.support.databases import by_owner
from tests.support.makers.driving import bound
from tests.support.makers.processes import settled, until, worker
from tests.support.partners import Bank, make_works


@pytest.fixture
def apart(tmp_path: Path, bank: Bank) -> Iterator[WorkerRuntime]:
    """Works on a database server of their own, which may be stopped."""
    store = database.open_store(database.of_embedded(tmp_path))
    yield make_works(store, bank)
    store.close()
    embedded.stop(tmp_path)


@pytest.mark.slow
@pytest.mark.article("R7.9")
def test_a_worker_outlives_the_restart_of_its_database(apart: WorkerRuntime, bank: Bank, tmp_path: Path) -> None:
    found = [bound(apart, number)[1] for number in range(1, 13)]
    with worker(apart, bank) as child:
        until(lambda: bool(bank.ledger()["packages"]))
        embedded.stop(tmp_path)
        time.sleep(1.5)
        embedded.start(tmp_path)
        apart.office.store.engine.dispose()
        assert {settled(apart, ask_id).state for ask_id in found} == {AskState.DONE}
        assert child.poll() is None, "it had to be started anew"
    once(bank, 12)


def once(bank: Bank, count: int) -> None:
    """The bank's own books: so many agreements, each made once, no package executed twice."""
    books = bank.ledger()
    assert [row["times"] for row in books["agreements"]] == [1] * count
    assert all(row["executed"] == 1 for row in books["packages"])


@pytest.mark.slow
@pytest.mark.article("R7.9")
def test_asks_whose_jobs_vanished_are_found_by_the_sweep(runtime: WorkerRuntime, bank: Bank) -> None:
    found = [bound(runtime, number)[1] for number in range(1, 4)]
    by_owner(runtime.office.store, "TRUNCATE procrastinate_jobs CASCADE")
    with worker(runtime, bank):
        assert {settled(runtime, ask_id).state for ask_id in found} == {AskState.DONE}
    once(bank, 3)


@pytest.mark.slow
@pytest.mark.article("R17.1")
def test_all_workers_share_the_breaker_and_it_closes_by_itself(runtime: WorkerRuntime, bank: Bank) -> None:
    bank.post("/_sim/outage", seconds=600)
    found = [bound(runtime, number)[1] for number in range(1, 9)]
    with worker(runtime, bank), worker(runtime, bank):
        until(lambda: breaker(runtime) == "open")
        time.sleep(1.5)
        asked = len(bank.get("/_sim/requests"))
        time.sleep(2)
        assert len(bank.get("/_sim/requests")) <= asked + 1, "an open breaker lets one question through, not the fleet"
        [view] = [
            each for each in runtime.office.perform(people.CLERK, channel_control.list_channels) if each.key == "icbc"
        ]
        assert view.breaker == "open" and view.retry_at is not None
        bank.post("/_sim/outage", seconds=0)
        assert {settled(runtime, ask_id).state for ask_id in found} == {AskState.DONE}
    assert breaker(runtime) == "closed"
    once(bank, 8)


def breaker(runtime: WorkerRuntime) -> str:
    """The breaker's shared state."""
    with runtime.office.store.transaction() as tx:
        return channel_state.get(tx, "icbc").breaker


def ask_of(runtime: WorkerRuntime, ask_id: UUID) -> Ask:
    """The ask as it stands."""
    with runtime.office.store.transaction() as tx:
        found = ledger.get(tx, ask_id)
        assert found is not None
        return found


@pytest.mark.article("G9")
def test_a_paused_channel_sends_nothing_says_so_and_goes_on_when_resumed(runtime: WorkerRuntime, bank: Bank) -> None:
    runtime.office.perform(people.CENTRE, channel_control.pause, "icbc", "银行系统维护")
    _, ask_id = bound(runtime, 1)
    with worker(runtime, bank):
        until(lambda: ask_of(runtime, ask_id).waits_for == "channel_paused")
        waiting = ask_of(runtime, ask_id)
        assert waiting.state == AskState.QUEUED and waiting.waits_until is not None
        assert bank.get("/_sim/requests") == []
        runtime.office.perform(people.CENTRE, channel_control.resume, "icbc")
        assert settled(runtime, ask_id).state == AskState.DONE
    once(bank, 1)
