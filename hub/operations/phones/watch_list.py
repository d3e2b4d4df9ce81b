"""The watch list: a changed order phone puts a customer on it, two changes in thirty days more closely (R12.6, R12.9, I5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from hub.domain.inputs import Label, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Stale
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks
from hub.operations.views import view
from hub.ports import new_id, now, today
from hub.registry.phones import numbers as phone_numbers
from hub.registry.phones import watched as watched_customers
from hub.registry.schema import Customer, PhoneChange, WatchEntry
from hub.registry.staff import users

PHONES = frozenset({"order_phone", "backup_phone"})
# A month is any thirty days (I5).
WINDOW = timedelta(days=30)
OFTEN = 2
# Days for which one change is watched unless the unit has set something else (R12.9).
TERM = 30
# Days between checks of a customer who changed twice (own convention: the article only says "more").
CLOSELY_EVERY = 7
WATCHES = (Post.INTERNAL_CONTROL, Post.INSPECTOR, Post.ACCOUNT_MANAGER)
LOOKS = {*WATCHES, Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.DEPUTY_MANAGER}


@dataclass(frozen=True)
class WatchView:
    """A customer on the watch list, and what put it there.

    `level`: "changed" is watched `until` a day, "often" until internal control clears it. `check_by`: a check is due.
    """

    id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    entered_at: datetime
    reasons: list[dict[str, Any]]
    level: str
    until: date | None
    check_by: date | None
    checks: int
    cleared_at: datetime | None
    cleared_by_name: str | None
    cleared_why: str | None


def term_of(desk: Desk, unit_code: str) -> int:
    """For how many days a unit watches one change: its own setting, or that of the nearest unit above it."""
    # Nearest first: a unit's own setting comes before that of the company.
    for unit in users.units_above(desk.tx, unit_code):
        if (term := watched_customers.term(desk.tx, unit)) is not None:
            return term.days
    return TERM


def phones_changed(desk: Desk, customer: Customer, article: str, changes: Mapping[str, list[Any]]) -> None:
    """Watch a customer after a person's change of a phone number; after the second within thirty days more closely.

    A first entry is no change, nor is a number that the hub restores (I5).
    """
    # Both numbers changed in one edit count as one change.
    moved = [key for key in PHONES & set(changes) if changes[key][0] is not None]
    if desk.actor == HUB or not moved:
        return
    moment = now()
    this = PhoneChange(id=new_id(), customer_id=customer.id, at=moment, article=article, by_name=desk.actor.name)
    with desk.tx.no_autoflush:  # A flush here would make one edit two versions of the customer's record.
        # `this` is not in the database yet, so it is counted by hand.
        recent = [*phone_numbers.changes_since(desk.tx, customer.id, moment - WINDOW), this]
        desk.tx.add(this)
        entry = _enter(desk, customer, moment, recent)
        if len(recent) >= OFTEN and entry.level != "often":
            _watch_closely(desk, customer, entry, len(recent))


def _enter(desk: Desk, customer: Customer, moment: datetime, recent: list[PhoneChange]) -> WatchEntry:
    """The customer's entry, with these changes; watched from now on for the unit's time."""
    reasons = [{"at": change.at.isoformat(), "article": change.article, "by": change.by_name} for change in recent]
    entry = phone_numbers.open_entry(desk.tx, customer.id)
    if entry is None:
        entry = WatchEntry(id=new_id(), customer_id=customer.id, unit_code=customer.unit_code, entered_at=moment)
        entry.reasons, entry.level = [], "changed"
        desk.tx.add(entry)
    # Earlier changes come along, without those that are listed already.
    entry.reasons = [*entry.reasons, *(reason for reason in reasons if reason not in entry.reasons)]
    if entry.level == "changed":
        entry.until = entry.check_by = today() + timedelta(days=term_of(desk, customer.unit_code))
    return entry


def _watch_closely(desk: Desk, customer: Customer, entry: WatchEntry, changes: int) -> None:
    """Two changes within a month: no end of its own, checks at short intervals, and those who watch are told (R12.6)."""
    entry.level, entry.until, entry.check_by = "often", None, today() + timedelta(days=CLOSELY_EVERY)
    # The field that pages and exports read; the entry holds the reasons.
    customer.values = {**customer.values, "watch_list": "yes"}
    unit = customer.unit_code
    tell(desk, "watched", "R12.6", WATCHES, unit, customer_id=customer.id, in_mail=True, changes=changes)


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
    return entry_views(desk, entries)


def entry_views(desk: Desk, entries: list[tuple[WatchEntry, Customer]]) -> list[WatchView]:
    """Entries as they are shown, each with how often it was checked."""
    counts = watched_customers.checked(desk.tx, [entry.id for entry, _ in entries])
    return [
        view(WatchView, entry, code=customer.code, shop_name=customer.shop_name, checks=counts.get(entry.id, 0))
        for entry, customer in entries
    ]


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
    end_watch(desk, entry, customer, shortened(why, 200))


def end_watch(desk: Desk, entry: WatchEntry, customer: Customer, why: str) -> None:
    """Take a customer off the list; the entry stays on file, and nobody has to check it any more."""
    entry.cleared_at, entry.cleared_by_name, entry.cleared_why = now(), desk.actor.name, why
    close_tasks(desk, "watch", entry.id, "done", "check_watched")
    if entry.level == "often":
        customer.values = {**customer.values, "watch_list": "no"}
