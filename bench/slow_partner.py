"""A partner that answers one byte a second beside a quick one: how much later the quick one's asks end."""

import statistics
import subprocess
import sys
import time
from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.engine.works import Works
from hub.operations.announcing import announce
from hub.operations.settlement import bind_account
from hub.ports import new_id
from hub.registry.schema import Agreement, Ask
from tests.support import people
from tests.support.sims import sim, works_for

from .place import ROOT, Place, say

ASKS, GAP = 150, 0.1


def filed(works: Works, first: int) -> list[UUID]:
    """Cards filed at ICBC, one every tenth of a second."""
    found = []
    for number in range(first, first + ASKS):
        with works.office.desk(people.CLERK) as desk:
            row = people.customer(desk, number)
            found.append(bind_account(desk, people.request(desk, row, number)))
        time.sleep(GAP)
    return found


def p95(place: Place, ids: list[UUID]) -> float:
    """Seconds from the click to the bank's answer taken, the 95th of a hundred."""
    until = time.monotonic() + 60
    while True:
        with place.store.transaction() as tx:
            rows = list(tx.scalars(select(Ask).where(Ask.id.in_(ids))))
        waits = [(row.changed_at - row.asked_at).total_seconds() for row in rows if row.sent_at]
        if len(waits) == len(ids) or time.monotonic() > until:
            return statistics.quantiles(waits, n=100)[94]
        time.sleep(0.5)


def crowd(works: Works, first: int, count: int) -> None:
    """Customers to be announced at the slow carrier."""
    capability = works.office.channels["telecom"]
    for number in range(first, first + count):
        with works.office.desk(people.CLERK) as desk:
            row = people.customer(desk, number)
            people.authorise(desk, row, "telecom").purpose = "ordering"
            row.values = {"order_day": "3"}
            given = {"channel": "telecom", "kind": "tri_party", "agreement_no": f"TB{number}", "state": "live"}
            agreement = Agreement(id=new_id(), customer_id=row.id, signed_on=date(2026, 1, 5), **given)
            desk.tx.add(agreement)
            desk.tx.flush()
            announce(desk, capability, agreement)


def measure(place: Place) -> None:
    """ICBC alone, then with forty announcements under way at a carrier that drips."""
    quick = {"hub.result_after": "3600", "hub.deadline": "20"}
    icbc_folder, slow_folder = place.folder / "icbc", place.folder / "telecom"
    with sim("icbc", icbc_folder, "--settle", "3600") as icbc, sim("telecom", slow_folder) as telecom:
        works = works_for(place.store, {"icbc": icbc, "telecom": telecom}, **quick)
        command = [sys.executable, "-m", "bench.house", place.store.url, "icbc", "telecom"]
        place.workers.append(subprocess.Popen(command, cwd=ROOT))
        time.sleep(4)
        filed(works, 1)
        alone = p95(place, filed(works, 1001))
        telecom.post("/_sim/scenario", scenario="drip", path="customers", times=1000)
        crowd(works, 5001, 40)
        beside = p95(place, filed(works, 2001))
    moved = (beside / alone - 1) * 100
    said = f"{beside * 1000:.0f} ms = {moved:+.0f} %"
    say("p95 of ICBC beside a carrier of 1 byte/s", said, f"{alone * 1000:.0f} ms, alone", "< 10 % more")
