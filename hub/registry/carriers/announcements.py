"""Carriers' agreements whose customer code and order day the carrier still waits for (R7.7, R7.8)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text, update

from hub.registry.asks.ledger import OPEN_ASKS_SQL
from hub.registry.schema import Agreement, Customer, Difference
from hub.registry.session import Transaction

# Either staff have not been told yet that the carrier waits (no difference is open or explained), or everything that an
# announcement needs is there: order day, authorisation, confidentiality agreement. After a refusal a person decides.
# SKIP LOCKED: what another worker is announcing is left to it.
LEFT_OUT = f"""
SELECT a.id FROM agreements a JOIN customers c ON c.id = a.customer_id
WHERE a.unannounced_since IS NOT NULL AND a.state = 'live' AND a.channel = ANY(:channels)
  AND NOT EXISTS (SELECT FROM asks k WHERE k.subject_id = a.id AND k.state IN {OPEN_ASKS_SQL})
  AND (
    NOT EXISTS (SELECT FROM differences d WHERE d.channel = a.channel AND d.kind = 'agreement' AND d.number = a.agreement_no
                AND d.what = 'not_announced'
                AND (d.closed_at IS NULL OR (d.closed_how = 'explained' AND d.closed_at >= a.unannounced_since)))
    OR (coalesce(c.values->>'order_day', '') <> ''
        AND EXISTS (SELECT FROM authorisations r WHERE r.customer_id = c.id AND r.channel = a.channel
                    AND r.purpose = :purpose AND r.given_on <= :today AND r.withdrawn_at IS NULL)
        AND EXISTS (SELECT FROM confidentiality_agreements f WHERE f.channel = a.channel AND f.valid_from <= :today
                    AND f.valid_until >= :today AND (f.ended_on IS NULL OR f.ended_on > :today))
        AND NOT EXISTS (SELECT FROM asks k WHERE k.subject_id = a.id AND k.state = 'refused'
                        AND k.asked_at >= a.unannounced_since)))
ORDER BY a.unannounced_since, a.id LIMIT :limit FOR UPDATE OF a SKIP LOCKED
"""
ENDED = """
SELECT d.id FROM differences d
WHERE d.what = 'not_announced' AND d.kind = 'agreement' AND d.closed_at IS NULL
  AND NOT EXISTS (SELECT FROM agreements a WHERE a.channel = d.channel AND a.agreement_no = d.number
                  AND a.state = 'live' AND a.unannounced_since IS NOT NULL)
LIMIT :limit
"""


def agreements_to_announce(
    tx: Transaction, channels: Sequence[str], purpose: str, on: date, limit: int
) -> list[Agreement]:
    """Agreements to announce or to report to staff, the longest waiting first, locked."""
    values = {"channels": list(channels), "purpose": purpose, "today": on, "limit": limit}
    ids = list(tx.scalars(text(LEFT_OUT), values))
    return list(tx.scalars(select(Agreement).where(Agreement.id.in_(ids)).order_by(Agreement.unannounced_since)))


def ended_differences(tx: Transaction, limit: int) -> list[Difference]:
    """Open differences about an announcement for which the carrier no longer waits."""
    ids = list(tx.scalars(text(ENDED), {"limit": limit}))
    return list(tx.scalars(select(Difference).where(Difference.id.in_(ids))))


def waiting_of(tx: Transaction, customer_id: UUID) -> list[Agreement]:
    """A customer's agreements that wait to be announced, locked."""
    query = select(Agreement).where(
        Agreement.customer_id == customer_id, Agreement.unannounced_since.is_not(None), Agreement.state == "live"
    )
    return list(tx.scalars(query.with_for_update()))


def lock_agreement(tx: Transaction, agreement_id: UUID) -> Agreement | None:
    """The agreement, read again and locked, so that a changed order day and its announcement take turns."""
    query = select(Agreement).where(Agreement.id == agreement_id)
    return tx.scalar(query.with_for_update().execution_options(populate_existing=True))


def order_day(tx: Transaction, customer_id: UUID) -> str:
    """The customer's order day, past the session's cache: as committed now."""
    return tx.scalar(select(Customer.values["order_day"].astext).where(Customer.id == customer_id)) or ""


def note_new_day(tx: Transaction, customer_id: UUID, channels: Sequence[str], moment: datetime) -> None:
    """Note that the customer's carriers must be informed of a changed order day."""
    query = update(Agreement).where(
        Agreement.customer_id == customer_id, Agreement.channel.in_(channels), Agreement.state == "live"
    )
    # A flush here would make one edit two versions of the customer's record.
    with tx.no_autoflush:
        tx.execute(query.values(unannounced_since=moment).execution_options(synchronize_session="fetch"))


__all__ = ["agreements_to_announce", "ended_differences", "lock_agreement", "note_new_day", "order_day", "waiting_of"]
