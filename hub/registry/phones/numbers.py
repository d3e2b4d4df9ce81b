"""Queries about order phones: who has a number, who may share it, how often a customer's changed."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.exc import OperationalError

from hub.registry.schema import Customer, CustomerIndex, PermitMember, PhoneChange, PhonePermit, StaffNotice, WatchEntry
from hub.registry.session import Transaction

# By the keyed index, because numbers are sealed: equal digests of a field are equal numbers.
SHARED = """
SELECT digest, count(DISTINCT customer_id) AS customers FROM customer_index
WHERE field IN ('order_phone', 'backup_phone') GROUP BY digest HAVING count(DISTINCT customer_id) > 1
ORDER BY customers DESC LIMIT :limit
"""

# Key of the advisory lock under which a number is looked for and then entered.
ONE_AT_A_TIME = 7_204_116
# Digests in one query: a list brings up to 100,000 customers, too many parameters for one statement.
DIGESTS_AT_A_TIME = 1_000


class Busy(Exception):
    """Another transaction enters numbers for longer than we wait; this one must be rolled back."""


def lock_numbers(tx: Transaction) -> None:
    """Lock the entry of numbers until this transaction ends, so that a search for shared ones holds. Raises Busy."""
    try:
        tx.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    # lock_timeout has expired (registry/pinned.py).
    except OperationalError:
        raise Busy from None


def held(tx: Transaction, digests: Sequence[bytes]) -> set[bytes]:
    """Which of these digests some customer has."""
    known: set[bytes] = set()
    for at in range(0, len(digests), DIGESTS_AT_A_TIME):
        some = digests[at : at + DIGESTS_AT_A_TIME]
        query = select(CustomerIndex.digest).where(CustomerIndex.field.in_(("order_phone", "backup_phone")))
        known |= set(tx.scalars(query.where(CustomerIndex.digest.in_(some))))
    return known


def permitted_codes(tx: Transaction, today: date) -> set[tuple[bytes, str]]:
    """(number's mark, customer's code) of every permit in force."""
    query = select(PhonePermit.mark, Customer.code).join(PermitMember, PhonePermit.id == PermitMember.permit_id)
    query = query.join(Customer, Customer.id == PermitMember.customer_id)
    query = query.where(PhonePermit.state == "permitted", PhonePermit.until >= today)
    return {(mark, code) for mark, code in tx.execute(query)}


def holders(tx: Transaction, digests: Sequence[bytes], but: UUID | None) -> list[Customer]:
    """Customers of all units with the number in either field, except one."""
    # By digest alone: it covers the field's name, too.
    query = select(Customer).where(
        Customer.id.in_(select(CustomerIndex.customer_id).where(CustomerIndex.digest.in_(digests)))
    )
    if but is not None:
        query = query.where(Customer.id != but)
    return list(tx.scalars(query.order_by(Customer.code).limit(200)))


def shared(tx: Transaction, limit: int) -> list[tuple[bytes, int]]:
    """Digests that several customers have in the same field, the most shared first."""
    return [(number.digest, number.customers) for number in tx.execute(text(SHARED), {"limit": limit})]


def with_digest(tx: Transaction, digest: bytes) -> list[tuple[Customer, str]]:
    """Who has it, and in which field."""
    query = select(Customer, CustomerIndex.field).join(CustomerIndex, CustomerIndex.customer_id == Customer.id)
    return [(customer, field) for customer, field in tx.execute(query.where(CustomerIndex.digest == digest).limit(200))]


def permitted(tx: Transaction, mark: bytes, today: date) -> set[UUID]:
    """Customers who may have the number now."""
    query = select(PermitMember.customer_id).join(PhonePermit, PhonePermit.id == PermitMember.permit_id)
    query = query.where(PhonePermit.mark == mark, PhonePermit.state == "permitted", PhonePermit.until >= today)
    return set(tx.scalars(query))


def permit(tx: Transaction, permit_id: UUID) -> PhonePermit | None:
    """The permit with this id, locked."""
    return tx.scalar(select(PhonePermit).where(PhonePermit.id == permit_id).with_for_update())


def permits(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[PhonePermit]:
    """Permits of some units or with a customer of theirs, newest first."""
    query = select(PhonePermit).order_by(PhonePermit.asked_at.desc()).limit(limit)
    if units is not None:
        # A permit may join customers of several units: each of them sees it.
        theirs = select(PermitMember.permit_id).join(Customer, Customer.id == PermitMember.customer_id)
        theirs = theirs.where(Customer.unit_code.in_(units))
        query = query.where(or_(PhonePermit.unit_code.in_(units), PhonePermit.id.in_(theirs)))
    return list(tx.scalars(query))


def members(tx: Transaction, permit_id: UUID) -> list[tuple[PermitMember, Customer]]:
    """A permit's members with their customers, by code."""
    query = select(PermitMember, Customer).join(Customer, Customer.id == PermitMember.customer_id)
    query = query.where(PermitMember.permit_id == permit_id).order_by(Customer.code)
    return [(member, customer) for member, customer in tx.execute(query)]


def to_visit(tx: Transaction, day: date, limit: int) -> list[tuple[PermitMember, PhonePermit, Customer]]:
    """Members of permits in force whose visit is due by a day."""
    query = (
        select(PermitMember, PhonePermit, Customer)
        .join(PhonePermit, PhonePermit.id == PermitMember.permit_id)
        .join(Customer, Customer.id == PermitMember.customer_id)
        .where(PhonePermit.state == "permitted", PermitMember.visit_on <= day)
    )
    return [(change, permit, customer) for change, permit, customer in tx.execute(query.limit(limit))]


def over(tx: Transaction, today: date, limit: int) -> list[PhonePermit]:
    """Permits whose last day has passed; locked, and those that another worker holds are skipped."""
    query = select(PhonePermit).where(PhonePermit.state == "permitted", PhonePermit.until < today)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def changes_since(tx: Transaction, customer_id: UUID, since: datetime) -> list[PhoneChange]:
    """A customer's phone changes since a moment, oldest first."""
    query = select(PhoneChange).where(PhoneChange.customer_id == customer_id, PhoneChange.at > since)
    return list(tx.scalars(query.order_by(PhoneChange.at)))


def open_entry(tx: Transaction, customer_id: UUID) -> WatchEntry | None:
    """The customer's entry on the watch list, locked."""
    query = select(WatchEntry).where(WatchEntry.customer_id == customer_id, WatchEntry.cleared_at.is_(None))
    return tx.scalar(query.with_for_update())


def entry(tx: Transaction, entry_id: UUID) -> WatchEntry | None:
    """The entry with this id, locked."""
    return tx.scalar(select(WatchEntry).where(WatchEntry.id == entry_id).with_for_update())


def watched(
    tx: Transaction, units: frozenset[str] | None, cleared: bool, limit: int
) -> list[tuple[WatchEntry, Customer]]:
    """The watch list: who is on it, or who was, newest first."""
    query = select(WatchEntry, Customer).join(Customer, Customer.id == WatchEntry.customer_id)
    query = query.where(WatchEntry.cleared_at.is_not(None) if cleared else WatchEntry.cleared_at.is_(None))
    if units is not None:
        query = query.where(WatchEntry.unit_code.in_(units))
    return [
        (entry, customer) for entry, customer in tx.execute(query.order_by(WatchEntry.entered_at.desc()).limit(limit))
    ]


def told_since(tx: Transaction, kind: str, since: datetime) -> bool:
    """Whether staff were notified of this since a moment."""
    query = select(StaffNotice.id).where(StaffNotice.kind == kind, StaffNotice.at >= since).limit(1)
    return tx.scalar(query) is not None
