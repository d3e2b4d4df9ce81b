"""The demo: a list imported, accounts bound and devices announced at five partners that misbehave, ledgers compared."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from hub import server
from hub.app import Hub, open_hub
from hub.domain.staff.posts import Actor
from hub.operations.onboarding import imports
from hub.registry.database import embedded
from hub.settings import HubSettings

from ..customers import show_cells
from ..screen import progress, say, say_no, table
from ..serving import Ending, end_at_sigterm
from . import banks, carriers, compared, disagreeing, folder, made_up
from .played import Partner, partners, worker

EXAMPLE = Path(__file__).parent.parent.parent.parent / "examples" / "new-entrants.xlsx"
# Seconds between looks at whether the process was told to end.
LOOKS = 0.5


app = typer.Typer(add_completion=False)


@app.command()
def demo(
    serving: Annotated[bool, typer.Option("--serve", help="Keep it running for a person in a browser.")] = False,
    data: Annotated[Path, typer.Option(help="The demo's own folder: made by it, and emptied first.")] = Path(
        "data/demo"
    ),
    port: Annotated[
        int, typer.Option(help="Port of the console with --serve; 0: any free one.", envvar="PARTNERHUB_PORT")
    ] = 8000,
    empty: Annotated[
        bool, typer.Option("--empty", help="With --serve: people and partners, but no customers.")
    ] = False,
) -> None:
    """Import, bind, announce, doubt, differ, agree: the whole way against simulated partners, both ledgers compared."""
    # Leaving the blocks ends the partners, the worker and the database.
    ending = end_at_sigterm()
    forget_other_hubs()
    try:
        with server.listen("127.0.0.1", port if serving else 0) as listener, folder.own(data):
            good = play(data, listener, serving, empty, ending)
    except folder.NotTheDemos as refusal:
        say_no(refusal)
        raise typer.Exit(2) from None
    raise typer.Exit(0 if good else 1)


def forget_other_hubs() -> None:
    """Drop another hub's settings from the environment: the demo would use its database or mail server."""
    for name in list(os.environ):
        if name.upper().startswith("PARTNERHUB_") and name.upper() != "PARTNERHUB_LOG_LEVEL":
            del os.environ[name]


def play(data: Path, listener: socket.socket, serving: bool, empty: bool, ending: Ending) -> bool:
    """Play the whole way on a hub in this empty folder, or keep people and partners running; True if all is well."""
    settings = HubSettings(data=data, allow_loopback_partners=True)
    with hub_on(settings) as hub:
        clerk = made_up.people(hub.office)
        imported = None if empty else import_list(hub, clerk)
        # In this order: the partners are told the address to which they send callbacks; the worker finds them running.
        with server.aside(hub, listener) as address, partners(hub, data, address) as playing, worker(data):
            if not serving:
                return run(hub, clerk, playing, imported)
            if not empty:
                start(hub, clerk, playing)
            keep_open(hub, playing, address, ending)
    return True


@contextmanager
def hub_on(settings: HubSettings) -> Iterator[Hub]:
    """A hub on a fresh embedded database, which is stopped at the end."""
    say("starting database, partners and hub …")
    hub = open_hub(settings)
    try:
        yield hub
    finally:
        hub.close()
        embedded.stop(settings.data)


def import_list(hub: Hub, clerk: Actor) -> Any:
    """The list of new entrants; a worker opens the tasks that follow from it."""
    with progress("import") as bar, hub.office.desk(clerk) as desk:
        preview = imports.preview_import(desk, EXAMPLE.name, EXAMPLE.read_bytes())
        imported = imports.apply_import(desk, preview.id, bar)
    show_import(imported)
    return imported


def start(hub: Hub, clerk: Actor, played: dict[str, Partner]) -> made_up.Filed:
    """Accounts at the banks and devices at the carriers, filed and signed; from then on the worker carries them."""
    filed = banks.file_all(hub, clerk, played)
    banks.show_filed(filed)
    carriers.sign_all(hub, clerk, played)
    return filed


def run(hub: Hub, clerk: Actor, played: dict[str, Partner], imported: Any) -> bool:
    """From the filing on; True if nothing is in doubt and all ledgers agree."""
    filed = start(hub, clerk, played)
    # In the middle of the work: what is turned away now (503) has to go again later, under the same serial.
    played["icbc"].call("/_sim/outage", seconds=4)
    say("ICBC is down for 4 seconds; customers go to Postal's counter; ABC asks for SMS codes …")
    rows = banks.wait(hub, clerk, played)
    banks.show_ends(rows)
    carriers.show_refused(hub, clerk)
    settled = disagreeing.play(hub, clerk, played)
    return compared.report(hub, clerk, played, compared.Done(imported.good, filed, rows, settled))


def show_import(run: Any) -> None:
    """What the list brought, and what is wrong in which cell."""
    say(f"{EXAMPLE.name}: {run.lines} lines, {run.good} imported, {run.bad} returned")
    show_cells(run.problems["cells"])


def keep_open(hub: Hub, playing: dict[str, Partner], address: str, ending: Ending) -> None:
    """Say where the console is and who may sign in; then wait for a signal."""
    table(["partner", "its clerk's page"], [(partner.key, partner.address) for partner in playing.values()])
    table(["login", "one-time password", "posts"], made_up.passwords(hub.office))
    say(f"console on {address} — sign in as clerk; Ctrl-C ends it")
    while not ending.told:
        time.sleep(LOOKS)
