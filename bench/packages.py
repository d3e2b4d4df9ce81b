"""10,000 agreements in packages, from the packing to the bank having executed all of them."""

import time

from hub.operations.asks.packages import send_package
from tests.support import people

from .place import Place, say

AGREEMENTS = 10_000


def measure(place: Place) -> None:
    """Seconds for all; the floor is the number of calls at the bank's own speed."""
    place.open_bank("--settle", "0")
    began = time.monotonic()
    place.file(1, AGREEMENTS, with_package=True)
    filed = time.monotonic() - began
    place.worker()
    time.sleep(3)
    began = time.monotonic()
    made = place.runtime.office.perform(people.CLERK, send_package, "icbc")
    place.until(len(made), 600)
    called = time.monotonic() - began
    while len(place.bank.ledger()["agreements"]) < AGREEMENTS:  # type: ignore[union-attr]
        time.sleep(0.2)
    say(
        f"{AGREEMENTS} agreements in {len(made)} packages",
        f"{called:.1f} s to the bank",
        f"{filed:.1f} s to enter them",
        "-",
    )
