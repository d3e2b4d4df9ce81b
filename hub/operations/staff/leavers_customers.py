"""An account manager who left: their customers are handed to a colleague; chief, colleague and customers are told (G10)."""

from collections import Counter
from typing import Any

from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.tasks.account_managers import hand_to_account_manager
from hub.operations.tasks.notify import tell
from hub.ports import new_id, now
from hub.registry import history
from hub.registry.customers import managed
from hub.registry.schema import Customer, Notice, User
from hub.registry.staff import leave_cover, users

MANAGER = Post.ACCOUNT_MANAGER


def hand_customers_on(desk: Desk, leaver: User) -> None:
    """Give the leaver's customers to other holders of the post; where there is none, the chief is told."""
    held = {grant.unit_code for grant in users.posts_of(desk.tx, leaver.id) if grant.post == MANAGER}
    theirs = managed.by_manager(desk.tx, (leaver.name, leaver.login), users.units_below(desk.tx, held))
    # Counted once and kept up to date below: a query for each customer would see the same numbers, much slower.
    loads = managed.loads(desk.tx)
    handed: Counter[tuple[str, User]] = Counter()
    left: Counter[str] = Counter()
    for customer in theirs:
        taker = _taker(desk, customer.unit_code, leaver, loads)
        if taker is None:
            left[customer.unit_code] += 1
            continue
        _hand(desk, customer, leaver, taker)
        handed[(customer.unit_code, taker)] += 1
        loads[taker.name] = loads.get(taker.name, 0) + 1
    for (unit, taker), count in handed.items():
        about: dict[str, Any] = {"name": leaver.name, "to": taker.name, "count": count}
        tell(desk, "customers_taken", "G10", [MANAGER], unit, user_id=taker.id, **about)
        tell(desk, "customers_taken", "G10", [Post.SECTION_CHIEF], unit, **about)
    for unit, count in left.items():
        tell(desk, "customers_left", "G10", [Post.SECTION_CHIEF], unit, name=leaver.name, count=count)


def _taker(desk: Desk, unit_code: str, leaver: User, loads: dict[str, int]) -> User | None:
    """The holder with the fewest customers, in the unit itself or the nearest above it."""
    for unit in users.units_above(desk.tx, unit_code):
        holders = [user for user in leave_cover.holders(desk.tx, MANAGER, [unit], "a") if user.id != leaver.id]
        if holders:
            return min(holders, key=lambda user: (loads.get(user.name, 0), user.login))
    return None


def _hand(desk: Desk, customer: Customer, leaver: User, taker: User) -> None:
    """Name another account manager, with history, and keep a notice open until the customer is told (G16)."""
    before, customer.updated_at = customer.values.get("account_manager"), now()
    customer.values = {**customer.values, "account_manager": taker.name}
    # The flush raises the version; the history must name the version that this change made.
    desk.tx.flush()
    history.record(
        desk.tx,
        customer_id=customer.id,
        actor=desk.actor,
        article="G10",
        why=f"原客户经理离岗: {leaver.name}",
        version=customer.version,
        changes={"account_manager": [before, taker.name]},
    )
    hand_to_account_manager(desk.tx, customer.id)
    notice = {"kind": "account_manager", "article": "G10", "details": {"name": taker.name}}
    desk.tx.add(Notice(id=new_id(), customer_id=customer.id, made_at=now(), **notice))
