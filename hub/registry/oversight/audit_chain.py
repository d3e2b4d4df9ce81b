"""The audit's hash chain: each row's hash covers the one before it and is keyed, so nobody can make the chain anew."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, func, select, update

from hub.ports import now
from hub.registry.schema import AuditHead, AuditRow
from hub.registry.session import Transaction
from hub.registry.vault import MasterKey

ONE_AT_A_TIME = 7_204_113
"""Key of the advisory lock under which rows are sealed: one sealer in the whole fleet."""
BATCH = 1_000
LATE = timedelta(minutes=10)
"""A row that has waited so long for its seal is told about: a worker seals every few seconds."""
START = b"\0" * 32
"""What the first row follows."""
COLUMNS = tuple(column for column in AuditRow.__table__.columns if not column.name.startswith("chain_"))
"""What a row's hash covers: all but the chain itself."""


class HeadForged(Exception):
    """The chain's last link was changed or taken away by another hand; nothing is sealed after it."""


LETTERS = str.maketrans("0123456789", "ghjkmnpqrs")
"""Letters that stand for the digits of a hash in words."""
DIGITS = str.maketrans("ghjkmnpqrs", "0123456789")


@dataclass(frozen=True)
class Link:
    """A place in the chain; given to a person it is an anchor outside of the database."""

    no: int
    hash: bytes

    @property
    def words(self) -> str:
        """As it stands in logs and mails: without digits, so that no redaction takes a part of it for a card or a phone."""
        return f"{self.no}:{self.hash.hex().translate(LETTERS)}"

    @classmethod
    def read(cls, words: str) -> "Link":
        """A place as `words` gives it, or with its hash in hexadecimal. Raises ValueError."""
        no, _, digest = words.partition(":")
        return cls(int(no), bytes.fromhex(digest.translate(DIGITS)))


class Break(StrEnum):
    """What does not fit."""

    ROW = "row"
    """A row was changed, taken out, put in or moved."""
    TAIL = "tail"
    """Rows up to the head are missing."""
    HEAD = "head"
    """The head was changed, or taken away from sealed rows."""
    ANCHOR = "anchor"
    """The chain does not pass through an anchor that was noted outside of the database."""
    ANCHOR_FILE = "anchor_file"
    """The anchor on file was not written by a sealer of this installation."""


@dataclass(frozen=True)
class Found:
    """What a look at the whole chain found; `broken` is the first number that does not fit, `why` how.

    `late`: rows that have waited longer than LATE for their seal. `anchored`: an anchor outside of the database was passed.
    """

    sealed: int
    unsealed: int
    broken: int | None
    head: Link
    why: Break | None = None
    late: int = 0
    anchored: bool = False

    def on(self, why: Break) -> "Found":
        """The same, but that this does not fit, behind the last link."""
        return replace(self, broken=self.head.no + 1, why=why, anchored=False)


def canonical(no: int, row: Any) -> bytes:
    """A row as the same bytes every time: its number in the chain and its columns, moments in UTC."""
    values: dict[str, Any] = {column.name: getattr(row, column.name) for column in COLUMNS}
    values["at"] = values["at"].astimezone(UTC).isoformat()
    values["user_id"] = str(values["user_id"]) if values["user_id"] else None
    return json.dumps([no, values], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def follow(master: MasterKey, last: Link, row: Any) -> Link:
    """The link of a row that comes after the last one."""
    no = last.no + 1
    return Link(no, hmac.digest(master.chain, last.hash + canonical(no, row), "sha256"))


def sealing(tx: Transaction) -> bool:
    """Be the one sealer of the whole fleet until this transaction ends; False while another is."""
    return bool(tx.scalar(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))))


def seal(tx: Transaction, master: MasterKey) -> Link | None:
    """Seal the oldest rows without a link, at most BATCH; None when there are none or another sealer is at work.

    Numbers are given in the order of sealing: a row whose transaction took long comes after rows with higher ids, and
    none is passed over. Raises HeadForged.
    """
    if not sealing(tx):
        return None
    head, last = tx.get(AuditHead, 1), last_link(tx, master)
    rows = tx.execute(select(*COLUMNS).where(AuditRow.chain_no.is_(None)).order_by(AuditRow.id).limit(BATCH)).all()
    links = []
    for row in rows:
        last = follow(master, last, row)
        links.append({"id": row.id, "chain_no": last.no, "chain_hash": last.hash})
    if not links:
        return None
    tx.execute(update(AuditRow), links)
    if head is None:
        head = AuditHead(id=1)
        tx.add(head)
    head.chain_no, head.chain_hash, head.signature = last.no, last.hash, _signature(master, last)
    return last


def last_link(tx: Transaction, master: MasterKey) -> Link:
    """The last link, as the sealer left it; of an audit in which nothing is sealed, the start. Raises HeadForged."""
    head = tx.get(AuditHead, 1, populate_existing=True)
    if head is not None:
        return head_link(master, head)
    if tx.scalar(select(exists().where(AuditRow.chain_no.is_not(None)))):
        raise HeadForged
    return Link(0, START)


def head_link(master: MasterKey, head: AuditHead) -> Link:
    """The link of a head on file; raises HeadForged."""
    last = Link(head.chain_no, head.chain_hash)
    if not hmac.compare_digest(head.signature, _signature(master, last)):
        raise HeadForged
    return last


def _signature(master: MasterKey, last: Link) -> bytes:
    return signature(master, b"head", last)


def signature(master: MasterKey, use: bytes, link: Link) -> bytes:
    """The keyed sum of a link for one use; none stands for another's."""
    return hmac.digest(master.chain, use + link.no.to_bytes(8, "big") + link.hash, "sha256")


def lies_on(tx: Transaction, link: Link) -> bool:
    """Whether the chain passes through a link, as its rows say."""
    return tx.scalar(select(AuditRow.chain_hash).where(AuditRow.chain_no == link.no)) == link.hash


def verify(tx: Transaction, master: MasterKey, *anchors: Link | None) -> Found:
    """Walk the whole chain. It must reach the head, and pass through the anchors that were noted earlier."""
    noted = [link for link in anchors if link is not None]
    try:
        head: Link | None = last_link(tx, master)
    except HeadForged:
        head = None
    last, why = _walk(tx, master, [*([head] if head else []), *noted], set(noted))
    if why is None:
        why = _end(last, head, noted)
    counts = (_count(tx, sealed=True), _count(tx, sealed=False))
    return Found(*counts, last.no + 1 if why else None, last, why, _late(tx), bool(noted))


def _walk(tx: Transaction, master: MasterKey, fixed: list[Link], noted: set[Link]) -> tuple[Link, Break | None]:
    """The last link that fits, and why the next one does not. Where a link is fixed, no other may stand."""
    last = Link(0, START)
    for row in _sealed(tx):
        link = follow(master, last, row)
        if link != Link(row.chain_no, row.chain_hash):
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
    yield from tx.execute(query.order_by(AuditRow.chain_no).execution_options(yield_per=2_000))


def _count(tx: Transaction, *, sealed: bool) -> int:
    number = AuditRow.chain_no
    query = select(func.count()).select_from(AuditRow)
    return tx.scalar(query.where(number.is_not(None) if sealed else number.is_(None))) or 0


def _late(tx: Transaction) -> int:
    waiting = select(func.count()).select_from(AuditRow).where(AuditRow.chain_no.is_(None), AuditRow.at < now() - LATE)
    return tx.scalar(waiting) or 0
