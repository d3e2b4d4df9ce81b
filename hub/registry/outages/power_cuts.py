"""Queries about power cuts, and whom to warn of them."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from hub.domain.states import PowerCutState
from hub.registry.schema import Customer, PowerCut, PowerCutList, PowerCutWarning, Temporary
from hub.registry.session import Transaction

Line = tuple[PowerCutWarning, PowerCutList, Customer]
PLANNED = PowerCut.state == PowerCutState.PLANNED


def cut(tx: Transaction, cut_id: UUID, *, lock: bool = False) -> PowerCut | None:
    """The cut with this id."""
    query = select(PowerCut).where(PowerCut.id == cut_id)
    return tx.scalar(query.with_for_update() if lock else query)


def reached(tx: Transaction, cut: PowerCut, units: Iterable[str]) -> list[Customer]:
    """Customers in the area of the cut who order on the web and have an order day; lapsed ones are left out."""
    # A customer who is on the phone for now returns to the web with the next order.
    held = select(Temporary.before["order_method"].astext).where(
        Temporary.customer_id == Customer.id, Temporary.ended_at.is_(None), Temporary.before.has_key("order_method")
    )
    query = select(Customer).where(
        Customer.unit_code.in_(list(units)),
        Customer.stage != "lapsed",
        func.coalesce(held.limit(1).scalar_subquery(), Customer.values["order_method"].astext) == "web",
        Customer.values["order_day"].astext.in_([str(day) for day in range(1, 8)]),
    )
    if cut.scope == "route":
        query = query.where(Customer.values["delivery_route"].astext.in_(cut.named))
    if cut.scope == "customers":
        query = query.where(Customer.code.in_(cut.named))
    return list(tx.scalars(query.order_by(Customer.code)))


def lists_of(tx: Transaction, cut_id: UUID) -> list[PowerCutList]:
    """The parts of a cut."""
    return list(tx.scalars(select(PowerCutList).where(PowerCutList.cut_id == cut_id)))


def warnings_of(tx: Transaction, cut_id: UUID) -> list[PowerCutWarning]:
    """All lines that were ever on the list, locked."""
    # In no order: whoever locks a line holds its cut already.
    return list(tx.scalars(select(PowerCutWarning).where(PowerCutWarning.cut_id == cut_id).with_for_update()))


def warning(tx: Transaction, cut_id: UUID, customer_id: UUID) -> PowerCutWarning | None:
    """A customer's line on a cut's list, locked."""
    query = select(PowerCutWarning).where(
        PowerCutWarning.cut_id == cut_id, PowerCutWarning.customer_id == customer_id, PowerCutWarning.ended_at.is_(None)
    )
    return tx.scalar(query.with_for_update())


def lines(
    tx: Transaction, cut_id: UUID, units: frozenset[str] | None, after: str, limit: int, list_id: UUID | None = None
) -> list[Line]:
    """Whom to warn, by customer code after `after`; with a part, only of this part."""
    query = (
        select(PowerCutWarning, PowerCutList, Customer)
        .join(PowerCutList, PowerCutList.id == PowerCutWarning.list_id)
        .join(Customer, Customer.id == PowerCutWarning.customer_id)
        .where(PowerCutWarning.cut_id == cut_id, PowerCutWarning.ended_at.is_(None), Customer.code > after)
        .order_by(Customer.code)
        .limit(limit)
    )
    if units is not None:
        query = query.where(PowerCutList.unit_code.in_(units))
    if list_id is not None:
        query = query.where(PowerCutList.id == list_id)
    return [(line, part, customer) for line, part, customer in tx.execute(query)]


def counts(
    tx: Transaction, ids: Iterable[UUID], units: frozenset[str] | None
) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    """{(cut, list): (to be warned, of these warned)}."""
    warned = func.count(PowerCutWarning.warned_at)
    query = (
        select(PowerCutList.cut_id, PowerCutList.id, func.count(), warned)
        .join(PowerCutWarning, PowerCutWarning.list_id == PowerCutList.id)
        .where(PowerCutList.cut_id.in_(list(ids)), PowerCutWarning.ended_at.is_(None))
        .group_by(PowerCutList.cut_id, PowerCutList.id)
    )
    if units is not None:
        query = query.where(PowerCutList.unit_code.in_(units))
    return {(cut_id, list_id): (all_, done) for cut_id, list_id, all_, done in tx.execute(query)}


def unwarned(tx: Transaction, list_id: UUID) -> tuple[int, datetime | None]:
    """How many of a part are still to be warned, and by when the first of them."""
    query = select(func.count(), func.min(PowerCutWarning.due_at)).where(
        PowerCutWarning.list_id == list_id, PowerCutWarning.ended_at.is_(None), PowerCutWarning.warned_at.is_(None)
    )
    left, due = tx.execute(query).one()
    return left, due


def part(tx: Transaction, list_id: UUID) -> PowerCutList | None:
    """One manager's part."""
    return tx.get(PowerCutList, list_id)


def _seen(units: frozenset[str]) -> ColumnElement[bool]:
    part = select(PowerCutList.id).where(PowerCutList.cut_id == PowerCut.id, PowerCutList.unit_code.in_(units))
    return or_(PowerCut.unit_code.in_(units), part.exists())


def visible(tx: Transaction, cut_id: UUID, units: frozenset[str] | None) -> bool:
    """Whether a cut is of these units, or some of their customers are on its list."""
    query = select(PowerCut.id).where(PowerCut.id == cut_id)
    return tx.scalar(query if units is None else query.where(_seen(units))) is not None


def listed(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[PowerCut]:
    """Planned cuts, then the others; of each the latest first."""
    query = select(PowerCut) if units is None else select(PowerCut).where(_seen(units))
    return list(tx.scalars(query.order_by(PLANNED.desc(), PowerCut.begins_at.desc()).limit(limit)))


def to_fill(tx: Transaction, today: date, moment: datetime, limit: int) -> list[PowerCut]:
    """Planned cuts whose list was not filled today; locked, and those that another worker holds are skipped."""
    query = select(PowerCut).where(PLANNED, PowerCut.filled_on < today, PowerCut.begins_at > moment)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def begun(tx: Transaction, moment: datetime, limit: int) -> list[PowerCut]:
    """Cuts that have begun and of which the chiefs were not notified yet; locked, others' are skipped."""
    query = select(PowerCut).where(PLANNED, PowerCut.begins_at <= moment, PowerCut.told_at.is_(None))
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def ended(tx: Transaction, moment: datetime, limit: int) -> list[PowerCut]:
    """Cuts whose time is over; locked, and those that another worker holds are skipped."""
    # Only once the chiefs were notified: `begun` looks at planned cuts alone and would miss a cut that has ended.
    query = select(PowerCut).where(PLANNED, PowerCut.ends_at <= moment, PowerCut.told_at.is_not(None))
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))
