"""From the clerk's click to the bank being called, beside one commit and one call in a loop."""

import statistics
import time

from .place import Place, say

CLICKS = 60


def measure(place: Place) -> None:
    """p50 of the time between the start of the operation and the bank's note of the request."""
    bank = place.open_bank("--settle", "3600")
    place.worker()
    time.sleep(3)
    waits = []
    for number in range(CLICKS):
        began = time.time()
        place.file(1 + number, 1)
        filed = time.time()
        while not (found := [r for r in bank.get("/_sim/requests") if r["at"] >= began]):
            time.sleep(0.002)
        waits.append((found[0]["at"] - began, filed - began))
        time.sleep(0.05)
    p50 = statistics.median(wait for wait, _ in waits) * 1000
    floor = statistics.median(filed for _, filed in waits) * 1000
    say("click -> partner called, p50", f"{p50:.1f} ms", f"{floor:.1f} ms (the operation)", "<= 15 ms")
