"""Schedules: once over the fleet, on working days, their runs kept, lists read again, digests made up (R7.10)."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub import ports
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import HUB
from hub.domain.tasks.working_days import Calendar
from hub.engine import lists
from hub.engine import schedules as schedule_engine
from hub.engine.runtime import WorkerRuntime
from hub.operations.administration import calendar
from hub.operations.channels import digests, schedules
from hub.operations.channels.control import pause
from hub.ports import SHANGHAI, now
from hub.registry.channels.schedules import next_time
from hub.registry.reconciliation import list_runs
from hub.registry.schema import ScheduleRun
from hub.registry.session import Store
from tests.support import people
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
NAME = "telecom.list_devices.full"


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Sim]:
    """Telecom with 20 made-up bindings, ten on a page."""
    with sim("telecom", tmp_path / "telecom", "--settle", "0.1", "--bindings", "20", "--page", "10") as found:
        yield found


@pytest.fixture
def runtime(store: Store, carrier: Sim) -> WorkerRuntime:
    """Works that talk to it; the schedules are there."""
    found = works_for(store, {"telecom": carrier}, page_size="10")
    assert schedule_engine.due(found) == []
    return found


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let it be another moment."""
    monkeypatch.setattr(ports, "_now", lambda: moment)


def carried(runtime: WorkerRuntime, run: ScheduleRun) -> ScheduleRun:
    """The run after a worker has carried it out."""

    async def carry() -> None:
        try:
            await schedule_engine.carry_out(runtime, run.no)
        finally:
            await runtime.close()

    asyncio.run(carry())
    return next(each for each in runtime.office.perform(people.CLERK, schedules.list_history) if each.no == run.no)


@pytest.mark.article("R7.10")
def test_two_workers_at_once_open_each_run_once(runtime: WorkerRuntime) -> None:
    with runtime.office.desk(HUB) as desk:
        desk.tx.execute(text("UPDATE schedules SET next_at = now() - interval '1 minute'"))
    together, found = threading.Barrier(4), list[ScheduleRun]()

    def look() -> None:
        together.wait()
        found.extend(schedule_engine.due(runtime))

    workers = [threading.Thread(target=look) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    names = [run.name for run in found]
    with runtime.office.desk(HUB) as desk:
        due = {row.name for row in schedules.list_schedules(desk) if row.last_at is not None}
    assert len(names) == len(set(names)) and set(names) == due and NAME in due


@pytest.mark.article("R7.10")
def test_a_job_whose_run_before_is_still_open_is_skipped_and_the_history_says_so(runtime: WorkerRuntime) -> None:
    runtime.office.perform(people.CLERK, schedules.run_now, NAME)
    with pytest.raises(schedules.AlreadyUnderWay):
        runtime.office.perform(people.CLERK, schedules.run_now, NAME)
    with runtime.office.desk(HUB) as desk:
        desk.tx.execute(text("UPDATE schedules SET next_at = now() WHERE name = :name"), {"name": NAME})
    assert [run.name for run in schedule_engine.due(runtime)] == [NAME]
    skipped, open_ = runtime.office.perform(people.CLERK, schedules.list_history)
    assert (skipped.outcome, skipped.code, open_.outcome) == ("skipped", "still_running", None)
    done = carried(runtime, open_)
    assert (done.outcome, done.count, done.by_name) == ("done", 40, people.CLERK.name)
    assert done.started_at and done.ended_at and done.started_at >= done.due_at
    assert carried(runtime, open_).ended_at == done.ended_at, "a second job finds nothing to do"


def test_a_run_whose_job_was_lost_is_given_again_and_one_with_a_job_is_not(
    runtime: WorkerRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.office.perform(people.CLERK, schedules.run_now, NAME)
    [run] = schedule_engine.due(runtime)
    assert schedule_engine.due(runtime) == []
    at(monkeypatch, now() + timedelta(minutes=2))
    job = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('house', 'scheduled', :args)"
    with runtime.office.desk(HUB) as desk:
        desk.tx.execute(text(job), {"args": f'{{"run": {run.no}}}'})
    assert run.no not in [each.no for each in schedule_engine.due(runtime)]
    with runtime.office.desk(HUB) as desk:
        desk.tx.execute(text("DELETE FROM procrastinate_jobs"))
    assert run.no in [each.no for each in schedule_engine.due(runtime)]


@pytest.mark.article("R7.10")
def test_a_run_that_cannot_be_or_fails_ends_and_says_why(
    runtime: WorkerRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runtime.office.perform(people.CLERK, schedules.run_now, "digest")

    def fault(desk: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(digests, "make", fault)
        with pytest.raises(RuntimeError):
            carried(runtime, run)
    [failed] = runtime.office.perform(people.CLERK, schedules.list_history)
    assert (failed.outcome, failed.code) == ("failed", "RuntimeError")
    runtime.office.perform(people.CENTRE, pause, "telecom", "维护")
    away = carried(runtime, runtime.office.perform(people.CLERK, schedules.run_now, NAME))
    assert (away.outcome, away.code) == ("skipped", "channel_away")


@pytest.mark.article("R7.10", "I1")
def test_a_schedule_for_working_days_waits_for_one_and_follows_the_calendar(
    runtime: WorkerRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = Calendar().working
    eve = datetime(2026, 9, 30, 17, 0, tzinfo=SHANGHAI)
    assert next_time("0 16 * * *", eve, worked) == datetime(2026, 10, 8, 16, 0, tzinfo=SHANGHAI)
    assert next_time("0 16 * * *", eve) == datetime(2026, 10, 1, 16, 0, tzinfo=SHANGHAI)
    at(monkeypatch, datetime(2026, 12, 5, 9, 0, tzinfo=SHANGHAI))
    with runtime.office.desk(HUB) as desk:
        desk.tx.execute(text("UPDATE schedules SET next_at = '2026-12-04 07:30+08' WHERE name = 'digest'"))
    assert "digest" not in [run.name for run in schedule_engine.due(runtime)], "5 December 2026 is a Saturday"
    assert next_at(runtime) == datetime(2026, 12, 7, 7, 30, tzinfo=SHANGHAI)
    runtime.office.perform(people.CENTRE, calendar.enter_days, [date(2026, 12, 7)], False, "通知")
    assert next_at(runtime) == datetime(2026, 12, 8, 7, 30, tzinfo=SHANGHAI)


def next_at(runtime: WorkerRuntime) -> datetime:
    """When the digest comes next."""
    rows = runtime.office.perform(people.CLERK, schedules.list_schedules)
    return next(row.next_at for row in rows if row.name == "digest")


@pytest.mark.article("R7.7")
def test_a_list_is_read_again_from_a_day_and_only_from_one_that_has_been(runtime: WorkerRuntime, carrier: Sim) -> None:
    carried(runtime, runtime.office.perform(people.CLERK, schedules.run_now, NAME))
    carrier.post("/_sim/break", no="TG0000000010")
    with pytest.raises(BadInput):
        runtime.office.perform(people.CLERK, schedules.read_again, "telecom", "list_devices", date(2999, 1, 1))
    run = runtime.office.perform(people.CLERK, schedules.read_again, "telecom", "list_devices", date(2026, 1, 1))
    done = carried(runtime, run)
    assert done.outcome == "done" and done.mode == "backfill" and done.count >= 2
    [last, _] = runs(runtime)
    assert last["mode"] == "backfill" and last["since"].astimezone(SHANGHAI).time() == datetime.min.time()
    assert last["started_by"] == people.CLERK.name


@pytest.mark.article("R7.7")
def test_the_weekly_run_begins_at_the_first_page_whatever_was_broken_off(runtime: WorkerRuntime) -> None:
    with runtime.office.store.transaction() as tx:
        broken = list_runs.start(tx, "telecom", "list_devices", "full", now() - timedelta(hours=2), "partnerhub")
        broken.cursor, broken.pages, old = "behind", 1, broken.no
    run = runtime.office.perform(people.CLERK, schedules.run_now, "telecom.list_devices.afresh")
    done = carried(runtime, run)
    assert (done.outcome, done.count) == ("done", 40)
    [fresh, aside] = runs(runtime)
    assert (aside["no"], aside["outcome"], aside["code"]) == (old, "failed", "begun_anew")
    assert fresh["mode"] == "afresh" and fresh["since"] is None


def test_a_weekly_run_whose_worker_died_goes_on_behind_its_own_last_page(runtime: WorkerRuntime) -> None:
    with runtime.office.store.transaction() as tx:
        own = list_runs.start(tx, "telecom", "list_devices", "afresh", now(), "partnerhub").no
    found = asyncio.run(
        lists.read(runtime, "telecom", "list_devices", "afresh", not_before=now() - timedelta(minutes=1))
    )
    assert found is not None and found.no == own and found.outcome == "done"


def runs(runtime: WorkerRuntime) -> list[Any]:
    """Readings, newest first."""
    with runtime.office.store.transaction() as tx:
        return list(tx.execute(text("SELECT * FROM list_runs ORDER BY no DESC")).mappings())
