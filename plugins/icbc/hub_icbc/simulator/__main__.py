"""Start the simulator: python -m hub_icbc.simulator --port 0 --data DIR."""

import argparse
import asyncio
import base64
import secrets
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from hub.simulation import Script, Started, Wire, basics, kept, run, serve

from .gateway import Gateway
from .interfaces import Bank, Company
from .ledger import Ledger
from .link import IcbcLink, SigningPort
from .scenarios import FAULTS, ROWS
from .server import Icbc
from .signers import Content, Rsa, load_private, load_public, make_keys, signer

# The made-up company that this bank knows.
COMPANY = {
    "cis": "999000000000001",
    "contract_no": "BDP999000001",
    "account": "9990000109000000019",
    "login_id": "partnerhub.c.9990",
}


def arguments() -> argparse.Namespace:
    """What can be set from the command line."""
    parser = basics("icbc", 8810, __doc__)
    parser.add_argument("--app-id", default="10000000000000009999")
    parser.add_argument("--reply-hash", choices=["SHA1", "SHA256"], default="SHA1")
    parser.add_argument("--sign-type", choices=["RSA2", "RSA", "SM2"], default="RSA2", help="SM2 needs gmssl-pyx")
    parser.add_argument("--way", choices=["open", "nc"], default="open", help="nc: the XML link with its signing port")
    parser.add_argument("--encrypt-type", choices=["none", "SM4"], default="none", help="SM4 needs gmssl-pyx")
    return parser.parse_args()


def content_key_of(folder: Path) -> bytes:
    """The content's key of this run's folder."""
    return kept(folder / "content.key", lambda: secrets.token_bytes(16))


def client_signer(folder: Path) -> Rsa:
    """The client's own signer: its key is what the bank knows it by."""
    keys = [make_keys(folder, name) for name in ("client", "other")]
    return Rsa(load_private(keys[0][0]), load_private(keys[1][0]), load_public(keys[0][1]))


async def open_port(port: SigningPort) -> dict[str, str]:
    """Serve the signing port beside the bank."""
    server = await asyncio.start_server(partial(serve, Wire(port)), "127.0.0.1", 0)
    return {"sign_url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}


def build(given: argparse.Namespace) -> Started:
    """The bank with its books, keys and scenarios."""
    _, public = make_keys(given.data, "gateway", given.sign_type)
    secret, _ = make_keys(given.data, "client", given.sign_type)
    content_key = content_key_of(given.data) if given.encrypt_type == "SM4" else b""
    signs = signer(given.data, given.sign_type, given.reply_hash)
    gateway = Gateway(signs, given.app_id, Content(content_key))
    script = Script(frozenset(ROWS), FAULTS)
    bank = Bank(Ledger(given.data / "ledger.sqlite"), script, Company(**COMPANY), given.settle, given.page)
    company = {
        "cis": COMPANY["cis"],
        "login_id": COMPANY["login_id"],
        "contract_no": COMPANY["contract_no"],
        "company_account": COMPANY["account"],
        "company_name": "示例烟草公司",
    }
    if given.way == "nc":
        port = SigningPort(bank, client_signer(given.data))
        link = IcbcLink(bank, gateway, port.signer)
        return Started(link, {**company, "way": "nc"}, {}, beside=partial(open_port, port))
    settings = {
        **company,
        "app_id": given.app_id,
        "private_key": secret.read_text(),
        "gateway_public_key": public.read_text(),
        "reply_hash": given.reply_hash,
        "sign_type": given.sign_type,
        "encrypt_type": given.encrypt_type,
        # The path is part of what is signed, so both sides must have the same.
        **({"notify_path": urlsplit(given.callback_url).path} if given.callback_url else {}),
        **({"content_key": base64.b64encode(content_key).decode()} if content_key else {}),
    }
    first_line = {
        "app_id": given.app_id,
        "client_key_file": str(secret),
        "gateway_public_key_file": str(public),
        **{f"company_{name}": text for name, text in COMPANY.items()},
    }
    return Started(Icbc(bank, gateway, given.callback_url), settings, first_line)


if __name__ == "__main__":
    run(arguments(), build)
