"""Switching thousands to the phone in batches, beside the same rows written by plain SQL. PARTNERHUB_BENCH_OUTAGE: how many."""

import os
import time

from sqlalchemy import text

from hub.domain.staff.posts import HUB
from hub.operations.desk import Desk
from hub.operations.outages import batches, outages
from hub.ports import now
from tests.support import people

from .place import Place, say

SIZE = int(os.environ.get("PARTNERHUB_BENCH_OUTAGE", "3000"))
FLOOR = (
    """UPDATE customers SET "values" = jsonb_set("values", '{order_method}', '"phone"'), version = version + 1,
       updated_at = now() WHERE id IN (SELECT customer_id FROM floor)""",
    "CREATE TABLE floor_applications AS SELECT a.* FROM applications a WHERE a.rule = 'phone_outage'",
    "CREATE TABLE floor_changes AS SELECT c.* FROM changes c WHERE c.article = 'R11.1'",
    "CREATE TABLE floor_temporaries AS SELECT t.* FROM temporaries t WHERE t.outage_id IS NOT NULL",
    "UPDATE outage_customers SET state = 'switched'",
)


def measure(place: Place) -> None:
    """The preview, the switch of all, and its floor: the same rows in one statement a table."""
    place.open_bank()
    office = place.runtime.office
    people.found(office)
    with office.desk(people.CLERK) as desk:
        _fill(desk)
    [row] = office.perform(people.CLERK, outages.report_outage, [people.UNIT], ["web"], now(), "网站打不开")
    began = time.monotonic()
    seen = office.perform(people.CLERK, outages.show_outage, row.id)
    say(f"preview of an outage, {SIZE} customers", f"{(time.monotonic() - began) * 1000:.0f} ms", "-", "<= 1,000 ms")
    office.perform(people.CLERK, outages.switch_over, row.id, seen.waiting)
    began = time.monotonic()
    while office.perform(HUB, batches.switch_batch):
        pass
    took = time.monotonic() - began
    done = office.perform(people.CLERK, outages.show_outage, row.id)
    assert (done.switched, done.outage.state) == (SIZE, "switched")
    floor = _floor(place)
    say(f"switched to the phone, {SIZE} customers", f"{took:.1f} s = {SIZE / took:.0f}/s", f"{floor:.2f} s", "<= 30 s")


def _fill(desk: Desk) -> None:
    for number in range(1, SIZE + 1):
        row = people.customer(desk, number, authorised=False)
        row.values = {"order_method": "web", "order_day": str(number % 5 + 1)}


def _floor(place: Place) -> float:
    """Seconds of the bare rows: one statement a table."""
    with place.owner.transaction() as tx:
        tx.execute(text("CREATE TABLE floor AS SELECT customer_id FROM outage_customers"))
    began = time.monotonic()
    with place.owner.transaction() as tx:
        for statement in FLOOR:
            tx.execute(text(statement))
    return time.monotonic() - began
