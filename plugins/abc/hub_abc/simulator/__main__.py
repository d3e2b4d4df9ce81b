"""Start the simulator: python -m hub_abc.simulator --port 0 --data DIR."""

import argparse

from hub.simulation import Books, Script, Started, basics, run

from .bank import RESEND_SECONDS, TABLES, Bank
from .gateway import Gateway, load, make_keys
from .scenarios import FAULTS, ROWS
from .server import Abc

MERCHANT = "103899999999901"
"""The made-up merchant that this bank knows."""


def arguments() -> argparse.Namespace:
    """What can be set from the command line."""
    parser = basics("abc", 8811, __doc__)
    parser.add_argument("--signature", choices=["SHA1withRSA", "SHA256withRSA"], default="SHA1withRSA")
    parser.add_argument("--charset", choices=["UTF-8", "GB18030"], default="UTF-8")
    parser.add_argument("--resend-seconds", type=float, default=RESEND_SECONDS)
    return parser.parse_args()


def build(given: argparse.Namespace) -> Started:
    """The bank with its books, keys and scenarios."""
    key, public = make_keys(given.data, "bank")
    other, _ = make_keys(given.data, "other")
    secret, _ = make_keys(given.data, "client")
    client = load(secret).public_key()
    gateway = Gateway(load(key), load(other), client, MERCHANT, given.signature, given.charset)
    books = Books(given.data / "ledger.sqlite", TABLES)
    bank = Bank(books, Script(frozenset(ROWS), FAULTS), given.settle, resend_seconds=given.resend_seconds)
    settings = {
        "merchant_id": MERCHANT,
        "private_key": secret.read_text(),
        "bank_public_key": public.read_text(),
        "signature": given.signature,
        "charset": given.charset,
    }
    return Started(Abc(bank, gateway, given.callback_url), settings)


if __name__ == "__main__":
    run(arguments(), build)
