"""A channel's figures by day, for plots and digests (R17.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from hub.domain.people import HUB
from hub.domain.refusals import NotFound
from hub.ports import SHANGHAI, now, today
from hub.registry import figures
from hub.registry.schema import Digest

from .channel_desk import LOOKS
from .desk import Desk
from .operation import operation

SHOWN = 30
"""Days on a plot."""
CATCH_UP = 14
"""Days for which a digest that was missed is made up."""


@dataclass
class DayFigures:
    """One day of a channel."""

    day: date
    live: int = 0
    cancelled: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    doubts: int = 0
    doubt_hours: float = 0.0
    answers: int = 0
    p50_ms: float = 0.0
    p95_ms: float = 0.0


@operation(
    article="R17.1", posts=LOOKS, title=("查看渠道统计", "See a channel's figures"), changes=False, audited=False
)
def channel_figures(desk: Desk, channel: str, days: int = SHOWN) -> list[DayFigures]:
    """The last days, today included, oldest first; days without anything are there with noughts."""
    if channel not in desk.channels:
        raise NotFound(what="渠道")
    last = today()
    first = last - timedelta(days=max(1, min(days, 366)) - 1)
    return list(between(desk, channel, first, last).values())


def between(desk: Desk, channel: str, first: date, last: date) -> Mapping[date, DayFigures]:
    """The figures of the days from first to last."""
    wanted = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = {day: DayFigures(day) for day in wanted}
    since = datetime.combine(first, time(), SHANGHAI).astimezone(UTC)
    for row in figures.ended(desk.tx, channel, since):
        if (each := found.get(row.day)) is None:
            continue
        if row.state == "refused":
            each.refused[row.reason or "other"] = each.refused.get(row.reason or "other", 0) + row.number
        elif row.state == "live":
            each.live += row.number
        else:
            each.cancelled += row.number
    for row in figures.answers(desk.tx, channel, since):
        if (each := found.get(row.day)) is not None:
            each.answers, each.p50_ms, each.p95_ms = row.number, round(row.p50, 1), round(row.p95, 1)
    for row in figures.doubts(desk.tx, channel, since, now()):
        if (each := found.get(row.day)) is not None:
            each.doubts, each.doubt_hours = row.number, round(float(row.hours or 0), 2)
    return found


@operation(
    article="R17.1", posts=LOOKS, title=("查看渠道日报", "See a channel's digests"), changes=False, audited=False
)
def list_digests(desk: Desk, channel: str, limit: int = 10) -> list[Digest]:
    """A channel's newest digests."""
    return figures.digests(desk.tx, channel, min(limit, 100))


def make_digests(desk: Desk) -> int:
    """Keep a digest of each channel for each day up to yesterday that has none; what was missed is made up."""
    assert desk.actor == HUB
    made, yesterday, moment = 0, today() - timedelta(days=1), now()
    for channel in sorted(desk.channels):
        last = figures.last_digest(desk.tx, channel)
        first = max(last + timedelta(days=1) if last else yesterday, yesterday - timedelta(days=CATCH_UP))
        if first > yesterday:
            continue
        doubt, oldest, different = figures.standing(desk.tx, channel, moment)
        for day, each in between(desk, channel, first, yesterday).items():
            said = {
                "live": each.live,
                "refused": each.refused,
                "doubts": each.doubts,
                "in_doubt_now": doubt,
                "oldest_doubt_hours": round(oldest, 1),
                "differences_open": different,
            }
            figures.keep_digest(desk.tx, channel, day, said, moment)
            made += 1
    return made
