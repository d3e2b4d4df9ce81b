"""The watch list: two changes of an order phone within thirty days put a customer on it (R12.6, I5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Stale
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.ports import new_id, now
from hub.registry.phones import numbers as phone_numbers
from hub.registry.schema import Customer, PhoneChange, WatchEntry

PHONES = frozenset({"order_phone", "backup_phone"})
WINDOW = timedelta(days=30)
"""A month is any thirty days (I5)."""
OFTEN = 2
WATCHES = (Post.INTERNAL_CONTROL, Post.INSPECTOR, Post.ACCOUNT_MANAGER)
LOOKS = {*WATCHES, Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.DEPUTY_MANAGER}


def phones_changed(desk: Desk, customer: Customer, article: str, changes: Mapping[str, list[Any]]) -> None:
    """Count a change of phones that a person made; the second within thirty days puts the customer on the list.

    A first entry is no change, and what the hub returns by itself is none either (I5).
    """
    moved = [key for key in PHONES & set(changes) if changes[key][0] is not None]
    if desk.actor == HUB or not moved:
        return
    moment = now()
    this = PhoneChange(id=new_id(), customer_id=customer.id, at=moment, article=article, by_name=desk.actor.name)
    with desk.tx.no_autoflush:  # One edit is one version of the customer's record.
        found = [*phone_numbers.changes_since(desk.tx, customer.id, moment - WINDOW), this]
        desk.tx.add(this)
        if len(found) >= OFTEN:
            _enter(desk, customer, moment, found)


def _enter(desk: Desk, customer: Customer, moment: datetime, found: list[PhoneChange]) -> None:
    reasons = [{"at": each.at.isoformat(), "article": each.article, "by": each.by_name} for each in found]
    row = phone_numbers.open_entry(desk.tx, customer.id)
    if row is not None:
        row.reasons = [*row.reasons, *(each for each in reasons if each not in row.reasons)]
        return
    unit = customer.unit_code
    desk.tx.add(WatchEntry(id=new_id(), customer_id=customer.id, unit_code=unit, entered_at=moment, reasons=reasons))
    customer.values = {**customer.values, "watch_list": "yes"}
    tell(desk, "watched", "R12.6", WATCHES, unit, customer_id=customer.id, in_mail=True, changes=len(found))


@operation(
    "watching.list_watched",
    article="R12.6",
    posts=LOOKS,
    title=("查看重点关注名单", "See the watch list"),
    changes=False,
    audited=False,
)
def list_watched(desk: Desk, cleared: bool = False) -> list[tuple[WatchEntry, Customer]]:
    """Who is on the list in the caller's units, or who was."""
    return phone_numbers.watched(desk.tx, desk.units, cleared, 200)


@operation(
    "watching.clear_watched",
    article="R12.6",
    posts={Post.INTERNAL_CONTROL},
    title=("解除重点关注", "Clear an entry of the watch list"),
)
def clear_watched(desk: Desk, watch_id: UUID, why: str) -> None:
    """Internal control has looked; the entry stays on file with the reason. Raises NotFound, BadInput, Stale."""
    row = phone_numbers.entry(desk.tx, watch_id)
    if row is None:
        raise NotFound(what="关注记录")
    customer = desk.customer(row.customer_id, "关注记录")
    if row.cleared_at is not None:
        raise Stale(what="关注记录")
    if len(why.strip()) < 4:
        raise BadInput(field="核查结果", problem="没有写明", mend="请写明核查情况和解除理由。")
    row.cleared_at, row.cleared_by_name, row.cleared_why = now(), desk.actor.name, shortened(why, 200)
    customer.values = {**customer.values, "watch_list": "no"}
