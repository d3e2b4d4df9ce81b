"""Jobs that come again: kept in the database, so that they are due once over the whole fleet and people can pause them."""

from datetime import datetime

from croniter import croniter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hub.ports import SHANGHAI

from .schema import Schedule
from .session import Transaction


def following(cron: str, moment: datetime) -> datetime:
    """The next time of a cron line, Beijing time, after a moment."""
    found: datetime = croniter(cron, moment.astimezone(SHANGHAI)).get_next(datetime)
    return found


def ensure(tx: Transaction, name: str, channel: str, job: str, mode: str, cron: str, moment: datetime) -> None:
    """A schedule that the code knows; what people set (paused) stays."""
    row = {
        "name": name,
        "channel": channel,
        "job": job,
        "mode": mode,
        "cron": cron,
        "paused": False,
        "next_at": following(cron, moment),
    }
    tx.execute(insert(Schedule).values(row).on_conflict_do_nothing())


def due(tx: Transaction, moment: datetime) -> list[Schedule]:
    """What is due, each taken by one worker only; its next time is set."""
    query = select(Schedule).where(Schedule.next_at <= moment, Schedule.paused.is_(False))
    found = list(tx.scalars(query.with_for_update(skip_locked=True)))
    for row in found:
        row.last_at, row.next_at = moment, following(row.cron, moment)
    return found


def listed(tx: Transaction) -> list[Schedule]:
    """All, by name."""
    return list(tx.scalars(select(Schedule).order_by(Schedule.name)))


def get(tx: Transaction, name: str) -> Schedule | None:
    """One, locked."""
    return tx.scalar(select(Schedule).where(Schedule.name == name).with_for_update())
