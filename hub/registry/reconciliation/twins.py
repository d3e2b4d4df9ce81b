"""What partners hold, as they say: one word by one, or a whole page of a list at a time."""

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

COLUMNS = "kind, number, customer_code, licence_no, agreement_no, ending, state, valid_until, partner_at"


class Word(NamedTuple):
    """One thing that a partner holds, or no longer holds, as its fact says."""

    kind: str
    number: str
    customer_code: str
    licence_no: str
    agreement_no: str
    ending: str
    state: str
    valid_until: date | None
    partner_at: datetime | None


def word_of(fact: Fact) -> Word | None:
    """A fact about something held; None for a fact about a request. The number of a binding is its customer's."""
    code, at = fact.customer_code, fact.at
    match fact:
        case BindingLive():
            return Word("binding", code, code, "", fact.agreement_no, fact.card_ending, "live", None, at)
        case BindingEnded():
            return Word("binding", code, code, "", "", "", "ended", None, at)
        case AgreementSigned(agreement_no=number):
            return Word("agreement", number, code, fact.licence_no, number, "", "live", fact.valid_until, at)
        case AgreementEnded(agreement_no=number):
            return Word("agreement", number, code, "", number, "", "ended", None, at)
        case DeviceBound(device=number):
            return Word("device", number, code, "", fact.agreement_no, "", "live", None, at)
        case DeviceFailed(device=number):
            return Word("device", number, code, "", "", "", "failed" if fact.repairable else "beyond_repair", None, at)
        case DeviceEnded(device=number):
            return Word("device", number, code, "", "", "", "ended", None, at)
    return None


TYPED = (
    "kind text, number text, customer_code text, licence_no text, agreement_no text, ending text, state text, "
    "valid_until date, partner_at timestamptz"
)
# Whether a word is at least as new as what is held; of two of one moment the same one wins in any order.
NEWER = "(t.partner_at IS NULL OR w.partner_at IS NULL OR (w.partner_at, w.state) >= (t.partner_at, t.state))"
# Whether a word says more than the state.
TELLING = "({0}.licence_no <> '' OR {0}.agreement_no <> '' OR {0}.ending <> '' OR {0}.valid_until IS NOT NULL)"
DETAILED = f"({TELLING.format('w')} AND (t.details_at IS NULL OR w.partner_at IS NULL OR w.partner_at >= t.details_at))"
WHOLE = f"channel, {COLUMNS}, details_at, seen_at, run_no, absences"
# One pass: a word makes its twin or brings it up to date (a row that was inserted has no xmax).
MERGE = f"""
WITH merged AS (
    INSERT INTO twins AS t ({WHOLE})
    SELECT :channel, {COLUMNS}, CASE WHEN {TELLING.format("s")} THEN partner_at END, CAST(:seen_at AS timestamptz), :run_no, 0
    FROM {{words}} AS s({COLUMNS})
    ON CONFLICT (channel, kind, number) DO UPDATE SET
        customer_code = CASE WHEN w.customer_code <> '' AND (t.customer_code = '' OR {NEWER}) THEN w.customer_code
                             ELSE t.customer_code END,
        licence_no = CASE WHEN {DETAILED} THEN w.licence_no ELSE t.licence_no END,
        agreement_no = CASE WHEN {DETAILED} THEN w.agreement_no ELSE t.agreement_no END,
        ending = CASE WHEN {DETAILED} THEN w.ending ELSE t.ending END,
        valid_until = CASE WHEN {DETAILED} THEN w.valid_until ELSE t.valid_until END,
        details_at = CASE WHEN {DETAILED} THEN w.partner_at ELSE t.details_at END,
        state = CASE WHEN {NEWER} THEN w.state ELSE t.state END,
        partner_at = CASE WHEN {NEWER} THEN w.partner_at ELSE t.partner_at END,
        seen_at = w.seen_at, run_no = greatest(t.run_no, w.run_no), absences = 0
    RETURNING (xmax = 0) AS fresh
)
SELECT count(*) FILTER (WHERE fresh) AS added, count(*) FILTER (WHERE NOT fresh) AS told FROM merged
""".replace("w.", "excluded.")
# Words from which on it pays to copy them, and to try whether all of them are new.
MANY = 500
# Few words as arrays: a table of their own costs more than they do.
GIVEN = f"unnest({', '.join('CAST(:{} AS {}[])'.format(*each.split()) for each in TYPED.split(', '))})"
COPIED = "sync_words"
TAB, NULL = "\t", "\\N"
# What COPY reads as something else.
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
    """Merge facts into twins; returns how many twins are new and how many were mentioned again.

    In whatever order words about one thing come, the same twin stands in the end: the newest by the partner's moment.
    `all_new` is a guess that costs little when it is wrong: many words are entered without looking for their twins.
    """
    added = again = 0
    for words in rounds(facts):
        if all_new and len(words) >= MANY and entered(tx, channel, words, seen_at, run_no):
            added += len(words)
            continue
        values: dict[str, object] = {"channel": channel, "seen_at": seen_at, "run_no": run_no}
        if len(words) < MANY:
            values |= {name: [getattr(word, name) for word in words] for name in Word._fields}
        else:
            tx.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS {COPIED} ({TYPED}) ON COMMIT DELETE ROWS"))
            tx.execute(text(f"TRUNCATE {COPIED}"))
            copied(tx, f"{COPIED} ({COLUMNS})", map(line, words))
        before = tx.execute(text(MERGE.format(words=GIVEN if len(words) < MANY else COPIED)), values).one()
        added, again = added + before.added, again + before.told
    return added, again


def copied(tx: Transaction, into: str, lines: Iterable[str]) -> None:
    """Copy rows into a table, as text that is written here: the driver's own way takes most of the time of a page."""
    with driver_connection(tx).cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        copy.write("".join(lines))


def line(word: Word, before: str = "", behind: str = "") -> str:
    """A word as COPY takes it. What is printable and has no backslash needs no escape; anything else gets one."""
    cells = ["\\N" if cell is None else cell if type(cell) is str else str(cell) for cell in word]
    plain = " ".join(cells)
    if not plain.isprintable() or plain.count("\\") != word.count(None):
        cells = ["\\N" if cell is None else str(cell).translate(ESCAPES) for cell in word]
    return f"{before}{TAB.join(cells)}{behind.format(cells[-1] if telling(word) else NULL)}\n"


def entered(tx: Transaction, channel: str, words: Sequence[Word], seen_at: datetime, run_no: int) -> bool:
    """Copy the words as twins; False, and nothing done, when there is one already, or one comes at this moment."""
    before, behind = f"{channel}\t", f"\t{{}}\t{seen_at}\t{run_no}\t0"
    try:
        # COPY fails as a whole when one twin exists; the savepoint lets the slow way try again.
        with tx.begin_nested():
            copied(tx, f"twins ({WHOLE})", (line(word, before, behind) for word in words))
    except Duplicate:
        return False
    return True


def telling(word: Word) -> bool:
    """Whether a word says more than the state."""
    return bool(word.licence_no or word.agreement_no or word.ending or word.valid_until)


def rounds(facts: Sequence[Fact]) -> list[list[Word]]:
    """The facts' statements in rounds: one SQL statement can update each twin only once."""
    words = [word for word in map(word_of, facts) if word is not None]
    if len({(word.kind, word.number) for word in words}) == len(words):
        return [words] if words else []
    batches: list[dict[tuple[str, str], Word]] = []
    for word in words:
        key = word.kind, word.number
        for statement in batches:
            if key not in statement:
                statement[key] = word
                break
        else:
            batches.append({key: word})
    return [list(statement.values()) for statement in batches]


# A bank has said yes: it holds the binding. What it told about it since we asked is its own word and stays.
HELD = """
INSERT INTO twins AS t (channel, kind, number, customer_code, licence_no, agreement_no, ending, state, partner_at,
                        seen_at, run_no, absences)
VALUES (:channel, 'binding', :code, :code, '', :agreement_no, :ending, 'live', CAST(:at AS timestamptz), :moment, 0, 0)
ON CONFLICT (channel, kind, number) DO UPDATE SET
    state = 'live', absences = 0, seen_at = excluded.seen_at,
    partner_at = greatest(t.partner_at, excluded.partner_at),
    agreement_no = CASE WHEN excluded.agreement_no <> '' THEN excluded.agreement_no ELSE t.agreement_no END,
    ending = CASE WHEN :said OR t.ending = '' OR t.seen_at < :asked_at THEN excluded.ending ELSE t.ending END
"""
SEED = """
INSERT INTO twins (channel, kind, number, customer_code, licence_no, agreement_no, ending, state, seen_at, run_no, absences)
SELECT a.channel, 'binding', c.code, c.code, '', '', a.ending, 'live', a.live_at, 0, 0
FROM accounts a JOIN customers c ON c.id = a.customer_id
WHERE a.channel = :channel AND a.state = 'live' AND a.live_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM twins t WHERE t.channel = a.channel AND t.kind = 'binding' AND t.number = c.code)
ON CONFLICT DO NOTHING
"""
OVER = """
UPDATE twins SET state = 'ended', partner_at = greatest(partner_at, CAST(:moment AS timestamptz)), seen_at = :moment
WHERE channel = :channel AND kind = 'binding' AND number = :code
"""


def held(
    tx: Transaction,
    channel: str,
    code: str,
    *,
    agreement_no: str,
    ours: str,
    said: str,
    at: datetime | None,
    asked_at: datetime,
    moment: datetime,
) -> None:
    """A bank's answer made an account live: what it holds is known, and missed if a full list does not show it (R7.9).

    `said` is the card's ending by the bank, empty when it said none; `ours` stands until it does.
    """
    values: dict[str, object] = {"channel": channel, "code": code, "agreement_no": agreement_no, "ending": said or ours}
    values |= {"said": bool(said), "at": at, "asked_at": asked_at, "moment": moment}
    tx.execute(text(HELD), values)


def seed(tx: Transaction, channel: str) -> None:
    """Accounts that were live before their answer was kept as a twin: they are missed in lists like all others."""
    tx.execute(text(SEED), {"channel": channel})


def over(tx: Transaction, channel: str, code: str, moment: datetime) -> None:
    """A bank's answer ended the customer's binding."""
    tx.execute(text(OVER), {"channel": channel, "code": code, "moment": moment})


def gone(tx: Transaction, channel: str, kind: str, number: str, moment: datetime) -> None:
    """A carrier was asked about a number and holds nothing under it."""
    query = "UPDATE twins SET state = 'ended', seen_at = :moment WHERE channel = :channel AND kind = :kind AND number = :number"
    tx.execute(text(query), {"channel": channel, "kind": kind, "number": number, "moment": moment})


def still_held(tx: Transaction, channel: str, code: str, moment: datetime) -> None:
    """The partner was asked and holds the customer's binding, whatever a list or callback had made us think."""
    held = get(tx, channel, "binding", code)
    if held is not None:
        held.state, held.absences, held.seen_at, held.partner_at = "live", 0, moment, moment


def get(tx: Transaction, channel: str, kind: str, number: str) -> Twin | None:
    """What the partner is known to hold under a number."""
    return tx.get(Twin, (channel, kind, number))


__all__ = ["Word", "get", "gone", "held", "merge", "over", "rounds", "seed", "still_held", "word_of"]
