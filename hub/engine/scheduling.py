"""What comes again: lists read, packages sent; due once over the whole fleet, one reading of a list at a time."""

import asyncio

from procrastinate import App

from hub.domain.people import HUB
from hub.operations import figures, packages, returning, schedules
from hub.operations.due import known_days
from hub.ports import now, today
from hub.registry import schedules as kept
from hub.registry.schema import Schedule

from .reading import read
from .works import Works

READ, PACKAGE, DIGEST = "read_list", "package", "digest"


def tasks(app: App, works: Works) -> None:
    """Enter the tasks."""

    @app.task(name=READ, queue="house")
    async def read_list(channel: str, verb: str, mode: str, run: int = 0) -> None:
        found = await read(works, channel, verb, mode)
        await asyncio.to_thread(ended, works, run, str(found.outcome or "broken_off") if found else "not_now")

    @app.task(name=PACKAGE, queue="house")
    async def send(channel: str, run: int = 0) -> None:
        await asyncio.to_thread(works.office.perform, HUB, packages.pack, channel)
        await asyncio.to_thread(ended, works, run, "done")

    @app.task(name=DIGEST, queue="house")
    async def digest(run: int = 0) -> None:
        await asyncio.to_thread(works.office.perform, HUB, figures.make_digests)
        await asyncio.to_thread(ended, works, run, "done")

    @app.periodic(cron="* * * * * */30")
    @app.task(name="returns", queue="house", queueing_lock="returns")
    async def returns(timestamp: int) -> None:
        await asyncio.to_thread(works.office.perform, HUB, returning.return_all)

    @app.periodic(cron="* * * * * */5")
    @app.task(name="schedules", queue="house", queueing_lock="schedules")
    async def schedules_due(timestamp: int) -> None:
        for row, no in await asyncio.to_thread(due, works):
            if row.job == DIGEST:
                await digest.configure(lock=row.name).defer_async(run=no)
            elif row.job == PACKAGE:
                await send.configure(lock=row.name).defer_async(channel=row.channel, run=no)
            else:
                await read_list.configure(lock=f"{row.channel} {row.job}").defer_async(
                    channel=row.channel, verb=row.job, mode=row.mode, run=no
                )


def due(works: Works) -> list[tuple[Schedule, int]]:
    """The schedules whose time has come, each with its run's number; makes those of channels that are new."""
    with works.office.desk(HUB) as desk:
        for capability in works.office.channels.values():
            schedules.ensure(desk, capability)
        schedules.ensure_digests(desk)
        working = known_days(desk.tx).working(today())
        return [(row, run.no) for row, run in kept.due(desk.tx, now(), working)]


def ended(works: Works, run: int, outcome: str) -> None:
    """Note how a run ended."""
    with works.office.desk(HUB) as desk:
        kept.ended(desk.tx, run, outcome, now())
