"""Start the simulator: python -m hub_postal.simulator --port 0 --data DIR."""

import argparse
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

from hub.simulation import Script, Started, basics, kept, run

from .business import Business
from .door import Door
from .ledger import Ledger
from .pushes import Pusher
from .scenarios import FAULTS, ROWS
from .server import Postal
from .sop import Pair, Sop, new_pair


def arguments() -> argparse.Namespace:
    """What can be set from the command line."""
    parser = basics("postal", 8850, __doc__)
    parser.add_argument("--merchant-id", default="MADEUP0001")
    parser.add_argument("--app-id", default="900000000000000000001")
    parser.add_argument("--key-order", choices=["C1C2C3", "C1C3C2"], default="C1C2C3", help="of a locked message key")
    return parser.parse_args()


def pair(folder: Path, name: str) -> Pair:
    """A key pair of this run's folder, made at the first call."""

    def make() -> bytes:
        made = new_pair()
        return json.dumps({"public": made.public.hex(), "private": made.private.hex()}).encode()

    numbers = json.loads(kept(folder / f"{name}.key", make))
    return Pair(bytes.fromhex(numbers["public"]), bytes.fromhex(numbers["private"]))


def word(folder: Path, name: str, size: int) -> str:
    """A secret word of this run's folder."""
    return kept(folder / f"{name}.key", lambda: secrets.token_hex(size).encode()).decode()


def build(given: argparse.Namespace) -> Started:
    """The bank with its books, keys and scenarios."""
    bank, other, merchant = (pair(given.data, name) for name in ("bank", "other", "merchant"))
    iv = word(given.data, "iv", 8)
    sop = Sop(given.merchant_id, bank, other, merchant, iv.encode(), given.key_order == "C1C3C2")
    ledger, script = Ledger(given.data / "ledger.sqlite"), Script(ROWS, FAULTS)
    pusher = Pusher(ledger, script, sop, given.callback_url, lambda: datetime.now(UTC))
    business = Business(ledger, script, pusher, given.settle, given.page)
    settings = {
        "merchant_id": given.merchant_id,
        "app_id": given.app_id,
        "source_id": "99",
        "private_key": merchant.private.hex(),
        "bank_public_key": "04" + bank.public.hex().upper(),
        "iv": iv,
        "key_order": given.key_order,
        "message_secret": word(given.data, "message", 24),
    }
    told_at_start = {"merchant_id": given.merchant_id, "app_id": given.app_id}
    return Started(Postal(Door(sop, given.app_id, ledger), business), settings, told_at_start)


if __name__ == "__main__":
    run(arguments(), build)
