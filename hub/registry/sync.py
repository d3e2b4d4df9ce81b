"""Runs of reading a partner's list: one at a time for each list, their cursor committed with their facts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from . import twins
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
WOULD = """
WITH d AS (SELECT d.state, d.agreement_id, c.code, t.number, t.state AS theirs, t.absences, t.customer_code AS whose
           FROM devices d JOIN customers c ON c.id = d.customer_id
           FULL JOIN (SELECT * FROM twins WHERE channel = :channel AND kind = 'device') t ON t.number = d.device_no
           WHERE coalesce(d.channel, :channel) = :channel),
     a AS (SELECT a.state, a.ending, c.code, t.number, t.state AS theirs, t.absences, t.ending AS their_ending
           FROM (SELECT * FROM accounts WHERE channel = :channel AND state IN ('filed', 'live', 'ending')) a JOIN customers c ON c.id = a.customer_id
           FULL JOIN (SELECT * FROM twins WHERE channel = :channel AND kind = 'binding') t ON t.number = c.code)
SELECT (SELECT count(*) FILTER (WHERE state <> 'ended' AND (theirs = 'ended' OR absences >= 2)) FROM d)
     + (SELECT count(*) FILTER (WHERE state = 'live' AND (theirs = 'ended' OR absences >= 2)) FROM a) AS ends,
       (SELECT count(*) FILTER (WHERE state IS NULL AND theirs <> 'ended' AND absences < 2) FROM d)
     + (SELECT count(*) FILTER (WHERE state IS NULL AND theirs = 'live' AND absences < 2) FROM a) AS adds,
       (SELECT count(*) FILTER (WHERE state <> 'ended' AND theirs <> 'ended' AND absences < 2
                                AND (state <> theirs OR (whose <> '' AND whose <> code))) FROM d)
     + (SELECT count(*) FILTER (WHERE state = 'live' AND theirs = 'live' AND ending <> '' AND their_ending <> '' AND ending <> their_ending)
        FROM a) AS changes,
       (SELECT count(*) FILTER (WHERE state <> 'ended') FROM d) + (SELECT count(*) FILTER (WHERE state = 'live') FROM a) AS held
"""


@dataclass(frozen=True)
class Would:
    """What following the partner now would do to ours, in bindings and devices, and how many we hold."""

    ends: int
    adds: int
    changes: int
    held: int


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
    if "binding" in kinds:
        twins.seed(tx, run.channel)
    values = {"channel": run.channel, "kinds": kinds, "no": run.no, "started": run.started_at}
    tx.execute(text(ABSENT), values)


def told_of(tx: Transaction, run: SyncRun) -> tuple[list[str], list[str]]:
    """What a run named: customer codes, and numbers of agreements and devices (whose customer may not be known yet)."""
    query = text("SELECT customer_code, number, agreement_no FROM twins WHERE channel = :channel AND run_no = :no")
    rows = tx.execute(query, {"channel": run.channel, "no": run.no}).all()
    codes = sorted({row.customer_code for row in rows if row.customer_code})
    return codes, sorted({each for row in rows for each in (row.number, row.agreement_no) if each})


def would(tx: Transaction, channel: str) -> Would:
    """What would happen if theirs were followed now."""
    row = tx.execute(text(WOULD), {"channel": channel}).one()
    return Would(int(row.ends), int(row.adds), int(row.changes), int(row.held))
