"""The end of the demo: what happened at each partner, its books beside ours, and the last line."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.app import Hub
from hub.domain.staff.posts import Actor

from ..screen import say, table
from . import made_up
from .carriers import DEVICE_NAMES
from .disagreeing import Settled
from .played import Ledger, Partner


@dataclass(frozen=True)
class Done:
    """What was done."""

    imported: int
    filed: made_up.Filed
    rows: list[made_up.Row]
    settled: Settled


Held = set[tuple[str, str, str]]
WORKS, FAILED = "works", "failed"


def ours(channel: str, held: Held) -> Held:
    """Our side of a comparison: accounts as they are, devices reduced to works or failed, as carriers know no more."""
    if channel not in DEVICE_NAMES:
        return held
    return {(device, code, FAILED if state == "failed" else WORKS) for device, code, state in held}


def theirs(channel: str, books: Ledger, licences: Mapping[str, str]) -> Held:
    """What the partner's own books say it holds: (customer, ending, live), or (device, customer, works or failed)."""
    match channel:
        case "icbc":
            rows = [(line["pay_no"], line["ending"], line["status"] == "1") for line in books["agreements"]]
        case "abc":
            rows = [(line["customer"], line["card"], line["status"] == "1") for line in books["signs"]]
        case "postal":
            rows = [(line["cust"], line["ending"], line["state"] == "1") for line in books["agreements"]]
        case _:
            return devices(channel, books, licences)
    return {(code, ending, "live") for code, ending, in_force in rows if in_force}


def devices(channel: str, books: Ledger, licences: Mapping[str, str]) -> Held:
    """A carrier's devices by agreement; until it was told our code, the licence says whose each one is."""
    held, name = set(), DEVICE_NAMES[channel]
    # How each carrier writes an agreement in force.
    signed = {"telecom": "SIGNED"}.get(channel, "1")
    for device in books["agreements"]:
        if channel == "telecom":
            gone, works = device["device"] in ("", "RELEASED"), device["device"] == "BOUND"
        else:
            gone, works = device["condition"] in ("", "2"), device["condition"] == "1" and device["together"] != "0"
        owner = device["cust"] or licences.get(device["licence"], device["licence"])
        if device["state"] == signed and device[name] and not gone:
            held.add((device[name], owner, WORKS if works else FAILED))
    return held


def differing(mine: Held, other: Held) -> list[str]:
    """The customers or devices that one side has not, or has otherwise."""
    # What stands on one side only, or differs, is in the symmetric difference: once, or once for each side.
    return sorted({entry[0] for entry in mine ^ other})


def report(hub: Hub, clerk: Actor, played: dict[str, Partner], done: Done) -> bool:
    """Each channel's figures, the comparison, the last lines; True if nothing is in doubt or different."""
    with hub.office.desk(clerk) as desk:
        held, rows, licences = made_up.held(desk), made_up.rows(desk), made_up.licences(desk)
        different = made_up.open_differences(desk)
    lines, agreed, bound = [], 0, 0
    for key, partner in sorted(played.items()):
        mine, other = ours(key, held[key]), theirs(key, partner.ledger(), licences)
        asked = [line for line in rows if line.channel == key]
        doubtful = sum(line.was_in_doubt and line.state == "done" for line in asked)
        refused = sum(line.state == "refused" for line in asked)
        odd = differing(mine, other)
        lines.append((key, len(mine), refused, doubtful, done.settled.get(key, 0), len(odd)))
        bound, agreed, different = bound + len(mine), agreed + len(mine & other), different + len(odd)
    table(["partner", "bound", "refused", "back from doubt", "differences settled", "ledgers differ"], lines)
    doubt = sum(not line.ended for line in rows)
    accounts = [line for line in done.rows if line.account]
    live = sum(line.state == "done" for line in accounts)
    refused = len(done.filed.refused) + sum(line.state == "refused" for line in accounts)
    counted = (
        f"{live} confirmed on both sides, {refused} refused with reason, {sum(not r.ended for r in accounts)} in doubt"
    )
    say(f"demo: {done.imported} imported, {counted}")
    words = f"{bound} bindings, {agreed} agreed on both sides, {doubt} in doubt, {different} different"
    say(f"demo: {len(played)} channels, {words}")
    return doubt == 0 and different == 0 and agreed == bound
