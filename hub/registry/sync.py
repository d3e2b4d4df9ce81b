"""Runs of reading a partner's list: one at a time for each list, their cursor committed with their facts."""

from datetime import datetime

from sqlalchemy import select, text

from .schema import SyncRun
from .session import Transaction

CHANGES, FULL, AFRESH, BACKFILL = "changes", "full", "afresh", "backfill"
WHOLE = frozenset({FULL, AFRESH})
"""Modes that show all there is, so that what is missing was absent."""
FROM_ITS_OWN_START = frozenset({AFRESH, BACKFILL})
"""Modes that never go on behind the cursor of an earlier run."""
ABSENT = """
UPDATE twins SET absences = absences + 1
WHERE channel = :channel AND kind = ANY(:kinds) AND state <> 'ended' AND run_no < :no AND seen_at < :started
"""
"""A full list in which something is missing; something told of by callback meanwhile is not."""
WOULD_END = """
SELECT (SELECT count(*) FROM devices d JOIN twins t ON t.channel = d.channel AND t.kind = 'device' AND t.number = d.device_no
        WHERE d.channel = :channel AND d.state <> 'ended' AND (t.state = 'ended' OR t.absences >= 2))
     + (SELECT count(*) FROM accounts a JOIN customers c ON c.id = a.customer_id
        JOIN twins t ON t.channel = a.channel AND t.kind = 'binding' AND t.number = c.code
        WHERE a.channel = :channel AND a.state = 'live' AND (t.state = 'ended' OR t.absences >= 2)) AS ending,
       (SELECT count(*) FROM devices WHERE channel = :channel AND state <> 'ended')
     + (SELECT count(*) FROM accounts WHERE channel = :channel AND state = 'live') AS held
"""


def open_run(tx: Transaction, channel: str, verb: str) -> SyncRun | None:
    """The run that is under way, locked."""
    query = select(SyncRun).where(SyncRun.channel == channel, SyncRun.verb == verb, SyncRun.outcome.is_(None))
    return tx.scalar(query.with_for_update())


def start(
    tx: Transaction, channel: str, verb: str, mode: str, moment: datetime, by: str, since: datetime | None = None
) -> SyncRun:
    """A new run. In mode changes it goes on from the last one that was done, backfills aside; without one it is full."""
    last = tx.scalar(
        select(SyncRun)
        .where(SyncRun.channel == channel, SyncRun.verb == verb, SyncRun.outcome == "done", SyncRun.mode != BACKFILL)
        .order_by(SyncRun.no.desc())
        .limit(1)
    )
    if mode == CHANGES and last is not None:
        run = SyncRun(channel=channel, verb=verb, mode=CHANGES, since=last.started_at, cursor=last.cursor)
    elif mode == BACKFILL:
        run = SyncRun(channel=channel, verb=verb, mode=BACKFILL, since=since, cursor="")
    else:
        mode = mode if mode in WHOLE else FULL
        run = SyncRun(channel=channel, verb=verb, mode=mode, since=None, cursor="")
    run.started_by, run.started_at = by, moment
    tx.add(run)
    tx.flush()
    return run


def get(tx: Transaction, no: int) -> SyncRun | None:
    """A run, locked."""
    return tx.scalar(select(SyncRun).where(SyncRun.no == no).with_for_update())


def recent(tx: Transaction, channel: str | None = None, limit: int = 50) -> list[SyncRun]:
    """Runs, newest first."""
    query = select(SyncRun).order_by(SyncRun.no.desc()).limit(limit)
    return list(tx.scalars(query if channel is None else query.where(SyncRun.channel == channel)))


def know_sizes(tx: Transaction) -> None:
    """Let the planner see what a long list has brought, before everything is compared."""
    tx.execute(text("ANALYZE twins"))


def note_absences(tx: Transaction, run: SyncRun, kinds: list[str]) -> None:
    """After a full list: what it did not hold was absent once more."""
    values = {"channel": run.channel, "kinds": kinds, "no": run.no, "started": run.started_at}
    tx.execute(text(ABSENT), values)


def would_end(tx: Transaction, channel: str) -> tuple[int, int]:
    """How much of ours would end if theirs were followed now, and how much there is."""
    row = tx.execute(text(WOULD_END), {"channel": channel}).one()
    return int(row.ending), int(row.held)
