"""What partners hold, as they state it: one statement alone, or a whole page of a list at a time."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import text

from hub.domain.facts import (
    AgreementEnded,
    AgreementSigned,
    BindingEnded,
    BindingLive,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    Fact,
)
from hub.registry.schema import Twin
from hub.registry.session import Duplicate, Transaction, driver_connection


class Statement(NamedTuple):
    """What a partner states about one thing that it holds, or no longer holds. The fields are columns of `twins`."""

    kind: str
    number: str
    customer_code: str
    licence_no: str
    agreement_no: str
    ending: str
    state: str
    valid_until: date | None
    partner_at: datetime | None


def statement_of(fact: Fact) -> Statement | None:
    """A fact about something held; None for a fact about a request. The number of a binding is its customer's code."""
    code, at = fact.customer_code, fact.at
    match fact:
        case BindingLive():
            return Statement("binding", code, code, "", fact.agreement_no, fact.card_ending, "live", None, at)
        case BindingEnded():
            return Statement("binding", code, code, "", "", "", "ended", None, at)
        case AgreementSigned(agreement_no=number):
            return Statement("agreement", number, code, fact.licence_no, number, "", "live", fact.valid_until, at)
        case AgreementEnded(agreement_no=number):
            return Statement("agreement", number, code, "", number, "", "ended", None, at)
        case DeviceBound(device=number):
            return Statement("device", number, code, "", fact.agreement_no, "", "live", None, at)
        case DeviceFailed(device=number):
            state = "failed" if fact.repairable else "beyond_repair"
            return Statement("device", number, code, "", "", "", state, None, at)
        case DeviceEnded(device=number):
            return Statement("device", number, code, "", "", "", "ended", None, at)
    return None


# One order of columns for INSERT, COPY and the arrays: that of Statement.
COLUMNS = ", ".join(Statement._fields)
TYPED = (
    "kind text, number text, customer_code text, licence_no text, agreement_no text, ending text, state text, "
    "valid_until date, partner_at timestamptz"
)
TABLE_COLUMNS = f"channel, {COLUMNS}, details_at, seen_at, run_no, absences"
# The statement wins if it is at least as new as the twin. Of two with the same moment the state decides, so that the
# same one wins in whatever order they come; if either has no moment, the later to arrive wins.
NEWER = "(t.partner_at IS NULL OR excluded.partner_at IS NULL OR (excluded.partner_at, excluded.state) >= (t.partner_at, t.state))"
DETAILED = "({0}.licence_no <> '' OR {0}.agreement_no <> '' OR {0}.ending <> '' OR {0}.valid_until IS NOT NULL)"
# Details have a moment of their own: a newer statement of the bare state must not keep an older one's details out.
NEWER_DETAILS = f"""({DETAILED.format("excluded")}
    AND (t.details_at IS NULL OR excluded.partner_at IS NULL OR excluded.partner_at >= t.details_at))"""
# A row that this statement inserted has no xmax: it tells new twins from known ones without a second query.
MERGE = f"""
WITH merged AS (
    INSERT INTO twins AS t ({TABLE_COLUMNS})
    SELECT :channel, {COLUMNS}, CASE WHEN {DETAILED.format("s")} THEN partner_at END, CAST(:seen_at AS timestamptz), :run_no, 0
    FROM {{source}} AS s({COLUMNS})
    ON CONFLICT (channel, kind, number) DO UPDATE SET
        customer_code = CASE WHEN excluded.customer_code <> '' AND (t.customer_code = '' OR {NEWER}) THEN excluded.customer_code
                             ELSE t.customer_code END,
        licence_no = CASE WHEN {NEWER_DETAILS} THEN excluded.licence_no ELSE t.licence_no END,
        agreement_no = CASE WHEN {NEWER_DETAILS} THEN excluded.agreement_no ELSE t.agreement_no END,
        ending = CASE WHEN {NEWER_DETAILS} THEN excluded.ending ELSE t.ending END,
        valid_until = CASE WHEN {NEWER_DETAILS} THEN excluded.valid_until ELSE t.valid_until END,
        details_at = CASE WHEN {NEWER_DETAILS} THEN excluded.partner_at ELSE t.details_at END,
        state = CASE WHEN {NEWER} THEN excluded.state ELSE t.state END,
        partner_at = CASE WHEN {NEWER} THEN excluded.partner_at ELSE t.partner_at END,
        seen_at = excluded.seen_at, run_no = greatest(t.run_no, excluded.run_no), absences = 0
    RETURNING (xmax = 0) AS fresh
)
SELECT count(*) FILTER (WHERE fresh) AS added, count(*) FILTER (WHERE NOT fresh) AS known FROM merged
"""
# From so many statements on it is quicker to COPY them, and worth trying whether all of them are new.
MANY = 500
# Fewer come as arrays: creating and truncating a table costs more than they do.
ARRAYS = f"unnest({', '.join('CAST(:{} AS {}[])'.format(*typed.split()) for typed in TYPED.split(', '))})"
COPIED = "stated"
TAB, NULL = "\t", "\\N"
# What COPY's text format would read as something else.
ESCAPES = {
    ord("\\"): "\\\\",
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    0x0B: "\\v",
    0x0C: "\\f",
    0x08: "\\b",
}


def merge(
    tx: Transaction, channel: str, facts: Sequence[Fact], *, seen_at: datetime, run_no: int = 0, all_new: bool = False
) -> tuple[int, int]:
    """Take in what facts state; returns how many twins are new and how many were known.

    Whatever order statements about one thing come in, the same twin results: the newest by the partner's moment.
    `all_new` is a guess that is cheap when wrong: many statements are inserted without looking for their twins.
    """
    added = known = 0
    for batch in batches(facts):
        if all_new and len(batch) >= MANY and insert_new(tx, channel, batch, seen_at, run_no):
            added += len(batch)
            continue
        values: dict[str, object] = {"channel": channel, "seen_at": seen_at, "run_no": run_no}
        if len(batch) < MANY:
            values |= {name: [getattr(statement, name) for statement in batch] for name in Statement._fields}
        else:
            tx.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS {COPIED} ({TYPED}) ON COMMIT DELETE ROWS"))
            tx.execute(text(f"TRUNCATE {COPIED}"))  # a transaction may merge several batches
            copy_lines(tx, f"{COPIED} ({COLUMNS})", map(line, batch))
        counts = tx.execute(text(MERGE.format(source=ARRAYS if len(batch) < MANY else COPIED)), values).one()
        added, known = added + counts.added, known + counts.known
    return added, known


def copy_lines(tx: Transaction, into: str, lines: Iterable[str]) -> None:
    """COPY lines of text into a table. The lines are made here: psycopg's own formatting takes most of a page's time."""
    with driver_connection(tx).cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        copy.write("".join(lines))


def line(statement: Statement, before: str = "", behind: str = "") -> str:
    """A statement as a line for COPY, between the columns before it and those behind it."""
    cells = [NULL if cell is None else cell if type(cell) is str else str(cell) for cell in statement]
    joined = " ".join(cells)
    # Printable text needs no escape if its only backslashes are those of the NULLs: most lines skip the second pass.
    if not joined.isprintable() or joined.count("\\") != statement.count(None):
        cells = [NULL if cell is None else str(cell).translate(ESCAPES) for cell in statement]
    return f"{before}{TAB.join(cells)}{behind.format(cells[-1] if has_details(statement) else NULL)}\n"


def insert_new(tx: Transaction, channel: str, batch: Sequence[Statement], seen_at: datetime, run_no: int) -> bool:
    """COPY the statements as twins; False, and nothing done, if one of the twins exists."""
    before, behind = f"{channel}\t", f"\t{{}}\t{seen_at}\t{run_no}\t0"
    try:
        with tx.begin_nested():  # the failed COPY is undone, not what the caller did before
            copy_lines(tx, f"twins ({TABLE_COLUMNS})", (line(statement, before, behind) for statement in batch))
    except Duplicate:
        return False
    return True


def has_details(statement: Statement) -> bool:
    """Whether a statement gives more than a state."""
    return bool(statement.licence_no or statement.agreement_no or statement.ending or statement.valid_until)


def batches(facts: Sequence[Fact]) -> list[list[Statement]]:
    """The facts' statements, in as many batches as one thing has statements: INSERT … ON CONFLICT takes one of each."""
    statements = [statement for statement in map(statement_of, facts) if statement is not None]
    if len({(statement.kind, statement.number) for statement in statements}) == len(statements):
        return [statements] if statements else []
    filled: list[dict[tuple[str, str], Statement]] = []
    for statement in statements:
        key = statement.kind, statement.number
        # The first batch without this thing: the batches keep the order of each thing's statements.
        free = next((batch for batch in filled if key not in batch), None)
        if free is None:
            filled.append({key: statement})
        else:
            free[key] = statement
    return [list(batch.values()) for batch in filled]


# The bank said yes, so it holds the binding. A card's ending that it stated after we asked stays; ours fills a gap.
RECORD_BINDING = """
INSERT INTO twins AS t (channel, kind, number, customer_code, licence_no, agreement_no, ending, state, partner_at,
                        seen_at, run_no, absences)
VALUES (:channel, 'binding', :code, :code, '', :agreement_no, :ending, 'live', CAST(:at AS timestamptz), :moment, 0, 0)
ON CONFLICT (channel, kind, number) DO UPDATE SET
    state = 'live', absences = 0, seen_at = excluded.seen_at,
    partner_at = greatest(t.partner_at, excluded.partner_at),
    agreement_no = CASE WHEN excluded.agreement_no <> '' THEN excluded.agreement_no ELSE t.agreement_no END,
    ending = CASE WHEN :stated OR t.ending = '' OR t.seen_at < :asked_at THEN excluded.ending ELSE t.ending END
"""
# seen_at is the account's own moment, before any list: a list that lacks the binding counts as an absence.
SEED = """
INSERT INTO twins (channel, kind, number, customer_code, licence_no, agreement_no, ending, state, seen_at, run_no, absences)
SELECT a.channel, 'binding', c.code, c.code, '', '', a.ending, 'live', a.live_at, 0, 0
FROM accounts a JOIN customers c ON c.id = a.customer_id
WHERE a.channel = :channel AND a.state = 'live' AND a.live_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM twins t WHERE t.channel = a.channel AND t.kind = 'binding' AND t.number = c.code)
ON CONFLICT DO NOTHING
"""
END_BINDING = """
UPDATE twins SET state = 'ended', partner_at = greatest(partner_at, CAST(:moment AS timestamptz)), seen_at = :moment
WHERE channel = :channel AND kind = 'binding' AND number = :code
"""
# partner_at stays: that it holds nothing is our observation, and any dated statement of the partner's may correct it.
END_NUMBER = """
UPDATE twins SET state = 'ended', seen_at = :moment
WHERE channel = :channel AND kind = :kind AND number = :number
"""


def record_binding(
    tx: Transaction,
    channel: str,
    code: str,
    *,
    agreement_no: str,
    our_ending: str,
    stated_ending: str,
    at: datetime | None,
    asked_at: datetime,
    moment: datetime,
) -> None:
    """Record the binding that a bank's answer made live, so that a full list without it is noticed (R7.9).

    `stated_ending` is the card's last digits by the bank, empty when it stated none; `our_ending` stands until it does.
    """
    values: dict[str, object] = {"channel": channel, "code": code, "agreement_no": agreement_no}
    values |= {"ending": stated_ending or our_ending, "stated": bool(stated_ending)}
    values |= {"at": at, "asked_at": asked_at, "moment": moment}
    tx.execute(text(RECORD_BINDING), values)


def seed_from_accounts(tx: Transaction, channel: str) -> None:
    """Make twins of accounts that went live before bindings were recorded, so that a list can miss them too."""
    tx.execute(text(SEED), {"channel": channel})


# A record that was not understood is in the list all the same: what it may be about is not missing.
MENTION = """
UPDATE twins SET run_no = :no, absences = 0 WHERE channel = :channel AND (
    customer_code = ANY(:customers) OR agreement_no = ANY(:agreements) OR (kind = 'agreement' AND number = ANY(:agreements)))
"""


def mention(tx: Transaction, channel: str, run_no: int, *, agreements: Sequence[str], customers: Sequence[str]) -> None:
    """Count what these agreements and customers hold as seen by a run; its state stays as it was."""
    values = {"channel": channel, "no": run_no, "agreements": list(agreements), "customers": list(customers)}
    tx.execute(text(MENTION), values)


def end_binding(tx: Transaction, channel: str, code: str, moment: datetime) -> None:
    """End the customer's binding, as the bank's answer did."""
    tx.execute(text(END_BINDING), {"channel": channel, "code": code, "moment": moment})


def end_number(tx: Transaction, channel: str, kind: str, number: str, moment: datetime) -> None:
    """End what was held under a number: the carrier was asked and holds nothing."""
    tx.execute(text(END_NUMBER), {"channel": channel, "kind": kind, "number": number, "moment": moment})


def get(tx: Transaction, channel: str, kind: str, number: str) -> Twin | None:
    """What the partner is known to hold under a number."""
    return tx.get(Twin, (channel, kind, number))


__all__ = [
    "Statement",
    "batches",
    "end_binding",
    "end_number",
    "get",
    "mention",
    "merge",
    "record_binding",
    "seed_from_accounts",
    "statement_of",
]
