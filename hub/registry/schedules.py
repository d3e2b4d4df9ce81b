"""Jobs that come again: kept in the database, so that they are due once over the whole fleet and people can pause them."""

from datetime import datetime

from croniter import croniter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hub.ports import SHANGHAI

from .schema import Schedule, ScheduleRun
from .session import Transaction


def following(cron: str, moment: datetime) -> datetime:
    """The next time of a cron line, Beijing time, after a moment."""
    found: datetime = croniter(cron, moment.astimezone(SHANGHAI)).get_next(datetime)
    return found


def ensure(
    tx: Transaction, name: str, channel: str, job: str, mode: str, cron: str, moment: datetime, days: str = "every"
) -> None:
    """A schedule that the code knows; what people set (paused) stays."""
    row = {
        "name": name,
        "channel": channel,
        "job": job,
        "mode": mode,
        "cron": cron,
        "days": days,
        "paused": False,
        "next_at": following(cron, moment),
    }
    tx.execute(insert(Schedule).values(row).on_conflict_do_nothing())


def due(tx: Transaction, moment: datetime, working: bool) -> list[tuple[Schedule, ScheduleRun]]:
    """What is due, each taken by one worker only, entered as a run; its next time is set.

    On a day of rest what comes on working days alone is put off, unless somebody asked for it.
    """
    query = select(Schedule).where(Schedule.next_at <= moment, Schedule.paused.is_(False))
    found = list(tx.scalars(query.with_for_update(skip_locked=True)))
    taken = []
    for row in found:
        due_at, row.next_at = row.next_at, following(row.cron, moment)
        if row.days == "working" and not working and row.asked_by is None:
            continue
        row.last_at = moment
        run = ScheduleRun(name=row.name, due_at=due_at, started_at=moment, by_name=row.asked_by or "partnerhub")
        row.asked_by = None
        tx.add(run)
        tx.flush()
        taken.append((row, run))
    return taken


def ended(tx: Transaction, no: int, outcome: str, moment: datetime) -> None:
    """A run is over."""
    run = tx.get(ScheduleRun, no)
    if run is not None:
        run.ended_at, run.outcome = moment, outcome


def history(tx: Transaction, limit: int) -> list[ScheduleRun]:
    """Runs, newest first."""
    return list(tx.scalars(select(ScheduleRun).order_by(ScheduleRun.no.desc()).limit(limit)))


def listed(tx: Transaction) -> list[Schedule]:
    """All, by name."""
    return list(tx.scalars(select(Schedule).order_by(Schedule.name)))


def get(tx: Transaction, name: str) -> Schedule | None:
    """One, locked."""
    return tx.scalar(select(Schedule).where(Schedule.name == name).with_for_update())
