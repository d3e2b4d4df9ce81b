"""Callbacks a second at the door: kept sealed, verified, heard; a comparer works beside. The floor: bare answers."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from hub_telecom.callbacks import signature

from hub import server
from hub.app import Hub
from hub.channels.host import Partners
from hub.registry.reconciliation import marks
from hub.settings import HubSettings
from tests.support import people
from tests.support.sims import sim, works_for

from .place import ROOT, Place, say

CALLS = 1500


def knocked(place: Place, address: str, lines: list[dict[str, object]]) -> float:
    """How many of these a second the server answers."""
    path = place.folder / "calls.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    parts = urlsplit(address)
    command = [sys.executable, "-m", "bench.knock", str(parts.hostname), str(parts.port), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=True)
    found = json.loads(done.stdout)
    assert found["wrong"] == 0, found
    return float(found["rate"])


@contextmanager
def comparer(place: Place) -> Iterator[float]:
    """A worker's comparer in a process of its own; gives the moment when it was there."""
    command = [sys.executable, "-m", "bench.comparer", place.store.url, "telecom"]
    child = subprocess.Popen(command, cwd=ROOT)
    try:
        time.sleep(3)
        yield time.monotonic()
    finally:
        child.terminate()
        child.wait(10)


def caught_up(place: Place) -> float:
    """When nothing is left to compare."""
    while True:
        with place.store.transaction() as tx:
            if not marks.waiting(tx):
                return time.monotonic()
        time.sleep(0.05)


def measure(place: Place) -> None:
    """Pushes of made-up customers' handsets, each another one."""
    with sim("telecom", place.folder / "telecom") as carrier:
        runtime = works_for(place.store, {"telecom": carrier})
        with runtime.office.desk(people.CLERK) as desk:
            codes = [people.customer(desk, number, authorised=False).code for number in range(1, CALLS + 1)]
        settings = runtime.ready["telecom"].settings
        stamp = str(int(time.time()))
        pushes: list[dict[str, object]] = []
        for number, code in enumerate(codes):
            record = {"agreementNo": f"TB{number:010d}", "agreementState": "SIGNED", "validUntil": "2029-01-01"}
            record |= {"licenceNo": "", "custCode": code, "imei": f"86{number:013d}", "deviceState": "BOUND"}
            record |= {"formerImei": "", "changedAt": "2026-11-20T09:00:00+08:00"}
            body = json.dumps({"eventNo": f"EV{number}", "eventType": "HANDSET_BOUND", "data": record})
            signed = {"X-CTG-Timestamp": stamp, "X-CTG-Signature": signature(stamp, body.encode(), settings)}
            pushes.append({"method": "POST", "path": "/callbacks/telecom", "body": body, "headers": signed})
        bare = [{"method": "GET", "path": "/health/live", "body": "", "headers": {}}] * CALLS
        given = HubSettings(data=Path(place.folder), allow_loopback_partners=True)
        served = Hub(given, runtime.office, Partners(dict(runtime.partners)))
        with server.listen("127.0.0.1", 0) as listener, server.aside(served, listener) as address:
            floor = knocked(place, address, bare)
            with comparer(place) as begun:
                rate = knocked(place, address, pushes)
                behind = caught_up(place) - (begun + CALLS / rate)
    say("callbacks/s, each of another customer", f"{rate:.0f}/s", f"{floor:.0f}/s, answered bare", "-")
    say("the comparer's last word, after the last callback", f"{max(behind, 0):.1f} s", "-", "-")
