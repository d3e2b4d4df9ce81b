"""Objectivity, completeness and complaints in figures, beside timeliness: a month's checks, papers, complaints (R17.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from hub.registry.schema import Change, SpotCheck
from hub.registry.session import Transaction

# NULL stands for all units; the CAST tells PostgreSQL the type of a bare NULL.
IN_UNITS = "(CAST(:units AS text[]) IS NULL OR {}.unit_code = ANY(:units))"
CHECKS_BY_POST = f"""
SELECT s.typed_post AS key, count(*) AS counted, count(*) FILTER (WHERE NOT s.correct) AS amiss
FROM spot_checks s WHERE s.at >= :begins AND s.at < :ends AND {IN_UNITS.format("s")} GROUP BY 1
"""
# A paper's or record's task is made when it is taken in, and ends when it is handed in.
PAPERS_BY_POST = f"""
SELECT t.post AS key, count(*) AS counted, count(*) FILTER (WHERE t.done_at IS NULL) AS amiss
FROM tasks t WHERE t.kind IN ('hand_in', 'hand_in_record') AND t.made_at >= :begins AND t.made_at < :ends
  AND {IN_UNITS.format("t")} GROUP BY 1
"""
# By field: the table of fields knows whose it is, and which partner needs it.
COMPLAINTS = f"""
SELECT t.details ->> 'bad_data' AS field, c.settlement_bank AS bank,
       (SELECT min(d.channel) FROM devices d WHERE d.customer_id = c.id AND d.ended_at IS NULL) AS carrier,
       count(*) AS counted
FROM tasks t JOIN customers c ON c.id = t.customer_id
WHERE t.kind = 'matter' AND t.details ->> 'bad_data' <> '' AND t.made_at >= :begins AND t.made_at < :ends
  AND {IN_UNITS.format("t")} GROUP BY 1, 2, 3
"""
# The second source of what we hold: the partner's own record. It was right where two people chose theirs.
SOURCES_BY_CHANNEL = f"""
SELECT d.channel AS key, count(*) AS counted,
       count(*) FILTER (WHERE d.proposed = 'theirs' AND d.confirmed_at IS NOT NULL) AS amiss
FROM differences d JOIN customers c ON c.id = d.customer_id
WHERE d.found_at >= :begins AND d.found_at < :ends AND {IN_UNITS.format("c")} GROUP BY 1
"""
# Each account rests on two papers: what shows its number, and the agreement.
PAPERS_BY_CHANNEL = f"""
SELECT a.channel AS key, count(*) AS counted, count(*) FILTER (WHERE NOT EXISTS (
           SELECT 1 FROM hand_ins h WHERE h.evidence_id = paper.id AND h.declined_at IS NULL)) AS amiss
FROM accounts a JOIN customers c ON c.id = a.customer_id JOIN agreements g ON g.id = a.agreement_id
CROSS JOIN LATERAL (VALUES (a.evidence_id), (g.evidence_id)) AS paper (id)
WHERE a.filed_at >= :begins AND a.filed_at < :ends AND {IN_UNITS.format("c")} GROUP BY 1
"""


@dataclass(frozen=True)
class Count:
    """How many, and how many of them amiss: wrong, or missing."""

    counted: int = 0
    amiss: int = 0


@dataclass(frozen=True)
class Complaint:
    """How many complaints a wrong field caused among customers of a bank and a carrier."""

    field: str
    bank: str | None
    carrier: str | None
    counted: int


@dataclass(frozen=True)
class Period:
    """A period, and the units that count; None: all."""

    begins: datetime
    ends: datetime
    units: frozenset[str] | None

    def values(self) -> dict[str, Any]:
        """For a statement."""
        return {
            "begins": self.begins,
            "ends": self.ends,
            "units": None if self.units is None else sorted(self.units),
        }


def _counts(tx: Transaction, statement: str, period: Period) -> Mapping[str, Count]:
    rows = tx.execute(text(statement), period.values())
    return {counted.key: Count(counted.counted, counted.amiss) for counted in rows}


def checks_by_post(tx: Transaction, period: Period) -> Mapping[str, Count]:
    """Spot checks, and values found wrong, by the post that had typed them."""
    return _counts(tx, CHECKS_BY_POST, period)


def papers_by_post(tx: Transaction, period: Period) -> Mapping[str, Count]:
    """Papers and records to be handed in, and how many of them still are."""
    return _counts(tx, PAPERS_BY_POST, period)


def sources_by_channel(tx: Transaction, period: Period) -> Mapping[str, Count]:
    """Differences from partners' records, and those in which theirs was right."""
    return _counts(tx, SOURCES_BY_CHANNEL, period)


def papers_by_channel(tx: Transaction, period: Period) -> Mapping[str, Count]:
    """Papers of the accounts that were filed, and those that no keeper has."""
    return _counts(tx, PAPERS_BY_CHANNEL, period)


def complaints(tx: Transaction, period: Period) -> list[Complaint]:
    """Complaints that wrong data caused, by field, and by the customers' bank and carrier."""
    rows = tx.execute(text(COMPLAINTS), period.values())
    return [Complaint(counted.field, counted.bank, counted.carrier, counted.counted) for counted in rows]


def last_typed(tx: Transaction, customer_id: UUID, field: str) -> Change | None:
    """The change by which a field got its value."""
    query = select(Change).where(Change.customer_id == customer_id, Change.changes.has_key(field))
    return tx.scalar(query.order_by(Change.at.desc(), Change.version.desc()).limit(1))


def checks_of(tx: Transaction, customer_id: UUID, limit: int) -> list[SpotCheck]:
    """A customer's spot checks, newest first."""
    query = select(SpotCheck).where(SpotCheck.customer_id == customer_id)
    return list(tx.scalars(query.order_by(SpotCheck.at.desc()).limit(limit)))
