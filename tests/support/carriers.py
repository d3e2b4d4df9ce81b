"""A carrier with made-up bindings and its customers on our books, read by hand."""

import asyncio
import sqlite3

from sqlalchemy import text

from hub.engine import lists
from hub.engine.runtime import WorkerRuntime
from hub.registry.reconciliation import differences, list_runs
from hub.registry.session import Store
from tests.support.databases import by_owner

from .sims import Sim

CUSTOMERS = (
    "INSERT INTO customers (id, code, licence_no, licence_holder, shop_name, unit_code, stage, chain_customer, "
    "settlement_method, values, sealed, version, created_at, updated_at, find_text, find_grams) "
    "SELECT gen_random_uuid(), t.code, 'L' || t.code, '测试', '示例', '370101', 'registered', false, 'cash', "
    "'{}', '{}', 1, now(), now(), '', '{}' FROM (SELECT :first || lpad(n::text, 4, '0') AS code "
    "FROM generate_series(0, 70) n) t"
)
FIRST = {"telecom": "37000000", "mobile": "38000000"}
"""How the codes of made-up customers begin."""


def known(store: Store, key: str) -> None:
    """The carrier's made-up customers on our books."""
    with store.transaction() as tx:
        tx.execute(text(CUSTOMERS), {"first": FIRST[key]})


def read(runtime: WorkerRuntime, mode: str = "full", key: str = "telecom") -> list_runs.ListRun:
    """One run."""

    async def run() -> list_runs.ListRun:
        try:
            found = await lists.read(runtime, key, "list_devices", mode)
        finally:
            await runtime.close()
        assert found is not None
        return found

    return asyncio.run(run())


def count(runtime: WorkerRuntime, query: str) -> int:
    """A number out of the database."""
    with runtime.office.store.transaction() as tx:
        return int(tx.scalar(text(query)) or 0)


def do(runtime: WorkerRuntime, statement: str) -> None:
    """Change the database behind the hub's back."""
    by_owner(runtime.office.store, statement)


def books(carrier: Sim, statement: str) -> None:
    """Change the carrier's books behind everybody's back."""
    with sqlite3.connect(carrier.data / "ledger.sqlite", timeout=10) as found:
        found.execute(statement)
    found.close()


def on_desk(runtime: WorkerRuntime, what: str) -> list[differences.Difference]:
    """Differences of a kind."""
    with runtime.office.store.transaction() as tx:
        return [each for each in differences.listed(tx, None) if each.what == what]
