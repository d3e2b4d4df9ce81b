"""What following a partner would do to our records: counted beforehand, for the brake (R7.7)."""

from dataclasses import asdict, dataclass

from sqlalchemy import text

from hub.domain.states import OPEN_ACCOUNTS
from hub.registry.schema.base import sql_list
from hub.registry.session import Transaction

# A difference that is open already is not counted again with each list.
DESK = """
NOT EXISTS (SELECT FROM differences x WHERE x.channel = :channel AND x.kind = '{kind}' AND x.number = t.number
            AND x.what = ANY('{{{what}}}') AND x.closed_at IS NULL)
"""
# Two full lists in a row, as in the comparison: one absence may be the partner's slip.
MISSING = "(t.state = 'ended' OR t.absences >= 2)"
# What our device becomes if it follows the twin; `repairable` is compared beside it.
STATE = "CASE t.state WHEN 'live' THEN 'live' ELSE 'failed' END"
# Each statement counts in one pass over a channel's twins what the comparison would end, add and change.
DEVICES = f"""
SELECT count(*) FILTER (WHERE d.state <> 'ended' AND {MISSING}) AS ends,
       count(*) FILTER (WHERE d.id IS NULL AND NOT {MISSING} AND {DESK.format(kind="device", what="unknown_customer")}) AS adds,
       count(*) FILTER (WHERE d.state <> 'ended' AND NOT {MISSING} AND CASE
           WHEN t.customer_code <> '' AND t.customer_code <> c.code
           THEN {DESK.format(kind="device", what="device_moved,unknown_customer")}
           ELSE d.state <> {STATE} OR d.repairable <> (t.state <> 'beyond_repair') END) AS changes,
       count(*) FILTER (WHERE d.state <> 'ended') AS held
FROM twins t LEFT JOIN devices d ON d.channel = t.channel AND d.device_no = t.number
LEFT JOIN customers c ON c.id = d.customer_id
WHERE t.channel = :channel AND t.kind = 'device'
"""
AGREEMENTS = f"""
SELECT count(*) FILTER (WHERE a.state = 'live' AND {MISSING}) AS ends,
       count(*) FILTER (WHERE a.id IS NULL AND NOT {MISSING} AND {DESK.format(kind="agreement", what="unknown_customer")}) AS adds,
       0 AS changes,
       count(*) FILTER (WHERE a.state = 'live') AS held
FROM twins t LEFT JOIN agreements a ON a.channel = t.channel AND a.agreement_no = t.number AND a.state <> 'refused'
WHERE t.channel = :channel AND t.kind = 'agreement'
"""
ACCOUNTS = f"""
SELECT count(*) FILTER (WHERE a.state = 'live' AND {MISSING}) AS ends,
       count(*) FILTER (WHERE a.state IS NULL AND t.state = 'live' AND NOT {MISSING}
                        AND {DESK.format(kind="binding", what="unknown_here,unknown_customer")}) AS adds,
       count(*) FILTER (WHERE a.state = 'live' AND NOT {MISSING} AND a.ending <> '' AND t.ending <> '' AND a.ending <> t.ending
                        AND {DESK.format(kind="binding", what="other_card")}) AS changes,
       count(*) FILTER (WHERE a.state = 'live') AS held
FROM twins t LEFT JOIN customers c ON c.code = t.number
LEFT JOIN accounts a ON a.customer_id = c.id AND a.channel = t.channel AND a.state IN {sql_list(OPEN_ACCOUNTS)}
WHERE t.channel = :channel AND t.kind = 'binding'
"""
# A bank lists bindings only, so that its agreements cannot be harmed and do not count.
EMPTY = """
SELECT NOT EXISTS (SELECT FROM devices WHERE channel = :channel AND state <> 'ended')
   AND NOT EXISTS (SELECT FROM accounts WHERE channel = :channel AND state = 'live')
   AND NOT EXISTS (SELECT FROM agreements WHERE channel = :channel AND state = 'live' AND :carrier)
"""


@dataclass(frozen=True)
class Impact:
    """The effect of following the partner now, in bindings, agreements and devices, and how many we hold."""

    ends: int = 0
    adds: int = 0
    changes: int = 0
    held: int = 0

    def __add__(self, other: "Impact") -> "Impact":
        return Impact(*(mine + theirs for mine, theirs in zip(self._all(), other._all(), strict=True)))

    def _all(self) -> tuple[int, ...]:
        return tuple(asdict(self).values())

    def more_than(self, shown: dict[str, int]) -> bool:
        """Whether the effect is larger, in any respect, than the one that was shown."""
        return any(number > shown.get(name, 0) for name, number in asdict(self).items() if name != "held")


def nothing_held(tx: Transaction, channel: str, carrier: bool) -> bool:
    """Whether we hold nothing that could be damaged, as before the first list."""
    return bool(tx.scalar(text(EMPTY), {"channel": channel, "carrier": carrier}))


def forecast_impact(tx: Transaction, channel: str, carrier: bool) -> Impact:
    """What would happen if theirs were followed now."""
    if nothing_held(tx, channel, carrier):
        return Impact()
    impact = Impact()
    for query in (DEVICES, AGREEMENTS) if carrier else (ACCOUNTS,):
        counted = tx.execute(text(query), {"channel": channel}).one()
        impact += Impact(counted.ends, counted.adds, counted.changes, counted.held)
    return impact
