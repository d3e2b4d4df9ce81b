"""The watch list: two changes of an order phone within thirty days put a customer on it (R12.6, I5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from hub.domain.inputs import Label, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Stale
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.views import view
from hub.ports import new_id, now
from hub.registry.phones import numbers as phone_numbers
from hub.registry.schema import Customer, PhoneChange, WatchEntry

PHONES = frozenset({"order_phone", "backup_phone"})
# A month is any thirty days (I5).
WINDOW = timedelta(days=30)
OFTEN = 2
WATCHES = (Post.INTERNAL_CONTROL, Post.INSPECTOR, Post.ACCOUNT_MANAGER)
LOOKS = {*WATCHES, Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.DEPUTY_MANAGER}


@dataclass(frozen=True)
class WatchView:
    """A customer on the watch list, and what put it there."""

    id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    entered_at: datetime
    reasons: list[dict[str, Any]]
    cleared_at: datetime | None
    cleared_by_name: str | None
    cleared_why: str | None


def phones_changed(desk: Desk, customer: Customer, article: str, changes: Mapping[str, list[Any]]) -> None:
    """Count a person's change of a phone number; the second within thirty days puts the customer on the list.

    A first entry is no change, nor is a number that the hub restores (I5).
    """
    moved = [key for key in PHONES & set(changes) if changes[key][0] is not None]
    if desk.actor == HUB or not moved:
        return
    moment = now()
    this = PhoneChange(id=new_id(), customer_id=customer.id, at=moment, article=article, by_name=desk.actor.name)
    with desk.tx.no_autoflush:  # A flush here would make one edit two versions of the customer's record.
        recent = [*phone_numbers.changes_since(desk.tx, customer.id, moment - WINDOW), this]
        desk.tx.add(this)
        if len(recent) >= OFTEN:
            _enter(desk, customer, moment, recent)


def _enter(desk: Desk, customer: Customer, moment: datetime, recent: list[PhoneChange]) -> None:
    reasons = [{"at": change.at.isoformat(), "article": change.article, "by": change.by_name} for change in recent]
    entry = phone_numbers.open_entry(desk.tx, customer.id)
    if entry is not None:
        entry.reasons = [*entry.reasons, *(reason for reason in reasons if reason not in entry.reasons)]
        return
    unit = customer.unit_code
    desk.tx.add(WatchEntry(id=new_id(), customer_id=customer.id, unit_code=unit, entered_at=moment, reasons=reasons))
    # The field that pages and exports read; the entry holds the reasons.
    customer.values = {**customer.values, "watch_list": "yes"}
    tell(desk, "watched", "R12.6", WATCHES, unit, customer_id=customer.id, in_mail=True, changes=len(recent))


@operation(
    "watching.list_watched",
    article="R12.6",
    posts=LOOKS,
    title=("查看重点关注名单", "See the watch list"),
    changes=False,
    audited=False,
)
def list_watched(desk: Desk, cleared: bool = False) -> list[WatchView]:
    """Customers of the caller's units who are on the list, or who were, newest first."""
    entries = phone_numbers.watched(desk.tx, desk.units, cleared, 200)
    return [view(WatchView, entry, code=customer.code, shop_name=customer.shop_name) for entry, customer in entries]


@operation(
    "watching.clear_watched",
    article="R12.6",
    posts={Post.INTERNAL_CONTROL},
    title=("解除重点关注", "Clear an entry of the watch list"),
)
def clear_watched(desk: Desk, watch_id: UUID, why: Annotated[Text, Label("核查结果", "What was found")]) -> None:
    """Internal control has checked; the entry stays on file with the reason. Raises NotFound, BadInput, Stale."""
    entry = phone_numbers.entry(desk.tx, watch_id)
    if entry is None:
        raise NotFound(what="关注记录")
    customer = desk.customer(entry.customer_id, "关注记录")
    if entry.cleared_at is not None:
        raise Stale(what="关注记录")
    if len(why.strip()) < 4:
        raise BadInput(field="核查结果", problem="没有写明", mend="请写明核查情况和解除理由。")
    entry.cleared_at, entry.cleared_by_name, entry.cleared_why = now(), desk.actor.name, shortened(why, 200)
    customer.values = {**customer.values, "watch_list": "no"}
