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
    """A try that was counted before it is checked; `locked_until` if it must not be checked at all."""

    left: int
    """How many more are allowed if this one is wrong."""
    locked_until: datetime | None = None


def reserve(
    tx: Transaction, counter: bytes, login: bytes, moment: datetime, most: int, lock: timedelta, kept: timedelta
) -> Counted:
    """Count a try as wrong before it is checked, so that of many at once no more than `most` get through.

    The last one locks the counter for `lock`; failures older than `kept` are forgotten. `clear` follows a right one.
    """
    first = {"counter": counter, "login": login, "failed": 0, "failed_at": moment}
    # Made or locked in one statement: between two, a right password might delete the row.
    made = insert(SignInTries).values(first).on_conflict_do_update(index_elements=["counter"], set_={"login": login})
    tries = tx.scalars(made.returning(SignInTries), execution_options={"populate_existing": True}).one()
    if tries.locked_until is not None and tries.locked_until > moment:
        return Counted(0, tries.locked_until)
    if moment - tries.failed_at > kept:
        tries.failed = 0
    tries.failed, tries.failed_at, tries.locked_until = tries.failed + 1, moment, None
    left = most - tries.failed
    # The count begins again after the lock: else one wrong try more would lock it at once.
    if left <= 0:
        tries.failed, tries.locked_until = 0, moment + lock
    return Counted(max(left, 0))


def clear(tx: Transaction, counter: bytes) -> None:
    """Forget what one counter counted."""
    tx.execute(delete(SignInTries).where(SignInTries.counter == counter))


def clear_login(tx: Transaction, login: bytes) -> None:
    """Forget what was counted for a login, in whatever browser or session."""
    tx.execute(delete(SignInTries).where(SignInTries.login == login))


def locked(tx: Transaction, logins: Iterable[bytes], moment: datetime) -> dict[bytes, datetime]:
    """Which of these logins are locked by any of their counters, and until when."""
    query = select(SignInTries.login, func.max(SignInTries.locked_until)).group_by(SignInTries.login)
    rows = tx.execute(query.where(SignInTries.login.in_(list(logins)), SignInTries.locked_until > moment))
    return {login: until for login, until in rows if until is not None}


def of_address(tx: Transaction, address: str, moment: datetime) -> AddressTries:
    """The failures of an address, locked."""
    first = {"address": address, "failed": 0.0, "failed_at": moment}
    # An UPDATE without effect, so that the row is locked whether it was there or not.
    made = (
        insert(AddressTries).values(first).on_conflict_do_update(index_elements=["address"], set_={"address": address})
    )
    return tx.scalars(made.returning(AddressTries), execution_options={"populate_existing": True}).one()


def addresses_told(tx: Transaction, since: datetime) -> int:
    """Of how many addresses internal control was told since a moment."""
    query = select(func.count()).select_from(AddressTries).where(AddressTries.told_at > since)
    return tx.scalar(query) or 0


def delete_old(tx: Transaction, before: datetime, moment: datetime, limit: int) -> int:
    """Take away rows whose last failure is older than a moment and that lock nothing any more; returns how many."""
    over = or_(SignInTries.locked_until.is_(None), SignInTries.locked_until <= moment)
    old = select(SignInTries.counter).where(SignInTries.failed_at < before, over).limit(limit)
    counters = list(tx.scalars(old.with_for_update(skip_locked=True)))
    tx.execute(delete(SignInTries).where(SignInTries.counter.in_(counters)))
    places = select(AddressTries.address).where(AddressTries.failed_at < before).limit(limit)
    addresses = list(tx.scalars(places.with_for_update(skip_locked=True)))
    tx.execute(delete(AddressTries).where(AddressTries.address.in_(addresses)))
    return len(counters) + len(addresses)
