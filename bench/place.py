"""A fresh database, a bank with latency and refusals, workers as processes."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from hub.engine import database
from hub.operations.channels import control as channel_control
from hub.operations.settlement.accounts import bind_account
from hub.registry.database import embedded
from hub.registry.session import Store
from tests.support import people
from tests.support.partners import Bank, make_works, start_bank

ROOT = Path(__file__).parent.parent


class Place:
    """One benchmark's surroundings; everything in it ends with the block.

    `store` is the hub's, with the role of the application; `owner` makes the tables of floors, which are not the hub's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bank: Bank | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Place":
        self.folder.mkdir(parents=True)
        where = database.of_embedded(self.folder / "hub")
        self.store = database.open_store(where)
        self.owner = Store(where.owner or where.application)
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.workers:
            child.kill()
            child.wait()
        if self.bank is not None:
            self.bank.process.terminate()
            self.bank.process.wait(10)
        self.store.close()
        self.owner.close()
        embedded.stop(self.folder / "hub")

    def open_bank(self, *options: str) -> Bank:
        """Start the bank and make works that talk to it."""
        self.bank = start_bank(self.folder / "bank", *options)
        self.runtime = make_works(self.store, self.bank, concurrency="16")
        return self.bank

    def worker(self) -> subprocess.Popen[bytes]:
        """One more worker process."""
        settings = self.folder / "bank" / "settings.json"
        command = [sys.executable, "-m", "bench.worker", self.store.url, str(settings)]
        path = {"PYTHONPATH": f"{ROOT}:{ROOT}/plugins/icbc"}
        child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **path})
        self.workers.append(child)
        return child

    def file(self, first: int, count: int, **changes: Any) -> list[UUID]:
        """Bind cards of made-up customers; returns the asks."""
        found = []
        for number in range(first, first + count):
            with self.runtime.office.desk(people.CLERK) as desk:
                row = people.customer(desk, number)
                found.append(bind_account(desk, people.request(desk, row, number, **changes)))
        return found

    def books(self, query: str, *values: object) -> Any:
        """One value of the bank's books, read beside it, so that the look costs the bank nothing."""
        books = sqlite3.connect(f"file:{self.folder / 'bank' / 'ledger.sqlite'}?mode=ro", uri=True, timeout=10)
        try:
            return books.execute(query, values).fetchone()[0]
        finally:
            books.close()

    def packages(self) -> int:
        """How many packages the bank has executed."""
        return int(self.books("SELECT coalesce(sum(executed), 0) FROM packages"))

    def held(self, first: int, count: int, workers: int) -> None:
        """So many asks wait behind a paused channel, and so many workers stand ready; then it is resumed."""
        self.runtime.office.perform(people.CENTRE, channel_control.pause, "icbc", "bench")
        self.file(first, count)
        while len(self.workers) < workers:
            self.worker()
        paused = text("SELECT count(*) FROM asks WHERE state = 'queued' AND waits_for = 'channel_paused'")
        while True:
            with self.store.transaction() as tx:
                if tx.scalar(paused) == count:
                    break
            time.sleep(0.1)
        time.sleep(2)
        self.runtime.office.perform(people.CENTRE, channel_control.resume, "icbc")

    def until(self, wanted: int, patience: float = 120.0) -> float:
        """Seconds until the bank has executed so many packages."""
        began = time.monotonic()
        while self.packages() < wanted:
            if time.monotonic() > began + patience:
                raise TimeoutError(f"only {self.packages()} of {wanted}")
            time.sleep(0.05)
        return time.monotonic() - began


def say(name: str, figure: str, floor: str, goal: str) -> None:
    """One line of the table."""
    print(f"{name:44} {figure:>22}   floor {floor:>22}   goal {goal}", flush=True)
