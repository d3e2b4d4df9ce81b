"""From the clerk's click to the bank being called, beside one commit and one call in a loop."""

import statistics
import time

from hub.operations.settlement.accounts import bind_account
from tests.support import people

from .place import Place, say

CLICKS = 60


def measure(place: Place) -> None:
    """p50 of the time between the start of the operation and the bank's note of the request."""
    place.open_bank("--settle", "3600")
    place.worker()
    time.sleep(3)
    with place.runtime.office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, 1 + number) for number in range(CLICKS)]
    waits = []
    for number, row in enumerate(rows):
        with place.runtime.office.desk(people.CLERK) as desk:
            wanted = people.request(desk, row, 1 + number)
        began = time.time()
        place.runtime.office.perform(people.CLERK, bind_account, wanted)
        filed = time.time()
        while not (called := place.books("SELECT min(at) FROM requests WHERE at >= ?", began)):
            time.sleep(0.001)
        waits.append((called - began, filed - began))
        time.sleep(0.05)
    p50 = statistics.median(wait for wait, _ in waits) * 1000
    floor = statistics.median(filed for _, filed in waits) * 1000
    say("click -> partner called, p50", f"{p50:.1f} ms", f"{floor:.1f} ms (the operation)", "<= 15 ms")
