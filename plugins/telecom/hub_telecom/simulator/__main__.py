"""Start the simulator: python -m hub_telecom.simulator --port 0 --data DIR."""

import argparse
import secrets
from datetime import UTC, datetime
from pathlib import Path

from hub.simulation import Script, Started, basics, kept, run

from .gateway import Door
from .ledger import Ledger
from .listing import Shelf
from .orders import Orders
from .pushes import Pusher
from .scenarios import FAULTS, ROWS
from .server import Telecom

REGION = "8370100"


def arguments() -> argparse.Namespace:
    """What can be set from the command line."""
    parser = basics("telecom", 8840, __doc__)
    parser.set_defaults(page=5000)
    parser.add_argument("--app-id", default="partnerhub-made-up")
    parser.add_argument("--bindings", type=int, default=0, help="made-up agreements with a handset in the list")
    parser.add_argument("--limit", type=int, default=60_000, help="calls a minute before 429")
    parser.add_argument("--monthly", type=int, default=20, help="announcements of one number in a month before -5")
    return parser.parse_args()


def key(folder: Path, name: str) -> str:
    """A key of this run's folder, made at the first call."""
    return kept(folder / f"{name}.key", lambda: secrets.token_hex(24).encode()).decode()


def build(given: argparse.Namespace) -> Started:
    """The carrier with its books, keys and scenarios."""
    app_key, callback_key, other = (key(given.data, name) for name in ("app", "callback", "other"))
    ledger, script = Ledger(given.data / "ledger.sqlite"), Script(ROWS, FAULTS)
    pusher = Pusher(ledger, script, given.callback_url, given.app_id, callback_key, other, lambda: datetime.now(UTC))
    orders = Orders(ledger, script, pusher, given.bindings, given.settle, given.monthly)
    door = Door(given.app_id, app_key, REGION, given.limit)
    telecom = Telecom(script, door, orders, Shelf(ledger, given.bindings, given.page))
    settings = {"app_id": given.app_id, "app_key": app_key, "region_id": REGION, "callback_key": callback_key}
    return Started(telecom, settings, {"app_id": given.app_id, "region_id": REGION, "bindings": given.bindings})


if __name__ == "__main__":
    run(arguments(), build)
