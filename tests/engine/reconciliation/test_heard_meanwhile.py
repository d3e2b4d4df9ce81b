"""A callback that comes while a talk is under way is not lost: the partner is asked as soon as the talk has ended."""

import asyncio
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.facts import BindingLive, Fact
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.operations.reconciliation.intake import take_in
from hub.operations.settlement.accounts import bind_account
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from hub.registry.session import Store
from tests.support import people
from tests.support.partners import make_works, start_bank

pytestmark = pytest.mark.usefixtures("machine_clock")
CODE = "370101000001"


@pytest.fixture
def slow(store: Store, tmp_path: Path, bank_keys: Path) -> Iterator[WorkerRuntime]:
    """A bank that takes its time to answer, and whose results are asked for an hour later."""
    data = tmp_path / "bank"
    data.mkdir()
    for file in bank_keys.glob("*.[kp][eu][yb]"):
        (data / file.name).write_bytes(file.read_bytes())
    bank = start_bank(data, "--latency-ms", "700", "--settle", "3600")
    yield make_works(store, bank, result_after="3600")
    bank.process.terminate()
    bank.process.wait(10)


def standing(runtime: WorkerRuntime, ask_id: UUID) -> Ask:
    """The ask as it is."""
    with runtime.office.store.transaction() as tx:
        found = ledger.get(tx, ask_id)
        assert found is not None
        return found


def carried(runtime: WorkerRuntime, ask_id: UUID, *said: Fact) -> Ask:
    """One step, in the middle of which the partner says something by itself."""

    async def run() -> None:
        await take_step(runtime, ask_id)
        await runtime.close()

    talk = threading.Thread(target=asyncio.run, args=(run(),))
    talk.start()
    while standing(runtime, ask_id).lease_until is None:
        assert talk.is_alive(), "there was no talk"
        time.sleep(0.01)
    with runtime.office.desk(HUB) as desk:
        take_in(desk, "icbc", said, now())
    talk.join(20)
    return standing(runtime, ask_id)


@pytest.mark.article("R7.9")
def test_what_is_heard_during_a_talk_is_asked_about_as_soon_as_it_ends(slow: WorkerRuntime) -> None:
    with slow.office.desk(people.CLERK) as desk:
        ask_id = bind_account(desk, people.request(desk, people.customer(desk, 1), 1))
    sent = carried(slow, ask_id, BindingLive(CODE, "XY1", people.card(1)[-4:]))
    assert sent.state == AskState.ACCEPTED and sent.heard_at is not None
    assert sent.waits_for == "question" and sent.waits_until is not None and sent.waits_until <= now()
    quiet = carried(slow, ask_id)
    assert quiet.questions == 1 and quiet.waits_until is not None
    assert quiet.waits_until > now() + timedelta(minutes=30), "old news is no news"
    with slow.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        ask.waits_until = now()
    asked = carried(slow, ask_id, BindingLive(CODE, "XY1", people.card(1)[-4:]))
    assert asked.questions == 2 and asked.waits_for == "question"
    assert asked.waits_until is not None and asked.waits_until <= now()
