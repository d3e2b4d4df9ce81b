"""Start the simulator: python -m hub_icbc.simulator --port 0 --data DIR."""

import argparse

from hub.simulation import Script, Started, basics, run

from .gateway import Gateway, load_private, load_public, make_keys
from .interfaces import Bank, Company
from .ledger import Ledger
from .scenarios import FAULTS, ROWS
from .server import Icbc

COMPANY = {
    "cis": "999000000000001",
    "contract_no": "BDP999000001",
    "account": "9990000109000000019",
    "login_id": "partnerhub.c.9990",
}
"""The made-up company that this bank knows."""


def arguments() -> argparse.Namespace:
    """What can be set from the command line."""
    parser = basics("icbc", 8810, __doc__)
    parser.add_argument("--app-id", default="10000000000000009999")
    parser.add_argument("--reply-hash", choices=["SHA1", "SHA256"], default="SHA1")
    return parser.parse_args()


def build(given: argparse.Namespace) -> Started:
    """The bank with its books, keys and scenarios."""
    key, public = make_keys(given.data, "gateway")
    other, _ = make_keys(given.data, "other")
    secret, client = make_keys(given.data, "client")
    gateway = Gateway(load_private(key), load_private(other), load_public(client), given.app_id, given.reply_hash)
    script = Script(frozenset(ROWS), FAULTS)
    bank = Bank(Ledger(given.data / "ledger.sqlite"), script, Company(**COMPANY), given.settle, given.page)
    settings = {
        "app_id": given.app_id,
        "private_key": secret.read_text(),
        "gateway_public_key": public.read_text(),
        "cis": COMPANY["cis"],
        "login_id": COMPANY["login_id"],
        "contract_no": COMPANY["contract_no"],
        "company_account": COMPANY["account"],
        "company_name": "示例烟草公司",
        "reply_hash": given.reply_hash,
    }
    said = {
        "app_id": given.app_id,
        "client_key_file": str(secret),
        "gateway_public_key_file": str(public),
        **{f"company_{name}": value for name, value in COMPANY.items()},
    }
    return Started(Icbc(bank, gateway), settings, said)


if __name__ == "__main__":
    run(arguments(), build)
