"""Asks a second with one and two workers, beside a bare loop over the same transport with one commit each."""

import asyncio
import time
from pathlib import Path

from sqlalchemy import text

from hub.channels.talk import Record, Talk
from hub.engine.runtime import Envelope
from hub.ports import new_id, now
from tests.support import people

from .place import Place, say

ASKS, BEHIND = 500, 200
"""Asks whose time is taken, and those that still wait behind them, so that the workers are never short of work."""


def bare(place: Place) -> float:
    """The same call in a loop, one after the other, tried again on 503, one commit each; calls a second."""
    ready = place.runtime.ready["icbc"]
    line = place.runtime.line(ready)

    async def mark(request: object, last: Record) -> Record:
        return last

    async def loop() -> float:
        began = time.monotonic()
        for number in range(100):
            key = f"{9 * 10**23 + number}"
            values = {"key": key, "settings": ready.settings, "now": now(), "customer_code": f"99{number:010d}"}
            values |= {
                "holder_name": "甲",
                "card_number": people.Secret(people.card(number)),
                "id_number": people.Secret(""),
            }
            conversation = ready.partner.talk("bind_card", **values)
            request = next(conversation)
            outcome = None
            while outcome is None or outcome.ending == "busy":
                talk = Talk(line, Envelope(ready, key), conversation, request, Record(new_id().hex), mark)
                outcome = await talk.run()
            with place.owner.transaction() as tx:
                tx.execute(text("INSERT INTO bare VALUES (:key)"), {"key": key})
        await place.runtime.close()
        return 100 / (time.monotonic() - began)

    with place.owner.transaction() as tx:
        tx.execute(text("CREATE TABLE bare (key text)"))
    return asyncio.run(loop())


def measure(place: Place) -> None:
    """One worker, then two, on the same number of waiting asks."""
    place.open_bank("--latency-ms", "20", "--fail-every", "5", "--settle", "3600")
    floor = bare(place)
    for workers in (1, 2):
        place.held(1 + workers * 10_000, ASKS + BEHIND, workers)
        done = place.packages()
        rate = ASKS / place.until(done + ASKS)
        place.until(done + ASKS + BEHIND)
        goal = ">= 0.8 x" if workers == 1 else ">= 1.5 x"
        say(
            f"asks/s, {workers} worker(s), 20 ms, 20 % 503",
            f"{rate:.0f}/s = {rate / floor:.2f} x",
            f"{floor:.0f}/s",
            goal,
        )
    status = Path(f"/proc/{place.workers[0].pid}/status").read_text()
    memory = int(status.split("VmRSS:")[1].split()[0]) // 1024
    say("memory of a worker", f"{memory} MB", "-", "<= 200 MB")
