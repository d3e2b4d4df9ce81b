"""Runs of reading a partner's list: one at a time for each list, their cursor committed with their facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text

from hub.domain.reconciliation.cursors import AFRESH, BACKFILL, CHANGES, FULL, BadCursor, Cursor
from hub.registry.schema import SyncRun
from hub.registry.session import Transaction

from . import twins

# Modes that show all there is, so that what is missing was absent.
WHOLE = frozenset({FULL, AFRESH})
# Times that a reading may break off in a row without a new page; then its cursor is not trusted any more.
TRIES = 3
# Modes that never go on behind the cursor of an earlier run.
FROM_ITS_OWN_START = frozenset({AFRESH, BACKFILL})
# A full list in which something is missing; something told of by callback meanwhile is not.
ABSENT = """
UPDATE twins SET absences = absences + 1
WHERE channel = :channel AND kind = ANY(:kinds) AND state <> 'ended' AND run_no < :no AND seen_at < :started
"""


def open_run(tx: Transaction, channel: str, verb: str) -> SyncRun | None:
    """The run that is under way, locked."""
    query = select(SyncRun).where(SyncRun.channel == channel, SyncRun.verb == verb, SyncRun.outcome.is_(None))
    return tx.scalar(query.with_for_update())


def start(
    tx: Transaction, channel: str, verb: str, mode: str, moment: datetime, by: str, since: datetime | None = None
) -> SyncRun:
    """A new run. In mode changes it goes on from the last one that was done, backfills aside; without one it is full.

    It is full, too, from the first page, when that one's cursor has led to no page several times.
    """
    last = last_done(tx, channel, verb)
    if mode == CHANGES and last is not None and broken_off(tx, last, (CHANGES,)) < TRIES:
        place = cursor_of(last).for_changes()
        run = SyncRun(channel=channel, verb=verb, mode=CHANGES, since=last.started_at, cursor=place.text)
    elif mode == BACKFILL:
        run = SyncRun(channel=channel, verb=verb, mode=BACKFILL, since=since, cursor="")
    else:
        mode = mode if mode in WHOLE else FULL
        run = SyncRun(channel=channel, verb=verb, mode=mode, since=None, cursor="")
    run.started_by, run.started_at = by, moment
    tx.add(run)
    tx.flush()
    return run


def last_done(tx: Transaction, channel: str, verb: str) -> SyncRun | None:
    """The last run that was done, backfills aside: what has changed is read from it on."""
    query = select(SyncRun).where(SyncRun.channel == channel, SyncRun.verb == verb, SyncRun.outcome == "done")
    return tx.scalar(query.where(SyncRun.mode != BACKFILL).order_by(SyncRun.no.desc()).limit(1))


def broken_off(tx: Transaction, last: SyncRun, modes: tuple[str, ...]) -> int:
    """How often runs in these modes were broken off since that one was done."""
    query = select(func.coalesce(func.sum(SyncRun.failures), 0)).where(SyncRun.no > last.no, SyncRun.mode.in_(modes))
    return int(tx.scalar(query.where(SyncRun.channel == last.channel, SyncRun.verb == last.verb)) or 0)


def tries_in_vain(tx: Transaction, run: SyncRun) -> int:
    """How often reading has led to no page since the list was last read: the whole list, or its changes, as this run does."""
    modes = tuple(WHOLE) if run.mode in WHOLE else (run.mode,)
    query = select(func.coalesce(func.max(SyncRun.no), 0)).where(
        SyncRun.channel == run.channel, SyncRun.verb == run.verb
    )
    done = int(tx.scalar(query.where(SyncRun.outcome == "done", SyncRun.mode.in_({*modes, *WHOLE}))) or 0)
    tries = select(func.coalesce(func.sum(SyncRun.failures), 0)).where(SyncRun.channel == run.channel)
    return int(tx.scalar(tries.where(SyncRun.verb == run.verb, SyncRun.no > done, SyncRun.mode.in_(modes))) or 0)


def cursor_of(run: SyncRun) -> Cursor:
    """Where a run stands. Raises BadCursor."""
    return Cursor(run.channel, run.verb, run.mode, run.cursor)


def put_cursor(run: SyncRun, old: Cursor, new: Cursor) -> None:
    """Let a run stand behind a page that was read from `old`. Raises BadCursor when it does not stand there."""
    old.refuse_other(new)
    if cursor_of(run) != old:
        raise BadCursor("the run does not stand where the page was read from")
    run.cursor = new.text


def claimed(tx: Transaction, no: int, reader: UUID) -> SyncRun | None:
    """The run, locked, if it is open and still in this reader's hands."""
    query = select(SyncRun).where(SyncRun.no == no, SyncRun.reader == reader, SyncRun.outcome.is_(None))
    return tx.scalar(query.with_for_update())


def whole_since(tx: Transaction, run: SyncRun) -> bool:
    """Whether a newer run covers everything, or is about to."""
    query = select(SyncRun.no).where(SyncRun.channel == run.channel, SyncRun.verb == run.verb, SyncRun.no > run.no)
    judged = (SyncRun.outcome == "braked") | (SyncRun.mode.in_(WHOLE) & SyncRun.finished_at.is_not(None))
    return tx.scalar(query.where(judged | SyncRun.outcome.is_(None)).limit(1)) is not None


def put_aside(tx: Transaction, run: SyncRun) -> list[int]:
    """Close runs that were braked before this full one; returns their numbers."""
    query = select(SyncRun).where(SyncRun.channel == run.channel, SyncRun.verb == run.verb, SyncRun.no < run.no)
    earlier = list(tx.scalars(query.where(SyncRun.outcome == "braked").with_for_update()))
    for run_before in earlier:
        run_before.outcome, run_before.code = "failed", "superseded"
    return [run_before.no for run_before in earlier]


def get(tx: Transaction, no: int) -> SyncRun | None:
    """A run, locked."""
    return tx.scalar(select(SyncRun).where(SyncRun.no == no).with_for_update())


def recent(tx: Transaction, channel: str | None = None, limit: int = 50) -> list[SyncRun]:
    """Runs, newest first."""
    query = select(SyncRun).order_by(SyncRun.no.desc()).limit(limit)
    return list(tx.scalars(query if channel is None else query.where(SyncRun.channel == channel)))


def know_sizes(tx: Transaction) -> None:
    """Let the planner see what a long list has brought, before everything is compared.

    A table is analysed by its owner alone: the function is the owner's, and does nothing else.
    """
    tx.execute(text("SELECT know_list_sizes()"))


def note_absences(tx: Transaction, run: SyncRun, kinds: list[str]) -> None:
    """After a full list: what it did not hold was absent once more."""
    if "binding" in kinds:
        twins.seed(tx, run.channel)
    values = {"channel": run.channel, "kinds": kinds, "no": run.no, "started": run.started_at}
    tx.execute(text(ABSENT), values)


def told_of(tx: Transaction, run: SyncRun) -> tuple[list[str], list[str]]:
    """What a run named: customer codes, and numbers of agreements and devices (whose customer may not be known yet)."""
    query = text("SELECT customer_code, number, agreement_no FROM twins WHERE channel = :channel AND run_no = :no")
    rows = tx.execute(query, {"channel": run.channel, "no": run.no}).all()
    codes = sorted({twin.customer_code for twin in rows if twin.customer_code})
    return codes, sorted({pair for twin in rows for pair in (twin.number, twin.agreement_no) if pair})


__all__ = [
    "AFRESH",
    "BACKFILL",
    "CHANGES",
    "FROM_ITS_OWN_START",
    "FULL",
    "TRIES",
    "WHOLE",
    "SyncRun",
    "broken_off",
    "claimed",
    "cursor_of",
    "get",
    "know_sizes",
    "last_done",
    "note_absences",
    "open_run",
    "put_aside",
    "put_cursor",
    "recent",
    "start",
    "told_of",
    "tries_in_vain",
    "whole_since",
]
