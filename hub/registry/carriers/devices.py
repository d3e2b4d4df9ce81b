"""Our devices and carriers' agreements, which follow what the carrier states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text

from hub.ports import new_ids
from hub.registry.ranges import Span
from hub.registry.schema import Agreement, Device
from hub.registry.session import Transaction


@dataclass(frozen=True)
class Kinds:
    """What a carrier's agreements and devices are, as its plugin declares (R7.7, R7.8)."""

    agreement: str
    device: str


# Ids in the order of the rows: they are appended to the index instead of scattered over it, in a third of the time.
ROW_ID = "CAST(:before || lpad(to_hex(:first + row_number() OVER ()), 12, '0') AS uuid)"
BY_LICENCE = (
    """coalesce(c.id, (SELECT l.id FROM customers l WHERE t.customer_code = '' AND l.licence_no = t.licence_no))"""
)
# Whose it is. If the carrier cannot name the customer yet, the licence or the agreement tells. There are few of these:
# a lookup for each costs less than another join over all.
BY_AGREEMENT = """coalesce(c.id, (SELECT a.customer_id FROM agreements a WHERE t.customer_code = '' AND a.channel = t.channel
    AND a.agreement_no = t.agreement_no AND a.state <> 'refused'))"""
# Inserts new agreements, and returns those whose customer the carrier cannot name yet. A refused agreement of ours does
# not stand in the way of theirs.
AGREEMENTS = f"""
WITH made AS (
    INSERT INTO agreements (id, customer_id, channel, kind, agreement_no, signed_on, term_until, state,
                            partner_agreement_no, delivered_at, unannounced_since, live_at, ended_at, version)
    SELECT {ROW_ID}, {BY_LICENCE}, t.channel, :kind, t.number, CAST(coalesce(t.partner_at, :moment) AS date),
           t.valid_until, t.state, t.number,
           CASE WHEN t.customer_code <> '' THEN CAST(:moment AS timestamptz) END,
           CASE WHEN t.customer_code = '' AND t.state = 'live' THEN CAST(:moment AS timestamptz) END,
           coalesce(t.partner_at, :moment), CASE t.state WHEN 'ended' THEN coalesce(t.partner_at, :moment) END, 1
    FROM twins t LEFT JOIN customers c ON c.code = t.customer_code
    WHERE t.channel = :channel AND t.kind = 'agreement' AND t.absences < 2 AND {BY_LICENCE} IS NOT NULL
      AND NOT EXISTS (SELECT FROM agreements a WHERE a.channel = :channel AND a.agreement_no = t.number
                      AND a.state <> 'refused' {{of_agreements}}) {{of_theirs}}
    ON CONFLICT DO NOTHING RETURNING id, agreement_no, state
)
SELECT m.id FROM made m JOIN twins t ON t.channel = :channel AND t.kind = 'agreement' AND t.number = m.agreement_no
WHERE m.state = 'live' AND t.customer_code = ''
"""
# The carrier names the customer by now: it learned the code elsewhere, so nothing is left to announce. An open ask is
# left alone: its answer settles the matter.
NAMED = """
UPDATE agreements a SET unannounced_since = NULL, delivered_at = :moment, version = a.version + 1
FROM twins t WHERE t.channel = :channel AND t.kind = 'agreement' AND a.channel = t.channel AND a.agreement_no = t.number
  AND a.unannounced_since IS NOT NULL AND a.delivered_at IS NULL AND a.state = 'live' AND t.customer_code <> ''
  AND NOT EXISTS (SELECT FROM asks k WHERE k.subject_id = a.id AND k.ended_at IS NULL) {of_theirs} {of_agreements}
"""
AGREEMENTS_OVER = """
UPDATE agreements a SET state = 'ended', ended_at = coalesce(t.partner_at, :moment), version = a.version + 1
FROM twins t WHERE t.channel = :channel AND t.kind = 'agreement' AND a.channel = t.channel AND a.agreement_no = t.number
  AND (t.state = 'ended' OR {missing}) AND a.state = 'live'
  {of_theirs} {of_agreements}
RETURNING a.customer_id, 'agreement', 'live', 'ended', a.agreement_no
"""
DEVICES = f"""
INSERT INTO devices (id, customer_id, channel, kind, device_no, state, repairable, bound_at, ended_at, version)
SELECT {ROW_ID}, {BY_AGREEMENT}, t.channel, :device, t.number,
       CASE t.state WHEN 'live' THEN 'live' WHEN 'ended' THEN 'ended' ELSE 'failed' END, t.state <> 'beyond_repair',
       coalesce(t.partner_at, :moment), CASE t.state WHEN 'ended' THEN coalesce(t.partner_at, :moment) END, 1
FROM twins t LEFT JOIN customers c ON c.code = t.customer_code
WHERE t.channel = :channel AND t.kind = 'device' AND t.absences < 2 AND {BY_AGREEMENT} IS NOT NULL
  AND NOT EXISTS (SELECT FROM devices d WHERE d.channel = :channel AND d.device_no = t.number {{of_devices}}) {{of_theirs}}
ON CONFLICT DO NOTHING
"""
# A device in use changes hands only when people say so (`device_moved`); one that had ended may come back as another's.
WANTED = "CASE WHEN t.state = 'ended' OR {missing} THEN 'ended' WHEN t.state = 'live' THEN 'live' ELSE 'failed' END"
DEVICES_CHANGED = f"""
WITH wanted AS (
    SELECT d.id, d.state AS old, {WANTED} AS new, t.state <> 'beyond_repair' AS repairable, t.partner_at,
           d.customer_id, c.id AS their_customer
    FROM devices d JOIN twins t ON t.channel = d.channel AND t.number = d.device_no AND t.kind = 'device'
    LEFT JOIN customers c ON c.code = t.customer_code
    WHERE d.channel = :channel {{of_theirs}} {{of_devices}}
), changed AS (
    UPDATE devices d SET state = w.new, repairable = w.repairable, version = d.version + 1,
        customer_id = CASE WHEN w.old = 'ended' AND w.their_customer IS NOT NULL THEN w.their_customer
                           ELSE d.customer_id END,
        ended_at = CASE WHEN w.new = 'ended' THEN coalesce(w.partner_at, :moment) END
    FROM wanted w
    WHERE d.id = w.id AND (w.old <> w.new OR w.repairable <> d.repairable)
      AND (w.their_customer = w.customer_id OR w.their_customer IS NULL OR w.old = 'ended' OR w.new = 'ended')
    RETURNING d.customer_id, w.old, w.new, d.device_no
)
SELECT customer_id, 'device' AS field, old, new, device_no FROM changed
"""


def follow_carrier(
    tx: Transaction,
    channel: str,
    numbers: Sequence[str] | Span,
    moment: datetime,
    kinds: Kinds,
    *,
    absent_ends: bool = True,
) -> tuple[list[UUID], list[Any]]:
    """Let our side follow theirs, for these numbers or for a range of one kind.

    `absent_ends` False: what two lists did not show does not end for that alone, because the carrier can be asked.
    Returns the ids of new agreements whose customer the carrier cannot name yet, and the changes as (customer id, field,
    old, new, number).
    """
    # Statements are the same for numbers and ranges; only these conditions differ. They hold no value from outside.
    values = {"channel": channel, "moment": moment, "kind": kinds.agreement, "device": kinds.device}
    parts = dict.fromkeys(("of_theirs", "of_agreements", "of_devices"), "")
    parts["missing"] = "t.absences >= 2" if absent_ends else "false"
    wanted = {"agreement", "device"}
    if isinstance(numbers, Span):
        wanted, values = {numbers.kind}, {**numbers.values, **values}
        for name, column in (("theirs", "t.number"), ("agreements", "a.agreement_no"), ("devices", "d.device_no")):
            parts[f"of_{name}"] = numbers.only(column)
    else:
        parts["of_theirs"], values = "AND t.number = ANY(:numbers)", {**values, "numbers": list(numbers)}

    def rows(kind: str, statement: str) -> list[Any]:
        if kind not in wanted:
            return []
        before, first = new_ids()
        returned = tx.execute(text(statement.format(**parts)), {**values, "before": before, "first": first})
        return list(returned) if returned.returns_rows else []  # type: ignore[attr-defined]  # a cursor's result has it, its stub's base has not

    # Updates before inserts: what is new agrees with theirs already and need not be compared.
    changes = rows("agreement", AGREEMENTS_OVER) + rows("device", DEVICES_CHANGED)
    new = [agreement.id for agreement in rows("agreement", AGREEMENTS)]
    rows("agreement", NAMED)
    rows("device", DEVICES)
    return new, changes


MISSING = """
SELECT t.kind, t.number, t.agreement_no FROM twins t
WHERE t.channel = :channel AND t.kind = ANY(:kinds) AND t.absences >= 2 AND t.state <> 'ended'
  AND (EXISTS (SELECT FROM devices d WHERE t.kind = 'device' AND d.channel = t.channel AND d.device_no = t.number
               AND d.state <> 'ended')
       OR EXISTS (SELECT FROM agreements a WHERE t.kind = 'agreement' AND a.channel = t.channel AND a.agreement_no = t.number
                  AND a.state = 'live'))
ORDER BY t.seen_at, t.number LIMIT :most
"""


class Missing(NamedTuple):
    """A thing that we hold and the carrier's last two full lists did not show."""

    kind: str
    number: str
    agreement_no: str


def missing(tx: Transaction, channel: str, kinds: Sequence[str], most: int) -> list[Missing]:
    """What of ours two full lists did not show, the longest unseen first."""
    values = {"channel": channel, "kinds": list(kinds), "most": most}
    return [Missing(*columns) for columns in tx.execute(text(MISSING), values)]


def agreements(tx: Transaction, ids: Sequence[UUID]) -> list[Agreement]:
    """These agreements."""
    return list(tx.scalars(select(Agreement).where(Agreement.id.in_(ids))))


def move_device(tx: Transaction, channel: str, device_no: str, customer_id: UUID) -> bool:
    """Give a device that is in use to another customer; False when there is none."""
    query = select(Device).where(Device.channel == channel, Device.device_no == device_no, Device.state != "ended")
    device = tx.scalar(query.with_for_update())
    if device is not None:
        device.customer_id = customer_id
    return device is not None


def of_customer(tx: Transaction, customer_id: UUID) -> list[Device]:
    """All devices of a customer, newest first."""
    return list(tx.scalars(select(Device).where(Device.customer_id == customer_id).order_by(Device.bound_at.desc())))


__all__ = ["Missing", "agreements", "follow_carrier", "missing", "move_device", "of_customer"]
