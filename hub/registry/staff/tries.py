"""Failed attempts to sign in: counters that lock a login, and network addresses that are slowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from hub.registry.schema import AddressTries, SignInTries
from hub.registry.session import Transaction


@dataclass(frozen=True)
class Counted:
    """An attempt, counted before it is verified; if `locked_until` is set it must not be verified at all."""

    left: int
    """How many more are allowed if this one fails."""
    locked_until: datetime | None = None


def reserve(
    tx: Transaction, counter: bytes, login: bytes, moment: datetime, most: int, lock: timedelta, kept: timedelta
) -> Counted:
    """Count an attempt as failed before it is verified, so that of many at once at most `most` are verified.

    The last one locks the counter for `lock`; failures older than `kept` are forgotten. Call `clear` after a success.
    """
    first = {"counter": counter, "login": login, "failed": 0, "failed_at": moment}
    # Inserted or locked in one statement: between two statements a correct password could delete the row.
    made = insert(SignInTries).values(first).on_conflict_do_update(index_elements=["counter"], set_={"login": login})
    tries = tx.scalars(made.returning(SignInTries), execution_options={"populate_existing": True}).one()
    if tries.locked_until is not None and tries.locked_until > moment:
        return Counted(0, tries.locked_until)
    if moment - tries.failed_at > kept:
        tries.failed = 0
    tries.failed, tries.failed_at, tries.locked_until = tries.failed + 1, moment, None
    left = most - tries.failed
    # The count restarts after the lock; otherwise a single failure more would lock it again.
    if left <= 0:
        tries.failed, tries.locked_until = 0, moment + lock
    return Counted(max(left, 0))


def clear(tx: Transaction, counter: bytes) -> None:
    """Forget the failures of one counter."""
    tx.execute(delete(SignInTries).where(SignInTries.counter == counter))


def clear_login(tx: Transaction, login: bytes) -> None:
    """Forget a login's failures in every browser and session."""
    tx.execute(delete(SignInTries).where(SignInTries.login == login))


def locked(tx: Transaction, logins: Iterable[bytes], moment: datetime) -> dict[bytes, datetime]:
    """{login: until when}, of those locked by any of their counters."""
    query = select(SignInTries.login, func.max(SignInTries.locked_until)).group_by(SignInTries.login)
    rows = tx.execute(query.where(SignInTries.login.in_(list(logins)), SignInTries.locked_until > moment))
    return {login: until for login, until in rows if until is not None}


def of_address(tx: Transaction, address: str, moment: datetime) -> AddressTries:
    """The failures of an address, locked."""
    first = {"address": address, "failed": 0.0, "failed_at": moment}
    # ON CONFLICT DO UPDATE without effect: it locks the row whether it existed or not.
    made = (
        insert(AddressTries).values(first).on_conflict_do_update(index_elements=["address"], set_={"address": address})
    )
    return tx.scalars(made.returning(AddressTries), execution_options={"populate_existing": True}).one()


def addresses_told(tx: Transaction, since: datetime) -> int:
    """The number of addresses that internal control was notified of since a moment."""
    query = select(func.count()).select_from(AddressTries).where(AddressTries.told_at > since)
    return tx.scalar(query) or 0


def delete_old(tx: Transaction, before: datetime, moment: datetime, limit: int) -> int:
    """Delete rows whose last failure is older than `before` and that no longer lock anything; returns how many."""
    over = or_(SignInTries.locked_until.is_(None), SignInTries.locked_until <= moment)
    old = select(SignInTries.counter).where(SignInTries.failed_at < before, over).limit(limit)
    # Locked before they are deleted: a row that a try is counting in must stay.
    counters = list(tx.scalars(old.with_for_update(skip_locked=True)))
    tx.execute(delete(SignInTries).where(SignInTries.counter.in_(counters)))
    places = select(AddressTries.address).where(AddressTries.failed_at < before).limit(limit)
    addresses = list(tx.scalars(places.with_for_update(skip_locked=True)))
    tx.execute(delete(AddressTries).where(AddressTries.address.in_(addresses)))
    return len(counters) + len(addresses)
