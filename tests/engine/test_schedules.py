"""Schedules over the whole fleet: once, on working days, run now, kept in history; backfill; digests (R7.10, R17.1)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.domain.people import HUB
from hub.domain.refusals import BadInput
from hub.domain.states import AskState
from hub.engine import reading
from hub.engine.scheduling import due, ended
from hub.engine.works import Works
from hub.operations import figures, schedules, syncing
from hub.operations.schedules import UnderWay
from hub.ports import new_id, now, set_clock, today
from hub.registry.schema import Ask, Attempt, Digest, Schedule, ScheduleRun, SyncRun
from hub.registry.session import Store
from tests.journeys.test_binding import bound, drive
from tests.support import people
from tests.support.partners import Bank
from tests.support.sims import sim, works_for

SUNDAY, MONDAY = datetime(2026, 11, 22, 8, 30, tzinfo=UTC), datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def at(moment: datetime) -> None:
    """Set the clock."""
    set_clock(lambda: moment)


@pytest.fixture(autouse=True)
def clock() -> object:
    """The clock is set back at the end."""
    yield None
    set_clock(None)


def names(works: Works) -> list[str]:
    """What is due now, by name."""
    return sorted(row.name for row, _ in due(works))


@pytest.mark.article("R7.10")
def test_what_comes_on_working_days_is_put_off_on_a_day_of_rest_unless_asked_for(works: Works) -> None:
    at(SUNDAY - timedelta(days=1))
    due(works)
    at(SUNDAY)
    assert "icbc.package" not in names(works)
    works.office.perform(people.CLERK, schedules.run_now, "icbc.package")
    assert "icbc.package" in names(works)
    at(MONDAY)
    assert "icbc.package" in names(works)
    with works.office.store.transaction() as tx:
        runs = list(tx.scalars(select(ScheduleRun).where(ScheduleRun.name == "icbc.package").order_by(ScheduleRun.no)))
        assert [run.by_name for run in runs] == [people.CLERK.name, "partnerhub"]


@pytest.mark.article("R7.10")
def test_two_workers_take_each_schedule_once_and_the_history_tells_how_it_ended(works: Works) -> None:
    at(MONDAY - timedelta(days=1))
    due(works)
    at(MONDAY)
    with ThreadPoolExecutor(4) as crowd:
        taken = [row.name for found in crowd.map(lambda _: due(works), range(8)) for row, _ in found]
    assert len(taken) == len(set(taken)) and "icbc.list_bindings.full" in taken
    with works.office.store.transaction() as tx:
        run = tx.scalars(select(ScheduleRun)).first()
        assert run is not None and run.ended_at is None
    ended(works, run.no, "done")
    with works.office.desk(people.CLERK) as desk:
        assert {each.outcome for each in schedules.list_history(desk) if each.no == run.no} == {"done"}


@pytest.mark.article("R7.7")
def test_a_list_is_read_again_from_a_day_and_once_a_week_from_the_beginning(store: Store, tmp_path: Path) -> None:
    with sim("telecom", tmp_path / "telecom", "--bindings", "30", "--page", "10") as carrier:
        works = works_for(store, {"telecom": carrier}, page_size="10")
        due(works)
        clerk = people.CLERK
        with pytest.raises(BadInput):
            works.office.perform(clerk, schedules.backfill, "telecom", "list_devices", today() + timedelta(days=1))
        no = works.office.perform(clerk, schedules.backfill, "telecom", "list_devices", date(2026, 1, 1))
        with pytest.raises(UnderWay):
            works.office.perform(clerk, schedules.backfill, "telecom", "list_devices", date(2026, 1, 1))
        found = read(works, "changes")
        assert (found.no, found.mode, found.outcome, found.facts) == (no, "backfill", "done", 60)
        with store.transaction() as tx:
            broken = {"channel": "telecom", "verb": "list_devices", "mode": "full", "cursor": "made-0-10"}
            tx.add(SyncRun(**broken, started_by="x", started_at=now()))
        fresh = read(works, "fresh")
        assert (fresh.mode, fresh.facts, fresh.outcome) == ("fresh", 60, "done")
        with works.office.desk(clerk) as desk:
            assert [run.code for run in syncing.list_runs(desk) if run.outcome == "failed"] == ["begun_anew"]


def read(works: Works, mode: str) -> SyncRun:
    """One run of Telecom's list."""

    async def run() -> SyncRun | None:
        found = await reading.read(works, "telecom", "list_devices", mode)
        await works.close()
        return found

    found = asyncio.run(run())
    assert isinstance(found, SyncRun)
    return found


@pytest.mark.article("R17.1")
def test_figures_by_day_and_digests_that_are_made_up_for_missed_days(works: Works, bank: Bank) -> None:
    bank.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code="370101000002")
    for number in (1, 2):
        drive(works, bound(works, number)[1])
    with works.office.store.transaction() as tx:
        ask = tx.scalars(select(Ask).where(Ask.state == AskState.LIVE)).one()
        lost = {"no": 90, "verb": "bind_card", "started_at": now() - timedelta(hours=3), "outcome": "unknown"}
        tx.add(Attempt(id=new_id(), ask_id=ask.id, ended_at=now() - timedelta(hours=2), **lost))
    with works.office.desk(people.CLERK) as desk:
        last = figures.channel_figures(desk, "icbc", 3)[-1]
    assert (last.live, last.refused, last.doubts) == (1, {"name_mismatch": 1}, 1)
    assert 1.9 < last.doubt_hours < 2.1 and last.answers >= 2 and last.p95_ms >= last.p50_ms > 0
    at(now() + timedelta(days=1))
    assert works.office.perform(HUB, figures.make_digests) == 1
    at(now() + timedelta(days=3))
    assert works.office.perform(HUB, figures.make_digests) == 3
    assert works.office.perform(HUB, figures.make_digests) == 0
    with works.office.store.transaction() as tx:
        first = tx.scalars(select(Digest).order_by(Digest.day)).first()
        assert first is not None and first.figures["refused"] == {"name_mismatch": 1}
        assert tx.scalars(select(Schedule).where(Schedule.name == "digests")).first() is None
