"""Partners that answer one byte a second beside a quick bank: how much later the quick one's asks end.

Rounds alternate: alone, beside, alone, beside … on one worker that is warm. In a round alone the slow channels are
paused and their calls have ended; in a round beside each of them has as many calls under way as it may.
"""

import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from hub.domain.capabilities import Capability
from hub.engine.runtime import WorkerRuntime
from hub.operations.carriers import announce
from hub.operations.channels import control as channel_control
from hub.operations.settlement.accounts import bind_account
from hub.ports import new_id, now
from hub.registry.channels import state as channel_state
from hub.registry.schema import Agreement, Ask
from tests.support import people
from tests.support.sims import Sim, sim, works_for

from .place import ROOT, Place, say

ASKS, GAP, ROUNDS, CROWD = 40, 0.1, 3, 16
DEADLINE = "15"
"""Seconds that a slow call holds its place: longer than a round."""
SLOW = {
    "telecom": ("customers",),
    "abc": ("EntrustSignReq", "EntrustQuerySign"),
    "mobile": ("customer", "customer-result"),
}
"""The slow partners, and which of their interfaces drip."""


def filed(runtime: WorkerRuntime, first: int) -> list[UUID]:
    """Cards filed at ICBC, one every tenth of a second."""
    found = []
    for number in range(first, first + ASKS):
        with runtime.office.desk(people.CLERK) as desk:
            row = people.customer(desk, number)
            found.append(bind_account(desk, people.request(desk, row, number)))
        time.sleep(GAP)
    return found


def waits(place: Place, ids: list[UUID]) -> list[float]:
    """Seconds of each ask from the click to the bank's answer taken."""
    until = time.monotonic() + 60
    while True:
        with place.store.transaction() as tx:
            rows = list(tx.scalars(select(Ask).where(Ask.id.in_(ids))))
        found = [(row.changed_at - row.asked_at).total_seconds() for row in rows if row.sent_at]
        if len(found) == len(ids) or time.monotonic() > until:
            return found
        time.sleep(0.5)


def crowd(runtime: WorkerRuntime, channel: str, first: int) -> None:
    """So many asks of a slow channel."""
    for number in range(first, first + CROWD):
        with runtime.office.desk(people.CLERK) as desk:
            row = people.customer(desk, number)
            right = people.authorise(desk, row, channel)
            if channel == "abc":
                bind_account(desk, people.request(desk, row, number, channel=channel))
                continue
            right.purpose = "ordering"
            row.values = {"order_day": "3"}
            given = {"channel": channel, "agreement_no": f"TB{number}", "state": "live"}
            kind = "two_party" if channel == "mobile" else "tri_party"
            agreement = Agreement(id=new_id(), customer_id=row.id, kind=kind, signed_on=date(2026, 1, 5), **given)
            desk.tx.add(agreement)
            desk.tx.flush()
            announce(desk, one_by_one(runtime.office.channels[channel]), agreement)


def one_by_one(capability: Capability) -> Capability:
    """The channel as if it took no packages: each announcement is a call of its own."""
    return replace(capability, verbs={name: verb for name, verb in capability.verbs.items() if not verb.batch})


def under_way(place: Place, channels: list[str]) -> int:
    """Calls of these channels."""
    query = select(func.count()).select_from(Ask).where(Ask.channel.in_(channels), Ask.lease_until > now())
    with place.store.transaction() as tx:
        return tx.scalar(query) or 0


def stop(place: Place, runtime: WorkerRuntime, channels: list[str]) -> None:
    """Stop the slow channels, and wait until none of their calls is under way."""
    for channel in channels:
        runtime.office.perform(people.CENTRE, channel_control.pause, channel, "bench")
    until = time.monotonic() + 60
    while under_way(place, channels):
        if time.monotonic() > until:
            raise TimeoutError(f"{channels} do not end")
        time.sleep(0.2)


def go(place: Place, runtime: WorkerRuntime, channels: list[str], first: int) -> int:
    """Give each slow channel a new crowd and a closed breaker, and let it go; how many calls they hold together."""
    for number, channel in enumerate(channels):
        crowd(runtime, channel, first + 100 * number)
        with place.store.transaction() as tx:
            state = channel_state.get(tx, channel, lock=True)
            state.breaker, state.failures, state.retry_at, state.probing_until = "closed", 0, None, None
        runtime.office.perform(people.CENTRE, channel_control.resume, channel)
    time.sleep(1.5)
    return under_way(place, channels)


def compared(place: Place, runtime: WorkerRuntime, channels: list[str], first: int) -> None:
    """Rounds alone and beside, in turn, and the line about them."""
    alone: list[float] = []
    beside: list[float] = []
    held: list[int] = []
    for number in range(first, first + 2000 * ROUNDS, 2000):
        stop(place, runtime, channels)
        alone += waits(place, filed(runtime, number))
        held.append(go(place, runtime, channels, number + 500))
        beside += waits(place, filed(runtime, number + 1000))
        held.append(under_way(place, channels))
    stop(place, runtime, channels)
    quiet, disturbed = p95(alone), p95(beside)
    said = f"{disturbed * 1000:.0f} ms = {(disturbed / quiet - 1) * 100:+.0f} %"
    name = f"p95 beside {len(channels)} of 1 byte/s, {min(held)}-{max(held)} calls held"
    say(name, said, f"{quiet * 1000:.0f} ms, alone", "< 10 % more")


def p95(found: list[float]) -> float:
    """The 95th of a hundred."""
    return statistics.quantiles(found, n=100)[94]


def measure(place: Place) -> None:
    """ICBC beside one, then beside three slow partners."""
    limits = {"hub.result_after": "3600", "hub.deadline": DEADLINE}
    with ExitStack() as opened:

        def start(plugin: str, *options: str) -> Sim:
            return opened.enter_context(sim(plugin, Path(place.folder) / plugin, *options))

        sims = {"icbc": start("icbc", "--settle", "3600"), **{channel: start(channel) for channel in SLOW}}
        runtime = works_for(place.store, sims, **limits)
        for channel, paths in SLOW.items():
            runtime.office.perform(people.CENTRE, channel_control.pause, channel, "bench")
            for path in paths:
                sims[channel].post("/_sim/scenario", scenario="drip", path=path, times=5000)
        command = [sys.executable, "-m", "bench.house", place.store.url, *sims]
        place.workers.append(subprocess.Popen(command, cwd=ROOT))
        time.sleep(5)
        waits(place, filed(runtime, 1))
        compared(place, runtime, ["telecom"], 10_001)
        compared(place, runtime, list(SLOW), 30_001)
