"""Start the simulator: python -m hub_abc.simulator --port 0 --data DIR."""

import argparse

from hub.simulation import Books, Script, Started, basics, run

from .bank import RESEND_SECONDS, TABLES, Bank
from .files import Files
from .gateway import Gateway, load, make_keys
from .scenarios import FAULTS, ROWS
from .server import Abc
from .sftp import FileDoor

# The made-up merchant that this bank knows.
MERCHANT = "103899999999901"


def arguments() -> argparse.Namespace:
    """What can be set from the command line."""
    parser = basics("abc", 8811, __doc__)
    parser.add_argument("--signature", choices=["SHA1withRSA", "SHA256withRSA"], default="SHA1withRSA")
    parser.add_argument("--charset", choices=["UTF-8", "GB18030"], default="UTF-8")
    parser.add_argument("--resend-seconds", type=float, default=RESEND_SECONDS)
    parser.add_argument("--sftp", nargs="?", choices=["password", "key"], const="password", help="files too, by SFTP")
    parser.add_argument("--line-end", choices=["CRLF", "LF"], default="CRLF")
    parser.add_argument("--empty-when-done", action="store_true", help="an empty reply file says that all is done")
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
    partner = Abc(bank, gateway, given.callback_url)
    if not given.sftp:
        return Started(partner, settings)
    end = "\r\n" if given.line_end == "CRLF" else "\n"
    partner.files = Files(bank, given.data / "exchange", given.settle, end, given.empty_when_done)
    return Started(partner, settings, beside=FileDoor(partner.files, given.data, given.sftp == "key").open)


if __name__ == "__main__":
    run(arguments(), build)
