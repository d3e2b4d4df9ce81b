"""A partner's answer is not thrown away because somebody changed the customer while it was written down (R7.9)."""

import asyncio
import time

import pytest
from sqlalchemy import text

from hub.domain.states import AskState
from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.registry.asks import ledger
from tests.support.makers.driving import bound
from tests.support.partners import Bank

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.mark.article("R7.9")
def test_an_answer_that_comes_while_a_clerk_saves_the_customer_counts_at_once(
    runtime: WorkerRuntime, bank: Bank
) -> None:
    customer_id, ask_id = bound(runtime, 1)
    store = runtime.office.store

    def waiting() -> bool:
        """Whether somebody waits for a row; asked in a transaction of its own, within which it would not change."""
        with store.transaction() as tx:
            return bool(tx.scalar(text(WAITS)))

    async def race() -> None:
        await take_step(runtime, ask_id)  # the bank has it
        await asyncio.sleep(5)  # until it may be asked what became of it
        with store.transaction() as clerk:
            clerk.execute(text("UPDATE customers SET version = version + 1 WHERE id = :id"), {"id": customer_id})
            step = asyncio.create_task(take_step(runtime, ask_id))
            end = time.monotonic() + 60
            while not waiting():
                assert not step.done(), "it was to wait for the clerk"
                assert time.monotonic() < end
                await asyncio.sleep(0.05)
        await step
        await runtime.close()

    asyncio.run(race())
    with store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        assert ask is not None and ask.state == AskState.DONE and ask.doubt_since is None
        assert tx.scalar(text("SELECT count(*) FROM attempts WHERE ended_at IS NULL")) == 0
    assert len(bank.ledger()["agreements"]) == 1
