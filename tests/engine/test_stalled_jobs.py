"""Jobs of workers that were killed are given back, each by itself: one that cannot be holds up none behind it."""

import asyncio

import pytest

from hub.engine.queue import async_app
from hub.engine.worker import stalled
from hub.registry.session import Store
from tests.support.databases import by_owner

LEFT = ["seal_audit"] * 3 + ["hear_left"] * 2 + ["return_stalled"] * 2


@pytest.mark.article("R7.9")
def test_a_job_whose_twin_waits_holds_up_none_behind_it(store: Store) -> None:
    """Some kills leave jobs with one queueing lock, which cannot wait beside each other; the ask behind them is what counts."""
    for name in LEFT:
        by_owner(store, _left("house", name, f"'{name}'"))
    by_owner(store, _left("asks", "carry", "NULL"))
    asyncio.run(_give_back(store))
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY 1, 2").all()
    waiting = [name for name, status in rows if status == "todo"]
    assert waiting == ["carry", "hear_left", "return_stalled", "seal_audit"]
    assert {status for _, status in rows} == {"todo"}, (
        "the twin that waits does the same work; nothing is left as failed"
    )


def _left(queue: str, name: str, lock: str) -> str:
    return (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, attempts, priority)"
        f" VALUES ('{queue}', '{name}', {lock}, '{{}}', 'doing', 0, 0)"
    )


async def _give_back(store: Store) -> None:
    app = async_app(store)
    async with app.open_async():
        await stalled(app.job_manager)
