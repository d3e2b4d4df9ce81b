"""Each way in which a bank's books can drift from ours, at each bank that lists: found, asked about, shown (R7.9, R8.4)."""

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.states import AskState
from hub.engine import lists
from hub.engine.runtime import WorkerRuntime
from hub.operations.settlement.accounts import bind_account
from hub.registry.asks import ledger
from hub.registry.customers import customers
from hub.registry.reconciliation import differences, list_runs, twins
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.databases import by_owner
from tests.support.makers.driving import drive
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
LOST = {
    "icbc": "UPDATE agreements SET status = '2' WHERE pay_no = :code",
    "postal": "DELETE FROM agreements WHERE cust = :code",
}
"""The bank has it no more, and says so to nobody."""
OTHER = {
    "icbc": "UPDATE agreements SET card = substr(card, 1, 15) || '9999' WHERE pay_no = :code",
    "postal": "UPDATE agreements SET medium = substr(medium, 1, 15) || '9999', changed = '29991231235959000' WHERE cust = :code",
}
UNKNOWN = {
    "icbc": "INSERT INTO agreements VALUES ('BDP999', :code, '测试', '6212149999999999999', '1', unixepoch(), NULL, 1)",
    "postal": "INSERT INTO agreements(no, cust, name, medium, kind, state, changed, revision) "
    "VALUES ('YZ999', :code, '测试', '6000000000009991', '01', '1', '20260101090000000', 999)",
}
KINDS = {"icbc": ("debit_card", "deposit_slip"), "postal": ("passbook", "passbook_copy")}


@dataclass
class Place:
    """Works, a bank that lists, and its books."""

    runtime: WorkerRuntime
    bank: Sim
    key: str

    def books(self, statement: str, code: str) -> None:
        """Change the bank's books behind everybody's back."""
        with sqlite3.connect(self.bank.data / "ledger.sqlite", timeout=10) as books:
            books.execute(statement, {"code": code})
        books.close()

    def read(self, mode: str = "full") -> list_runs.ListRun:
        """One list of all."""

        async def run() -> list_runs.ListRun | None:
            try:
                return await lists.read(self.runtime, self.key, "list_bindings", mode)
            finally:
                await self.runtime.close()

        found = asyncio.run(run())
        assert found is not None and found.outcome == "done", found and (found.outcome, found.code)
        return found

    def desk(self) -> list[tuple[str, str]]:
        """What stands on the desk of differences."""
        with self.runtime.office.store.transaction() as tx:
            return [(each.what, each.customer_code) for each in differences.listed(tx, None)]


@pytest.fixture(params=["icbc", "postal"])
def place(store: Store, tmp_path: Path, bank_keys: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Each bank that lists, quick to decide."""
    key = str(request.param)
    if key == "postal":
        pytest.importorskip("gmssl_pyx")
    data = tmp_path / key
    data.mkdir()
    for file in bank_keys.glob("*.[kp][eu][yb]") if key == "icbc" else ():
        (data / file.name).write_bytes(file.read_bytes())
    with sim(key, data, "--settle", "0.1") as bank:
        yield Place(works_for(store, {key: bank}), bank, key)


def live(place: Place, number: int = 1) -> tuple[UUID, str]:
    """A customer whose account is live at the bank and here: (customer, code)."""
    kind, paper = KINDS[place.key]
    passbook = f"600000000000{number:06d}0"
    with place.runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, number, authorised=False)
        people.authorise(desk, row, place.key)
        given = {"channel": place.key, "kind": kind, "evidence_id": people.paper(desk, row, paper).id}
        if place.key == "postal":
            given["number"] = people.Secret(passbook)
        found, ask_id = row, bind_account(desk, people.request(desk, row, number, **given))
    if place.key == "postal":
        place.bank.post("/_sim/sign", customer_code=found.code, medium=passbook, name=found.licence_holder)
    assert drive(place.runtime, ask_id).state == AskState.DONE
    return found.id, found.code


@pytest.mark.article("R7.9", "R10.1")
@pytest.mark.parametrize("without_twin", [False, True])
def test_a_live_account_that_the_bank_has_lost_is_missed_asked_about_and_ends(place: Place, without_twin: bool) -> None:
    customer_id, code = live(place)
    with place.runtime.office.store.transaction() as tx:
        held = twins.get(tx, place.key, "binding", code)
        assert held is not None and (held.state, held.run_no, len(held.ending)) == ("live", 0, 4)
        if without_twin:
            by_owner(place.runtime.office.store, "DELETE FROM twins")
    place.books(LOST[place.key], code)
    place.read()
    with place.runtime.office.store.transaction() as tx:
        assert ledger.open_about(tx, place.key, [code], [AskState.ACCEPTED]) == [], "one absence is no proof"
    place.read()
    with place.runtime.office.store.transaction() as tx:
        [recheck] = ledger.open_about(tx, place.key, [code], [AskState.ACCEPTED])
        assert accounts.accounts_of(tx, customer_id)[0].state == "live", "asked before it is believed"
    assert drive(place.runtime, recheck).state == AskState.DONE
    with place.runtime.office.store.transaction() as tx:
        customer = customers.get(tx, customer_id)
        assert customer is not None and customer.settlement_method == "cash"
        assert accounts.accounts_of(tx, customer_id)[0].state == "ended"
        held = twins.get(tx, place.key, "binding", code)
        assert held is not None and held.state == "ended"
    place.read()
    assert place.desk() == []


@pytest.mark.article("R8.4")
def test_another_card_there_is_shown_with_both_endings(place: Place) -> None:
    _, code = live(place)
    place.books(OTHER[place.key], code)
    place.read()
    assert place.desk() == [("other_card", code)]


@pytest.mark.article("R7.9")
def test_what_is_live_there_and_unknown_here_is_shown_whether_the_customer_is_ours_or_nobodys(place: Place) -> None:
    live(place)
    with place.runtime.office.desk(people.CLERK) as desk:
        ours = people.customer(desk, 2).code
    place.books(UNKNOWN[place.key], ours)
    place.read()
    assert place.desk() == [("unknown_here", ours)]
    place.books(UNKNOWN[place.key].replace("999'", "998'", 1), "370199000099")
    place.read()
    assert sorted(place.desk()) == [("unknown_customer", "370199000099"), ("unknown_here", ours)]


@pytest.mark.article("R7.9")
def test_what_both_have_makes_no_difference_however_often_it_is_read(place: Place) -> None:
    live(place)
    for _ in range(3):
        place.read()
    assert place.desk() == []
