"""Queries about the daily list of new entrants (R7.15)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from hub.domain.staff.posts import Post
from hub.registry.schema import Customer, EntrantListDay, EntrantListHour, Onboarding, User, UserPost
from hub.registry.session import Transaction


def list_units(tx: Transaction) -> frozenset[str]:
    """The units with a clerk of their own (A holder), who checks the list."""
    query = select(UserPost.unit_code).join(User, User.id == UserPost.user_id).where(User.active)
    return frozenset(tx.scalars(query.where(UserPost.post == Post.STATISTICS_CLERK, UserPost.holder == "a")))


def arrived(tx: Transaction, units: Collection[str], day: date) -> int:
    """How many new entrants of some units arrived on a day."""
    query = select(func.count()).select_from(Onboarding).join(Customer, Customer.id == Onboarding.customer_id)
    return int(tx.scalar(query.where(Onboarding.arrived_on == day, Customer.unit_code.in_(units))) or 0)


def day_of(tx: Transaction, unit_code: str, day: date) -> EntrantListDay | None:
    """What is on record of a unit's day."""
    return tx.scalar(select(EntrantListDay).where(EntrantListDay.unit_code == unit_code, EntrantListDay.day == day))


def hold_day(tx: Transaction, unit_code: str, day: date, new_id: UUID) -> EntrantListDay:
    """A unit's day, locked; entered first if it is not on record yet."""
    # If two act at once, the second waits for the first one's row, and its own insert then does nothing.
    entered = insert(EntrantListDay).values(id=new_id, unit_code=unit_code, day=day, entrants=0)
    tx.execute(entered.on_conflict_do_nothing(index_elements=["unit_code", "day"]))
    query = select(EntrantListDay).where(EntrantListDay.unit_code == unit_code, EntrantListDay.day == day)
    return tx.scalars(query.with_for_update()).one()


def left_open(tx: Transaction, before: date) -> list[EntrantListDay]:
    """Earlier days of which somebody was reminded and which are not closed; locked, others' are skipped."""
    query = select(EntrantListDay).where(EntrantListDay.asked_at.is_not(None), EntrantListDay.closed_at.is_(None))
    return list(tx.scalars(query.where(EntrantListDay.day < before).with_for_update(skip_locked=True)))


def earlier(tx: Transaction, units: frozenset[str] | None, before: date, limit: int) -> list[EntrantListDay]:
    """What is on record of earlier days, newest first."""
    query = select(EntrantListDay).where(EntrantListDay.day < before)
    query = query if units is None else query.where(EntrantListDay.unit_code.in_(units))
    return list(tx.scalars(query.order_by(EntrantListDay.day.desc(), EntrantListDay.unit_code).limit(limit)))


def hours(tx: Transaction) -> dict[str, EntrantListHour]:
    """The hours that units have set, by unit."""
    return {known.unit_code: known for known in tx.scalars(select(EntrantListHour))}
