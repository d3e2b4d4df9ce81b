"""What comes again: schedules, their runs, lists read again, readings, daily digests."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path, Query

from hub.api.resource import Resource
from hub.api.shapes import Day, Done, Given, Shown
from hub.operations.channels import schedules
from hub.operations.desk import Desk
from hub.operations.reconciliation import list_runs

resource = Resource("schedules")
Key = Annotated[str, Path(max_length=64)]
OneChannel = Annotated[str | None, Query(pattern="^[a-z][a-z0-9_]{1,31}$")]


class ScheduleShown(Shown):
    """A job that comes again; times of `cron` are Beijing time."""

    name: str
    channel: str
    job: str
    mode: str
    cron: str
    days: Literal["every", "working"]
    paused: bool
    paused_by: str | None
    next_at: datetime
    last_at: datetime | None


class RunShown(Shown):
    """One run of a schedule; `outcome` is null while it is open."""

    no: int
    name: str
    channel: str
    job: str
    mode: str
    since: datetime | None
    by_name: str
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    outcome: Literal["done", "failed", "braked", "skipped"] | None
    code: str | None
    count: int


class ReadingShown(Shown):
    """One reading of a partner's list with its figures."""

    no: int
    channel: str
    verb: str
    mode: str
    since: datetime | None
    pages: int
    facts: int
    added: int
    changed: int
    ended: int
    outcome: str | None
    code: str | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None


class DigestShown(Shown):
    """A channel's days in figures, up to the end of `day`; of a made-up one, doubts are as of `made_at`."""

    channel: str
    first_day: date
    day: date
    sent: int
    live: int
    refused: dict[str, int]
    in_doubt: int
    oldest_doubt_at: datetime | None
    differences: int
    made_up: bool
    made_at: datetime


class Again(Given):
    """Which list, and from which day, Beijing time."""

    verb: Literal["list_bindings", "list_devices"]
    since: Day


@resource.get("/schedules", schedules.list_schedules)
def list_them(desk: Desk) -> list[ScheduleShown]:
    """All schedules."""
    return [ScheduleShown.model_validate(row) for row in schedules.list_schedules(desk)]


@resource.get("/schedules/history", schedules.list_history)
def history(desk: Desk, channel: OneChannel = None) -> list[RunShown]:
    """The latest runs of schedules, newest first."""
    return [RunShown.model_validate(row) for row in schedules.list_history(desk, channel)]


@resource.get("/digests", schedules.list_digests)
def digests(desk: Desk, channel: OneChannel = None) -> list[DigestShown]:
    """The latest daily digests, newest first."""
    return [DigestShown.model_validate(row) for row in schedules.list_digests(desk, channel)]


@resource.get("/readings", list_runs.list_runs)
def readings(desk: Desk, channel: OneChannel = None) -> list[ReadingShown]:
    """The latest readings of partners' lists, newest first."""
    return [ReadingShown.model_validate(row) for row in list_runs.list_runs(desk, channel)]


@resource.change("POST", "/schedules/{name}/run", schedules.run_now)
def run(desk: Desk, name: Key) -> RunShown:
    """Let it come at once."""
    return RunShown.model_validate(schedules.run_now(desk, name))


@resource.change("POST", "/schedules/{name}/pause", schedules.pause_schedule)
def pause(desk: Desk, name: Key) -> Done:
    """Let it not come until it is resumed."""
    schedules.pause_schedule(desk, name)
    return Done()


@resource.change("POST", "/schedules/{name}/resume", schedules.resume_schedule)
def resume(desk: Desk, name: Key) -> Done:
    """Let it come again, at its next time."""
    schedules.resume_schedule(desk, name)
    return Done()


@resource.change("POST", "/channels/{channel}/read-again", schedules.read_again)
def read_again(desk: Desk, channel: Key, given: Again) -> RunShown:
    """Read what a partner's list says since the beginning of a day."""
    return RunShown.model_validate(schedules.read_again(desk, channel, given.verb, given.since))


@resource.change("POST", "/readings/{no}/release", list_runs.release)
def release(desk: Desk, no: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> ReadingShown:
    """Let a braked run act: two people, one after the other."""
    return ReadingShown.model_validate(list_runs.release(desk, no))
