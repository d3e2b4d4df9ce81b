"""Marks on what messages named: set on receipt, taken by the comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, text

from hub.registry.schema import ComparisonMark
from hub.registry.session import Transaction

CODE, NUMBER = "code", "number"
# Without row locks: the caller holds the channel's comparison, so that no other takes marks.
TAKEN = text("""
DELETE FROM comparison_marks WHERE no IN (
    SELECT no FROM comparison_marks WHERE channel = :channel AND failed_at IS NULL ORDER BY no LIMIT :limit
) RETURNING no, kind, named, evidence
""")
# The oldest is the culprit: batches shrank to one mark before it is put aside.
FAILED = text("""
UPDATE comparison_marks SET failed_at = :moment WHERE no = (
    SELECT no FROM comparison_marks WHERE channel = :channel AND failed_at IS NULL ORDER BY no LIMIT 1
) RETURNING kind, named, evidence
""")
OPEN_THERE = text("""
INSERT INTO comparison_marks (channel, kind, named, evidence, marked_at)
SELECT :channel, 'code', :code, :evidence, :moment
WHERE EXISTS (SELECT FROM differences WHERE channel = :channel AND customer_code = :code AND closed_at IS NULL)
""")


@dataclass(frozen=True)
class Marked:
    """What to compare: customer codes, numbers of agreements and devices, and the evidence for each."""

    count: int
    codes: list[str]
    numbers: list[str]
    evidence: dict[str, str]


def mark(
    tx: Transaction, channel: str, codes: Iterable[str], numbers: Iterable[str], evidence: str | None, moment: datetime
) -> None:
    """Mark these for comparison. Rows are only inserted, so this never waits for a lock."""
    named = [(CODE, code) for code in codes if code] + [(NUMBER, number) for number in numbers if number]
    common = {"channel": channel, "evidence": evidence, "marked_at": moment}
    if named:
        tx.execute(insert(ComparisonMark), [{"kind": kind, "named": name, **common} for kind, name in named])


def mark_if_different(tx: Transaction, channel: str, code: str, evidence: str, moment: datetime) -> None:
    """Mark a customer for comparison if a difference about them is open: what held it up has ended."""
    tx.execute(OPEN_THERE, {"channel": channel, "code": code, "evidence": evidence, "moment": moment})


def waiting(tx: Transaction) -> list[str]:
    """Channels with marks."""
    query = select(ComparisonMark.channel).where(ComparisonMark.failed_at.is_(None)).distinct()
    return list(tx.scalars(query.order_by(ComparisonMark.channel)))


def take(tx: Transaction, channel: str, limit: int) -> Marked | None:
    """Take the oldest marks for comparison; None if there are none.

    A mark that is visible here was committed with its twins, so what is read after this is at least as new.
    """
    # In the order of marking (`no` comes first): of several reports of one thing the newest is its evidence.
    rows = sorted(tx.execute(TAKEN, {"channel": channel, "limit": limit}).all())
    if not rows:
        return None
    codes = sorted({mark.named for mark in rows if mark.kind == CODE})
    numbers = sorted({mark.named for mark in rows if mark.kind == NUMBER})
    return Marked(len(rows), codes, numbers, {mark.named: mark.evidence for mark in rows if mark.evidence})


def put_mark_aside(tx: Transaction, channel: str, moment: datetime) -> tuple[str, str, str | None] | None:
    """Put the oldest mark aside because it cannot be compared, so that it holds up no other; returns kind, name, evidence."""
    failed = tx.execute(FAILED, {"channel": channel, "moment": moment}).one_or_none()
    return (failed.kind, failed.named, failed.evidence) if failed is not None else None


def failed(tx: Transaction, channel: str) -> int:
    """How many marks are put aside."""
    query = select(func.count()).select_from(ComparisonMark)
    return tx.scalar(query.where(ComparisonMark.channel == channel, ComparisonMark.failed_at.is_not(None))) or 0


__all__ = ["Marked", "failed", "mark", "mark_if_different", "put_mark_aside", "take", "waiting"]
