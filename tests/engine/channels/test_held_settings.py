"""A setting that decides where questions go does not change under what was sent (R7.9)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import requested_input
from hub.operations.channels.control import save_settings
from hub.operations.channels.values import SentAsksOpen
from hub.operations.settlement.accounts import bind_account
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from hub.registry.session import Store
from tests.support import people
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
FILE = {"way": "file", "base_url": "sftp://127.0.0.1:22", "sftp_user": "hub", "sftp_host_key": "ssh-ed25519 AAAA"}
Town = tuple[WorkerRuntime, Sim]


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    """ABC, by interface."""
    with sim("abc", tmp_path / "abc") as bank:
        yield works_for(store, {"abc": bank}), bank


def filed(runtime: WorkerRuntime) -> UUID:
    """A card that is to be filed at ABC."""
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        people.authorise(desk, row, "abc")
        return bind_account(desk, people.request(desk, row, 1, channel="abc"))


def stepped(runtime: WorkerRuntime, ask_id: UUID) -> Ask:
    """The ask after one step."""

    async def run() -> None:
        await take_step(runtime, ask_id)
        await runtime.close()

    asyncio.run(run())
    with runtime.office.store.transaction() as tx:
        found = ledger.get(tx, ask_id)
        assert found is not None
        return found


def save(runtime: WorkerRuntime, **values: str) -> None:
    """The information centre changes settings."""
    runtime.office.perform(HUB, save_settings, "abc", values)


@pytest.mark.article("R7.9")
def test_the_way_to_a_bank_is_held_while_anything_sent_is_open_and_free_before_and_after(town: Town) -> None:
    runtime, _ = town
    ask_id = filed(runtime)
    save(runtime, **FILE)
    save(runtime, way="interface", base_url=town[1].url)
    runtime.take_up()
    assert stepped(runtime, ask_id).waits_for == "input:sms_code"
    for change in (FILE, {"merchant_id": "103800000000999"}):
        with pytest.raises(SentAsksOpen) as refused:
            save(runtime, **change)
        said = str(refused.value.__dict__)
        assert (
            "1" in said
            and runtime.office.channels["abc"].setting_title(next(iter(change)))[0] in said
            and "人工确认结果" in str(SentAsksOpen.then)
        )
    save(runtime, sms_seconds="240", way="interface")
    runtime.office.perform(people.CLERK, requested_input.give_up, ask_id, "客户不办了")
    runtime.take_up()
    assert stepped(runtime, ask_id).state == AskState.REFUSED
    save(runtime, **FILE)


@pytest.mark.article("R7.9")
def test_a_worker_that_has_not_taken_up_the_change_sends_nothing_by_the_old_way(town: Town) -> None:
    runtime, bank = town
    ask_id = filed(runtime)
    save(runtime, **FILE)
    held = stepped(runtime, ask_id)
    assert (held.state, held.waits_for, held.attempts) == (AskState.QUEUED, "plugin", 0)
    assert bank.ledger()["signs"] == []
    save(runtime, way="interface", base_url=bank.url)
    runtime.take_up()
    with runtime.office.store.transaction() as tx:
        found = ledger.get(tx, ask_id)
        assert found is not None
        found.waits_until = found.asked_at
    assert stepped(runtime, ask_id).waits_for == "input:sms_code"
