"""Recurring jobs, each of their runs, and the daily digests that one of them writes."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words


class Schedule(Base):
    """A recurring job: what, when (cron, Beijing time), paused or not, next time.

    `days`: every, or working (working days only). `channel` is empty for jobs that concern all channels.
    """

    __tablename__ = "schedules"
    name: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    job: Mapped[str]
    mode: Mapped[str]
    cron: Mapped[str]
    days: Mapped[str]
    paused: Mapped[bool] = mapped_column(default=False)
    paused_by: Mapped[str | None]
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]


class ScheduleRun(Base):
    """One run of a schedule, or of a list that staff had read again: when it was due, queued, started, ended, and how.

    At most one run of a name is open in the whole fleet. `outcome`: done, failed, braked, skipped.
    """

    __tablename__ = "schedule_runs"
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    channel: Mapped[str]
    job: Mapped[str]
    mode: Mapped[str]
    since: Mapped[datetime | None]
    """From when a list is read again."""
    by_name: Mapped[str]
    due_at: Mapped[datetime]
    handed_out_at: Mapped[datetime | None]
    """When it was last put on the queue."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    code: Mapped[Words | None]
    count: Mapped[int] = mapped_column(default=0)
    """How much it did: facts read, packages made, digests written."""
    __table_args__ = (
        # One open run for each name in the whole fleet, decided by the database.
        Index("uq_schedule_runs_one", "name", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index(None, "channel", "no"),
    )


class Digest(Base):
    """What happened on a channel up to a day's end, Beijing time, and what was open when it was written."""

    __tablename__ = "digests"
    channel: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    """The last day that it covers; the next one is a working day."""
    first_day: Mapped[date]
    sent: Mapped[int]
    live: Mapped[int]
    refused: Mapped[dict[str, int]] = mapped_column(JSONB)
    """By neutral reason."""
    in_doubt: Mapped[int]
    oldest_doubt_at: Mapped[datetime | None]
    differences: Mapped[int]
    """Open at the day's end."""
    made_up: Mapped[bool]
    """Whether it was written late: doubts are then those at the time of writing."""
    made_at: Mapped[datetime]
