"""Questions about power cuts and help for web customers (R11.5, R11.6)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from .schema import Customer, HelpRecord, PowerCut, PowerWarning
from .session import Transaction

NEEDS_POWER = "web"
"""Only web ordering needs the customer's own mains; handsets and devices have batteries."""


def get(tx: Transaction, cut_id: UUID) -> PowerCut | None:
    """The cut with this id, locked."""
    return tx.scalar(select(PowerCut).where(PowerCut.id == cut_id).with_for_update())


def listed(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[tuple[PowerCut, int, int]]:
    """Cuts of some units, the latest first, with how many are to be warned and how many were."""
    counts = (
        select(PowerWarning.cut_id, func.count().label("all"), func.count(PowerWarning.warned_at).label("warned"))
        .group_by(PowerWarning.cut_id)
        .subquery()
    )
    query = select(PowerCut, func.coalesce(counts.c.all, 0), func.coalesce(counts.c.warned, 0))
    query = query.outerjoin(counts, counts.c.cut_id == PowerCut.id).order_by(PowerCut.begins_at.desc()).limit(limit)
    if units is not None:
        query = query.where(PowerCut.unit_code.in_(units))
    return [(row, found, warned) for row, found, warned in tx.execute(query)]


def affected(
    tx: Transaction, units: frozenset[str], days: Sequence[str], routes: Sequence[str], codes: Sequence[str]
) -> list[Customer]:
    """Web customers of some units who order on one of these days; by delivery route or code when any are named."""
    query = select(Customer).where(
        Customer.unit_code.in_(units),
        Customer.stage == "registered",
        Customer.values["order_method"].astext == NEEDS_POWER,
        Customer.values["order_day"].astext.in_(days),
    )
    if routes:
        query = query.where(Customer.values["delivery_route"].astext.in_(routes))
    if codes:
        query = query.where(Customer.code.in_(codes))
    return list(tx.scalars(query.order_by(Customer.code)))


def warnings(tx: Transaction, cut_id: UUID) -> list[tuple[PowerWarning, Customer]]:
    """Everybody to be warned of a cut, those not yet first."""
    query = select(PowerWarning, Customer).join(Customer, Customer.id == PowerWarning.customer_id)
    query = query.where(PowerWarning.cut_id == cut_id).order_by(PowerWarning.warned_at.is_not(None), Customer.code)
    return [(row, customer) for row, customer in tx.execute(query)]


def begun(tx: Transaction, moment: datetime, limit: int) -> list[PowerCut]:
    """Planned cuts that have begun; each in one worker's hands only."""
    query = select(PowerCut).where(PowerCut.state == "planned", PowerCut.begins_at <= moment)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def helped(
    tx: Transaction, units: frozenset[str] | None, begins: datetime, ends: datetime, limit: int
) -> list[tuple[HelpRecord, Customer]]:
    """Help for web customers within a period, the latest first (R11.6)."""
    query = select(HelpRecord, Customer).join(Customer, Customer.id == HelpRecord.customer_id)
    query = query.where(HelpRecord.at >= begins, HelpRecord.at < ends)
    if units is not None:
        query = query.where(Customer.unit_code.in_(units))
    return [(row, customer) for row, customer in tx.execute(query.order_by(HelpRecord.at.desc()).limit(limit))]


def help_of(tx: Transaction, customer_id: UUID) -> list[HelpRecord]:
    """A customer's help, the latest first."""
    query = select(HelpRecord).where(HelpRecord.customer_id == customer_id).order_by(HelpRecord.at.desc())
    return list(tx.scalars(query.limit(100)))
