"""The control surface (JSON) and the clerk's page (HTML): our own convention, reachable from this machine only."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from .partner import Call, Said, Simulated


def control(partner: Simulated, call: Call) -> Said:
    """Answer a call to the control surface or the page. Nonsense gets a 400 with words."""
    if call.method != "POST":
        return _read(partner, call)
    try:
        if call.path.startswith("/_sim/"):
            command(partner, call.path.removeprefix("/_sim/"), json.loads(call.body or b"{}"), call.at)
            return Said(b"{}")
        press(partner, call.path, dict(parse_qsl(call.body.decode())), call.at)
    except (ValueError, KeyError, TypeError) as error:
        return Said(json.dumps({"error": str(error)}).encode(), 400)
    # Back to the page, so that reloading does not press the button again.
    return Said(b"", 303, "text/plain", {"Location": "/"})


def _read(partner: Simulated, call: Call) -> Said:
    # Looking is a moment too: what is due by now is decided before it is shown.
    partner.ripen(call.at)
    if call.path == "/_sim/ledger":
        count = partner.books.ask("SELECT count(*) AS n FROM requests")[0]["n"]
        return Said(json.dumps(partner.report() | {"requests": count}).encode())
    if call.path == "/_sim/health":
        return Said(b'{"ok":true}')
    if call.path == "/_sim/requests":
        rows = partner.books.ask("SELECT no, at, path, fault, answered, length(raw) AS size FROM requests ORDER BY no")
        return Said(json.dumps(rows).encode())
    if call.path == "/":
        return Said(partner.page(call.at).encode(), kind="text/html; charset=UTF-8")
    return Said(b'{"error":"there is no such page"}', 404)


def press(partner: Simulated, path: str, fields: dict[str, str], at: float) -> None:
    """A button of the clerk's page."""
    if path == "/clerk/scenario":
        partner.script.set(fields.get("scenario", ""), customer_code=fields.get("customer_code", ""))
    else:
        partner.act(path, fields, at)


def command(partner: Simulated, name: str, values: dict[str, Any], at: float) -> None:
    """A command of the control surface; raises ValueError for an unknown one."""
    if name == "scenario":
        partner.script.set(**values)
    elif name == "clock":
        partner.offset = timedelta(seconds=float(values["offset_seconds"]))
    elif name == "outage":
        partner.script.outage_until = at + float(values["seconds"])
    elif name == "settle":
        # Seconds, some thirty years: everything that waits is due by then.
        partner.ripen(at + 10**9)
    else:
        partner.command(name, values, at)
