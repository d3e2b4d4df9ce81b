"""The audit's hash chain: each row's hash covers the previous one and is keyed, so only the key's holder can rebuild it."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, func, or_, select, update

from hub.ports import now
from hub.registry.schema import AuditHead, AuditRow
from hub.registry.session import Transaction
from hub.registry.vault import MasterKey

# Key of the advisory lock under which rows are sealed: one sealer in the whole fleet.
ONE_AT_A_TIME = 7_204_113
# Rows sealed in one transaction, which holds the sealers' lock.
BATCH = 1_000
# A row that has waited this long for its seal raises an alarm: a worker seals every few seconds.
LATE = timedelta(minutes=10)
# What the first row follows.
START = b"\0" * 32
# What a row's hash covers: all but the chain itself.
COLUMNS = tuple(column for column in AuditRow.__table__.columns if not column.name.startswith("chain_"))


class HeadForged(Exception):
    """The chain's last link was changed or removed from outside; nothing is sealed after it."""


class ForeignLink(Exception):
    """A row carries a number that no sealer gave it; nothing is sealed after it."""


# Letters that stand for the digits of a hash in words.
LETTERS = str.maketrans("0123456789", "ghjkmnpqrs")
DIGITS = str.maketrans("ghjkmnpqrs", "0123456789")


@dataclass(frozen=True)
class Link:
    """A place in the chain; noted by a person, it is an anchor outside the database."""

    no: int
    hash: bytes

    @property
    def words(self) -> str:
        """The form for logs and mails: without digits, so that redaction does not take a part of it for a card or a phone."""
        return f"{self.no}:{self.hash.hex().translate(LETTERS)}"

    @classmethod
    def read(cls, words: str) -> "Link":
        """A place as `words` gives it, or with its hash in hexadecimal. Raises ValueError."""
        no, _, digest = words.partition(":")
        return cls(int(no), bytes.fromhex(digest.translate(DIGITS)))


class Break(StrEnum):
    """What does not fit."""

    ROW = "row"
    """A row was changed, removed, inserted or moved."""
    TAIL = "tail"
    """Rows up to the head are missing."""
    HEAD = "head"
    """The head was changed, or removed although rows are sealed."""
    ANCHOR = "anchor"
    """The chain does not contain an anchor that was noted outside the database."""
    ANCHOR_FILE = "anchor_file"
    """The anchor on file was not written by a sealer of this installation."""
    LATE = "late"
    """Rows wait longer than LATE for their seal."""
    STOPPED = "stopped"
    """The sealer fails at the rows that are next."""


@dataclass(frozen=True)
class Verification:
    """What verifying the whole chain found; `broken` is the first number that does not fit, `why` the reason.

    `late`: rows that have waited longer than LATE for their seal. `anchored`: an anchor outside the database was passed.
    """

    sealed: int
    unsealed: int
    broken: int | None
    head: Link
    why: Break | None = None
    late: int = 0
    anchored: bool = False

    def on(self, why: Break) -> "Verification":
        """The same result, but broken after the last link, for this reason."""
        return replace(self, broken=self.head.no + 1, why=why, anchored=False)


def canonical(no: int, entry: Any) -> bytes:
    """A row as the same bytes every time: its number in the chain and its columns, moments in UTC."""
    values: dict[str, Any] = {column.name: getattr(entry, column.name) for column in COLUMNS}
    # The zone of the connection must not decide whether a hash fits.
    values["at"] = values["at"].astimezone(UTC).isoformat()
    values["user_id"] = str(values["user_id"]) if values["user_id"] else None
    return json.dumps([no, values], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def follow(master: MasterKey, last: Link, entry: Any) -> Link:
    """The link of a row that comes after the last one."""
    no = last.no + 1
    return Link(no, hmac.digest(master.chain, last.hash + canonical(no, entry), "sha256"))


def sealing(tx: Transaction) -> bool:
    """Take the sealers' lock until this transaction ends; False while another sealer of the fleet holds it."""
    return bool(tx.scalar(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))))


def seal(tx: Transaction, master: MasterKey) -> Link | None:
    """Seal the oldest rows without a link, at most BATCH; None when there are none or another sealer is at work.

    Numbers follow the order of sealing: a row whose transaction took long comes after rows with higher ids, and none is
    missed. Raises HeadForged and ForeignLink.
    """
    if not sealing(tx):
        return None
    # Read under the sealers' lock: no one else moves the head until the commit.
    head, last = tx.get(AuditHead, 1), last_link(tx, master)
    _refuse_foreign(tx, last)
    # By "has no link yet", not by id: a transaction that commits late has a lower id than rows sealed before it.
    rows = tx.execute(select(*COLUMNS).where(AuditRow.chain_no.is_(None)).order_by(AuditRow.id).limit(BATCH)).all()
    links = []
    for line in rows:
        last = follow(master, last, line)
        links.append({"id": line.id, "chain_no": last.no, "chain_hash": last.hash})
    if not links:
        return None
    tx.execute(update(AuditRow), links)
    if head is None:
        head = AuditHead(id=1)
        tx.add(head)
    head.chain_no, head.chain_hash, head.signature = last.no, last.hash, _signature(master, last)
    return last


def _refuse_foreign(tx: Transaction, last: Link) -> None:
    """Raise ForeignLink if a row has a number after the last link's, or one before the first."""
    outside = or_(AuditRow.chain_no > last.no, AuditRow.chain_no < 1)
    if tx.scalar(select(exists().where(outside))):
        raise ForeignLink


def last_link(tx: Transaction, master: MasterKey) -> Link:
    """The last link, as the sealer left it; the start if nothing is sealed yet. Raises HeadForged."""
    # Past the session's cache: another sealer may have moved it since.
    head = tx.get(AuditHead, 1, populate_existing=True)
    if head is not None:
        return head_link(master, head)
    # Sealed rows without a head: it was removed from outside.
    if tx.scalar(select(exists().where(AuditRow.chain_no.is_not(None)))):
        raise HeadForged
    return Link(0, START)


def head_link(master: MasterKey, head: AuditHead) -> Link:
    """The link of a head on file; raises HeadForged."""
    last = Link(head.chain_no, head.chain_hash)
    # The head is the one row that must change, so it is signed: to cut the tail off, one would have to forge it.
    if not hmac.compare_digest(head.signature, _signature(master, last)):
        raise HeadForged
    return last


def _signature(master: MasterKey, last: Link) -> bytes:
    return signature(master, b"head", last)


def signature(master: MasterKey, use: bytes, link: Link) -> bytes:
    """The keyed digest of a link for one use; that of one use is not valid for another."""
    return hmac.digest(master.chain, use + link.no.to_bytes(8, "big") + link.hash, "sha256")


def lies_on(tx: Transaction, link: Link) -> bool:
    """Whether the chain contains a link, by its rows."""
    return tx.scalar(select(AuditRow.chain_hash).where(AuditRow.chain_no == link.no)) == link.hash


def verify(tx: Transaction, master: MasterKey, *anchors: Link | None) -> Verification:
    """Verify the whole chain: it must reach the head and contain the anchors noted earlier."""
    noted = [link for link in anchors if link is not None]
    # Read before the rows: whatever is sealed meanwhile comes after it, and is verified as well.
    head = _newest_head(tx, master)
    # The head too is a fixed link: a chain that was made anew up to its number does not contain it.
    last, why = _walk(tx, master, [*([head] if head else []), *noted], set(noted))
    if why is None:
        why = _end(last, head, noted)
    if why is None and head is not None and last.no > head.no:
        # A sealer may have committed rows with their head since; if it did not, an older head was put back.
        newest = _newest_head(tx, master)
        why = None if newest is not None and newest.no >= last.no else Break.HEAD
    counts = (_count(tx, sealed=True), _count(tx, sealed=False))
    return Verification(*counts, last.no + 1 if why else None, last, why, waiting_too_long(tx), bool(noted))


def _newest_head(tx: Transaction, master: MasterKey) -> Link | None:
    """The head as it is now; None if it was forged or removed."""
    try:
        return last_link(tx, master)
    except HeadForged:
        return None


def _walk(tx: Transaction, master: MasterKey, fixed: list[Link], noted: set[Link]) -> tuple[Link, Break | None]:
    """The last link that fits, and why the next one does not. At an anchored number only the anchored link fits."""
    last = Link(0, START)
    for line in _sealed(tx):
        link = follow(master, last, line)
        if link != Link(line.chain_no, line.chain_hash):
            return last, Break.ROW
        if others := {other for other in fixed if other.no == link.no} - {link}:
            return last, Break.ANCHOR if others & noted else Break.ROW
        last = link
    return last, None


def _end(last: Link, head: Link | None, noted: list[Link]) -> Break | None:
    """Why the chain may not end where it does."""
    if head is None:
        return Break.HEAD
    if last.no < head.no:
        return Break.TAIL
    return Break.ANCHOR if any(last.no < link.no for link in noted) else None


def _sealed(tx: Transaction) -> Iterator[Any]:
    query = select(*COLUMNS, AuditRow.chain_no, AuditRow.chain_hash).where(AuditRow.chain_no.is_not(None))
    # Read in portions: the whole audit does not fit into memory.
    yield from tx.execute(query.order_by(AuditRow.chain_no).execution_options(yield_per=2_000))


def _count(tx: Transaction, *, sealed: bool) -> int:
    number = AuditRow.chain_no
    query = select(func.count()).select_from(AuditRow)
    return tx.scalar(query.where(number.is_not(None) if sealed else number.is_(None))) or 0


def waiting_too_long(tx: Transaction) -> int:
    """How many rows have waited longer than LATE for their seal."""
    waiting = select(func.count()).select_from(AuditRow).where(AuditRow.chain_no.is_(None), AuditRow.at < now() - LATE)
    return tx.scalar(waiting) or 0
