"""An ask filed, and carried until it rests."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from hub.domain.states import AskState, final
from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.operations.settlement.accounts import bind_account
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from tests.support import people


def bound(runtime: WorkerRuntime, number: int, **changes: object) -> tuple[UUID, UUID]:
    """File a card; returns (customer, ask)."""
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        request = people.request(desk, row, number, **changes)
        return row.id, bind_account(desk, request)


def drive(runtime: WorkerRuntime, ask_id: UUID, patience: float = 20.0) -> Ask:
    """Carry an ask until it rests in a final state or with a person."""

    async def run() -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            await take_step(runtime, ask_id)
            with runtime.office.store.transaction() as tx:
                ask = ledger.get(tx, ask_id)
                assert ask is not None
                if final(AskState(ask.state)) or ask.state == AskState.PERSON:
                    break
            await asyncio.sleep(0.05)
        await runtime.close()

    with ThreadPoolExecutor(1) as beside:  # a browser in this process keeps an event loop in the main thread
        beside.submit(asyncio.run, run()).result()
    with runtime.office.store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        assert ask is not None
        return ask
