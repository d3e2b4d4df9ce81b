"""The main job on examples/: a list imported, accounts bound at a bank that misbehaves, both ledgers compared."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.request import Request, urlopen

import typer

from hub import server
from hub.app import Hub, open_hub
from hub.domain.people import Actor
from hub.operations import channel_desk, demo_data, onboarding, packages, rights
from hub.ports import today
from hub.registry import embedded
from hub.settings import HubSettings

from .running import beside
from .screen import progress, say, table

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "new-entrants.xlsx"
CHANNEL = "icbc"
PATIENCE = 180
"""Seconds after which the demo gives up waiting."""
SCENARIOS = {
    3: ("agreement_name_mismatch", "银行户名不符"),
    5: ("agreement_id_mismatch", "银行证件不符"),
    8: ("drop_after_work", "银行办完,应答丢失"),
    9: ("agreement_pending", "银行处理中,稍后成功"),
    12: ("agreement_doubtful_then_done", "银行通讯可疑,后成功"),
    14: ("agreement_doubtful_then_refused", "银行通讯可疑,后拒绝"),
    16: ("system_code", "网关超时,实际已办"),
    18: ("http_502_html", "网关 502,实际已办"),
    20: ("account_closed", "账户已销户"),
}
"""What the bank does to which customer, by place in the list."""
Ledger = dict[str, Any]


def demo(
    serving: Annotated[bool, typer.Option("--serve", help="Keep it running for a person in a browser.")] = False,
    data: Annotated[Path, typer.Option(help="Folder of the demo; emptied first.")] = Path("data/demo"),
    port: Annotated[int, typer.Option(help="Port of the console with --serve.")] = 8000,
) -> None:
    """Import, bind, doubt, confirm: the whole way against a simulated bank, then compare both ledgers."""
    with suppress(FileNotFoundError):
        embedded.stop(data)
        shutil.rmtree(data)
    data.mkdir(parents=True)
    settings = HubSettings(data=data, allow_loopback_partners=True)
    with partner(CHANNEL, data / CHANNEL) as address, hub_on(settings) as hub:
        clerk = demo_data.people(hub.office)
        connect(hub, CHANNEL, data / CHANNEL)
        if serving:
            with others(hub, data, port) as found:
                table(["partner", "its clerk's page"], [(CHANNEL, address), *found])
                serve(hub, port)
            return
        with worker(data):
            good = run(hub, clerk, address)
    raise typer.Exit(0 if good else 1)


@contextmanager
def hub_on(settings: HubSettings) -> Iterator[Hub]:
    """A hub on a fresh embedded database, which is stopped at the end."""
    say("starting database, bank and hub …")
    hub = open_hub(settings)
    try:
        yield hub
    finally:
        hub.close()
        embedded.stop(settings.data)


@contextmanager
def others(hub: Hub, data: Path, port: int) -> Iterator[list[tuple[str, str]]]:
    """The other installed partners, played as well: they hear the hub, and the hub hears them."""
    with ExitStack() as playing:
        found = []
        for key in sorted(hub.partners.partners.keys() - {CHANNEL}):
            call_back = ("--callback-url", f"http://127.0.0.1:{port}/callbacks/{key}")
            found.append((key, playing.enter_context(partner(key, data / key, *call_back))))
            connect(hub, key, data / key)
        yield found


@contextmanager
def partner(key: str, folder: Path, *options: str) -> Iterator[str]:
    """A simulated partner in a process of its own; gives its address."""
    command = [sys.executable, "-m", "hub.cli", "simulator", key, "--port", "0", "--data", str(folder), *options]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield f"http://127.0.0.1:{json.loads(child.stdout.readline())['port']}"
    finally:
        child.terminate()
        child.wait(10)


@contextmanager
def worker(data: Path) -> Iterator[None]:
    """A worker in a process of its own."""
    given = {
        "PARTNERHUB_DATA": str(data),
        "PARTNERHUB_ALLOW_LOOPBACK_PARTNERS": "true",
        "PARTNERHUB_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "hub.cli", "worker"]
    child = subprocess.Popen(command, env={**os.environ, **given}, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


def connect(hub: Hub, key: str, folder: Path) -> None:
    """Give the channel its settings, limits that keep the demo short, and a confidentiality agreement."""
    values = {name: str(value) for name, value in json.loads((folder / "settings.json").read_text()).items()}
    limits = {"hub.rate": "50/s", "hub.deadline": "5", "hub.settles_within": "3", "hub.batch": "60"}
    hub.office.perform(demo_data.CENTRE, channel_desk.save_settings, key, {**values, **limits})
    if key != CHANNEL:
        until = today() + timedelta(days=365)
        hub.office.perform(demo_data.CENTRE, rights.record_confidentiality, key, f"保密-{key}", today(), until)


def call(address: str, path: str, **values: Any) -> Any:
    """Talk to the simulator's control surface."""
    body = json.dumps(values).encode() if values else None
    with urlopen(Request(address + path, body), timeout=10) as answer:
        return json.load(answer)


def run(hub: Hub, clerk: Actor, address: str) -> bool:
    """The main job; True when nothing is in doubt and both ledgers agree."""
    with progress("import") as bar, hub.office.desk(clerk) as desk:
        preview = onboarding.preview_import(desk, EXAMPLE.name, EXAMPLE.read_bytes())
        imported = onboarding.apply_import(desk, preview.id, bar)
    show_import(imported)
    filed = file_all(hub, clerk, address)
    say(f"filed at the bank: {len(filed.asks)}; refused before anything left: {len(filed.refused)}")
    table(["rule", "refused before sending"], [(each.article, each.sentence("en")) for each in filed.refused])
    call(address, "/_sim/outage", seconds=4)
    say("the bank is down for 4 seconds …")
    rows = wait(hub, clerk)
    return report(hub, clerk, imported.good, filed, rows, call(address, "/_sim/ledger"))


def show_import(run: Any) -> None:
    """What the list brought, and what is wrong in which cell."""
    say(f"{EXAMPLE.name}: {run.lines} lines, {run.good} imported, {run.bad} returned")
    cells = run.problems["cells"]
    table(
        ["line", "column", "problem", "mend"], [(c["line"], c["column"], c["problem"][0], c["mend"][0]) for c in cells]
    )


def file_all(hub: Hub, clerk: Actor, address: str) -> demo_data.Filed:
    """Bind every imported customer: the first twenty-four at once, the others with a package."""
    filed = demo_data.Filed()
    with hub.office.desk(clerk) as desk:
        codes = demo_data.codes(desk)
    for place, (scenario, _) in SCENARIOS.items():
        call(address, "/_sim/scenario", scenario=scenario, customer_code=codes[place])
    with progress("bind") as bar:
        for place, code in enumerate(codes):
            demo_data.file(hub.office, clerk, CHANNEL, code, place, filed)
            bar(place + 1, len(codes))
    hub.office.perform(clerk, packages.send_package, CHANNEL)
    return filed


def wait(hub: Hub, clerk: Actor) -> list[demo_data.Row]:
    """Until each ask has ended, or patience has."""
    end = time.monotonic() + PATIENCE
    with progress("agree") as bar:
        while True:
            with hub.office.desk(clerk) as desk:
                rows = demo_data.rows(desk)
            ended = sum(row.ended for row in rows)
            bar(ended, len(rows))
            if ended == len(rows) or time.monotonic() > end:
                return rows
            time.sleep(0.5)


def report(
    hub: Hub, clerk: Actor, imported: int, filed: demo_data.Filed, rows: list[demo_data.Row], books: Ledger
) -> bool:
    """What happened to whom, the comparison of the ledgers, and the last line."""
    placed = dict(enumerate(sorted(rows, key=lambda row: row.place)))
    told = [
        (row.code, words, row.state, row.reason, row.talks)
        for place, (_, words) in SCENARIOS.items()
        if (row := placed.get(place)) is not None
    ]
    table(["customer", "what the bank did", "ended", "reason", "talks"], told)
    ours = {row.code for row in rows if row.state == "live"}
    theirs = {row["pay_no"] for row in books["agreements"] if row["status"] == "1"}
    doubled = [row for row in books["agreements"] if row["times"] != 1]
    same = ours == theirs and not doubled
    say(
        f"ledgers: hub {len(ours)} live, bank {len(theirs)} in force, {len(ours ^ theirs)} different, {len(doubled)} doubled"
    )
    refused = len(filed.refused) + sum(row.state == "refused" for row in rows)
    doubt = sum(not row.ended for row in rows)
    counted = f"{len(ours)} confirmed on both sides, {refused} refused with reason, {doubt} in doubt"
    say(f"demo: {imported} imported, {counted}")
    return same and doubt == 0


def serve(hub: Hub, port: int) -> None:
    """The console with its worker, and who may sign in."""
    table(["login", "one-time password", "posts"], demo_data.passwords(hub.office))
    server.run(
        hub, "127.0.0.1", port, announce=lambda at: say(f"console on {at} — sign in as clerk"), lifespan=beside(hub)
    )
