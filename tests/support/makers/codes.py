"""A bank that asks for codes by SMS."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest

from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.operations.grades.certificates import GradeCertificateMissing
from hub.operations.settlement.accounts import bind_account
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from tests.support import people
from tests.support.sims import Sim

RIGHT, WRONG = "246810", "111111"


@dataclass
class Town:
    """Works, and the bank."""

    runtime: WorkerRuntime
    bank: Sim


def filed(town: Town, number: int = 1, **changes: object) -> tuple[UUID, UUID]:
    """A card filed for a new customer: (customer, ask)."""
    with town.runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        people.authorise(desk, row, "abc")
        if changes.get("kind") == "credit_card":
            with pytest.raises(GradeCertificateMissing):
                bind_account(desk, people.request(desk, row, number, channel="abc", **changes))
            people.certify(desk, row)
        request = people.request(desk, row, number, channel="abc", **changes)
        return row.id, bind_account(desk, request)


def until_it_waits(town: Town, ask_id: UUID, reason: str, patience: float = 15.0) -> Ask:
    """Carry the ask until it waits for something."""

    async def run() -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end and not (standing(town, ask_id).waits_for or "").startswith(reason):
            await take_step(town.runtime, ask_id)
            await asyncio.sleep(0.05)
        await town.runtime.close()

    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, run()).result()
    found = standing(town, ask_id)
    assert (found.waits_for or "").startswith(reason), (found.state, found.waits_for)
    return found


def standing(town: Town, ask_id: UUID) -> Ask:
    """The ask as it stands."""
    with town.runtime.office.store.transaction() as tx:
        found = ledger.get(tx, ask_id)
        assert found is not None
        return found
