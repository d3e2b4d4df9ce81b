"""The audit's hash chain: each row's hash covers the one before it and is keyed, so nobody can make the chain anew."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import func, select, update

from .schema import AuditHead, AuditRow
from .session import Transaction
from .vault import MasterKey

ONE_AT_A_TIME = 7_204_113
"""Key of the advisory lock under which rows are sealed: one sealer in the whole fleet."""
BATCH = 1_000
START = b"\0" * 32
"""What the first row follows."""
COLUMNS = tuple(column for column in AuditRow.__table__.columns if not column.name.startswith("chain_"))
"""What a row's hash covers: all but the chain itself."""


class HeadForged(Exception):
    """The chain's last link was changed by another hand; nothing is sealed after it."""


@dataclass(frozen=True)
class Link:
    """A place in the chain; given to a person it is an anchor outside of the database."""

    no: int
    hash: bytes


@dataclass(frozen=True)
class Found:
    """What a look at the whole chain found; `broken` is the first number that does not fit."""

    sealed: int
    unsealed: int
    broken: int | None
    head: Link


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


def seal(tx: Transaction, master: MasterKey) -> Link | None:
    """Seal the oldest rows without a link, at most BATCH; None when there are none or another sealer is at work.

    Numbers are given in the order of sealing: a row whose transaction took long comes after rows with higher ids, and
    none is passed over. Raises HeadForged.
    """
    if not tx.scalar(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
        return None
    head = tx.get(AuditHead, 1)
    last = head_link(master, head)
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


def head_link(master: MasterKey, head: AuditHead | None) -> Link:
    """The last link, as the sealer left it; raises HeadForged."""
    if head is None:
        return Link(0, START)
    last = Link(head.chain_no, head.chain_hash)
    if not hmac.compare_digest(head.signature, _signature(master, last)):
        raise HeadForged
    return last


def _signature(master: MasterKey, last: Link) -> bytes:
    return hmac.digest(master.chain, b"head" + last.no.to_bytes(8, "big") + last.hash, "sha256")


def verify(tx: Transaction, master: MasterKey, anchor: Link | None = None) -> Found:
    """Walk the whole chain. It must reach the head, and pass through the anchor that somebody noted earlier."""
    try:
        head = head_link(master, tx.get(AuditHead, 1, populate_existing=True))
        must = [head] if head.no else []
    except HeadForged:
        head, must = Link(0, START), [Link(0, b"")]
    must += [anchor] if anchor else []
    last, broken = Link(0, START), None
    for row in _sealed(tx):
        link = follow(master, last, row)
        if link != Link(row.chain_no, row.chain_hash) or any(link.no == m.no and link != m for m in must):
            broken = link.no
            break
        last = link
    if broken is None and any(last.no < m.no or m.hash == b"" for m in must):
        broken = last.no + 1
    return Found(_count(tx, sealed=True), _count(tx, sealed=False), broken, last)


def _sealed(tx: Transaction) -> Iterator[Any]:
    query = select(*COLUMNS, AuditRow.chain_no, AuditRow.chain_hash).where(AuditRow.chain_no.is_not(None))
    yield from tx.execute(query.order_by(AuditRow.chain_no).execution_options(yield_per=2_000))


def _count(tx: Transaction, *, sealed: bool) -> int:
    number = AuditRow.chain_no
    query = select(func.count()).select_from(AuditRow)
    return tx.scalar(query.where(number.is_not(None) if sealed else number.is_(None))) or 0
