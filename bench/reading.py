"""A carrier's list of device bindings, first and unchanged, beside the same pages fetched, parsed and copied."""

import asyncio
import os
import resource
import time

from sqlalchemy import text

from hub.channels.listing import pages
from hub.engine import lists
from hub.engine.runtime import Envelope, WorkerRuntime
from hub.ports import now
from hub.registry.reconciliation.twins import COLUMNS, TYPED, statement_of
from hub.registry.session import driver_connection
from tests.support.sims import sim, works_for

from .place import Place, say

BINDINGS = int(os.environ.get("BENCH_BINDINGS", "1000000"))
CUSTOMERS = """
INSERT INTO customers (id, code, licence_no, licence_holder, shop_name, unit_code, stage, chain_customer,
                       settlement_method, values, sealed, version, created_at, updated_at, find_text,
                       find_grams)
SELECT gen_random_uuid(), '37' || lpad(n::text, 10, '0'), 'L' || n, '测试', '示例', '370101', 'registered', false, 'cash',
       '{}', '{}', 1, now(), now(), '', '{}' FROM generate_series(0, :last) n
"""


async def floor(place: Place, runtime: WorkerRuntime) -> float:
    """Seconds to fetch, parse and COPY the same pages into an unlogged table, and nothing else."""
    ready = runtime.ready["telecom"]
    with place.owner.transaction() as tx:
        tx.execute(text(f"CREATE UNLOGGED TABLE bench_words ({TYPED})"))
    began = time.monotonic()
    listing = ready.partner.listing(
        "list_devices", key="0" * 24, since=None, cursor="", settings=ready.settings, now=now()
    )
    async for page in pages(runtime.line(ready), Envelope(ready, "0" * 24), listing):
        statements = [statement for fact in page.facts if (statement := statement_of(fact)) is not None]
        with (
            place.owner.transaction() as tx,
            driver_connection(tx).cursor() as cursor,
            cursor.copy(f"COPY bench_words ({COLUMNS}) FROM STDIN") as copy,
        ):
            for statement in statements:
                copy.write_row(statement)
    await runtime.close()
    return time.monotonic() - began


async def run(runtime: WorkerRuntime, mode: str) -> tuple[float, str]:
    """Seconds of one run, and how it ended."""
    began = time.monotonic()
    found = await lists.read(runtime, "telecom", "list_devices", mode)
    await runtime.close()
    assert found is not None
    return time.monotonic() - began, str(found.outcome)


def measure(place: Place) -> None:
    """First and second run, and the memory of this process."""
    options = ("--bindings", str(BINDINGS), "--page", "5000")
    with sim("telecom", place.folder / "telecom", *options) as carrier:
        runtime = works_for(place.store, {"telecom": carrier}, page_size="5000")
        with place.owner.transaction() as tx:
            tx.execute(text(CUSTOMERS), {"last": BINDINGS})
            tx.execute(text("ANALYZE customers"))
        bare = asyncio.run(floor(place, runtime))
        first, outcome = asyncio.run(run(runtime, "full"))
        second, again = asyncio.run(run(runtime, "changes"))
        whole, third = asyncio.run(run(runtime, "full"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    assert (outcome, again, third) == ("done", "done", "done"), (outcome, again, third)
    name = f"{BINDINGS:,} bindings"
    say(f"{name}, first run", f"{first:.0f} s = {first / bare:.2f} x", f"{bare:.0f} s", "<= 1.5 x")
    say(f"{name}, second run, unchanged", f"{second:.1f} s = {second / first:.3f} x first", f"{bare:.0f} s", "<= 0.2 x")
    say(f"{name}, read and compared whole again", f"{whole:.0f} s = {whole / bare:.2f} x", f"{bare:.0f} s", "-")
    say("memory of the reader", f"{memory} MB", "-", "<= 300 MB")
