"""What comes again: lists read, packages sent; due once over the whole fleet, one reading of a list at a time."""

import asyncio

from procrastinate import App

from hub.domain.people import HUB
from hub.operations import packages, schedules
from hub.ports import now
from hub.registry import schedules as kept
from hub.registry.schema import Schedule

from .reading import read
from .works import Works

READ, PACKAGE = "read_list", "package"


def tasks(app: App, works: Works) -> None:
    """Enter the tasks."""

    @app.task(name=READ, queue="house")
    async def read_list(channel: str, verb: str, mode: str) -> None:
        await read(works, channel, verb, mode)

    @app.task(name=PACKAGE, queue="house")
    async def send(channel: str) -> None:
        await asyncio.to_thread(works.office.perform, HUB, packages.pack, channel)

    @app.periodic(cron="* * * * * */5")
    @app.task(name="schedules", queue="house", queueing_lock="schedules")
    async def schedules_due(timestamp: int) -> None:
        for row in await asyncio.to_thread(due, works):
            if row.job == PACKAGE:
                await send.configure(queueing_lock=row.name).defer_async(channel=row.channel)
            else:
                given = {"channel": row.channel, "verb": row.job, "mode": row.mode}
                await read_list.configure(lock=f"{row.channel} {row.job}").defer_async(**given)


def due(works: Works) -> list[Schedule]:
    """The schedules whose time has come; makes those of channels that are new."""
    with works.office.desk(HUB) as desk:
        for capability in works.office.channels.values():
            schedules.ensure(desk, capability)
        return kept.due(desk.tx, now())
