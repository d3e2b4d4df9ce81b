"""A carrier's very first list: agreements and devices are inserted page by page, right after their twins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from hub.ports import new_ids
from hub.registry.carriers.devices import ROW_ID, Kinds
from hub.registry.session import Transaction

from .twins import Statement

# Joined to the customer whom the carrier names. What exists already is skipped and left to the comparison.
HELD = """
twins t JOIN customers c ON c.code = t.customer_code
WHERE t.channel = :channel AND t.kind = '{}' AND t.number = ANY(:numbers)
"""
# A partner that names no moment: then the moment at which we learned of it.
ENDED = "CASE t.state WHEN 'ended' THEN coalesce(t.partner_at, :moment) END"
AGREEMENTS = f"""
INSERT INTO agreements (id, customer_id, channel, kind, agreement_no, signed_on, term_until, state,
                        partner_agreement_no, delivered_at, live_at, ended_at, version)
SELECT {ROW_ID}, c.id, :channel, :kind, t.number, CAST(coalesce(t.partner_at, :moment) AS date), t.valid_until, t.state,
       t.number, CAST(:moment AS timestamptz), coalesce(t.partner_at, :moment), {ENDED}, 1
FROM {HELD.format("agreement")} ON CONFLICT DO NOTHING RETURNING agreement_no
"""
DEVICES = f"""
INSERT INTO devices (id, customer_id, channel, kind, device_no, state, repairable, bound_at, ended_at, version)
SELECT {ROW_ID}, c.id, :channel, :kind, t.number,
       CASE t.state WHEN 'live' THEN 'live' WHEN 'ended' THEN 'ended' ELSE 'failed' END, t.state <> 'beyond_repair',
       coalesce(t.partner_at, :moment), {ENDED}, 1
FROM {HELD.format("device")} ON CONFLICT DO NOTHING RETURNING device_no
"""
# No twin at all: everything in the list is new, and nothing of ours can be contradicted.
NOTHING = "SELECT NOT EXISTS (SELECT FROM twins WHERE channel = :channel)"
# Agreements first (kind sorts so): a device may be known by its agreement alone.
UNNAMED = """
SELECT kind, number FROM twins WHERE channel = :channel AND customer_code = '' AND state <> 'ended'
ORDER BY kind, number LIMIT :most
"""


def is_first(tx: Transaction, channel: str) -> bool:
    """Whether nothing is known yet of what the partner holds."""
    return bool(tx.scalar(text(NOTHING), {"channel": channel}))


def enter_statements(
    tx: Transaction, channel: str, statements: Sequence[Statement], moment: datetime, kinds: Kinds
) -> list[Statement]:
    """Enter what is new; returns the other statements: of unknown or unnamed customers, or of what exists."""
    entering = {"agreement": (AGREEMENTS, kinds.agreement), "device": (DEVICES, kinds.device)}
    left: list[Statement] = []
    for kind, (query, ours) in entering.items():
        some = [statement for statement in statements if statement.kind == kind]
        # Ids made in the statement continue from here, in the order of its rows (`ROW_ID`).
        before, first = new_ids()
        values: dict[str, Any] = {"before": before, "first": first, "channel": channel, "kind": ours, "moment": moment}
        values["numbers"] = [statement.number for statement in some]
        entered = set(tx.scalars(text(query), values)) if some else set()
        left += [statement for statement in some if statement.number not in entered]
    return left


def unnamed_things(tx: Transaction, channel: str, most: int) -> list[tuple[str, str]]:
    """What the carrier holds for customers whom it cannot name yet: kind and number, agreements first."""
    return [(twin.kind, twin.number) for twin in tx.execute(text(UNNAMED), {"channel": channel, "most": most})]
