"""What goes wrong at Postal's counter is found by the nightly list and stands on the desk (R7.9, R8.4)."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub import ports
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine import lists
from hub.operations.channels.control import save_settings
from hub.operations.reconciliation.differences import Difference
from hub.registry.asks import ledger
from hub.registry.reconciliation import differences
from hub.registry.reconciliation.list_runs import ListRun
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.doors import Door, door
from tests.support.makers.counter import PASSBOOK, filed, sign
from tests.support.makers.driving import drive

pytestmark = pytest.mark.usefixtures("machine_clock")
CODE, NEIGHBOUR = "370101000001", "370101000002"
pytest.importorskip("gmssl_pyx")


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Door]:
    """Postal, in today's order of a locked key, with a hub that hears it."""
    with door(store, "postal", tmp_path, "--settle", "0.1", "--key-order", "C1C3C2") as found:
        yield found


@pytest.fixture
def moved() -> Iterator[None]:
    """The clock is given back."""
    yield
    ports.set_clock(None)


def read(town: Door) -> ListRun:
    """The whole list, read once."""

    async def run() -> ListRun | None:
        try:
            return await lists.read(town.runtime, "postal", "list_bindings", "full")
        finally:
            await town.runtime.close()

    found = asyncio.run(run())
    assert found is not None and found.outcome == "done", found and found.code
    return found


def on_the_desk(town: Door) -> list[Difference]:
    """All open differences."""
    with town.runtime.office.store.transaction() as tx:
        return list(differences.listed(tx, None))


@pytest.mark.article("R7.9")
def test_an_agreement_under_the_wrong_customer_code_stands_on_the_desk_and_binds_nobody(town: Door) -> None:
    customer_id, passbook, ask_id = filed(town)
    with town.runtime.office.desk(people.CLERK) as desk:
        people.customer(desk, 2)
    for scenario, where in (("wrong_customer_code", {"customer_code": CODE}), ("push_lost", {"path": "push"})):
        town.partner.post("/_sim/scenario", scenario=scenario, **where)
    sign(town, passbook)
    assert not on_the_desk(town)
    read(town)
    [difference] = on_the_desk(town)
    assert difference.customer_code == NEIGHBOUR and difference.theirs["ending"] == passbook[-4:], difference
    with town.runtime.office.store.transaction() as tx:
        [account] = accounts.accounts_of(tx, customer_id)
        ask = ledger.get(tx, ask_id)
        assert account.state == "filed" and ask is not None and ask.state == AskState.ACCEPTED


@pytest.mark.article("R7.9", "R8.4")
def test_a_list_that_contradicts_the_bank_itself_ends_nothing_and_revives_nothing(town: Door) -> None:
    """An end only on the list ends nothing; what the bank itself has answered is newer than an old word of its list."""
    customer_id, passbook, ask_id = filed(town)
    town.partner.post("/_sim/scenario", scenario="list_contradicts", customer_code=CODE)
    number = sign(town, passbook)
    assert drive(town.runtime, ask_id).state == AskState.DONE and not on_the_desk(town)
    read(town)
    assert not on_the_desk(town)
    with town.runtime.office.store.transaction() as tx:
        assert accounts.accounts_of(tx, customer_id)[0].state == "live"
    town.partner.post("/_sim/end", no=number)
    town.wait_for(2)
    asked_about(town, customer_id)
    read(town)
    assert not on_the_desk(town)
    with town.runtime.office.store.transaction() as tx:
        assert accounts.accounts_of(tx, customer_id)[0].state == "ended"


def asked_about(town: Door, customer_id: UUID) -> None:
    """The bank is asked about the end before it is believed."""
    with town.runtime.office.store.transaction() as tx:
        [recheck] = ledger.open_about(tx, "postal", [CODE], [AskState.ACCEPTED, AskState.ASKED])
        assert accounts.accounts_of(tx, customer_id)[0].state == "live", "not ended before the bank was asked"
    assert drive(town.runtime, recheck).state == AskState.DONE
    with town.runtime.office.store.transaction() as tx:
        assert accounts.accounts_of(tx, customer_id)[0].state == "ended"


@pytest.mark.article("R7.9", "R8.4")
def test_a_lost_call_is_made_good_by_the_list(town: Door) -> None:
    customer_id, passbook, ask_id = filed(town)
    town.partner.post("/_sim/scenario", scenario="push_lost", path="push", times=2)
    number = sign(town, passbook)
    read(town)
    assert drive(town.runtime, ask_id).state == AskState.DONE and not on_the_desk(town)
    town.partner.post("/_sim/change", no=number, medium=PASSBOOK.format(99))
    read(town)
    [difference] = on_the_desk(town)
    assert (difference.what, difference.customer_id) == ("other_card", customer_id) and town.outcomes() == []


@pytest.mark.article("R7.9")
def test_a_customer_who_does_not_come_to_the_counter_by_the_agreed_day_is_a_persons(town: Door, moved: None) -> None:
    _, passbook, ask_id = filed(town)
    town.partner.post("/_sim/scenario", scenario="not_at_counter", customer_code=CODE)
    with pytest.raises(OSError, match="400"):
        sign(town, passbook)
    for days, state, waits in ((14.9, AskState.ACCEPTED, "counter"), (15.1, AskState.PERSON, "person:not_at_counter")):
        later(town, timedelta(days=days))
        ask = drive(town.runtime, ask_id, patience=4)
        assert (ask.state, ask.waits_for) == (state, waits)


def later(town: Door, by: timedelta) -> None:
    """Both sides' clocks are moved."""
    ports.set_clock(lambda: datetime.now(UTC) + by)
    town.partner.post("/_sim/clock", offset_seconds=by.total_seconds())


@pytest.mark.article("R7.9")
def test_how_many_days_are_agreed_is_a_setting(town: Door, moved: None) -> None:
    assert town.runtime.ready["postal"].channel.counter_days == 15
    _, _, ask_id = filed(town)
    town.runtime.office.perform(HUB, save_settings, "postal", {"hub.counter_days": "5"})
    town.runtime.take_up()
    later(town, timedelta(days=5.1))
    assert drive(town.runtime, ask_id).waits_for == "person:not_at_counter"
