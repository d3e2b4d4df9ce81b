"""Start the simulator: python -m hub_icbc.simulator --port 0 --data DIR."""

import argparse
import asyncio
import json
import signal
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from .gateway import Gateway, load_private, load_public, make_keys
from .interfaces import Bank, Company
from .ledger import Ledger
from .scenarios import Script
from .server import Wire, serve

COMPANY = {
    "cis": "999000000000001",
    "contract_no": "BDP999000001",
    "account": "9990000109000000019",
    "login_id": "partnerhub.c.9990",
}
"""The made-up company that this bank knows."""


def arguments() -> argparse.Namespace:
    """What can be set from the command line."""
    parser = argparse.ArgumentParser(prog="partnerhub simulator icbc", description=__doc__)
    parser.add_argument("--port", type=int, default=8810, help="0: any free port; printed as JSON at the start")
    parser.add_argument("--data", type=Path, required=True, help="folder for the ledger and the keys")
    parser.add_argument("--app-id", default="10000000000000009999")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--fail-every", type=int, default=0, help="every n-th call is answered 503 without work")
    parser.add_argument("--settle", type=float, default=0.5, help="seconds until an accepted row is decided")
    parser.add_argument("--page", type=int, default=100, help="rows on a page of a list")
    parser.add_argument("--reply-hash", choices=["SHA1", "SHA256"], default="SHA1")
    parser.add_argument("--scenario-file", type=Path, help="JSON list of scenarios to set at the start")
    return parser.parse_args()


def build(given: argparse.Namespace) -> Wire:
    """The bank with its books, keys and scenarios."""
    key, _ = make_keys(given.data, "gateway")
    other, _ = make_keys(given.data, "other")
    _, client = make_keys(given.data, "client")
    script = Script()
    if given.scenario_file:
        for entry in json.loads(given.scenario_file.read_text()):
            script.set(**entry)
    gateway = Gateway(load_private(key), load_private(other), load_public(client), given.app_id, given.reply_hash)
    bank = Bank(Ledger(given.data / "ledger.sqlite"), script, Company(**COMPANY), given.settle, given.page)
    return Wire(bank, gateway, given.latency_ms / 1000, given.fail_every, timedelta())


def write_settings(given: argparse.Namespace, port: int) -> None:
    """The plugin's settings for this bank as `settings.json` in the data folder, readable by its owner alone."""
    path = given.data / "settings.json"
    path.touch(mode=0o600)
    settings = {
        "base_url": f"http://127.0.0.1:{port}",
        "app_id": given.app_id,
        "private_key": (given.data / "client.key").read_text(),
        "gateway_public_key": (given.data / "gateway.pub").read_text(),
        "cis": COMPANY["cis"],
        "login_id": COMPANY["login_id"],
        "contract_no": COMPANY["contract_no"],
        "company_account": COMPANY["account"],
        "company_name": "示例烟草公司",
        "reply_hash": given.reply_hash,
    }
    path.write_text(json.dumps(settings, ensure_ascii=False))


async def main() -> None:
    """Serve until told to stop."""
    given = arguments()
    given.data.mkdir(parents=True, exist_ok=True)
    wire = build(given)
    server = await asyncio.start_server(partial(serve, wire), "127.0.0.1", given.port, backlog=512)
    port = server.sockets[0].getsockname()[1]
    write_settings(given, port)
    started = {
        "port": port,
        "app_id": given.app_id,
        "client_key_file": str(given.data / "client.key"),
        "gateway_public_key_file": str(given.data / "gateway.pub"),
        **{f"company_{name}": value for name, value in COMPANY.items()},
    }
    print(json.dumps(started), flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    server.close()
    sys.exit(0)


if __name__ == "__main__":
    asyncio.run(main())
