"""A bank without a list is asked about its live accounts in turn, so that a lost call is found (R7.9, I7)."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine import schedules as schedule_engine
from hub.operations.asks import requested_input
from hub.operations.channels import schedules
from hub.operations.channels.control import pause
from hub.operations.reconciliation import rechecks
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import ScheduleRun
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.makers.codes import RIGHT, Town, filed, until_it_waits
from tests.support.makers.driving import drive
from tests.support.sims import sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
OLDER = "UPDATE twins SET seen_at = now() - make_interval(days => :days) WHERE customer_code = :code"


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    """ABC, which has no list, and whose calls reach nobody."""
    with sim("abc", tmp_path / "abc", "--settle", "0.1", "--resend-seconds", "0.1") as bank:
        yield Town(works_for(store, {"abc": bank}), bank)


def live(town: Town, number: int, days: int) -> UUID:
    """A live account, confirmed so many days ago: its customer."""
    customer_id, ask_id = filed(town, number)
    until_it_waits(town, ask_id, "input:sms_code")
    town.runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret(RIGHT))
    assert drive(town.runtime, ask_id).state == AskState.DONE
    with town.runtime.office.store.transaction() as tx:
        tx.execute(text(OLDER), {"days": days, "code": code_of(number)})
    return customer_id


def code_of(number: int) -> str:
    """A customer's code."""
    return f"370101{number:06d}"


def turn(town: Town) -> ScheduleRun:
    """The schedule, run now and carried out."""
    run = town.runtime.office.perform(people.CLERK, schedules.run_now, "abc.recheck")

    async def carry() -> None:
        try:
            await schedule_engine.carry_out(town.runtime, run.no)
        finally:
            await town.runtime.close()

    asyncio.run(carry())
    return next(each for each in town.runtime.office.perform(people.CLERK, schedules.list_history) if each.no == run.no)


def asked(town: Town, number: int) -> list[UUID]:
    """Questions under way about a customer."""
    with town.runtime.office.store.transaction() as tx:
        return ledger.open_about(tx, "abc", [code_of(number)], [AskState.ACCEPTED])


@pytest.mark.article("R7.9", "I7")
def test_a_cancellation_whose_call_was_lost_is_found_by_asking_in_turn(town: Town) -> None:
    schedule_engine.due(town.runtime)
    customer_id = live(town, 1, days=6)
    with sqlite3.connect(town.bank.data / "ledger.sqlite", timeout=10) as books:
        books.execute("UPDATE signs SET status = '2'")
    books.close()
    run = turn(town)
    assert (run.outcome, run.code, run.count) == ("done", None, 1)
    [question] = asked(town, 1)
    with town.runtime.office.store.transaction() as tx:
        assert accounts.accounts_of(tx, customer_id)[0].state == "live"
    assert drive(town.runtime, question).state == AskState.DONE
    with town.runtime.office.store.transaction() as tx:
        assert accounts.accounts_of(tx, customer_id)[0].state == "ended"
    assert turn(town).count == 0, "an ended account is asked about no more"


@pytest.mark.article("R7.9")
def test_the_oldest_confirmation_comes_first_and_one_that_is_confirmed_rests(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule_engine.due(town.runtime)
    for number, days in ((1, 2), (2, 9), (3, 0)):
        live(town, number, days)
    late = rechecks.Turn(1, 0)
    assert town.runtime.office.perform(HUB, rechecks.take_turn, "abc", 1) == late
    [question], others = asked(town, 2), asked(town, 1) + asked(town, 3)
    assert others == [] and drive(town.runtime, question).state == AskState.DONE
    assert turn(town).count == 1 and len(asked(town, 1)) == 1 and asked(town, 2) == asked(town, 3) == []
    with town.runtime.office.store.transaction() as tx:
        fresh = tx.scalar(text("SELECT seen_at FROM twins WHERE customer_code = :code"), {"code": code_of(2)})
        assert fresh is not None and now() - fresh < timedelta(minutes=5)
    monkeypatch.setattr(rechecks, "RUNS", 1)
    assert turn(town).count == 0, "one is asked about, one was confirmed, one is fresh"


def test_who_is_behind_is_said_and_a_paused_channel_is_not_asked(town: Town) -> None:
    schedule_engine.due(town.runtime)
    for number in (1, 2):
        live(town, number, days=8)
    assert (turn(town).code, turn(town).code) == ("behind", None)
    town.runtime.office.perform(people.CENTRE, pause, "abc", "维护")
    assert (turn(town).outcome, turn(town).code) == ("skipped", "channel_away")
