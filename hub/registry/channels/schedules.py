"""Jobs that come again, and their runs: kept in the database, so that each is due once over the whole fleet."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from croniter import croniter
from sqlalchemy import or_, select, text
from sqlalchemy.dialects.postgresql import insert

from hub.ports import SHANGHAI
from hub.registry.schema import Schedule, ScheduleRun
from hub.registry.session import Transaction

# On which days a schedule comes.
EVERY, WORKING = "every", "working"
SKIPPED = "skipped"
Worked = Callable[[date], bool]
# An open run that no job in the queue carries was lost: it is given again after this.
GIVEN_AGAIN = timedelta(minutes=1)
LIVE_JOBS = """
SELECT args->>'run' FROM procrastinate_jobs WHERE task_name = 'scheduled' AND args ? 'run' AND status IN ('todo', 'doing')
"""


def following(cron: str, moment: datetime, worked: Worked | None = None) -> datetime:
    """The next time of a cron line, Beijing time, after a moment; with `worked`, on such a day."""
    times = croniter(cron, moment.astimezone(SHANGHAI))
    next_time: datetime = times.get_next(datetime)
    while worked is not None and not worked(next_time.date()):
        next_time = times.get_next(datetime)
    return next_time


def ensure(tx: Transaction, row: Schedule, moment: datetime, worked: Worked) -> None:
    """A schedule that the code knows; what people set (paused) stays."""
    values = {
        "name": row.name,
        "channel": row.channel,
        "job": row.job,
        "mode": row.mode,
        "cron": row.cron,
        "days": row.days,
        "paused": False,
        "next_at": _next(row, moment, worked),
    }
    tx.execute(insert(Schedule).values(values).on_conflict_do_nothing())


def _next(row: Schedule, moment: datetime, worked: Worked) -> datetime:
    return following(row.cron, moment, worked if row.days == WORKING else None)


def known(tx: Transaction) -> set[str]:
    """The names that there are."""
    return set(tx.scalars(select(Schedule.name)))


def due(tx: Transaction, moment: datetime, worked: Worked) -> None:
    """Open a run for each schedule whose time has come, each by one worker only; its next time is set.

    One whose run before is still open is skipped, and the history says so; one for working days alone waits for one.
    """
    query = select(Schedule).where(Schedule.next_at <= moment, Schedule.paused.is_(False))
    # Skipped rows are being handled by another worker at this moment.
    for schedule in tx.scalars(query.with_for_update(skip_locked=True)):
        due_at, schedule.next_at = schedule.next_at, _next(schedule, moment, worked)
        if schedule.days == EVERY or worked(moment.astimezone(SHANGHAI).date()):
            schedule.last_at = moment
            if open_run(tx, schedule, due_at, "partnerhub") is None:
                tx.add(_run(schedule, due_at, "partnerhub", ended_at=moment, outcome=SKIPPED, code="still_running"))
    tx.flush()


def _run(row: Schedule, due_at: datetime, by: str, **values: object) -> ScheduleRun:
    return ScheduleRun(
        name=row.name, channel=row.channel, job=row.job, mode=row.mode, due_at=due_at, by_name=by, count=0, **values
    )


def open_run(
    tx: Transaction, row: Schedule, due_at: datetime, by: str, since: datetime | None = None
) -> ScheduleRun | None:
    """Open a run of this name; None when one is open already."""
    values = {name: getattr(row, name) for name in ("name", "channel", "job", "mode")}
    values |= {"due_at": due_at, "by_name": by, "since": since, "count": 0}
    no = tx.scalar(insert(ScheduleRun).values(values).on_conflict_do_nothing().returning(ScheduleRun.no))
    return None if no is None else get_run(tx, no)


def to_give(tx: Transaction, moment: datetime) -> list[ScheduleRun]:
    """Open runs that no job carries, each taken by one worker only: new ones, and those whose job was lost."""
    query = (
        select(ScheduleRun)
        .where(ScheduleRun.ended_at.is_(None))
        .where(or_(ScheduleRun.given_at.is_(None), ScheduleRun.given_at < moment - GIVEN_AGAIN))
        .where(text(f"schedule_runs.no::text NOT IN ({LIVE_JOBS})"))
        .order_by(ScheduleRun.no)
    )
    # Skip locked: two workers must not both queue the same run.
    runs_due = list(tx.scalars(query.with_for_update(skip_locked=True)))
    for run in runs_due:
        run.given_at = moment
    return runs_due


def get_run(tx: Transaction, no: int) -> ScheduleRun | None:
    """A run, locked."""
    return tx.scalar(select(ScheduleRun).where(ScheduleRun.no == no).with_for_update())


def runs(tx: Transaction, limit: int = 50, *, channel: str | None = None) -> list[ScheduleRun]:
    """Runs, newest first."""
    query = select(ScheduleRun).order_by(ScheduleRun.no.desc()).limit(limit)
    return list(tx.scalars(query if channel is None else query.where(ScheduleRun.channel == channel)))


def replan(tx: Transaction, moment: datetime, worked: Worked) -> None:
    """Recompute the next times of working-day schedules after a change of the calendar; what is due stays due."""
    query = select(Schedule).where(Schedule.days == WORKING, Schedule.next_at > moment)
    for schedule in tx.scalars(query.with_for_update()):
        schedule.next_at = _next(schedule, moment, worked)


def listed(tx: Transaction) -> list[Schedule]:
    """All, by name."""
    return list(tx.scalars(select(Schedule).order_by(Schedule.name)))


def get(tx: Transaction, name: str) -> Schedule | None:
    """One, locked."""
    return tx.scalar(select(Schedule).where(Schedule.name == name).with_for_update())
