"""Partners' callbacks: stored first, verified by the plugin, applied once (R7.7, R7.9, R8.4).

Applying a message changes what the partner is known to hold, and marks what it named for the comparison, which runs
elsewhere.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hub.domain.facts import Fact
from hub.domain.staff.posts import HUB
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.ports import now
from hub.registry.customers import customers
from hub.registry.reconciliation import callbacks, differences, marks
from hub.registry.reconciliation.callbacks import Raw
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.reconciliation.twins import statement_of
from hub.registry.schema import Callback

from .intake import take_in

# A stored message without an outcome for this long has lost its worker.
LEFT_ALONE = timedelta(minutes=1)
UNVERIFIED = frozenset({"forged", "not_understood"})


def keep(office: Office, channel: str, body: bytes, headers: Mapping[str, str]) -> UUID:
    """Store a message, sealed and committed, before it is processed."""
    with office.desk(HUB) as desk:
        return callbacks.keep(desk.tx, desk.vault, channel, body, headers, now())


def refuse(office: Office, callback_id: UUID, outcome: str, code: str) -> None:
    """Record that it was not believed (forged) or not understood, for the channel's page; delete surplus old ones."""
    with office.desk(HUB) as desk:
        callback = callbacks.get(desk.tx, callback_id, lock=True)
        if callback is not None:
            callbacks.settle(callback, outcome, now(), code=code)
            # `delete_surplus` counts in the database, and must find this message under its outcome.
            desk.tx.flush()
            callbacks.delete_surplus(desk.tx, callback.channel, outcome)


def hear(office: Office, channel: str, callback_id: UUID, event: str, told: Sequence[Fact]) -> bool:
    """Apply a verified message, once for each of the partner's numbers; False when it was heard before.

    Waits for no comparison: what it names is marked, in the same transaction, to be compared.
    """
    try:
        with office.desk(HUB) as desk:
            if not callbacks.mark_heard(desk.tx, callback_id, event, said(told), len(told), now()):
                return False
            take_in(desk, channel, told, now())
            statements = filter(None, map(statement_of, told))
            numbers = {statement.number for statement in statements if statement.kind != "binding"}
            codes = {fact.customer_code for fact in told}
            marks.mark(desk.tx, channel, sorted(codes), sorted(numbers), f"callback {callback_id}", now())
            return True
    except callbacks.HeardBefore:
        # In a transaction of its own: the unique index on the event's number has broken the other one.
        _again(office, callback_id, event, told)
        return False


def said(told: Sequence[Fact]) -> bytes:
    """A digest of what a message states, whatever it is wrapped in.

    Without moments: one ahead of our clock is cut back to it, and would differ in a repeated message.
    """
    return hashlib.sha256(repr([replace(fact, at=None) for fact in told]).encode()).digest()


def _again(office: Office, callback_id: UUID, event: str, told: Sequence[Fact]) -> None:
    """Handle an event number heard before: equal content is a repeat, other content is filed as a difference."""
    with office.desk(HUB) as desk:
        callback = callbacks.get(desk.tx, callback_id, lock=True)
        first = callbacks.heard(desk.tx, callback.channel, event) if callback is not None else None
        if callback is None or first is None:
            return
        same = first.said == said(told)
        callbacks.settle(callback, "repeated" if same else "contradicts", now(), event=event, facts=len(told))
        if not same:
            _contradicts(desk, callback, first, told)


def _contradicts(desk: Desk, callback: Callback, first: Callback, told: Sequence[Fact]) -> None:
    code = next((fact.customer_code for fact in told if fact.customer_code), "")
    customer = customers.by_code(desk.tx, code) if code else None
    ours = {"message": str(first.id), "at": first.received_at.isoformat(timespec="seconds")}
    theirs = {"message": str(callback.id), "at": callback.received_at.isoformat(timespec="seconds")}
    number = callback.event or ""
    contradiction = DifferenceFound(
        "message", number, "event_reused", customer.id if customer else None, code, None, ours, theirs
    )
    differences.open_difference(
        desk.tx, callback.channel, contradiction, "ask_partner", now(), evidence=f"callback {callback.id}"
    )


def unsettled(office: Office, channels: Collection[str]) -> list[UUID]:
    """Stored messages of these channels whose processing did not finish, or is wanted again."""
    with office.desk(HUB) as desk:
        return callbacks.unsettled(desk.tx, channels, now() - LEFT_ALONE)


def kept(office: Office, callback_id: UUID) -> tuple[Callback, Raw] | None:
    """A message and how it came; None when it is gone. Raises Unreadable."""
    with office.desk(HUB) as desk:
        callback = callbacks.get(desk.tx, callback_id)
        return (callback, callbacks.raw(desk.vault, callback)) if callback is not None else None


def forget(office: Office) -> int:
    """Delete messages older than the retention period; returns how many."""
    with office.desk(HUB) as desk:
        return callbacks.delete_old(desk.tx, now() - office.messages_kept)


__all__ = ["forget", "hear", "keep", "kept", "refuse", "unsettled"]
