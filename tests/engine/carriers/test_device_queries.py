"""What a carrier's lists do not show twice is asked about before it ends: gone, still there, or no answer (R7.7, R11.2)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.engine.device_queries import ask_about
from hub.engine.runtime import WorkerRuntime
from hub.operations.reconciliation import full_comparison
from hub.registry.reconciliation import list_runs
from hub.registry.session import Store
from tests.support.carriers import books, count, do, known, read
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
PHONE, LICENCE = "13900000001", "380000000001"
GONE = "DELETE FROM agreements WHERE licence = '380000000001'"
TWICE = "UPDATE twins SET absences = 2"
LIVE = "SELECT count(*) FROM {} WHERE state = 'live'"


@dataclass
class Place:
    """Works, a carrier and its key."""

    runtime: WorkerRuntime
    carrier: Sim
    key: str

    def live(self) -> tuple[int, int]:
        """Agreements and devices that are live here."""
        return count(self.runtime, LIVE.format("agreements")), count(self.runtime, LIVE.format("devices"))

    def read(self) -> None:
        """The whole list."""
        assert read(self.runtime, "full", self.key).outcome == "done"


@pytest.fixture(params=["telecom", "mobile"])
def place(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Each carrier, with one agreement that was signed at its counter, and ten made-up ones."""
    key = str(request.param)
    with sim(key, tmp_path / key, "--settle", "0.1", "--bindings", "10", "--page", "100") as carrier:
        runtime = works_for(store, {key: carrier}, page_size="100")
        known(store, key)
        do(runtime, "UPDATE customers SET licence_no = '380000000001' WHERE code LIKE '%0060'")
        device = {"telecom": "imei", "mobile": "device"}[key]
        carrier.post("/_sim/sign", licence=LICENCE, phone=PHONE, **{device: "860000000099999"})
        place = Place(runtime, carrier, key)
        place.read()
        assert place.live() == (11, 11)
        yield place


@pytest.mark.article("R7.7", "R7.8", "R11.2")
def test_what_is_gone_ends_after_two_lists_and_a_question(place: Place) -> None:
    books(place.carrier, GONE)
    place.read()
    assert place.live() == (11, 11), "one absence is no proof"
    place.read()
    assert place.live() == (10, 10)
    assert count(place.runtime, "SELECT count(*) FROM changes WHERE article IN ('R7.7', 'R11.2')") == 2
    assert count(place.runtime, "SELECT count(*) FROM twins WHERE state = 'ended'") == 2


def ask(place: Place) -> None:
    """What is missing twice is asked about."""
    with place.runtime.office.store.transaction() as tx:
        run = list_runs.recent(tx)[0]

    async def asked() -> None:
        try:
            await ask_about(place.runtime, place.runtime.ready[place.key], run)
        finally:
            await place.runtime.close()

    asyncio.run(asked())
    full_comparison.compare_all(place.runtime.office, place.key, "list_devices")


@pytest.mark.article("R11.2")
def test_what_the_carrier_still_holds_stays_whatever_its_lists_left_out(place: Place) -> None:
    do(place.runtime, TWICE)
    full_comparison.compare_all(place.runtime.office, place.key, "list_devices")
    assert place.live() == (11, 11), "not ended before it was asked about"
    ask(place)
    assert place.live() == (11, 11) and count(place.runtime, "SELECT max(absences) FROM twins") == 0


@pytest.mark.article("R11.2")
def test_of_what_is_asked_about_only_what_is_gone_ends_and_no_answer_ends_nothing(place: Place) -> None:
    books(place.carrier, GONE)
    do(place.runtime, TWICE)
    ask(place)
    assert place.live() == (10, 10)
    do(place.runtime, TWICE)
    place.carrier.process.terminate()
    place.carrier.process.wait(10)
    ask(place)
    assert (
        place.live() == (10, 10) and count(place.runtime, "SELECT min(absences) FROM twins WHERE state = 'live'") == 2
    )
