"""A record that nobody understands: its list goes on, it stands on the desk by its number, and nothing of it is taken for gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.engine.runtime import WorkerRuntime
from hub.registry.session import Store
from tests.support.carriers import books, count, known, on_desk, read
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
WHAT = "record_unreadable"
GOOD, ODD, BEHIND = "TB1", "TB2", "TB3"


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Sim]:
    """Telecom with an empty book and nothing made up."""
    with sim("telecom", tmp_path / "telecom", "--settle", "0.1", "--page", "2") as found:
        yield found


@pytest.fixture
def runtime(store: Store, carrier: Sim) -> WorkerRuntime:
    """Works that talk to it."""
    runtime = works_for(store, {"telecom": carrier}, page_size="2")
    known(store, "telecom")
    return runtime


def sign(carrier: Sim, number: str, handset: str, state: str = "SIGNED") -> None:
    """An agreement at the carrier's counter, with a handset."""
    books(carrier, "UPDATE counter SET revision = revision + 1")
    place = int(number[-1])
    books(
        carrier,
        "INSERT INTO agreements(id, no, licence, phone, cust, state, until, imei, device, revision, changed) SELECT "
        f"{place}, '{number}', 'L37000000000{place}', '13700000000', '37000000000{place}', '{state}', '2030-12-31', "
        f"'{handset}', 'BOUND', revision, '2026-11-20T09:00:00+08:00' FROM counter",
    )


def alter(carrier: Sim, number: str, what: str) -> None:
    """The carrier changes a record."""
    books(carrier, "UPDATE counter SET revision = revision + 1")
    books(carrier, f"UPDATE agreements SET {what}, revision = (SELECT revision FROM counter) WHERE no = '{number}'")


def twins(runtime: WorkerRuntime) -> set[tuple[str, str, int]]:
    """What the hub believes that the carrier holds: number, state, and in how many lists in a row it was missing."""
    with runtime.office.store.transaction() as tx:
        return {
            tuple(row) for row in tx.execute(text("SELECT number, state, absences FROM twins WHERE kind = 'agreement'"))
        }


@pytest.mark.article("R7.7", "G3")
@pytest.mark.parametrize(
    ("handset", "state", "odd"),
    [("A1000049D2B3C4", "SIGNED", "imei"), ("860000000000012", "PENDING_SEAL", "agreement_state")],
)
def test_one_odd_record_takes_neither_its_page_nor_the_rest_of_the_list_with_it(
    runtime: WorkerRuntime, carrier: Sim, handset: str, state: str, odd: str
) -> None:
    """A CDMA handset has a MEID of fourteen hexadecimal characters and no IMEI."""
    sign(carrier, GOOD, "860000000000011")
    sign(carrier, ODD, handset, state)
    sign(carrier, BEHIND, "860000000000013")
    run = read(runtime)
    assert (run.outcome, run.code, run.facts) == ("done", "records_unread", 4)
    assert {number for number, _, _ in twins(runtime)} == {GOOD, BEHIND}
    [told] = on_desk(runtime, WHAT)
    assert (told.kind, told.number, told.theirs["odd"], told.evidence) == ("record", ODD, odd, f"run {run.no}")
    assert told.decide_by > told.found_at
    alter(carrier, ODD, "imei = '860000000000012', state = 'SIGNED'")
    again = read(runtime, "changes")
    assert (again.outcome, again.code, again.facts) == ("done", None, 2)
    assert on_desk(runtime, WHAT) == []


@pytest.mark.article("R7.7", "G3")
def test_a_record_that_became_odd_is_not_believed_gone(runtime: WorkerRuntime, carrier: Sim) -> None:
    for number, handset in ((GOOD, "860000000000011"), (ODD, "860000000000012"), (BEHIND, "860000000000013")):
        sign(carrier, number, handset)
    assert read(runtime).code is None
    alter(carrier, ODD, "imei = 'A1000049D2B3C4'")
    for _ in range(3):
        assert read(runtime, "afresh").code == "records_unread"
    assert (ODD, "live", 0) in twins(runtime)
    alter(carrier, ODD, "no = ''")
    for _ in range(3):
        assert read(runtime, "afresh").code == "records_unread"
    assert (ODD, "live", 0) in twins(runtime), "whose record it is nobody knows: nothing counts as missing"
    books(carrier, "DELETE FROM agreements WHERE no = ''")
    assert read(runtime, "afresh").code is None and on_desk(runtime, WHAT) == []
    assert count(runtime, f"SELECT absences FROM twins WHERE kind = 'agreement' AND number = '{ODD}'") == 1
