"""Ordering devices at two carriers: signed at a counter, told to us, answered with code and order day (R7.7, R7.8)."""

import time

from hub.app import Hub
from hub.domain.staff.posts import Actor

from ..screen import progress, say, table
from . import made_up
from .played import Partner

# Seconds to wait until the last customer was announced.
PATIENCE = 60
# What each carrier does to its second customer; the answer about its third is lost.
REFUSED = {"telecom": "accepted_then_refused", "mobile": "deposit_not_paid"}
DEVICE_NAMES = {"telecom": "imei", "mobile": "device"}


def device(channel: str, number: int) -> str:
    """A made-up device number."""
    return f"{86 if channel == 'telecom' else 87}{number:013d}"


def sign_all(hub: Hub, clerk: Actor, played: dict[str, Partner]) -> None:
    """Customers sign at the counters; the carriers tell us; wait until all of them were announced."""
    with hub.office.desk(clerk) as desk:
        signers = made_up.signers(desk)
    for channel, customers in signers.items():
        for number, carrier in enumerate(customers):
            if number == 1:
                played[channel].scenario(REFUSED[channel], carrier.code)
            if number == 2:
                played[channel].scenario("drop_after_work", carrier.code)
            values = {
                "licence": carrier.licence_no,
                "phone": carrier.phone,
                DEVICE_NAMES[channel]: device(channel, number),
            }
            played[channel].call("/_sim/sign", **values)
    wanted = sum(map(len, signers.values()))
    end = time.monotonic() + PATIENCE
    with progress("announce") as bar:
        while time.monotonic() < end:
            with hub.office.desk(clerk) as desk:
                known = sum(ask.channel in signers for ask in made_up.rows(desk))
            bar(known, wanted)
            if known >= wanted:
                break
            time.sleep(0.3)
    say(f"agreements with devices told by two carriers: {wanted}, customers announced back: {known}")


def show_refused(hub: Hub, clerk: Actor) -> None:
    """Which announcements the carriers refused, and why."""
    with hub.office.desk(clerk) as desk:
        rows = [ask for ask in made_up.rows(desk) if ask.channel in REFUSED and ask.state == "refused"]
    table(
        ["carrier", "customer", "ended", "reason", "the carrier's own word", "talks"],
        [(ask.channel, ask.code, ask.state, ask.reason or "none given", ask.said, ask.talks) for ask in rows],
    )
