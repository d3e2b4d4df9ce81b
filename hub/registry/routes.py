"""Questions about routes, meetings, proposals, scenarios and drivers (article 13)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from hub.ports import SHANGHAI

from .schema import Change, Customer, Order, RouteDriver, RouteMeeting, RouteProposal, RouteScenario
from .session import Transaction


def meeting(tx: Transaction, meeting_id: UUID) -> RouteMeeting | None:
    """The meeting with this id, locked."""
    return tx.scalar(select(RouteMeeting).where(RouteMeeting.id == meeting_id).with_for_update())


def meetings(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[RouteMeeting]:
    """Meetings of some units, the latest first."""
    query = select(RouteMeeting).order_by(RouteMeeting.held_on.desc(), RouteMeeting.id.desc()).limit(limit)
    if units is not None:
        query = query.where(RouteMeeting.unit_code.in_(units))
    return list(tx.scalars(query))


def held(tx: Transaction, unit_code: str, first: date, after: date) -> bool:
    """Whether a unit has closed a meeting within a period."""
    query = select(RouteMeeting.id).where(RouteMeeting.unit_code == unit_code, RouteMeeting.state == "closed")
    return tx.scalar(query.where(RouteMeeting.held_on >= first, RouteMeeting.held_on < after).limit(1)) is not None


def proposal(tx: Transaction, proposal_id: UUID) -> RouteProposal | None:
    """The proposal with this id, locked."""
    return tx.scalar(select(RouteProposal).where(RouteProposal.id == proposal_id).with_for_update())


def agenda(tx: Transaction, units: frozenset[str], meeting_id: UUID | None) -> list[tuple[RouteProposal, Customer]]:
    """What a meeting has before it, or had: undecided and postponed proposals of its units, and its own."""
    query = select(RouteProposal, Customer).join(Customer, Customer.id == RouteProposal.customer_id)
    open_ones = RouteProposal.meeting_id.is_(None)
    query = query.where(RouteProposal.unit_code.in_(units))
    query = query.where(or_(open_ones, RouteProposal.meeting_id == meeting_id) if meeting_id else open_ones)
    return [(row, customer) for row, customer in tx.execute(query.order_by(RouteProposal.proposed_at))]


def decided(tx: Transaction, meeting_id: UUID) -> list[tuple[RouteProposal, Customer]]:
    """What a meeting decided."""
    query = select(RouteProposal, Customer).join(Customer, Customer.id == RouteProposal.customer_id)
    query = query.where(RouteProposal.meeting_id == meeting_id).order_by(RouteProposal.proposed_at)
    return [(row, customer) for row, customer in tx.execute(query)]


def to_carry(tx: Transaction, units: frozenset[str] | None) -> list[tuple[RouteProposal, Customer]]:
    """Accepted by a closed meeting and not carried out."""
    query = (
        select(RouteProposal, Customer)
        .join(Customer, Customer.id == RouteProposal.customer_id)
        .join(RouteMeeting, RouteMeeting.id == RouteProposal.meeting_id)
        .where(RouteMeeting.state == "closed", RouteProposal.decision == "accepted", RouteProposal.carried_at.is_(None))
    )
    if units is not None:
        query = query.where(RouteProposal.unit_code.in_(units))
    return [(row, customer) for row, customer in tx.execute(query.order_by(RouteProposal.proposed_at).limit(500))]


def on_routes(tx: Transaction, units: frozenset[str], routes: Sequence[str] | None) -> list[Customer]:
    """Customers of some units who are on delivery routes, by code; `routes` narrows them."""
    route = Customer.values["delivery_route"].astext
    query = select(Customer).where(Customer.unit_code.in_(units), route != "")
    if routes is not None:
        query = query.where(route.in_(routes))
    return list(tx.scalars(query.order_by(Customer.code)))


def scenario(tx: Transaction, scenario_id: UUID) -> RouteScenario | None:
    """The scenario with this id, locked."""
    return tx.scalar(select(RouteScenario).where(RouteScenario.id == scenario_id).with_for_update())


def scenarios(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[RouteScenario]:
    """Scenarios of some units, the latest first."""
    query = select(RouteScenario).order_by(RouteScenario.asked_at.desc()).limit(limit)
    if units is not None:
        query = query.where(RouteScenario.unit_code.in_(units))
    return list(tx.scalars(query))


def due_scenarios(tx: Transaction, today: date, limit: int) -> list[RouteScenario]:
    """Approved scenarios whose day has come; each in one worker's hands only."""
    query = select(RouteScenario).where(RouteScenario.state == "approved", RouteScenario.cut_over <= today)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def locked(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Customer]:
    """Customers by id, locked in the order of their ids."""
    query = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id).with_for_update()
    return {row.id: row for row in tx.scalars(query)}


def drivers(tx: Transaction, units: frozenset[str] | None) -> list[RouteDriver]:
    """Who drives which route."""
    query = select(RouteDriver).order_by(RouteDriver.unit_code, RouteDriver.route)
    return list(tx.scalars(query if units is None else query.where(RouteDriver.unit_code.in_(units))))


def driver_of(tx: Transaction, unit_code: str, route: str) -> RouteDriver | None:
    """Who drives this route, locked."""
    query = select(RouteDriver).where(RouteDriver.unit_code == unit_code, RouteDriver.route == route)
    return tx.scalar(query.with_for_update())


def routes_of(tx: Transaction, user_id: UUID) -> list[RouteDriver]:
    """The routes that somebody drives."""
    return list(tx.scalars(select(RouteDriver).where(RouteDriver.user_id == user_id).order_by(RouteDriver.route)))


def moved_since(tx: Transaction, ids: Sequence[UUID], since: datetime) -> set[UUID]:
    """Customers whose address or location changed since a moment."""
    query = select(Change.customer_id).where(
        Change.customer_id.in_(ids),
        Change.at > since,
        or_(Change.changes.has_key("address"), Change.changes.has_key("location")),
    )
    return set(tx.scalars(query))


def batch_day(tx: Transaction, unit_code: str, batch: str, *, but: UUID) -> str | None:
    """The order day of most customers of a visit batch, but for one of them; None when nobody has one."""
    day = Customer.values["order_day"].astext
    query = select(day).where(Customer.unit_code == unit_code, Customer.id != but, day.is_not(None), day != "")
    query = query.where(Customer.values["visit_batch"].astext == batch).group_by(day)
    return tx.scalar(query.order_by(func.count().desc(), day).limit(1))


def last_order(tx: Transaction, customer_id: UUID, until: date, days: int) -> date | None:
    """The day of the customer's last order within so many days, which was its visit."""
    end = datetime.combine(until + timedelta(days=1), time.min, SHANGHAI)
    query = select(func.max(Order.at)).where(
        Order.customer_id == customer_id, Order.at < end, Order.at >= end - timedelta(days=days)
    )
    found = tx.scalar(query)
    return found.astimezone(SHANGHAI).date() if found else None
