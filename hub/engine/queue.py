"""The queue (procrastinate): its tables, and how a job joins the transaction that defers it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from procrastinate.tasks import Task

from hub.registry.session import Store, Transaction, driver_connection, run_script

# The task that takes one ask one step further. The name is stored with waiting jobs, so it stays.
CARRY = "carry"


def install(store: Store) -> None:
    """Create the queue's tables if they do not exist."""
    run_script(store, "procrastinate_jobs", SchemaManager.get_schema())


def sync_app(store: Store) -> App:
    """An app for deferring jobs in synchronous transactions; it opens no connection of its own."""
    return App(connector=SyncPsycopgConnector(conninfo=store.url, kwargs={"options": store.connecting.options}))


def async_app(store: Store) -> App:
    """An app for a worker. Its own connections get the pinned parameters too (registry/pinned.py)."""
    return App(
        connector=PsycopgConnector(
            conninfo=store.url, min_size=1, max_size=4, kwargs={"options": store.connecting.options}
        )
    )


class Queue:
    """Defers jobs that look at an ask. A job is only a hint: the ledger is the truth; the sweep replaces lost jobs."""

    def __init__(self, store: Store) -> None:
        self.app = sync_app(store)
        self._carry: Task[Any, Any, Any] = self.app.task(name=CARRY, queue="asks")(_elsewhere)

    def __call__(self, tx: Transaction, ask_id: UUID, *, at: datetime | None = None) -> None:
        """Defer a job for an ask in the open transaction, for now or for a moment."""
        # On the transaction's own connection: the job exists exactly if the change that it follows is committed.
        self._carry.configure(schedule_at=at, connection=driver_connection(tx)).defer(ask_id=str(ask_id))


def _elsewhere(ask_id: str) -> None:
    raise AssertionError("jobs run in a worker")


__all__ = ["CARRY", "App", "JobContext", "Queue", "async_app", "install", "sync_app"]
