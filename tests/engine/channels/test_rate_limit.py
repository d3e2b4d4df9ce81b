"""A channel's rate holds for every exchange over the whole fleet: first requests, later ones of a talk, lists."""

import asyncio
import random
import threading
import time
from bisect import bisect_right
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.channels.limits import BURST
from hub.engine import lists as list_engine
from hub.engine import worker
from hub.engine.runtime import WorkerRuntime
from hub.operations.settlement.accounts import bind_account
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.channels import state as channel_state
from hub.registry.schema import Ask
from hub.registry.session import Store
from tests.support import people
from tests.support.partners import Bank, make_works

RATE = 4
GAP = timedelta(seconds=1 / RATE)
LATE = 1.0
"""Seconds by which a call may reach the bank after its turn, on a machine that has other work."""


def too_many(moments: list[float], slack: float) -> list[tuple[float, int]]:
    """The windows in which more calls left than the rate and one burst allow: (seconds, calls)."""
    moments = sorted(moments)
    found = []
    for place, begin in enumerate(moments):
        for end in moments[place:]:
            calls = bisect_right(moments, end) - place
            if calls > (end - begin + slack) * RATE + BURST + 1:
                found.append((end - begin, calls))
    return found


def waiting(runtime: WorkerRuntime, count: int) -> list[UUID]:
    """Asks that are to be sent."""
    found = []
    with runtime.office.desk(people.CLERK) as desk:
        for number in range(1, count + 1):
            found.append(bind_account(desk, people.request(desk, people.customer(desk, number), number)))
    return found


def test_a_crowd_and_talks_under_way_together_keep_the_rate_and_all_get_out(runtime: WorkerRuntime) -> None:
    """By a clock of our own: forty asks come at once, while talks under way want every other place."""
    ids, moment, left = waiting(runtime, 40), now(), []
    begin, dice = moment, random.Random(7)
    due: dict[UUID, datetime] = dict.fromkeys(ids, moment)
    later: list[datetime] = []
    looks = 0
    while due or later:
        moment += timedelta(milliseconds=20)
        assert moment - begin < timedelta(seconds=120), f"{len(due)} are still waiting"
        with runtime.office.store.transaction() as tx:
            for ask_id in [each for each, at in due.items() if at <= moment]:
                ask, looks = tx.get(Ask, ask_id), looks + 1
                assert ask is not None
                limits = {"gap": GAP, "burst": BURST, "concurrency": 99, "lease": timedelta(seconds=9)}
                wait = channel_state.admit(tx, ask, moment=moment, **limits)  # type: ignore[arg-type]
                if wait is not None:
                    due[ask_id] = wait.until
                    continue
                left.append(moment)
                del due[ask_id]
                later += [moment + timedelta(seconds=dice.random())] * dice.choice((0, 1, 1, 3))
            for at in [each for each in later if each <= moment]:
                later.remove(at)
                left.append(channel_state.reserve_turn(tx, "icbc", moment=moment, gap=GAP, burst=BURST))
    assert too_many([at.timestamp() for at in left], slack=0.021) == []
    assert (max(left) - begin).total_seconds() < len(left) / RATE * 1.25, "no place is left empty while somebody waits"
    assert looks < len(left) * 4, "a crowd does not knock at the door again and again"


def test_only_a_call_that_leaves_tries_an_open_breaker(runtime: WorkerRuntime) -> None:
    """One that must wait for a free place is no probe: nobody would try the bank for a whole lease."""
    first, second = waiting(runtime, 2)
    moment = now()
    limits = {"gap": GAP, "burst": BURST, "lease": timedelta(seconds=9)}
    with runtime.office.store.transaction() as tx:
        state = channel_state.get(tx, "icbc", lock=True)
        state.breaker, state.retry_at = "open", moment - timedelta(seconds=1)
        parked = channel_state.admit(tx, tx.get_one(Ask, first), moment=moment, concurrency=0, **limits)  # type: ignore[arg-type]
        assert parked is not None and parked.reason == channel_state.BUSY
        assert channel_state.admit(tx, tx.get_one(Ask, second), moment=moment, concurrency=9, **limits) is None  # type: ignore[arg-type]
        waits = channel_state.admit(tx, tx.get_one(Ask, first), moment=moment, concurrency=9, **limits)  # type: ignore[arg-type]
        assert waits is not None and waits.reason == "breaker", "one at a time"


@pytest.mark.slow
def test_two_workers_with_talks_of_several_exchanges_and_a_list_are_never_above_the_rate(
    store: Store, bank: Bank
) -> None:
    ids = waiting(make_works(store, bank), 20)
    fleet = [make_works(store, bank, rate=f"{RATE}/s", concurrency="16", result_after="0.3") for _ in range(2)]
    ends = threading.Event()

    async def labour(runtime: WorkerRuntime, lists: bool) -> None:
        task = asyncio.create_task(worker.run(runtime, concurrency=16))
        while not ends.is_set():
            if lists:
                await list_engine.read(runtime, "icbc", "list_bindings", "full")
            # A list's pages go before asks in line: read without a pause they would take every place (docs/limits.md).
            await asyncio.sleep(1 if lists else 0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    threads = [threading.Thread(target=asyncio.run, args=(labour(runtime, runtime is fleet[0]),)) for runtime in fleet]
    for each in threads:
        each.start()
    until = time.monotonic() + 200
    waits_open = 0
    while time.monotonic() < until:
        with store.transaction() as tx:
            standing = {found.state for ask_id in ids if (found := ledger.get(tx, ask_id)) is not None}
            query = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND state_change < now() - interval '0.5 s'"
            waits_open += tx.scalar(text(query)) or 0
        if standing == {"done"}:
            break
        time.sleep(0.3)
    ends.set()
    for each in threads:
        each.join(30)
    calls = [row["at"] for row in bank.get("/_sim/requests")]
    assert standing == {"done"} and len(calls) > 3 * len(ids), len(calls)
    whole = max(calls) - min(calls) + LATE
    assert len(calls) <= whole * RATE + BURST + 1, f"{len(calls)} calls in {whole:.1f} s"
    assert waits_open == 0, "no transaction is open while a call waits for its turn"
