"""A row that a partner says nothing about: asked about under its package's serial, never sent again, a person's in the end."""

import asyncio
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine import lists
from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import steering as ask_operations
from hub.operations.asks.packages import pack_announcements, send_package
from hub.operations.settlement.accounts import bind_account
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from hub.registry.session import Store
from tests.support import people
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
Town = tuple[WorkerRuntime, Sim]
MISSED = "370101000002"
DOUBTED = (AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED)


def once(runtime: WorkerRuntime, ask_id: UUID) -> Ask:
    """One step of the ask, at once if it waits for its next question; then how it stands."""
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        if ask.state in DOUBTED:
            ask.waits_until = now()

    async def run() -> None:
        await take_step(runtime, ask_id)
        await runtime.close()

    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, run()).result()
    return standing(runtime, ask_id)


def standing(runtime: WorkerRuntime, ask_id: UUID) -> Ask:
    """The ask as it is."""
    with runtime.office.store.transaction() as tx:
        found = ledger.get(tx, ask_id)
        assert found is not None
        return found


def until(runtime: WorkerRuntime, ask_id: UUID, reached: Callable[[], bool], patience: float = 20.0) -> None:
    """Step the ask until something is reached."""
    end = time.monotonic() + patience
    while not reached():
        assert time.monotonic() < end, standing(runtime, ask_id).state
        once(runtime, ask_id)
        time.sleep(0.05)


def agreements(runtime: WorkerRuntime) -> tuple[UUID, list[UUID]]:
    """A package of three agreements at ABC: (package, rows)."""
    rows = []
    with runtime.office.desk(people.CLERK) as desk:
        for number in (1, 2, 3):
            row = people.customer(desk, number)
            people.authorise(desk, row, "abc")
            rows.append(bind_account(desk, people.request(desk, row, number, channel="abc", with_package=True)))
    [package] = runtime.office.perform(people.CLERK, send_package, "abc")
    return package, rows


def press(bank: Sim, path: str, **fields: str) -> None:
    """The bank's clerk presses a button."""
    request = urllib.request.Request(bank.url + path, urllib.parse.urlencode(fields).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()


@pytest.fixture(params=["interface", "file"])
def abc(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Town]:
    """ABC, by interface and by file."""
    way = ("--sftp", "key") if request.param == "file" else ()
    with sim("abc", tmp_path / "abc", "--settle", "0.1", *way) as bank:
        yield works_for(store, {"abc": bank}), bank


@pytest.fixture
def mobile(store: Store, tmp_path: Path) -> Iterator[Town]:
    """Mobile, at whose counter three of our customers have signed; its list is read."""
    with sim("mobile", tmp_path / "mobile", "--settle", "0.1") as carrier:
        runtime = works_for(store, {"mobile": carrier})
        with runtime.office.desk(people.CLERK) as desk:
            for number in (1, 2, 3):
                row = people.customer(desk, number, authorised=False)
                people.authorise(desk, row, "mobile").purpose = "ordering"
                row.values = {**row.values, "order_day": str(number)}
        for number in (1, 2, 3):
            given = {"phone": f"139{number:08d}", "device": f"87{number:013d}"}
            carrier.post("/_sim/sign", licence=f"{370100000000 + number}", **given)
        asyncio.run(listed(runtime))
        yield runtime, carrier


async def listed(runtime: WorkerRuntime) -> None:
    """The carrier's list, once."""
    try:
        await lists.read(runtime, "mobile", "list_devices", "full")
    finally:
        await runtime.close()


def announcements(runtime: WorkerRuntime) -> tuple[UUID, UUID]:
    """The package of the announcements that wait, and the row of the second customer."""
    runtime.office.perform(HUB, pack_announcements)
    with runtime.office.store.transaction() as tx:
        package = tx.scalars(select(Ask).where(Ask.verb == "announce_customers")).one()
        [row] = [row for row in ledger.rows_of(tx, package.id) if row.customer_code == MISSED]
        return package.id, row.id


def stays_in_doubt(runtime: WorkerRuntime, package: UUID, row_id: UUID) -> None:
    """The package ends without the row; four questions about it later it is where it was: not sent, not to be dropped."""
    until(runtime, package, lambda: standing(runtime, package).state == AskState.DONE)
    before = standing(runtime, row_id)
    assert before.package_id is None and before.row_no is not None
    assert before.sent_key == standing(runtime, package).key and before.sent_at is not None and before.doubt_since
    for _ in range(4):
        found = once(runtime, row_id)
        assert found.state in DOUBTED and found.doubt_since, (found.state, found.reason, found.partner_code)
    assert found.questions == before.questions + 4 and found.attempts - found.questions == 0, "it is only asked about"
    assert (found.row_no, found.sent_key) == (before.row_no, before.sent_key)
    for drop in (ask_operations.cancel, ask_operations.replay):
        with pytest.raises(ask_operations.NotNow):
            runtime.office.perform(people.CLERK, drop, row_id, "不等了")


def a_day_later(runtime: WorkerRuntime, row_id: UUID) -> Ask:
    """The row, once its doubt is older than a day."""
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, row_id, lock=True)
        assert ask is not None
        ask.doubt_since = ask.asked_at = ask.sent_at = now() - timedelta(hours=25)
    return once(runtime, row_id)


@pytest.mark.article("R7.9", "R7.10")
def test_a_row_of_abc_without_a_response_is_never_sent_again_and_is_a_persons_in_the_end(abc: Town) -> None:
    runtime, bank = abc
    bank.post("/_sim/scenario", scenario="row_no_response", customer_code=MISSED)
    package, rows = agreements(runtime)
    stays_in_doubt(runtime, package, rows[1])
    assert {standing(runtime, row).state for row in (rows[0], rows[2])} == {AskState.DONE}
    held = a_day_later(runtime, rows[1])
    assert (held.state, held.waits_for) == (AskState.PERSON, "person:doubt_too_old")
    with pytest.raises(ask_operations.NotNow):
        runtime.office.perform(people.CLERK, ask_operations.cancel, rows[1], "不等了")
    runtime.office.perform(people.CLERK, ask_operations.replay, rows[1], "再问")
    assert standing(runtime, rows[1]).state == AskState.ASKED, "taken up again it is asked about, not sent"
    books = bank.ledger()
    assert len(books["rows"]) == 3 and MISSED not in {sign["customer"] for sign in books["signs"]}


@pytest.mark.article("R7.9", "R7.10")
def test_a_row_of_abc_without_a_response_may_be_done_after_all_and_is_live_once(abc: Town) -> None:
    runtime, bank = abc
    bank.post("/_sim/scenario", scenario="row_no_response_yet_done", customer_code=MISSED)
    package, rows = agreements(runtime)
    by_file = runtime.ready["abc"].settings.way == "file"
    if by_file:
        stays_in_doubt(runtime, package, rows[1])
        press(bank, "/clerk/row", no="2", state="0")
    until(runtime, package, lambda: standing(runtime, package).state == AskState.DONE)
    until(runtime, rows[1], lambda: standing(runtime, rows[1]).state == AskState.DONE)
    found = standing(runtime, rows[1])
    assert found.reference == f"{standing(runtime, package).key}00002", "its own number, not the first row's"
    signs = [sign for sign in bank.ledger()["signs"] if sign["customer"] == MISSED]
    assert [(sign["no"], sign["status"]) for sign in signs] == [(found.reference, "1")]


@pytest.mark.article("R7.8")
def test_a_row_that_mobiles_job_does_not_show_is_asked_about_by_job_and_known_once_it_is_shown(mobile: Town) -> None:
    runtime, carrier = mobile
    carrier.post("/_sim/scenario", scenario="row_missing_in_job", customer_code=MISSED)
    package, row = announcements(runtime)
    stays_in_doubt(runtime, package, row)
    kept = standing(runtime, row)
    carrier.post("/_sim/show", serial=kept.sent_key, row=str(kept.row_no))
    until(runtime, row, lambda: standing(runtime, row).state == AskState.DONE)
    told = [each for each in carrier.ledger()["announcements"] if each["cust"] == MISSED]
    assert [each["executed"] for each in told] == [1], "announced once"
