"""A branch of ABC without interface: packages by SFTP, told by receipts, through the whole hub (R7.10)."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.states import AskState
from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks.packages import send_package
from hub.operations.settlement.accounts import bind_account
from hub.registry.asks import ledger
from hub.registry.session import Store
from tests.support import people
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")


@dataclass
class Town:
    """Works, and the bank."""

    runtime: WorkerRuntime
    bank: Sim


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    """ABC's branch."""
    with sim("abc", tmp_path / "abc", "--settle", "0.1", "--sftp", "key") as bank:
        yield Town(works_for(store, {"abc": bank}), bank)


def package(town: Town, *numbers: int) -> UUID:
    """A package of these customers' agreements, to be sent."""
    for number in numbers:
        with town.runtime.office.desk(people.CLERK) as desk:
            row = people.customer(desk, number)
            people.authorise(desk, row, "abc")
            bind_account(desk, people.request(desk, row, number, channel="abc", with_package=True))
    [made] = town.runtime.office.perform(people.CLERK, send_package, "abc")
    return made


def states(town: Town, package_id: UUID) -> list[str]:
    """How its rows stand."""
    with town.runtime.office.store.transaction() as tx:
        return sorted(row.state for row in ledger.rows_of(tx, package_id))


def carried(town: Town, package_id: UUID, wanted: list[str], patience: float = 15.0) -> None:
    """Carry the package until its rows stand so."""

    async def run() -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end and states(town, package_id) != wanted:
            await take_step(town.runtime, package_id)
            await asyncio.sleep(0.05)
        await town.runtime.close()

    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, run()).result()
    assert states(town, package_id) == wanted


@pytest.mark.article("R7.10")
def test_each_agreement_of_a_file_gets_its_receipt(town: Town) -> None:
    made = package(town, 1, 2)
    carried(town, made, [AskState.DONE, AskState.DONE])
    books = town.bank.ledger()
    assert [file["state"] for file in books["files"]] == ["replied"] and len(books["signs"]) == 2


@pytest.mark.article("R7.10")
def test_a_file_whose_renaming_was_not_answered_is_in_doubt_until_the_reply_tells_and_is_sent_once(town: Town) -> None:
    made = package(town, 1)
    town.bank.post("/_sim/scenario", scenario="drop_after_work", path="upload")
    carried(town, made, [AskState.DONE])
    assert len(town.bank.ledger()["files"]) == 1


@pytest.mark.article("R7.10")
def test_a_reply_without_a_line_for_an_agreement_leaves_it_open(town: Town) -> None:
    made = package(town, 1, 2)
    town.bank.post("/_sim/scenario", scenario="file_row_missing", path="reply")
    carried(town, made, sorted([AskState.DONE, AskState.ACCEPTED]))
