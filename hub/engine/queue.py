"""The queue (procrastinate): its tables, and how a job joins the transaction that wants it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from procrastinate.tasks import Task

from hub.registry.session import Store, Transaction, driver_connection, run_script

# Name of the task that carries one ask one step on.
CARRY = "carry"


def install(store: Store) -> None:
    """Create the queue's tables when they are not there."""
    run_script(store, "procrastinate_jobs", SchemaManager.get_schema())


def sync_app(store: Store) -> App:
    """An app for leaving jobs from synchronous transactions; it opens no connection of its own."""
    return App(connector=SyncPsycopgConnector(conninfo=store.url))


def async_app(store: Store) -> App:
    """An app for a worker."""
    return App(connector=PsycopgConnector(conninfo=store.url, min_size=1, max_size=4))


class Queue:
    """Leaves nudges. A nudge is no promise: the ledger is the truth, a lost one is found by the sweep."""

    def __init__(self, store: Store) -> None:
        self.app = sync_app(store)
        self._carry: Task[Any, Any, Any] = self.app.task(name=CARRY, queue="asks")(_elsewhere)

    def __call__(self, tx: Transaction, ask_id: UUID, *, at: datetime | None = None) -> None:
        """Leave a job for an ask in the open transaction: now, or at a moment."""
        self._carry.configure(schedule_at=at, connection=driver_connection(tx)).defer(ask_id=str(ask_id))


def _elsewhere(ask_id: str) -> None:
    raise AssertionError("jobs run in a worker")


__all__ = ["CARRY", "App", "JobContext", "Queue", "async_app", "install", "sync_app"]
