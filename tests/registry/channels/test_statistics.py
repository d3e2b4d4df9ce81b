"""A channel's figures by day, beside a second count in plain Python."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from hub.ports import SHANGHAI
from hub.registry.channels import statistics as channel_statistics
from hub.registry.session import Store, Transaction
from tests.support.month import month

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()


def rows(tx: Transaction, query: str) -> list[Any]:
    """What a query finds."""
    return list(tx.execute(text(query)).mappings())


def beijing(moment: datetime) -> date:
    """Its day."""
    return moment.astimezone(SHANGHAI).date()


@pytest.mark.article("R17.1")
def test_the_figures_are_those_that_plain_python_counts(store: Store) -> None:
    with store.transaction() as tx:
        month(tx, "icbc", NOW)
        days = {day.day: day for day in channel_statistics.by_day(tx, "icbc", TODAY, 30, NOW)}
        asks, talks, calls = (rows(tx, f"SELECT * FROM {name}") for name in ("asks", "attempts", "exchanges"))
    assert len(days) == 30 and max(days) == TODAY
    ended = Counter((beijing(ask["ended_at"]), ask["state"], ask["reason"]) for ask in asks)
    for day, found in days.items():
        assert found.live == ended[day, "done", None]
        assert found.reasons == {key[2]: n for key, n in ended.items() if key[0] == day and key[1] == "refused"}
        times = sorted(call["elapsed_ms"] for call in calls if beijing(call["marked_at"]) == day)
        assert found.calls == len(times) and (found.p50 is None or times[0] <= found.p50 <= found.p95 <= times[-1])
        if times:
            place = 0.95 * (len(times) - 1)
            low = times[int(place)]
            high = times[min(int(place) + 1, len(times) - 1)]
            assert found.p95 == pytest.approx(low + (high - low) * (place - int(place)))
    for day, found in days.items():
        assert (found.doubts, found.oldest) == doubts(asks, talks, day)


def doubts(asks: list[Any], talks: list[Any], day: date) -> tuple[int, Any]:
    """How many were in doubt at the day's end, and how old the oldest got on it, in hours."""
    start = datetime.combine(day, time(), SHANGHAI)
    finish, still, ages = min(start + timedelta(days=1), NOW), 0, []
    for ask in asks:
        own = [talk for talk in talks if talk["ask_id"] == ask["id"]]
        unknown = [talk["ended_at"] for talk in own if talk["outcome"] == "unknown"]
        if not unknown:
            continue
        began = min(unknown)
        answered = [talk["ended_at"] for talk in own if talk["outcome"] == "answered" and talk["started_at"] > began]
        over = min([*answered, ask["ended_at"]])
        if began < finish and over >= start:
            still += over >= finish
            ages.append((min(over, finish) - began).total_seconds() / 3600)
    return still, pytest.approx(max(ages)) if ages else None


def test_an_ask_that_is_in_doubt_now_counts_until_now_and_another_channel_does_not(store: Store) -> None:
    with store.transaction() as tx:
        month(tx, "icbc", NOW - timedelta(days=40))
        tx.execute(
            text("UPDATE asks SET state = 'in_doubt', ended_at = NULL, doubt_since = :since WHERE key = 'm0-1'"),
            {"since": NOW - timedelta(hours=5)},
        )
        [*_, yesterday, today] = channel_statistics.by_day(tx, "icbc", TODAY, 30, NOW)
        assert (today.doubts, today.oldest) == (1, pytest.approx(5)) and yesterday.empty
        assert today.share is None and not today.empty
        assert all(day.empty for day in channel_statistics.by_day(tx, "abc", TODAY, 30, NOW))


def test_the_last_minutes_calls_are_counted(store: Store) -> None:
    with store.transaction() as tx:
        month(tx, "icbc", NOW)
        assert channel_statistics.calls_since(tx, "icbc", NOW) == 0
        total = len(rows(tx, "SELECT 1 FROM exchanges"))
        assert channel_statistics.calls_since(tx, "icbc", NOW - timedelta(days=60)) == total
        assert channel_statistics.calls_since(tx, "abc", NOW - timedelta(days=60)) == 0
