"""Start the simulator: python -m hub_mobile.simulator --port 0 --data DIR."""

import argparse
import secrets
from datetime import UTC, datetime
from pathlib import Path

from hub.simulation import Script, Started, basics, kept, run

from .business import Business
from .door import Door
from .ledger import Ledger
from .listing import Shelf
from .pushes import Pusher
from .scenarios import FAULTS, ROWS
from .server import Mobile

HALF_HOUR = 1800.0


def arguments() -> argparse.Namespace:
    """What can be set from the command line."""
    parser = basics("mobile", 8851, __doc__)
    parser.set_defaults(page=5000)
    parser.add_argument("--app-id", default="partnerhubmadeup")
    parser.add_argument("--way", choices=("token", "wsse"), default="token")
    parser.add_argument("--bindings", type=int, default=0, help="made-up agreements with a device in the list")
    parser.add_argument("--limit", type=int, default=60_000, help="calls a minute before 429")
    parser.add_argument("--lock", type=float, default=HALF_HOUR, help="seconds in which a number is not changed again")
    return parser.parse_args()


def key(folder: Path, name: str) -> str:
    """A key of this run's folder, made at the first call."""
    return kept(folder / f"{name}.key", lambda: secrets.token_hex(24).encode()).decode()


def build(given: argparse.Namespace) -> Started:
    """The carrier with its books, keys and scenarios."""
    password, push_key, other = (key(given.data, name) for name in ("password", "push", "other"))
    ledger, script = Ledger(given.data / "ledger.sqlite"), Script(ROWS, FAULTS)
    pusher = Pusher(ledger, script, given.callback_url, given.app_id, push_key, other, lambda: datetime.now(UTC))
    business = Business(ledger, script, pusher, given.bindings, given.settle, given.lock)
    door = Door(ledger, given.app_id, password, given.way, given.limit)
    mobile = Mobile(script, door, business, Shelf(ledger, given.bindings, given.page))
    settings = {"app_id": given.app_id, "password": password, "push_key": push_key, "way": given.way}
    return Started(mobile, settings, {"app_id": given.app_id, "bindings": given.bindings})


if __name__ == "__main__":
    run(arguments(), build)
