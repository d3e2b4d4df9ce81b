"""When a bank last confirmed a live account: by an answer, a list or a callback (R7.9)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from hub.registry.asks.ledger import OPEN_ASKS_SQL
from hub.registry.session import Transaction

# An account without a twin was last confirmed when the bank's answer made it live.
LAST = "coalesce(t.seen_at, a.live_at)"
LIVE = """
FROM accounts a JOIN customers c ON c.id = a.customer_id
LEFT JOIN twins t ON t.channel = a.channel AND t.kind = 'binding' AND t.number = c.code
WHERE a.channel = :channel AND a.state = 'live'
"""
ASKED = f"EXISTS (SELECT FROM asks k WHERE k.subject_id = a.id AND k.state IN {OPEN_ASKS_SQL})"
# A question counts even without an answer: otherwise accounts that a bank never answers about would always come first.
LATELY = "EXISTS (SELECT FROM asks k WHERE k.subject_id = a.id AND k.verb = :verb AND k.asked_at > :before)"
OLDEST = f"""
SELECT a.id, a.customer_id {LIVE} AND {LAST} < :before AND NOT {ASKED} AND NOT {LATELY}
ORDER BY {LAST}, a.id LIMIT :limit
"""


def count_live(tx: Transaction, channel: str) -> int:
    """How many accounts we hold as live there."""
    return int(tx.scalar(text(f"SELECT count(*) {LIVE}"), {"channel": channel}) or 0)


def oldest(tx: Transaction, channel: str, verb: str, before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Accounts neither confirmed nor asked about since a moment, the oldest first, as (account id, customer id)."""
    values = {"channel": channel, "verb": verb, "before": before, "limit": limit}
    return [(account.id, account.customer_id) for account in tx.execute(text(OLDEST), values)]


def count_behind(tx: Transaction, channel: str, before: datetime) -> int:
    """How many have not been confirmed since a moment and are not being asked about."""
    query = text(f"SELECT count(*) {LIVE} AND {LAST} < :before AND NOT {ASKED}")
    return int(tx.scalar(query, {"channel": channel, "before": before}) or 0)
