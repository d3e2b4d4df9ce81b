"""The audit chain's anchor outside the database: its newest link in a signed file of the data folder, which only moves forward."""

import hmac
from pathlib import Path

from hub.registry.session import Transaction
from hub.registry.vault import MasterKey
from hub.registry.whole_files import clear_parts, content, make_folder, put

from .audit_chain import Link, last_link, lies_on, sealing, signature

NAME = "audit.anchor"
# Signed for this use alone: the head in the database must not pass for an anchor.
USE = b"anchor"


class AnchorForged(Exception):
    """The file was not written by a sealer of this installation, or cannot be read."""


class OffTheChain(Exception):
    """The chain does not contain the anchor: sealed rows were deleted, or an older copy of the database was restored."""


def read(path: Path, master: MasterKey) -> Link | None:
    """The anchor on file; None when there is no file. Raises AnchorForged."""
    try:
        no, digest, signed = content(path).decode("ascii").strip().split(":")
        link, stored_mark = Link(int(no), bytes.fromhex(digest)), bytes.fromhex(signed)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise AnchorForged from None
    # The column's range: a number of more than eight bytes could not even be signed.
    if not 0 < link.no < 1 << 63 or not hmac.compare_digest(signature(master, USE, link), stored_mark):
        raise AnchorForged
    return link


def keep_up(tx: Transaction, master: MasterKey, path: Path) -> Link | None:
    """Move the anchor to the chain's head; returns the link written, None if there is nothing new or a sealer is at work.

    An anchor that the chain does not contain stays as it is, as evidence. Raises HeadForged, AnchorForged,
    OffTheChain, and OSError when the file cannot be written.
    """
    # Under the sealers' lock: two who write at once could leave the older link in the file.
    if not sealing(tx):
        return None
    head, noted = last_link(tx, master), read(path, master)
    if noted is not None and not lies_on(tx, noted):
        raise OffTheChain
    if head.no == 0 or (noted is not None and noted.no >= head.no):
        return None
    make_folder(path.parent)
    clear_parts(path)
    put(path, f"{head.no}:{head.hash.hex()}:{signature(master, USE, head).hex()}\n".encode())
    return head
