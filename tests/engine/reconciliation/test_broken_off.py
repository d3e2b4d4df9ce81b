"""Lists that break off: a cursor that leads nowhere is given up, people are told, and two readers never write at once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.channels import listing
from hub.domain.facts import Busy
from hub.domain.reconciliation.cursors import BadCursor, Cursor
from hub.engine import lists
from hub.engine.runtime import WorkerRuntime
from hub.operations.reconciliation import full_comparison
from hub.operations.reconciliation import list_runs as list_run_operations
from hub.plugin import Page
from hub.registry.reconciliation import list_runs
from hub.registry.session import Store
from tests.support.carriers import count, do, known, on_desk, read
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Sim]:
    """Telecom with 60 made-up bindings, ten on a page."""
    with sim("telecom", tmp_path / "telecom", "--settle", "0.1", "--bindings", "60", "--page", "10") as found:
        yield found


@pytest.fixture
def runtime(store: Store, carrier: Sim) -> WorkerRuntime:
    """Works that talk to it."""
    runtime = works_for(store, {"telecom": carrier}, page_size="10")
    known(store, "telecom")
    return runtime


def held(runtime: WorkerRuntime, mode: str = "full") -> tuple[list_runs.ListRun, list_run_operations.Held]:
    """A run taken in hand."""
    found = list_run_operations.begin(runtime.office, "telecom", "list_devices", mode, "partnerhub")
    assert found is not None
    return found


@pytest.mark.article("R7.7")
def test_a_list_whose_cursor_leads_nowhere_begins_anew_after_three_times_and_people_are_told(
    runtime: WorkerRuntime,
) -> None:
    run, mine = held(runtime)
    list_run_operations.page(runtime.office, mine, Page((), "no cursor of theirs"))
    outcomes = [(found.no, found.outcome) for found in (read(runtime), read(runtime), read(runtime))]
    assert outcomes == [(run.no, None), (run.no, None), (run.no, "failed")]
    [told] = on_desk(runtime, "list_unreadable")
    assert (told.channel, told.number, told.theirs["failures"]) == ("telecom", "list_devices.full", 3)
    assert told.decide_by > told.found_at and told.theirs["missing"] == "-2"
    anew = read(runtime)
    assert anew.no > run.no and (anew.outcome, anew.facts) == ("done", 120)
    assert on_desk(runtime, "list_unreadable") == []


@pytest.mark.article("R7.7")
def test_a_poisoned_tag_of_the_last_run_does_not_stop_the_changes_for_ever(runtime: WorkerRuntime) -> None:
    assert read(runtime).outcome == "done"
    do(runtime, "UPDATE list_runs SET cursor = 'tag-of-nobody'")
    found = [read(runtime, "changes") for _ in range(4)]
    assert [(each.mode, each.outcome) for each in found] == [*[("changes", "failed")] * 3, ("full", "done")]
    assert on_desk(runtime, "list_unreadable") == [], "the whole list was read: nothing is left unread"
    after = read(runtime, "changes")
    assert (after.mode, after.outcome, after.facts) == ("changes", "done", 0)


@pytest.mark.article("R7.7")
def test_a_partner_that_is_not_there_spoils_no_cursor(runtime: WorkerRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    run, mine = held(runtime)
    assert list_run_operations.page(runtime.office, mine, Page((), "books-0-0")).cursor.text == "books-0-0"

    async def away(*_: object) -> None:
        raise Busy("not_sent")

    with monkeypatch.context() as patch:
        patch.setattr(listing, "content_of", away)
        for _ in range(4):
            assert (read(runtime).outcome, count(runtime, "SELECT failures FROM list_runs")) == (None, 0)
    assert (again := read(runtime)).no == run.no and again.outcome == "done"
    assert on_desk(runtime, "list_unreadable") == []


@pytest.mark.article("R7.7")
def test_whoever_was_overtaken_writes_nothing_more(runtime: WorkerRuntime) -> None:
    _, first = held(runtime)
    first = list_run_operations.page(runtime.office, first, Page((), "books-0-0"))
    _, second = held(runtime)
    ahead = list_run_operations.page(runtime.office, second, Page((), "made-0-10"))
    for late in (
        lambda: list_run_operations.page(runtime.office, first, Page((), "books-0-0")),
        lambda: list_run_operations.judge(runtime.office, first),
        lambda: list_run_operations.fail(runtime.office, first, "http_500"),
        lambda: list_run_operations.finish(runtime.office, first),
        lambda: full_comparison.compare_all(runtime.office, "telecom", "list_devices", first),
    ):
        with pytest.raises(list_run_operations.Overtaken):
            late()
    with runtime.office.store.transaction() as tx:
        run = list_runs.get(tx, ahead.no)
        assert run is not None and (run.cursor, run.pages, run.outcome, run.failures) == ("made-0-10", 2, None, 0)
    with pytest.raises(BadCursor):
        list_run_operations.page(runtime.office, second, Page((), "made-0-20"))


@pytest.mark.article("R7.7", "R11.2")
def test_an_absence_is_counted_once_for_a_list_however_often_its_end_is_reached(runtime: WorkerRuntime) -> None:
    read(runtime)
    do(runtime, "UPDATE twins SET seen_at = now() - interval '1 hour'")
    _, mine = held(runtime)
    assert list_run_operations.judge(runtime.office, mine).finished_at is not None
    list_run_operations.judge(runtime.office, mine)
    assert count(runtime, "SELECT max(absences) FROM twins") == 1
    _, taken_over = held(runtime, "afresh")
    assert taken_over.no == mine.no, "it was read to its end and only waits to be compared"
    asyncio.run(lists.read(runtime, "telecom", "list_devices", "full"))
    assert count(runtime, "SELECT max(absences) FROM twins") == 1
    assert count(runtime, "SELECT count(*) FROM list_runs WHERE outcome = 'done'") == 2


def test_a_fault_of_ours_is_noted_with_the_run_and_goes_on(
    runtime: WorkerRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(list_run_operations, "take_in", fault)
        with pytest.raises(RuntimeError):
            read(runtime)
        patch.undo()
        patch.setattr(full_comparison, "compare_rest", fault)
        for _ in range(3):
            with pytest.raises(RuntimeError):
                read(runtime)
    assert count(runtime, "SELECT count(*) FROM list_runs WHERE outcome = 'failed' AND code = 'fault'") == 2
    assert read(runtime).outcome == "done", "not even a comparison that fails stops a list for ever"


@pytest.mark.article("R7.7")
def test_a_whole_list_that_cannot_be_read_is_told_though_its_changes_can(runtime: WorkerRuntime) -> None:
    assert read(runtime).outcome == "done"
    for _ in range(3):
        assert read(runtime, "changes").outcome == "done"
        _, mine = held(runtime)
        assert list_run_operations.fail(runtime.office, mine, "http_500").outcome == "failed"
    [told] = on_desk(runtime, "list_unreadable")
    assert told.number == "list_devices.full"
    assert read(runtime, "changes").outcome == "done" and len(on_desk(runtime, "list_unreadable")) == 1
    assert read(runtime).outcome == "done" and on_desk(runtime, "list_unreadable") == []


@pytest.mark.parametrize("text", ["x" * 4001, "a\x00b", "a\nb"])
def test_a_cursor_that_cannot_be_kept_is_refused_with_its_page(runtime: WorkerRuntime, text: str) -> None:
    _, mine = held(runtime)
    with pytest.raises(BadCursor):
        list_run_operations.page(runtime.office, mine, Page((), text))
    assert count(runtime, "SELECT pages FROM list_runs") == 0


def test_a_cursor_belongs_to_one_list_and_a_backfills_to_nothing_else() -> None:
    mine = Cursor("telecom", "list_devices", "full", "a")
    assert mine.for_changes().behind("b") == Cursor("telecom", "list_devices", "changes", "b")
    for other in (Cursor("mobile", "list_devices", "full"), Cursor("telecom", "list_devices", "afresh")):
        with pytest.raises(BadCursor):
            mine.refuse_other(other)
    with pytest.raises(BadCursor):
        Cursor("telecom", "list_devices", "backfill", "a").for_changes()
    with pytest.raises(BadCursor):
        Cursor("telecom", "list_devices", "sometimes")


def test_a_stretch_is_compared_at_a_time(runtime: WorkerRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_comparison, "STRETCH", 7)
    assert read(runtime).outcome == "done"
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 60
    assert count(runtime, "SELECT count(*) FROM agreements WHERE state = 'live'") == 60
    with runtime.office.store.transaction() as tx:
        tx.execute(
            text("UPDATE twins SET customer_code = '370000000070' WHERE kind = 'device' AND right(number, 1) = '3'")
        )
    assert full_comparison.compare_all(runtime.office, "telecom", "list_devices") == 6
    assert len(on_desk(runtime, "device_moved")) == 6
    do(runtime, "UPDATE twins SET customer_code = '37' || right(number, 10) WHERE kind = 'device'")
    assert full_comparison.compare_all(runtime.office, "telecom", "list_devices") == 0
    assert on_desk(runtime, "device_moved") == []


@pytest.mark.article("R7.7", "R7.8")
def test_a_first_list_is_entered_page_by_page_and_what_is_of_nobody_known_stands_on_the_desk(
    runtime: WorkerRuntime, carrier: Sim, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(runtime, "DELETE FROM customers WHERE code IN ('370000000003', '370000000004')")
    do(runtime, "UPDATE customers SET licence_no = '380000000001' WHERE code = '370000000061'")
    for number, licence in enumerate(("380000000001", "390000000009")):
        carrier.post("/_sim/sign", licence=licence, phone=f"1390000000{number}", imei=f"86000000009999{number}")
    told = list[object]()
    with monkeypatch.context() as patch:
        patch.setattr(full_comparison, "compare_all", lambda *given: told.append(given))
        assert (found := read(runtime)).outcome == "done" and found.first
    assert told == [], "nothing is read again"
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 59
    assert count(runtime, "SELECT count(*) FROM agreements WHERE state = 'live' AND kind = 'tri_party'") == 59
    strangers = sorted((each.kind, each.customer_code) for each in on_desk(runtime, "unknown_customer"))
    nobody = [("agreement", ""), ("device", "")]
    assert strangers == sorted(
        [*nobody, *((kind, f"37000000000{n}") for kind in ("agreement", "device") for n in (3, 4))]
    )
    [waiting] = on_desk(runtime, "not_announced")
    assert waiting.customer_code == "370000000061", "a new agreement is answered, or says what it lacks"
    before = count(runtime, "SELECT count(*) FROM differences WHERE closed_at IS NULL")
    assert full_comparison.compare_all(runtime.office, "telecom", "list_devices") == before - 1
    assert count(runtime, "SELECT count(*) FROM devices") == 59
