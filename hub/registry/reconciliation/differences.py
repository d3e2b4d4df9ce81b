"""Finds where our records and a partner's differ: a statement for each kind, for some customers or for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from hub.ports import new_id
from hub.registry.asks.ledger import OPEN_ASKS_SQL
from hub.registry.ranges import Span
from hub.registry.schema import Difference
from hub.registry.session import Transaction

T = TypeVar("T")
# How long a difference may wait for a person: own convention, as for asks in doubt.
DECIDE_WITHIN = timedelta(days=2)


# Keys of the two sides that hold moments: a difference that differs in these alone is the same one.
MOMENTS = frozenset({"at", "since"})
# What a statement looks at: customers by code, or a range of numbers of one kind.
Codes = Sequence[str] | Span


@dataclass(frozen=True)
class DifferenceFound:
    """A difference as found now, not yet stored."""

    kind: str
    number: str
    what: str
    customer_id: UUID | None
    customer_code: str
    account_id: UUID | None
    ours: dict[str, Any]
    theirs: dict[str, Any]


# FULL JOIN, because either side may lack the other. A binding is missed only when two full lists in a row lack it
# (`absences`), and endings are compared only where both are known.
BINDINGS = """
WITH ours AS (
    SELECT c.id AS customer_id, c.code, a.id AS account_id, a.live_at, a.ending AS ending
    FROM accounts a JOIN customers c ON c.id = a.customer_id
    WHERE a.channel = :channel AND a.state = 'live' {of_ours}
), theirs AS (
    SELECT * FROM twins WHERE channel = :channel AND kind = 'binding' {of_theirs}
), busy AS (
    SELECT customer_code FROM asks WHERE channel = :channel AND customer_code IS NOT NULL AND state IN {open_asks}
), both_sides AS (
    SELECT coalesce(o.code, t.number) AS code, o.customer_id, o.account_id, o.live_at, o.ending, t.number, t.state, t.ending AS their_ending, t.agreement_no,
           t.partner_at, t.seen_at, t.absences
    FROM ours o FULL JOIN theirs t ON t.number = o.code
)
SELECT b.code, b.customer_id, c.id AS known_id, b.account_id, b.live_at, b.ending, b.state, b.their_ending,
       b.agreement_no, b.partner_at, b.seen_at, b.absences,
       CASE
         WHEN b.account_id IS NOT NULL AND (b.state = 'ended' OR b.absences >= 2) THEN 'ended_there'
         WHEN b.account_id IS NOT NULL AND b.state = 'live' AND b.their_ending <> '' AND b.ending <> ''
              AND b.their_ending <> b.ending THEN 'other_card'
         WHEN b.account_id IS NULL AND b.state = 'live' AND b.absences < 2 AND c.id IS NULL THEN 'unknown_customer'
         WHEN b.account_id IS NULL AND b.state = 'live' AND b.absences < 2 THEN 'unknown_here'
       END AS what
FROM both_sides b LEFT JOIN customers c ON c.code = b.code
WHERE NOT EXISTS (SELECT 1 FROM busy WHERE busy.customer_code = b.code)
"""
# A thing that the partner holds without naming a customer's code may still be known by its licence or its agreement.
DEVICES = """
SELECT t.number, t.kind, t.customer_code, t.state, t.partner_at, t.seen_at, t.agreement_no
FROM twins t
WHERE t.channel = :channel AND t.kind IN ('device', 'agreement') AND t.state <> 'ended' AND t.absences < 2
  AND NOT EXISTS (SELECT FROM customers c WHERE c.code = t.customer_code)
  AND NOT (t.customer_code = '' AND (
    EXISTS (SELECT FROM customers l WHERE l.licence_no = t.licence_no)
    OR EXISTS (SELECT FROM agreements a WHERE a.channel = t.channel AND a.agreement_no = t.agreement_no
               AND a.agreement_no <> '' AND a.state <> 'refused'))) {of_theirs}
"""


def wait_for_comparison(tx: Transaction, channel: str) -> None:
    """Lock the channel's comparison, waiting for another: two at once would insert the same new device or agreement."""
    tx.execute(select(func.pg_advisory_xact_lock(_lock_of(channel))))


def try_comparison(tx: Transaction, channel: str) -> bool:
    """Lock the channel's comparison without waiting; False if another is under way."""
    return bool(tx.scalar(select(func.pg_try_advisory_xact_lock(_lock_of(channel)))))


def _lock_of(channel: str) -> ColumnElement[int]:
    # 64 bits: two channels' locks practically never collide.
    return func.hashtextextended(f"compare {channel}", 0)


def bindings(tx: Transaction, channel: str, codes: Codes) -> list[DifferenceFound]:
    """Bindings that differ, of these customers or of a range; a customer with an open ask is left out until it ends."""
    of_ours, of_theirs = _only(codes, "c.code", "c.code"), _only(codes, "number", "number")
    query = BINDINGS.format(of_ours=of_ours, of_theirs=of_theirs, open_asks=OPEN_ASKS_SQL)
    rows = tx.execute(text(f"SELECT * FROM ({query}) f WHERE what IS NOT NULL"), _values(channel, codes))
    return [
        DifferenceFound(
            "binding",
            binding.code,
            binding.what,
            binding.customer_id or binding.known_id,
            binding.code,
            binding.account_id,
            {"ending": binding.ending, "since": _said(binding.live_at)} if binding.account_id else {},
            {
                "state": binding.state,
                "ending": binding.their_ending,
                "agreement_no": binding.agreement_no,
                "at": _said(binding.partner_at or binding.seen_at),
            }
            if binding.state
            else {},
        )
        for binding in rows
    ]


def strangers(tx: Transaction, channel: str, codes: Codes) -> list[DifferenceFound]:
    """Agreements and devices of customers whom we do not know."""
    of_theirs = _only(codes, "t.customer_code", "t.number")
    of_theirs += " AND t.kind = :kind" if isinstance(codes, Span) else ""
    rows = tx.execute(text(DEVICES.format(of_theirs=of_theirs)), _values(channel, codes))
    return [
        DifferenceFound(
            held.kind,
            held.number,
            "unknown_customer",
            None,
            held.customer_code,
            None,
            {},
            {"state": held.state, "agreement_no": held.agreement_no, "at": _said(held.partner_at or held.seen_at)},
        )
        for held in rows
    ]


# Only a device that neither side has ended is disputed.
MOVED = """
SELECT t.number, o.id, o.code, t.customer_code AS their_code, t.state, t.partner_at, t.seen_at
FROM devices d JOIN twins t ON t.channel = d.channel AND t.kind = 'device' AND t.number = d.device_no
JOIN customers o ON o.id = d.customer_id JOIN customers c ON c.code = t.customer_code
WHERE d.channel = :channel AND d.state <> 'ended' AND t.state <> 'ended' AND t.customer_code <> o.code
"""
# A statement for each side: with OR the planner scans both tables.
OF_OURS, OF_THEIRS = "AND o.code = ANY(:codes)", "AND t.customer_code = ANY(:codes)"


def moved_devices(tx: Transaction, channel: str, codes: Codes) -> list[DifferenceFound]:
    """Devices that the partner gives to another customer than we do: lent or mistyped, so people decide."""
    if isinstance(codes, Span):
        query = MOVED + codes.only("d.device_no", "t.number")
    else:
        query = f"{MOVED} {OF_OURS} UNION {MOVED} {OF_THEIRS}"
    return [
        DifferenceFound(
            "device",
            device.number,
            "device_moved",
            device.id,
            device.code,
            None,
            {"customer": device.code},
            {"customer": device.their_code, "state": device.state, "at": _said(device.partner_at or device.seen_at)},
        )
        for device in tx.execute(text(query), _values(channel, codes))
    ]


def _only(codes: Codes, code: str, number: str) -> str:
    """The SQL condition for these customers, or for a range of numbers."""
    return codes.only(number) if isinstance(codes, Span) else f" AND {code} = ANY(:codes)"


def _values(channel: str, codes: Codes) -> dict[str, Any]:
    # An empty code would match everything for which the partner names no customer.
    values = codes.values if isinstance(codes, Span) else {"codes": [code for code in codes if code]}
    return {"channel": channel, **values}


def _said(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def open_difference(
    tx: Transaction,
    channel: str,
    found: DifferenceFound,
    suggestion: str,
    moment: datetime,
    *,
    decide_by: datetime | None = None,
    evidence: str | None = None,
) -> Difference:
    """Open a difference, or update the values of the open one.

    A proposal or confirmation that people made about other values is void.
    """
    there = _of(channel, found).where(Difference.closed_at.is_(None))
    difference = tx.scalar(there)
    if difference is None:
        made = insert(Difference).values(
            id=new_id(),
            channel=channel,
            kind=found.kind,
            number=found.number,
            what=found.what,
            customer_id=found.customer_id,
            customer_code=found.customer_code,
            ours=found.ours,
            theirs=found.theirs,
            suggestion=suggestion,
            evidence=evidence,
            found_at=moment,
            decide_by=decide_by or moment + DECIDE_WITHIN,
            version=1,
        )
        tx.execute(made.on_conflict_do_nothing())  # of two comparisons at once, one opens it
        difference = tx.scalars(there).one()
    elif (difference.ours, difference.theirs) != (found.ours, found.theirs):
        # Seen again at another moment is no new difference: what people decided stands.
        if _values_of(difference) != _values_of(found):
            difference.proposed = difference.proposed_why = difference.proposed_by = difference.proposed_by_name = None
            difference.confirmed_at = difference.confirmed_by_name = None
        difference.ours, difference.theirs, difference.evidence = (
            found.ours,
            found.theirs,
            evidence or difference.evidence,
        )
    return difference


def _of(channel: str, found: DifferenceFound) -> Select[Difference]:
    return select(Difference).where(
        Difference.channel == channel,
        Difference.kind == found.kind,
        Difference.number == found.number,
        Difference.what == found.what,
    )


def _values_of(found: DifferenceFound | Difference) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides without their moments, which say when something was seen, not what it is."""
    ours, theirs = ({k: v for k, v in side.items() if k not in MOMENTS} for side in (found.ours, found.theirs))
    return ours, theirs


def is_explained(tx: Transaction, channel: str, found: DifferenceFound) -> bool:
    """Whether two people explained exactly these values; another value on either side reopens the difference."""
    query = _of(channel, found).where(Difference.closed_how == "explained")
    last = tx.scalar(query.order_by(Difference.closed_at.desc()).limit(1))
    return last is not None and _values_of(last) == _values_of(found)


def close_run(tx: Transaction, channel: str, no: int, moment: datetime, by: str) -> None:
    """Close the difference about a run that a brake had held: people released it."""
    query = select(Difference).where(Difference.channel == channel, Difference.what == "braked")
    # The number of such a difference is its run's.
    for difference in tx.scalars(query.where(Difference.number == str(no), Difference.closed_at.is_(None))):
        difference.closed_at, difference.closed_how, difference.closed_by_name = moment, "released", by


def bounds(span: Span) -> dict[str, Any]:
    """The values of a range's bounds alone."""
    # Without a bind that the text does not name: `bindparams` refuses it.
    return {
        name: bound for name, bound in span.values.items() if name != "kind" and (name != "high" or bound != span.low)
    }


def open_differences(tx: Transaction, channel: str, codes: Codes) -> list[Difference]:
    """Open differences, of these customers or of a range."""
    query = select(Difference).where(Difference.channel == channel, Difference.closed_at.is_(None))
    if isinstance(codes, Span):
        query = query.where(
            Difference.kind == codes.kind, text("true" + codes.only("number")).bindparams(**bounds(codes))
        )
        return list(tx.scalars(query))
    # A moved device has two customers: ours by its code, the partner's in `theirs`.
    about = Difference.customer_code.in_(codes) | Difference.theirs["customer"].astext.in_(codes)
    return list(tx.scalars(query.where(about)))


def codes_under_way(tx: Transaction, channel: str, codes: Sequence[str]) -> set[str]:
    """Those of these customers with an open ask at the partner: they are not compared yet."""
    query = f"SELECT DISTINCT customer_code FROM asks WHERE channel = :channel AND customer_code = ANY(:codes) AND state IN {OPEN_ASKS_SQL}"
    return set(tx.scalars(text(query), _values(channel, codes)))


def listed(
    tx: Transaction, units: frozenset[str] | None, limit: int = 200, after: UUID | None = None
) -> list[Difference]:
    """Open differences, the earliest due first. `after` is the last one of the page before."""
    query = _in_units(select(Difference).where(Difference.closed_at.is_(None)), units)
    if after is not None:
        # By id alone: the page's last difference may have been closed meanwhile.
        place = select(Difference.decide_by, Difference.id).where(Difference.id == after)
        query = query.where(tuple_(Difference.decide_by, Difference.id) > place.scalar_subquery())
    return list(tx.scalars(query.order_by(Difference.decide_by, Difference.id).limit(limit)))


def count(tx: Transaction, units: frozenset[str] | None) -> int:
    """How many differences are open."""
    return tx.scalar(_in_units(select(func.count()).where(Difference.closed_at.is_(None)), units)) or 0


def _in_units(query: Select[T], units: frozenset[str] | None) -> Select[T]:
    """Restrict to these units' customers and to unknown customers."""
    if units is None:
        return query
    mine = text("EXISTS (SELECT 1 FROM customers c WHERE c.id = differences.customer_id AND c.unit_code = ANY(:units))")
    return query.where(Difference.customer_id.is_(None) | mine.bindparams(units=list(units)))


def get(tx: Transaction, difference_id: UUID) -> Difference | None:
    """The difference, locked."""
    return tx.scalar(select(Difference).where(Difference.id == difference_id).with_for_update())


# A UNION, so that each half uses its own index: by customer code, or by licence where no code is named.
NUMBERS = """
SELECT number FROM twins WHERE channel = :channel AND customer_code = ANY(:codes)
UNION
SELECT t.number FROM customers c JOIN twins t ON t.channel = :channel AND t.customer_code = '' AND t.licence_no = c.licence_no
WHERE c.code = ANY(:codes)
"""


def numbers_of(tx: Transaction, channel: str, codes: Sequence[str], told: Sequence[str]) -> list[str]:
    """Numbers of what a partner holds for these customers, including things that it holds under their licence only.

    `told` are numbers that a message named itself.
    """
    return sorted({*tx.scalars(text(NUMBERS), _values(channel, codes)), *told})


def close(tx: Transaction, channel: str, customer_code: str, what: str, moment: datetime, by_name: str) -> None:
    """Close a customer's difference that no longer exists."""
    _agree(tx, moment, by_name, channel, what, Difference.customer_code == customer_code)


def open_about(tx: Transaction, channel: str, what: str) -> list[Difference]:
    """The channel's open differences of a kind."""
    query = select(Difference).where(Difference.channel == channel, Difference.what == what)
    return list(tx.scalars(query.where(Difference.closed_at.is_(None))))


def close_number(tx: Transaction, channel: str, number: str, what: str, moment: datetime, by_name: str) -> None:
    """Close a difference about an agreement or device that no longer exists."""
    _agree(tx, moment, by_name, channel, what, Difference.number == number)


def _agree(
    tx: Transaction, moment: datetime, by_name: str, channel: str, what: str, which: ColumnElement[bool]
) -> None:
    query = select(Difference).where(Difference.channel == channel, Difference.what == what, which)
    for difference in tx.scalars(query.where(Difference.closed_at.is_(None))):
        difference.closed_at, difference.closed_how, difference.closed_by_name = moment, "agreed", by_name
