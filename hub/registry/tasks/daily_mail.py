"""The day's mails: entries to mail, mails that wait, mails that were sent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update

from hub.registry.schema import Customer, DailyMail, MailAddress, StaffNotice
from hub.registry.session import Transaction


def to_mail(tx: Transaction) -> dict[str, list[tuple[StaffNotice, Customer | None]]]:
    """Entries that stand in no mail yet, by unit, oldest first, locked."""
    query = (
        select(StaffNotice, Customer)
        .outerjoin(Customer, Customer.id == StaffNotice.customer_id)
        .where(StaffNotice.in_mail, StaffNotice.mail_id.is_(None))
        .order_by(StaffNotice.unit_code, StaffNotice.at, StaffNotice.id)
        .with_for_update(of=StaffNotice)
    )
    entries: dict[str, list[tuple[StaffNotice, Customer | None]]] = {}
    for notice, customer in tx.execute(query):
        entries.setdefault(notice.unit_code, []).append((notice, customer))
    return entries


def waiting_entries(tx: Transaction, units: frozenset[str] | None) -> int:
    """How many entries stand in no mail yet."""
    query = select(func.count()).select_from(StaffNotice).where(StaffNotice.in_mail, StaffNotice.mail_id.is_(None))
    return int(tx.scalar(query if units is None else query.where(StaffNotice.unit_code.in_(units))) or 0)


def of_day(tx: Transaction, unit_code: str, day: date) -> DailyMail | None:
    """A unit's mail of a day."""
    return tx.scalar(select(DailyMail).where(DailyMail.unit_code == unit_code, DailyMail.day == day))


def next_waiting(tx: Transaction, moment: datetime) -> DailyMail | None:
    """A mail that is due and not leased to a worker, locked; rows that another worker has locked are skipped."""
    query = select(DailyMail).where(DailyMail.sent_at.is_(None), DailyMail.next_try_at <= moment)
    # A lease that has expired is a dead worker's: the mail may have gone, and a second copy has the same Message-ID.
    query = query.where(or_(DailyMail.lease_until.is_(None), DailyMail.lease_until < moment))
    return tx.scalar(query.order_by(DailyMail.next_try_at).limit(1).with_for_update(skip_locked=True))


def get(tx: Transaction, mail_id: UUID, *, lock: bool = False) -> DailyMail | None:
    """The mail with this id."""
    query = select(DailyMail).where(DailyMail.id == mail_id)
    return tx.scalar(query.with_for_update() if lock else query)


def entries_gone(tx: Transaction, mail_id: UUID, moment: datetime) -> None:
    """Mark the entries of a mail as mailed."""
    tx.execute(update(StaffNotice).where(StaffNotice.mail_id == mail_id).values(mailed_at=moment))


def listed(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[DailyMail]:
    """Mails, newest first."""
    query = select(DailyMail).order_by(DailyMail.day.desc(), DailyMail.unit_code).limit(limit)
    return list(tx.scalars(query if units is None else query.where(DailyMail.unit_code.in_(units))))


def address(tx: Transaction, unit_code: str) -> MailAddress | None:
    """A unit's own address, or the one that was requested, locked."""
    return tx.scalar(select(MailAddress).where(MailAddress.unit_code == unit_code).with_for_update())


def addresses(tx: Transaction) -> dict[str, MailAddress]:
    """Where mails go, by unit."""
    return {address.unit_code: address for address in tx.scalars(select(MailAddress))}
