"""Carriers' agreements whose customer code and order day the carrier still waits for (R7.7, R7.8)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text, update

from hub.registry.asks.ledger import OPEN_ASKS_SQL
from hub.registry.schema import Agreement, Customer, Difference
from hub.registry.session import Transaction

# What may be announced now, and what nobody was told of that it may not. A carrier's no waits for a person.
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
OVER = """
SELECT d.id FROM differences d
WHERE d.what = 'not_announced' AND d.kind = 'agreement' AND d.closed_at IS NULL
  AND NOT EXISTS (SELECT FROM agreements a WHERE a.channel = d.channel AND a.agreement_no = d.number
                  AND a.state = 'live' AND a.unannounced_since IS NOT NULL)
LIMIT :limit
"""


def left_out(tx: Transaction, channels: Sequence[str], purpose: str, on: date, limit: int) -> list[Agreement]:
    """Agreements to try, the longest waiting first, locked."""
    values = {"channels": list(channels), "purpose": purpose, "today": on, "limit": limit}
    ids = list(tx.scalars(text(LEFT_OUT), values))
    return list(tx.scalars(select(Agreement).where(Agreement.id.in_(ids)).order_by(Agreement.unannounced_since)))


def over(tx: Transaction, limit: int) -> list[Difference]:
    """Differences about an announcement that nobody waits for any more."""
    ids = list(tx.scalars(text(OVER), {"limit": limit}))
    return list(tx.scalars(select(Difference).where(Difference.id.in_(ids))))


def waiting_of(tx: Transaction, customer_id: UUID) -> list[Agreement]:
    """A customer's agreements that the carrier waits about, locked."""
    query = select(Agreement).where(
        Agreement.customer_id == customer_id, Agreement.unannounced_since.is_not(None), Agreement.state == "live"
    )
    return list(tx.scalars(query.with_for_update()))


def locked(tx: Transaction, agreement_id: UUID) -> Agreement | None:
    """The agreement as it stands now, held: whoever changes the order day waits for us, or we for them."""
    query = select(Agreement).where(Agreement.id == agreement_id)
    return tx.scalar(query.with_for_update().execution_options(populate_existing=True))


def order_day(tx: Transaction, customer_id: UUID) -> str:
    """The customer's order day as it is committed now."""
    return tx.scalar(select(Customer.values["order_day"].astext).where(Customer.id == customer_id)) or ""


def another_day(tx: Transaction, customer_id: UUID, channels: Sequence[str], moment: datetime) -> None:
    """The customer's carriers are to be told another order day."""
    query = update(Agreement).where(
        Agreement.customer_id == customer_id, Agreement.channel.in_(channels), Agreement.state == "live"
    )
    with tx.no_autoflush:
        tx.execute(query.values(unannounced_since=moment).execution_options(synchronize_session="fetch"))


__all__ = ["another_day", "left_out", "locked", "order_day", "over", "waiting_of"]
