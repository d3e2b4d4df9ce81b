"""Channels, schedules and digests as people see them: codes and figures, no rows and no secrets."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from hub.domain.facts import ProbeLeg
from hub.operations.views import WaitsFor


@dataclass(frozen=True)
class VerbView:
    """What a channel can be asked for, and the customer's fields that leave with it."""

    name: str
    fields: list[str]
    question: str | None
    batch: bool


@dataclass(frozen=True)
class ProbeView:
    """A channel's latest connection test, legs in the order in which they were tried."""

    at: datetime
    by_name: str
    ok: bool
    legs: list[ProbeLeg]


@dataclass(frozen=True)
class ConfidentialityView:
    """The confidentiality agreement in force; without one nothing leaves (G2)."""

    id: UUID
    agreement_no: str
    valid_until: date


@dataclass(frozen=True)
class ChannelView:
    """A channel: what it can do, its shared state, and how many asks are in which state."""

    key: str
    kind: str
    title: str
    verbs: list[VerbView]
    accounts: list[str]
    quarantined: str | None
    paused: bool
    paused_by: str | None
    paused_why: str | None
    breaker: str
    failures: int
    retry_at: datetime | None
    last_ok_at: datetime | None
    last_setback_at: datetime | None
    last_setback: str | None
    queued: int
    in_flight: int
    accepted: int
    in_doubt: int
    person: int
    configured: bool
    confidentiality: ConfidentialityView | None
    confidential_until: date | None
    probe: ProbeView | None
    proposal: UUID | None
    """Settings that wait for a second person."""


@dataclass(frozen=True)
class ScheduleView:
    """A recurring job; times of `cron` are Beijing time."""

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


@dataclass(frozen=True)
class RunView:
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


@dataclass(frozen=True)
class DigestView:
    """A channel's figures up to the end of `day`; in one made up later, doubts are as of `made_at`."""

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


@dataclass(frozen=True)
class ChannelPage:
    """A channel, what it uses of its budgets now, its latest digests and runs.

    `rate_wait_seconds`: how long a new call would wait for the rate.
    """

    channel: ChannelView
    calls_last_minute: int
    rate_wait_seconds: float
    in_flight: int
    digests: list[DigestView]
    history: list[RunView]


@dataclass(frozen=True)
class DayView:
    """One day of a channel: ages in hours, times in milliseconds, null where there was nothing to measure."""

    day: date
    live: int
    refused: int
    reasons: dict[str, int]
    share: float | None
    doubts: int
    oldest: float | None
    calls: int
    p50: float | None
    p95: float | None
    slowest: int | None
    empty: bool


@dataclass(frozen=True)
class SavedSettings:
    """What became of settings: saved at once, proposed to a second person, or nothing as none has changed."""

    names: list[str]
    saved: bool
    proposal: UUID | None
    done: bool = True
    waits_for: WaitsFor | None = None
