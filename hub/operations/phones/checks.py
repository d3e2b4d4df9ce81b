"""Watched customers: orders since the change, what was found, and what was done about it (R12.9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Choices, Code, Label, OptionalText, Text
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import views
from hub.ports import new_id, now, today
from hub.registry.phones import numbers as phone_numbers
from hub.registry.phones import watched as watched_customers
from hub.registry.schema import Customer, WatchCheck, WatchEntry, WatchTerm

from .watch_list import CLOSELY_EVERY, LOOKS, WATCHES, WatchView, end_watch, entry_views

WAYS = {
    "orders": ("查看订货情况", "Orders looked through"),
    "call": ("电话核实", "By telephone"),
    "visit": ("走访核查", "By a visit"),
    "records": ("查看变更记录", "Records looked through"),
}
# Days. A shorter watch would end before a second change within the month could be seen; a year is the longest.
SHORTEST, LONGEST = 30, 365
SHOWN = 100
AT_A_TIME = 200
# Working days within which an overdue check must be made up.
MADE_UP_IN = 1
OVER = "关注期满,已核查"


class NothingDone(Refusal):
    """What was found amiss is dealt with, and what was done is on record (R12.9)."""

    article = "R12.9"
    says = (
        "核查发现问题,但没有写明如何处理。",
        "The check found something amiss, and nothing is on record about what was done.",
    )
    then = ("请写明已采取的处理办法。", "Write what was done about it.")


@dataclass(frozen=True)
class OrderSince:
    """An order since the phone was changed."""

    at: datetime
    way: str
    by_name: str


@dataclass(frozen=True)
class CheckView:
    """A check of a watched customer: by whom in which post, how, what was found and done."""

    id: UUID
    at: datetime
    by_name: str
    post: str
    way: str
    amiss: bool
    finding: str
    done: str


@dataclass(frozen=True)
class WatchPage:
    """A watched customer with its orders since the first of the changes, newest first, and its checks, oldest first."""

    entry: WatchView
    orders: list[OrderSince]
    checks: list[CheckView]


@dataclass(frozen=True)
class WatchTermView:
    """For how many days a unit watches one change of a phone."""

    unit_code: str
    days: int
    by_name: str
    at: datetime


@operation(
    "watching.show_watched",
    article="R12.9",
    posts=LOOKS,
    title=("查看一户的关注情况", "See a watched customer"),
    changes=False,
    audited=False,
)
def show_watched(desk: Desk, watch_id: UUID) -> WatchPage:
    """A watched customer with its orders since the change and its checks. Raises NotFound."""
    entry, customer = _entry(desk, watch_id)
    changed = [datetime.fromisoformat(reason["at"]) for reason in entry.reasons]
    # A change may be older than the entry: the second one within thirty days brings the first along.
    since = min([entry.entered_at, *changed])
    orders = watched_customers.orders_since(desk.tx, customer.id, since, SHOWN)
    [shown] = entry_views(desk, [(entry, customer)])
    return WatchPage(shown, views(OrderSince, orders), views(CheckView, watched_customers.checks_of(desk.tx, entry.id)))


@operation(
    "watching.watches_of",
    article="R12.9",
    posts=LOOKS,
    title=("查看客户的关注记录", "See a customer's watches"),
    changes=False,
    audited=False,
)
def watches_of(desk: Desk, customer_id: UUID) -> list[WatchView]:
    """Every watch of a customer, newest first. Raises NotFound."""
    customer = desk.customer(customer_id)
    return entry_views(desk, [(entry, customer) for entry in watched_customers.entries_of(desk.tx, customer.id)])


@operation(
    "watching.record_check",
    article="R12.9",
    posts=WATCHES,
    title=("登记关注核查", "Record a check of a watched customer"),
    people_only=True,
)
def record_check(
    desk: Desk,
    watch_id: UUID,
    way: Annotated[Code, Label("核查方式", "How"), Choices(WAYS)],
    amiss: Annotated[bool, Label("是否发现问题", "Anything amiss")],
    finding: Annotated[Text, Label("核查情况", "What was found")],
    done: Annotated[OptionalText, Label("处理情况", "What was done about it")] = "",
) -> UUID:
    """Record what was found about a watched customer, and what was done about it. Returns the check's id.

    Raises NotFound, Stale, BadInput, NothingDone.
    """
    entry, customer = _entry(desk, watch_id)
    if entry.cleared_at is not None:
        raise Stale(what="关注记录")
    if way not in WAYS:
        raise BadInput(field="核查方式", problem="没有这一项", mend="请从列表中选择。")
    if not finding.strip():
        raise BadInput(field="核查结果", problem="没有写明", mend="请写明核查到的情况和处理。")
    if amiss and not done.strip():
        raise NothingDone()
    # Whoever holds several of the posts acts in the one that stands first in WATCHES.
    post = next(post for post in WATCHES if customer.unit_code in desk.covered_units(frozenset({post})))
    check = WatchCheck(
        id=new_id(),
        watch_id=entry.id,
        customer_id=customer.id,
        at=now(),
        by_name=desk.actor.name,
        post=post,
        way=way,
        amiss=amiss,
        finding=finding.strip(),
        done=done.strip(),
    )
    desk.tx.add(check)
    desk.tx.flush()
    if entry.level == "often":
        entry.check_by = today() + timedelta(days=CLOSELY_EVERY)
    close_tasks(desk, "watch", entry.id, "done", "check_watched")
    # The watch had only been waiting for somebody to check.
    if entry.until is not None and entry.until < today():
        end_watch(desk, entry, customer, OVER)
    desk.audit_detail |= {"way": way, "amiss": amiss}
    return check.id


@operation(
    "watching.set_term",
    article="R12.9",
    posts={Post.INTERNAL_CONTROL, Post.SECTION_CHIEF},
    title=("设定电话变更关注天数", "Set how long a changed phone is watched"),
    people_only=True,
)
def set_term(
    desk: Desk,
    unit_code: Annotated[Code, Label("单位", "Unit")],
    days: Annotated[int, Field(ge=SHORTEST, le=LONGEST), Label("关注天数", "Days")],
) -> None:
    """For how many days a unit, and those below it, watch a customer after one change of a phone. Raises NotFound."""
    unit = desk.unit(unit_code)
    desk.about("unit", unit.code)
    term = watched_customers.term(desk.tx, unit.code)
    if term is None:
        desk.tx.add(term := WatchTerm(unit_code=unit.code))
    term.days, term.by_name, term.at = days, desk.actor.name, now()
    desk.audit_detail |= {"days": days}


@operation(
    "watching.list_terms",
    article="R12.9",
    posts=LOOKS,
    title=("查看电话变更关注天数", "See how long changed phones are watched"),
    changes=False,
    audited=False,
)
def list_terms(desk: Desk) -> list[WatchTermView]:
    """What the caller's units have set; elsewhere it is thirty days."""
    return views(WatchTermView, watched_customers.terms(desk.tx, desk.units))


def keep_watches(desk: Desk) -> int:
    """End watches whose time is over once somebody has checked them; ask for checks that are due. Returns how many.

    A periodic step of the hub.
    """
    due = watched_customers.check_due(desk.tx, today(), AT_A_TIME)
    counts = watched_customers.checked(desk.tx, [entry.id for entry, _ in due])
    return sum(_keep(desk, entry, customer, counts.get(entry.id, 0)) for entry, customer in due)


def _keep(desk: Desk, entry: WatchEntry, customer: Customer, checks: int) -> bool:
    if entry.level == "changed" and checks:
        end_watch(desk, entry, customer, OVER)
        return True
    # Put off to tomorrow's run, or this entry would come up every ten seconds; an open task stays the only one.
    entry.check_by = today()
    open_task(
        desk,
        "check_watched",
        "R12.9",
        post=Post.INTERNAL_CONTROL,
        unit_code=customer.unit_code,
        subject=("watch", entry.id),
        customer_id=customer.id,
        days=MADE_UP_IN,
    )
    return True


def _entry(desk: Desk, watch_id: UUID) -> tuple[WatchEntry, Customer]:
    """An entry of the watch list and its customer. Raises NotFound."""
    entry = phone_numbers.entry(desk.tx, watch_id)
    if entry is None:
        raise NotFound(what="关注记录")
    return entry, desk.customer(entry.customer_id, "关注记录")
