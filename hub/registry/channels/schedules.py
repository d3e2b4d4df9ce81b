"""Recurring jobs and their runs, kept in the database so that each is due once for the whole fleet."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from croniter import croniter
from sqlalchemy import or_, select, text
from sqlalchemy.dialects.postgresql import insert

from hub.ports import SHANGHAI
from hub.registry.schema import Schedule, ScheduleRun
from hub.registry.session import Transaction

# On which days a schedule runs: every day, or working days.
EVERY, WORKING = "every", "working"
SKIPPED = "skipped"
Worked = Callable[[date], bool]
# An open run without a job in the queue was lost, and is handed out again after this long.
HANDED_OUT_AGAIN = timedelta(minutes=1)
# `args ? 'run'`: one NULL among them would make NOT IN true of no run.
LIVE_JOBS = """
SELECT args->>'run' FROM procrastinate_jobs WHERE task_name = 'scheduled' AND args ? 'run' AND status IN ('todo', 'doing')
"""


def next_time(cron: str, moment: datetime, worked: Worked | None = None) -> datetime:
    """The next time of a cron line (Beijing time) after a moment; with `worked`, on a day for which it is true."""
    times = croniter(cron, moment.astimezone(SHANGHAI))
    moment_after: datetime = times.get_next(datetime)
    while worked is not None and not worked(moment_after.date()):
        moment_after = times.get_next(datetime)
    return moment_after


def ensure(tx: Transaction, row: Schedule, moment: datetime, worked: Worked) -> None:
    """Insert a schedule that the code defines; one that exists stays as it is, with what people set (paused)."""
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
    return next_time(row.cron, moment, worked if row.days == WORKING else None)


def known(tx: Transaction) -> set[str]:
    """All schedules' names."""
    return set(tx.scalars(select(Schedule.name)))


def open_due_runs(tx: Transaction, moment: datetime, worked: Worked) -> None:
    """Open a run for each schedule that is due and set its next time; schedules that another worker holds are skipped.

    A schedule whose last run is still open is skipped, and the history says so; one for working days waits for one.
    """
    query = select(Schedule).where(Schedule.next_at <= moment, Schedule.paused.is_(False))
    # Skipped, not awaited: whoever holds a schedule opens its run, and a second run would be wrong.
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
    """Open a run of this name; None if one is open already."""
    values = {name: getattr(row, name) for name in ("name", "channel", "job", "mode")}
    values |= {"due_at": due_at, "by_name": by, "since": since, "count": 0}
    # The unique index on open runs decides between two who open one at once.
    no = tx.scalar(insert(ScheduleRun).values(values).on_conflict_do_nothing().returning(ScheduleRun.no))
    return None if no is None else get_run(tx, no)


def runs_to_hand_out(tx: Transaction, moment: datetime) -> list[ScheduleRun]:
    """Open runs without a job, locked: new ones, and those whose job was lost. What another worker holds is skipped."""
    query = (
        select(ScheduleRun)
        .where(ScheduleRun.ended_at.is_(None))
        .where(or_(ScheduleRun.handed_out_at.is_(None), ScheduleRun.handed_out_at < moment - HANDED_OUT_AGAIN))
        .where(text(f"schedule_runs.no::text NOT IN ({LIVE_JOBS})"))
        .order_by(ScheduleRun.no)
    )
    waiting = list(tx.scalars(query.with_for_update(skip_locked=True)))
    for run in waiting:
        run.handed_out_at = moment
    return waiting


def get_run(tx: Transaction, no: int) -> ScheduleRun | None:
    """A run, locked."""
    return tx.scalar(select(ScheduleRun).where(ScheduleRun.no == no).with_for_update())


def runs(tx: Transaction, limit: int = 50, *, channel: str | None = None) -> list[ScheduleRun]:
    """Runs, newest first."""
    query = select(ScheduleRun).order_by(ScheduleRun.no.desc()).limit(limit)
    return list(tx.scalars(query if channel is None else query.where(ScheduleRun.channel == channel)))


def replan_working_days(tx: Transaction, moment: datetime, worked: Worked) -> None:
    """Recompute the next times of working-day schedules after a change of the calendar; those due by now stay due."""
    query = select(Schedule).where(Schedule.days == WORKING, Schedule.next_at > moment)
    for schedule in tx.scalars(query.with_for_update()):
        schedule.next_at = _next(schedule, moment, worked)


def listed(tx: Transaction) -> list[Schedule]:
    """All schedules, by name."""
    return list(tx.scalars(select(Schedule).order_by(Schedule.name)))


def get(tx: Transaction, name: str) -> Schedule | None:
    """The schedule, locked."""
    return tx.scalar(select(Schedule).where(Schedule.name == name).with_for_update())
