"""A carrier's list read into twins: resumed behind its last page, braked, absences believed slowly (R7.7, R11.2)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Actor, Post
from hub.engine import lists
from hub.engine.runtime import WorkerRuntime
from hub.engine.schedules import due
from hub.operations.channels import schedules
from hub.operations.channels.control import pause, save_settings
from hub.operations.office import Office
from hub.operations.reconciliation import list_runs as list_run_operations
from hub.plugin import Page
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.reconciliation import differences, list_runs
from hub.registry.session import Store
from tests.support import people
from tests.support.databases import by_owner
from tests.support.makers.driving import drive
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
SECOND = Actor(None, "科长", frozenset({(Post.SECTION_CHIEF, "3701")}))


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Sim]:
    """Telecom with 60 made-up bindings, ten on a page."""
    with sim("telecom", tmp_path / "telecom", "--settle", "0.1", "--bindings", "60", "--page", "10") as found:
        yield found


@pytest.fixture
def runtime(store: Store, carrier: Sim) -> WorkerRuntime:
    """Works that talk to it, and its customers on our books."""
    runtime = works_for(store, {"telecom": carrier}, page_size="10")
    with store.transaction() as tx:
        tx.execute(
            text(
                "INSERT INTO customers (id, code, licence_no, licence_holder, shop_name, unit_code, stage, chain_customer, "
                "settlement_method, values, sealed, version, created_at, updated_at, find_text, find_grams) "
                "SELECT gen_random_uuid(), t.code, 'L' || t.code, '测试', '示例', '370101', 'registered', false, 'cash', "
                "'{}', '{}', 1, now(), now(), '', '{}' FROM (SELECT '37000000' || lpad(n::text, 4, '0') AS code "
                "FROM generate_series(0, 70) n) t"
            )
        )
    return runtime


def read(runtime: WorkerRuntime, mode: str = "full") -> list_runs.ListRun:
    """One run."""

    async def run() -> list_runs.ListRun:
        try:
            found = await lists.read(runtime, "telecom", "list_devices", mode)
        finally:
            await runtime.close()
        assert found is not None
        return found

    return asyncio.run(run())


class Killed(Exception):
    """The worker dies."""


def count(runtime: WorkerRuntime, query: str) -> int:
    """A number out of the database."""
    with runtime.office.store.transaction() as tx:
        return int(tx.scalar(text(query)) or 0)


@pytest.mark.article("R7.7", "R11.2")
def test_what_the_carrier_holds_becomes_ours_and_the_second_run_reads_next_to_nothing(
    runtime: WorkerRuntime, carrier: Sim
) -> None:
    first = read(runtime)
    assert (first.outcome, first.added) == ("done", 120), (first.outcome, first.code, first.facts)
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 60
    assert count(runtime, "SELECT count(*) FROM agreements WHERE state = 'live'") == 60
    second = read(runtime, "changes")
    assert (second.mode, second.facts, second.outcome) == ("changes", 0, "done")
    carrier.post("/_sim/break", no="TG0000000020")
    third = read(runtime, "changes")
    assert third.facts == 2 and count(runtime, "SELECT count(*) FROM devices WHERE state = 'failed'") == 1
    assert count(runtime, "SELECT count(*) FROM changes WHERE article = 'R11.2'") == 1


@pytest.mark.article("R7.7")
def test_a_reading_broken_off_goes_on_behind_the_page_that_was_committed(
    runtime: WorkerRuntime, carrier: Sim, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, seen = list_run_operations.page, []

    def falters(office: Office, held: list_run_operations.Held, found: Page) -> list_run_operations.Held:
        seen.append(held.no)
        if len(seen) == 3:
            raise Killed
        return page(office, held, found)

    monkeypatch.setattr(list_run_operations, "page", falters)
    with pytest.raises(Killed):
        read(runtime)
    monkeypatch.undo()
    assert count(runtime, "SELECT count(*) FROM twins") == 40
    again = read(runtime)
    assert again.no == seen[0] and again.pages >= 6 and again.outcome == "done"
    assert count(runtime, "SELECT count(*) FROM twins") == 120


@pytest.mark.article("R11.2")
def test_what_is_missing_twice_ends_and_too_much_of_it_waits_for_two_people(runtime: WorkerRuntime) -> None:
    read(runtime)
    with runtime.office.store.transaction() as tx:
        tx.execute(
            text(
                "INSERT INTO twins (channel, kind, number, customer_code, licence_no, agreement_no, ending, state, seen_at, "
                "run_no, absences) SELECT 'telecom', 'device', 'X' || n, '37000000' || lpad(n::text, 4, '0'), '', '', '', "
                "'live', now() - interval '1 hour', 0, 0 FROM generate_series(1, 30) n"
            )
        )
    first = read(runtime)
    assert first.outcome == "done" and count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 90
    second = read(runtime)
    assert (second.outcome, second.code, second.ended) == ("braked", "too_many_ends", 30)
    assert on_desk(runtime) == {"held": 150, "ends": 30, "adds": 0, "changes": 0}
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 90
    runtime.office.perform(people.CLERK, list_run_operations.release, second.no)
    with pytest.raises(Refusal):
        runtime.office.perform(people.CLERK, list_run_operations.release, second.no)
    runtime.office.perform(SECOND, list_run_operations.release, second.no)
    assert on_desk(runtime) == {}
    assert [run.name for run in due(runtime)] == ["telecom.list_devices.full"], "a worker does it at once"
    assert (released := read(runtime)).no == second.no and (released.outcome, released.code) == ("done", "released")
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 60


def on_desk(runtime: WorkerRuntime) -> dict[str, int]:
    """What the desk of differences says that a braked run would do."""
    with runtime.office.store.transaction() as tx:
        found = [each for each in differences.listed(tx, None) if each.what == "braked"]
        return {name: int(value) for each in found for name, value in {**each.ours, **each.theirs}.items()}


@pytest.mark.article("R7.7", "R11.2")
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("UPDATE devices SET state = 'failed'", "too_many_changes"),
        ("DELETE FROM devices WHERE device_no IN (SELECT device_no FROM devices ORDER BY 1 OFFSET 5)", "too_many_adds"),
    ],
)
def test_too_much_that_would_be_added_or_changed_waits_for_two_people_as_well(
    runtime: WorkerRuntime, spoil: str, code: str
) -> None:
    runtime.office.perform(HUB, save_settings, "telecom", {"hub.brake_adds": "40, 50%"})
    runtime.take_up()
    read(runtime)
    by_owner(runtime.office.store, spoil)
    before = count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'")
    second = read(runtime)
    assert (second.outcome, second.code) == ("braked", code) and on_desk(runtime)["held"] > 0
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == before
    runtime.office.perform(people.CLERK, list_run_operations.release, second.no)
    runtime.office.perform(SECOND, list_run_operations.release, second.no)
    read(runtime)
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 60


@pytest.mark.article("R7.7")
def test_a_new_agreement_is_answered_with_code_and_order_day(runtime: WorkerRuntime, carrier: Sim) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        people.authorise(desk, row, "telecom").purpose = "ordering"
        other = people.customer(desk, 2)
        row.values = other.values = {"order_day": "3"}
        phone = desk.vault.open_field(row.id, "order_phone", row.sealed["order_phone"]).reveal()
        licences = row.licence_no, other.licence_no
    for number, licence in enumerate(licences):
        carrier.post("/_sim/sign", licence=licence, phone=phone, imei=f"86000000000{number}111")
    read(runtime)
    with runtime.office.store.transaction() as tx:
        [announcement] = ledger.open_about(tx, "telecom", ["370101000001"], ["queued"])  # type: ignore[list-item]
        waiting = [each for each in differences.listed(tx, None) if each.what == "not_announced"]
        assert [each.ours["missing"] for each in waiting] == ["not_authorised"]
    assert drive(runtime, announcement).state == "done"
    assert next(row["cust"] for row in carrier.ledger()["agreements"]) == "370101000001"


@pytest.mark.article("R7.10")
def test_a_schedule_is_due_once_over_the_fleet_and_can_be_paused_and_run_now(runtime: WorkerRuntime) -> None:
    assert due(runtime) == []
    name = "telecom.list_devices.full"
    runtime.office.perform(people.CLERK, schedules.run_now, name)
    assert [row.name for row in due(runtime)] == [name] and due(runtime) == []
    runtime.office.perform(people.CLERK, schedules.pause_schedule, name)
    with pytest.raises(schedules.SchedulePaused):
        runtime.office.perform(people.CLERK, schedules.run_now, name)
    runtime.office.perform(people.CLERK, schedules.resume_schedule, name)
    [row] = [each for each in runtime.office.perform(people.CLERK, schedules.list_schedules) if each.name == name]
    assert row.next_at > now() and row.paused_by is None
    runtime.office.perform(people.CENTRE, pause, "telecom", "维护")
    assert asyncio.run(lists.read(runtime, "telecom", "list_devices", "full")) is None
