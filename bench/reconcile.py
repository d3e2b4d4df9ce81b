"""What a carrier says it holds against what we hold, all of it; beside a bare join of the two tables."""

import os
import time

from sqlalchemy import text

from hub.operations.reconciliation.full_comparison import compare_all
from tests.support.sims import sim, works_for

from .place import Place, say
from .reading import CUSTOMERS

HELD = int(os.environ.get("BENCH_HELD", "1000000"))
EVERY = 1000
"""One of so many differs: there it is another customer's."""
OURS = """
INSERT INTO devices (id, customer_id, channel, kind, device_no, state, repairable, bound_at, version)
SELECT gen_random_uuid(), id, 'telecom', 'handset', '86' || code, 'live', true, now(), 1 FROM customers
"""
THEIRS = """
INSERT INTO twins (channel, kind, number, customer_code, licence_no, agreement_no, ending, state, partner_at, seen_at,
                   run_no, absences)
SELECT 'telecom', 'device', '86' || code,
       CASE WHEN right(code, 10)::bigint % :every = 7 THEN '37' || lpad(((right(code, 10)::bigint + 1) % :held + 1)::text, 10, '0') ELSE code END,
       '', '', '', 'live', now(), now(), 1, 0 FROM customers
"""
BARE = """
SELECT count(*) FROM devices d JOIN twins t ON t.channel = d.channel AND t.kind = 'device' AND t.number = d.device_no
JOIN customers c ON c.id = d.customer_id WHERE d.channel = 'telecom'
"""


def measure(place: Place) -> None:
    """One comparison of everything, with one difference in a thousand; then once more."""
    with sim("telecom", place.folder / "telecom") as carrier, place.store.transaction() as tx:
        runtime = works_for(place.store, {"telecom": carrier})
        tx.execute(text(CUSTOMERS), {"last": HELD})
        tx.execute(text(OURS))
        tx.execute(text(THEIRS), {"every": EVERY, "held": HELD})
        tx.commit()
    with place.owner.transaction() as tx:
        tx.execute(text("ANALYZE"))
    began = time.monotonic()
    with place.store.transaction() as tx:
        tx.execute(text(BARE))
    floor = time.monotonic() - began
    times = []
    for _ in range(2):
        began = time.monotonic()
        found = compare_all(runtime.office, "telecom", "list_devices")
        times.append(time.monotonic() - began)
    name = f"{HELD:,} against {HELD:,}, {found:,} differ"
    say(name, f"{times[0]:.1f} s, again {times[1]:.1f} s", f"{floor:.1f} s, a bare join", "-")
