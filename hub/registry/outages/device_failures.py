"""Queries about devices that a carrier reported beyond repair (R11.2)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from hub.registry.schema import Customer, Device, Task, Temporary, Twin
from hub.registry.session import Transaction

RULE, TASK = "phone_device", "device_failed"
BEYOND = and_(Device.state == "failed", Device.repairable.is_(False))
# The customer already orders by phone because of it: nothing is left for the clerk to do.
ON_PHONE = select(Temporary.id).where(
    Temporary.customer_id == Customer.id, Temporary.rule == RULE, Temporary.ended_at.is_(None)
)
# The carrier's own record of the device: `partner_at` is when it failed, by the carrier.
THEIRS = and_(Twin.channel == Device.channel, Twin.kind == "device", Twin.number == Device.device_no)


def of_customer(tx: Transaction, customer_id: UUID) -> list[tuple[Device, datetime | None]]:
    """A customer's failed devices, each with the moment at which the carrier reported it."""
    query = select(Device, func.coalesce(Twin.partner_at, Twin.seen_at)).outerjoin(Twin, THEIRS)
    query = query.where(Device.customer_id == customer_id, Device.state == "failed").order_by(Device.bound_at)
    return [(device, at) for device, at in tx.execute(query)]


def unseen_reports(tx: Transaction, limit: int) -> list[tuple[Device, Customer, datetime | None]]:
    """Reports without a task for the clerk: none since the report, and none since the last return (R11.2)."""
    returned = select(func.max(Temporary.ended_at)).where(Temporary.customer_id == Customer.id, Temporary.rule == RULE)
    failed_at = func.coalesce(Twin.partner_at, Twin.seen_at)
    task = select(Task.id).where(
        Task.subject_kind == "device",
        Task.subject_id == Device.id,
        Task.kind == TASK,
        # PostgreSQL's greatest ignores NULL: without a return the report alone counts.
        or_(Task.done_at.is_(None), Task.done_at >= func.greatest(failed_at, returned.scalar_subquery())),
    )
    query = select(Device, Customer, failed_at)
    query = query.join(Customer, Customer.id == Device.customer_id).outerjoin(Twin, THEIRS)
    query = query.where(BEYOND, ~ON_PHONE.exists(), ~task.exists()).limit(limit)
    failed = tx.execute(query.with_for_update(of=Device, skip_locked=True))
    return [(device, customer, at) for device, customer, at in failed]


def moot(tx: Transaction, limit: int) -> list[Task]:
    """Open tasks about devices that work again or ended, or whose customer orders by phone for now because of them."""
    query = select(Task).join(Device, Device.id == Task.subject_id).join(Customer, Customer.id == Device.customer_id)
    query = query.where(Task.kind == TASK, Task.done_at.is_(None), or_(~BEYOND, ON_PHONE.exists())).limit(limit)
    return list(tx.scalars(query.with_for_update(of=Task, skip_locked=True)))
