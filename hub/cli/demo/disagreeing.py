"""Partners change records on their own; lists and callbacks show it; two people settle what does not resolve itself."""

import time
from collections import Counter

from hub.app import Hub
from hub.domain.staff.posts import Actor
from hub.operations.channels import schedules
from hub.operations.reconciliation import differences, list_runs

from ..screen import progress, say, table
from . import made_up
from .carriers import device
from .played import Partner

# Seconds to wait until all lists are read.
PATIENCE = 60
Settled = dict[str, int]


def act(played: dict[str, Partner]) -> None:
    """At Postal's counter one passbook is changed (later corrected); at the carriers devices fail or change hands."""
    postal = played["postal"]
    first = postal.ledger()["agreements"][0]
    postal.call("/_sim/change", no=first["no"], medium=made_up.passbook(999))
    telecom, mobile = played["telecom"], played["mobile"]
    telecom.call("/_sim/beyond_repair", no=telecom.ledger()["agreements"][4]["no"])
    mobile.call("/_sim/separate", no=mobile.ledger()["agreements"][5]["no"])
    lent = mobile.ledger()["agreements"]
    mobile.call("/_sim/bind", no=lent[7]["no"], device=device("mobile", 6))


def play(hub: Hub, clerk: Actor, played: dict[str, Partner]) -> Settled:
    """What the partners do, found and settled; {channel: how many were settled}."""
    act(played)
    read_all(hub, clerk, played)
    chief = made_up.second(hub.office)
    with hub.office.desk(clerk) as desk:
        rows = differences.list_differences(desk)
    table(
        ["partner", "customer", "differs", "ours", "theirs"],
        [(line.channel, line.customer_code, line.what, brief(line.ours), brief(line.theirs)) for line in rows],
    )
    mend(played)
    read_all(hub, clerk, played)
    with hub.office.desk(clerk) as desk:
        left = differences.list_differences(desk)
    for line in left:
        hub.office.perform(clerk, differences.propose, line.id, "explained", "已电话核实,对方次日更正")
        hub.office.perform(chief, differences.confirm, line.id)
    with hub.office.desk(clerk) as desk:
        still = {line.id for line in differences.list_differences(desk)}
    seen = {line.id: line for line in [*rows, *left]}
    alone = seen.keys() - {line.id for line in left}
    say(f"differences: {len(seen)} found, {len(alone)} agreed again by themselves, {len(left)} by two people")
    return dict(Counter(line.channel for line in seen.values() if line.id not in still))


def brief(side: dict[str, str]) -> str:
    """One side of a difference in a line."""
    return ", ".join(f"{name} {side[name]}" for name in ("customer", "ending", "state") if side.get(name))


def mend(played: dict[str, Partner]) -> None:
    """The partners correct what was wrong on their side."""
    postal, mobile = played["postal"], played["mobile"]
    first = postal.ledger()["agreements"][0]
    postal.call("/_sim/change", no=first["no"], medium=made_up.passbook(made_up.FIRST["postal"]))
    agreements = mobile.ledger()["agreements"]
    for number in (7, 6):
        mobile.call("/_sim/bind", no=agreements[number]["no"], device=device("mobile", number))


def read_all(hub: Hub, clerk: Actor, played: dict[str, Partner]) -> None:
    """Have the worker read each partner's whole list now, and wait until all runs are done."""
    with hub.office.desk(clerk) as desk:
        known = schedules.list_schedules(desk)
    lists = {schedule.channel: schedule.name for schedule in known if schedule.mode == "full"}
    # Runs that are over already, so that only those asked for now count as fresh.
    before = {number for name in lists.values() for number in start(hub, clerk, name)}
    end = time.monotonic() + PATIENCE
    with progress("lists") as bar:
        while time.monotonic() < end:
            with hub.office.desk(clerk) as desk:
                runs = list_runs.list_runs(desk)
            fresh = {run.channel for run in runs if run.no not in before and run.mode == "full" and run.outcome}
            bar(len(fresh), len(lists))
            if len(fresh) == len(lists):
                return
            time.sleep(0.5)


def start(hub: Hub, clerk: Actor, name: str) -> set[int]:
    """Ask for a run, once the one before has ended; the numbers of the list runs that were over then."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with hub.office.desk(clerk) as desk:
                over = {run.no for run in list_runs.list_runs(desk) if run.outcome}
                schedules.run_now(desk, name)
            return over
        except schedules.AlreadyUnderWay:
            # Its list is read, and the job that read it is just being closed; or the clock began one.
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
