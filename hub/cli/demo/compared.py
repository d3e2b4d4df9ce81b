"""The end of the demo: what happened at each partner, its books beside ours, and the last line."""

from dataclasses import dataclass

from hub.app import Hub
from hub.domain.people import Actor
from hub.operations import demo_data

from ..screen import say, table
from .disagreeing import Settled
from .played import Ledger, Partner


@dataclass(frozen=True)
class Done:
    """What was done."""

    imported: int
    filed: demo_data.Filed
    rows: list[demo_data.Row]
    settled: Settled


def held(channel: str, books: Ledger) -> set[str]:
    """What the partner's own books say it holds: customers bound, or devices in use by agreement."""
    match channel:
        case "icbc":
            return {row["pay_no"] for row in books["agreements"] if row["status"] == "1"}
        case "abc":
            return {row["customer"] for row in books["signs"] if row["status"] in ("1", "signed", "SIGNED")}
        case "postal":
            return {row["cust"] for row in books["agreements"] if row["state"] == "IN_FORCE" or row["state"] == "1"}
        case "telecom":
            return {row["imei"] for row in books["agreements"] if row["state"] == "SIGNED" and row["imei"]}
        case _:
            return {row["device"] for row in books["agreements"] if row["state"] == "1" and row["device"]}


def report(hub: Hub, clerk: Actor, played: dict[str, Partner], done: Done) -> bool:
    """Each channel's figures, the comparison, the last lines; True when nothing is in doubt or different."""
    with hub.office.desk(clerk) as desk:
        ours, open_rows = demo_data.held(desk), demo_data.open_differences(desk)
        rows = demo_data.rows(desk)
    lines, agreed, different, bound = [], 0, open_rows, 0
    for key, partner in sorted(played.items()):
        theirs = held(key, partner.ledger())
        mine = [row for row in rows if row.channel == key]
        doubtful = sum(row.was_in_doubt and row.state == "live" for row in mine)
        refused = sum(row.state == "refused" for row in mine)
        lines.append((key, len(ours[key]), refused, doubtful, len(done.settled.get(key, [])), len(ours[key] ^ theirs)))
        bound, agreed = bound + len(ours[key]), agreed + len(ours[key] & theirs)
        different += len(ours[key] ^ theirs)
    table(["partner", "bound", "refused", "back from doubt", "differences settled", "ledgers differ"], lines)
    doubt = sum(not row.ended for row in rows)
    accounts = [row for row in done.rows if row.account]
    live = sum(row.state == "live" for row in accounts)
    refused = len(done.filed.refused) + sum(row.state == "refused" for row in accounts)
    counted = (
        f"{live} confirmed on both sides, {refused} refused with reason, {sum(not r.ended for r in accounts)} in doubt"
    )
    say(f"demo: {done.imported} imported, {counted}")
    said = f"{bound} bindings, {agreed} agreed on both sides, {doubt} in doubt, {different} different"
    say(f"demo: {len(played)} channels, {said}")
    return doubt == 0 and different == 0 and agreed == bound
