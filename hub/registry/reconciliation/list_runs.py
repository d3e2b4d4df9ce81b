"""Runs that read a partner's list: one at a time for each list, the cursor committed with the facts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text

from hub.domain.reconciliation.cursors import AFRESH, BACKFILL, CHANGES, FULL, BadCursor, Cursor
from hub.registry.schema import ListRun
from hub.registry.session import Transaction

from . import twins

# Modes that read everything, so that what is missing counts as absent.
WHOLE = frozenset({FULL, AFRESH})
# Failures in a row without a new page after which a cursor is no longer trusted.
TRIES = 3
# Modes that never continue from an earlier run's cursor.
FROM_ITS_OWN_START = frozenset({AFRESH, BACKFILL})
# A twin is absent if this run did not see it; one that a callback brought after the run began is not.
ABSENT = """
UPDATE twins SET absences = absences + 1
WHERE channel = :channel AND kind = ANY(:kinds) AND state <> 'ended' AND run_no < :no AND seen_at < :started
"""


def open_run(tx: Transaction, channel: str, verb: str) -> ListRun | None:
    """The run that is under way, locked."""
    query = select(ListRun).where(ListRun.channel == channel, ListRun.verb == verb, ListRun.outcome.is_(None))
    return tx.scalar(query.with_for_update())


def start(
    tx: Transaction, channel: str, verb: str, mode: str, moment: datetime, by: str, since: datetime | None = None
) -> ListRun:
    """Start a run. In mode changes it continues after the last run that was done, backfills aside; else it is full.

    It is also full, from the first page, if that run's cursor has failed several times since.
    """
    last = last_done(tx, channel, verb)
    # A cursor that keeps failing is given up; the full list does not need one.
    if mode == CHANGES and last is not None and broken_off(tx, last, (CHANGES,)) < TRIES:
        place = cursor_of(last).for_changes()
        # From the last run's start: what changed while it read may be on a page that it had passed.
        run = ListRun(channel=channel, verb=verb, mode=CHANGES, since=last.started_at, cursor=place.text)
    elif mode == BACKFILL:
        run = ListRun(channel=channel, verb=verb, mode=BACKFILL, since=since, cursor="")
    else:
        mode = mode if mode in WHOLE else FULL
        run = ListRun(channel=channel, verb=verb, mode=mode, since=None, cursor="")
    run.started_by, run.started_at = by, moment
    tx.add(run)
    tx.flush()
    return run


def last_done(tx: Transaction, channel: str, verb: str) -> ListRun | None:
    """The last run that was done, backfills aside: changes are read from its start on."""
    query = select(ListRun).where(ListRun.channel == channel, ListRun.verb == verb, ListRun.outcome == "done")
    return tx.scalar(query.where(ListRun.mode != BACKFILL).order_by(ListRun.no.desc()).limit(1))


def broken_off(tx: Transaction, last: ListRun, modes: tuple[str, ...]) -> int:
    """How often runs in these modes have failed since `last` was done."""
    query = select(func.coalesce(func.sum(ListRun.failures), 0)).where(ListRun.no > last.no, ListRun.mode.in_(modes))
    return int(tx.scalar(query.where(ListRun.channel == last.channel, ListRun.verb == last.verb)) or 0)


def tries_in_vain(tx: Transaction, run: ListRun) -> int:
    """How often reading failed since the list was last read, whole or by changes, as this run reads it."""
    modes = tuple(WHOLE) if run.mode in WHOLE else (run.mode,)
    query = select(func.coalesce(func.max(ListRun.no), 0)).where(
        ListRun.channel == run.channel, ListRun.verb == run.verb
    )
    done = int(tx.scalar(query.where(ListRun.outcome == "done", ListRun.mode.in_({*modes, *WHOLE}))) or 0)
    tries = select(func.coalesce(func.sum(ListRun.failures), 0)).where(ListRun.channel == run.channel)
    return int(tx.scalar(tries.where(ListRun.verb == run.verb, ListRun.no > done, ListRun.mode.in_(modes))) or 0)


def cursor_of(run: ListRun) -> Cursor:
    """The run's cursor. Raises BadCursor."""
    return Cursor(run.channel, run.verb, run.mode, run.cursor)


def put_cursor(run: ListRun, old: Cursor, new: Cursor) -> None:
    """Advance a run past a page that was read from `old`. Raises BadCursor if it does not stand there."""
    old.refuse_other(new)
    if cursor_of(run) != old:
        raise BadCursor("the run does not stand where the page was read from")
    run.cursor = new.text


def claim_run(tx: Transaction, no: int, reader: UUID) -> ListRun | None:
    """The run, locked, if it is open and this reader still owns it."""
    query = select(ListRun).where(ListRun.no == no, ListRun.reader == reader, ListRun.outcome.is_(None))
    return tx.scalar(query.with_for_update())


def whole_since(tx: Transaction, run: ListRun) -> bool:
    """Whether a newer full run has finished or is under way, so that this one's findings no longer count."""
    query = select(ListRun.no).where(ListRun.channel == run.channel, ListRun.verb == run.verb, ListRun.no > run.no)
    judged = (ListRun.outcome == "braked") | (ListRun.mode.in_(WHOLE) & ListRun.finished_at.is_not(None))
    # A run still under way counts too: it will soon know better.
    return tx.scalar(query.where(judged | ListRun.outcome.is_(None)).limit(1)) is not None


def close_braked(tx: Transaction, run: ListRun) -> list[int]:
    """Close earlier runs that a brake held, because this one has read everything again; returns their numbers."""
    query = select(ListRun).where(ListRun.channel == run.channel, ListRun.verb == run.verb, ListRun.no < run.no)
    # Locked, because people may be releasing one of them right now: one of the two comes first.
    braked = list(tx.scalars(query.where(ListRun.outcome == "braked").with_for_update()))
    for waiting in braked:
        waiting.outcome, waiting.code = "failed", "superseded"
    return [waiting.no for waiting in braked]


def get(tx: Transaction, no: int) -> ListRun | None:
    """A run, locked."""
    return tx.scalar(select(ListRun).where(ListRun.no == no).with_for_update())


def recent(tx: Transaction, channel: str | None = None, limit: int = 50) -> list[ListRun]:
    """Runs, newest first."""
    query = select(ListRun).order_by(ListRun.no.desc()).limit(limit)
    return list(tx.scalars(query if channel is None else query.where(ListRun.channel == channel)))


def know_sizes(tx: Transaction) -> None:
    """ANALYZE the tables that a long list has filled, before everything is compared.

    Only a table's owner may analyse it: this calls a function that runs as the owner and does nothing else.
    """
    tx.execute(text("SELECT know_list_sizes()"))


def note_absences(tx: Transaction, run: ListRun, kinds: list[str]) -> None:
    """After a full list: count one more absence of everything that it did not contain."""
    # Otherwise an account from before twins were recorded could never be missed.
    if "binding" in kinds:
        twins.seed_from_accounts(tx, run.channel)
    values = {"channel": run.channel, "kinds": kinds, "no": run.no, "started": run.started_at}
    tx.execute(text(ABSENT), values)


def named_by(tx: Transaction, run: ListRun) -> tuple[list[str], list[str]]:
    """What a run named: customer codes, and numbers of agreements and devices, whose customers may be unknown."""
    query = text("SELECT customer_code, number, agreement_no FROM twins WHERE channel = :channel AND run_no = :no")
    rows = tx.execute(query, {"channel": run.channel, "no": run.no}).all()
    codes = sorted({twin.customer_code for twin in rows if twin.customer_code})
    return codes, sorted({number for twin in rows for number in (twin.number, twin.agreement_no) if number})


__all__ = [
    "AFRESH",
    "BACKFILL",
    "CHANGES",
    "FROM_ITS_OWN_START",
    "FULL",
    "TRIES",
    "WHOLE",
    "ListRun",
    "broken_off",
    "claim_run",
    "close_braked",
    "cursor_of",
    "get",
    "know_sizes",
    "last_done",
    "named_by",
    "note_absences",
    "open_run",
    "put_cursor",
    "recent",
    "start",
    "tries_in_vain",
    "whole_since",
]
