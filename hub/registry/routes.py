"""Queries about routes, meetings, proposals, scenarios and drivers (article 13)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError

from hub.ports import SHANGHAI

from .schema import (
    AddressCheck,
    Application,
    Change,
    Customer,
    DeliveryView,
    Onboarding,
    Order,
    RouteDriver,
    RouteMeeting,
    RouteProposal,
    RouteScenario,
    ScenarioRecord,
    Task,
)
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


def open_meeting(tx: Transaction, unit_code: str) -> RouteMeeting | None:
    """The unit's meeting that is called and not closed yet."""
    query = select(RouteMeeting).where(RouteMeeting.unit_code == unit_code, RouteMeeting.state == "called")
    return tx.scalar(query)


def enter_meeting(tx: Transaction, row: RouteMeeting) -> bool:
    """Enter a new meeting; False if another transaction has just entered one that is open for the unit."""
    try:
        # A savepoint: a refused insert must not break the caller's transaction.
        with tx.begin_nested():
            tx.add(row)
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            return False
        raise
    return True


def proposal(tx: Transaction, proposal_id: UUID) -> RouteProposal | None:
    """The proposal with this id, locked."""
    return tx.scalar(select(RouteProposal).where(RouteProposal.id == proposal_id).with_for_update())


def agenda(tx: Transaction, units: frozenset[str], meeting_id: UUID | None) -> list[tuple[RouteProposal, Customer]]:
    """What a meeting decides, or decided: undecided and postponed proposals of its units, and its own."""
    query = select(RouteProposal, Customer).join(Customer, Customer.id == RouteProposal.customer_id)
    open_ones = RouteProposal.meeting_id.is_(None)
    query = query.where(RouteProposal.unit_code.in_(units))
    query = query.where(or_(open_ones, RouteProposal.meeting_id == meeting_id) if meeting_id else open_ones)
    return [(proposal, customer) for proposal, customer in tx.execute(query.order_by(RouteProposal.proposed_at))]


def decided(tx: Transaction, meeting_id: UUID) -> list[tuple[RouteProposal, Customer]]:
    """What a meeting decided."""
    query = select(RouteProposal, Customer).join(Customer, Customer.id == RouteProposal.customer_id)
    query = query.where(RouteProposal.meeting_id == meeting_id).order_by(RouteProposal.proposed_at)
    return [(proposal, customer) for proposal, customer in tx.execute(query)]


def to_carry(tx: Transaction, units: frozenset[str] | None) -> list[tuple[RouteProposal, Customer]]:
    """Proposals that a closed meeting accepted and that are not carried out yet."""
    query = (
        select(RouteProposal, Customer)
        .join(Customer, Customer.id == RouteProposal.customer_id)
        .join(RouteMeeting, RouteMeeting.id == RouteProposal.meeting_id)
        .where(RouteMeeting.state == "closed", RouteProposal.decision == "accepted", RouteProposal.carried_at.is_(None))
    )
    if units is not None:
        query = query.where(RouteProposal.unit_code.in_(units))
    return [
        (proposal, customer) for proposal, customer in tx.execute(query.order_by(RouteProposal.proposed_at).limit(500))
    ]


def on_routes(
    tx: Transaction, units: frozenset[str], routes: Sequence[str] | None, field: str = "delivery_route"
) -> list[Customer]:
    """Customers of some units who are on routes (delivery routes, or visit routes by `field`), by code; `routes` narrows."""
    route = Customer.values[field].astext
    query = select(Customer).where(Customer.unit_code.in_(units), route != "")
    if routes is not None:
        query = query.where(route.in_(routes))
    return list(tx.scalars(query.order_by(Customer.code)))


def count_on(tx: Transaction, units: frozenset[str], routes: Sequence[str], field: str) -> int:
    """How many customers of some units are on these routes."""
    query = select(func.count()).select_from(Customer).where(Customer.unit_code.in_(units))
    return int(tx.scalar(query.where(Customer.values[field].astext.in_(routes))) or 0)


def scenario(tx: Transaction, scenario_id: UUID) -> RouteScenario | None:
    """The scenario with this id, locked."""
    return tx.scalar(select(RouteScenario).where(RouteScenario.id == scenario_id).with_for_update())


def scenarios(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[RouteScenario]:
    """Scenarios of some units, the latest first."""
    query = select(RouteScenario).order_by(RouteScenario.asked_at.desc()).limit(limit)
    if units is not None:
        query = query.where(RouteScenario.unit_code.in_(units))
    return list(tx.scalars(query))


def records(tx: Transaction, scenario_id: UUID) -> list[tuple[ScenarioRecord, date | None]]:
    """What was done about a scenario, the earliest first, with the day of its meeting."""
    query = select(ScenarioRecord, RouteMeeting.held_on).where(ScenarioRecord.scenario_id == scenario_id)
    query = query.outerjoin(RouteMeeting, RouteMeeting.id == ScenarioRecord.meeting_id)
    return [(entry, held_on) for entry, held_on in tx.execute(query.order_by(ScenarioRecord.at, ScenarioRecord.id))]


def next_scenario(tx: Transaction, dead_before: datetime) -> RouteScenario | None:
    """The longest waiting scenario that no worker computes, or whose worker died, locked; one held by another is skipped."""
    query = select(RouteScenario).where(RouteScenario.state == "computing")
    query = query.where(or_(RouteScenario.claimed_at.is_(None), RouteScenario.claimed_at < dead_before))
    return tx.scalar(query.order_by(RouteScenario.asked_at).limit(1).with_for_update(skip_locked=True))


def due_scenarios(tx: Transaction, today: date, limit: int) -> list[RouteScenario]:
    """Approved scenarios whose day has come, locked; those that another worker holds are skipped."""
    query = select(RouteScenario).where(RouteScenario.state == "approved", RouteScenario.cut_over <= today)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def locked(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Customer]:
    """Customers by id, locked in the order of their ids, so that two who lock the same customers never deadlock."""
    query = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id).with_for_update()
    return {customer.id: customer for customer in tx.scalars(query)}


def drivers(tx: Transaction, units: frozenset[str] | None) -> list[RouteDriver]:
    """Who drives which route."""
    query = select(RouteDriver).order_by(RouteDriver.unit_code, RouteDriver.route)
    return list(tx.scalars(query if units is None else query.where(RouteDriver.unit_code.in_(units))))


def driver_of(tx: Transaction, unit_code: str, route: str) -> RouteDriver | None:
    """Who drives this route, locked."""
    query = select(RouteDriver).where(RouteDriver.unit_code == unit_code, RouteDriver.route == route)
    return tx.scalar(query.with_for_update())


def driver_above(tx: Transaction, units: Sequence[str], route: str) -> RouteDriver | None:
    """Who drives a route, in the nearest of some units, given from the lowest upwards."""
    query = select(RouteDriver).where(RouteDriver.unit_code.in_(units), RouteDriver.route == route)
    # One query for all units; their order, which says what is nearest, is the caller's.
    there = {standing.unit_code: standing for standing in tx.scalars(query)}
    return next((there[unit] for unit in units if unit in there), None)


def routes_of(tx: Transaction, user_id: UUID) -> list[RouteDriver]:
    """The routes that a user drives."""
    return list(tx.scalars(select(RouteDriver).where(RouteDriver.user_id == user_id).order_by(RouteDriver.route)))


# Three latest moments for each customer: when the address moved, was placed on a route, was checked. A move stands open
# if it is newer than whichever of the others there are.
def moved_addresses(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
    """Customers whose address or location changed since they were last placed on a route or last checked.

    The first entry of an address is not a change; what a driver did is not a placing (R13.5).
    """
    before = [Change.changes[key][0].astext for key in ("address", "location")]
    moves = _latest(tx, ids, or_(*(func.coalesce(column, "") != "" for column in before)))
    placing = or_(Change.changes.has_key("delivery_route"), Change.changes.has_key("stop_order"))
    places = _latest(tx, list(moves), placing & (Change.article != "R13.5")) if moves else {}
    query = select(AddressCheck.customer_id, func.max(AddressCheck.checked_at)).group_by(AddressCheck.customer_id)
    checks = {check[0]: check[1] for check in tx.execute(query.where(AddressCheck.customer_id.in_(list(moves))))}
    return {key for key, at in moves.items() if all(at > done[key] for done in (places, checks) if key in done)}


def _latest(tx: Transaction, ids: Sequence[UUID], which: ColumnElement[bool]) -> dict[UUID, datetime]:
    query = select(Change.customer_id, func.max(Change.at)).where(Change.customer_id.in_(ids), which)
    return {latest[0]: latest[1] for latest in tx.execute(query.group_by(Change.customer_id))}


def reported_addresses(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
    """Customers with an address report open at internal control."""
    query = select(Task.subject_id).where(Task.kind == "address_moved", Task.done_at.is_(None))
    return set(tx.scalars(query.where(Task.subject_id.in_(ids))))


def address_reports(tx: Transaction, units: frozenset[str] | None) -> list[tuple[Task, Customer]]:
    """Open reports about addresses, the earliest due first."""
    query = select(Task, Customer).join(Customer, Customer.id == Task.subject_id)
    query = query.where(Task.kind == "address_moved", Task.done_at.is_(None)).order_by(Task.due_at, Task.id)
    if units is not None:
        query = query.where(Task.unit_code.in_(units))
    return [(check, customer) for check, customer in tx.execute(query.limit(200))]


def last_move(tx: Transaction, customer_id: UUID) -> Change | None:
    """The latest change of a customer's address or location."""
    which = or_(Change.changes.has_key("address"), Change.changes.has_key("location"))
    query = select(Change).where(Change.customer_id == customer_id, which)
    return tx.scalar(query.order_by(Change.at.desc(), Change.id.desc()).limit(1))


def batch_day(tx: Transaction, unit_code: str, batch: str, *, but: UUID) -> str | None:
    """The most frequent order day in a visit batch, leaving one customer out; None if there is none."""
    day = Customer.values["order_day"].astext
    query = select(day).where(Customer.unit_code == unit_code, Customer.id != but, day.is_not(None), day != "")
    query = query.where(Customer.values["visit_batch"].astext == batch).group_by(day)
    # Of days that are equally frequent the earlier, so that the answer is always the same.
    return tx.scalar(query.order_by(func.count().desc(), day).limit(1))


def last_order(tx: Transaction, customer_id: UUID, until: date, days: int) -> date | None:
    """The day of the customer's last order within `days` days up to a day, which counts as the visit."""
    # Days are Shanghai's: midnight there, not in UTC.
    end = datetime.combine(until + timedelta(days=1), time.min, SHANGHAI)
    query = select(func.max(Order.at)).where(
        Order.customer_id == customer_id, Order.at < end, Order.at >= end - timedelta(days=days)
    )
    last = tx.scalar(query)
    return last.astimezone(SHANGHAI).date() if last else None


def first_order(tx: Transaction, customer_id: UUID) -> date | None:
    """The day of the customer's first order."""
    first = tx.scalar(select(func.min(Order.at)).where(Order.customer_id == customer_id))
    return first.astimezone(SHANGHAI).date() if first else None


def planned_first_order(tx: Transaction, customer_id: UUID) -> date | None:
    """The first order day that was planned when the customer was entered."""
    return tx.scalar(select(func.max(Onboarding.first_order_on)).where(Onboarding.customer_id == customer_id))


def last_day_before(tx: Transaction, customer_id: UUID, since: datetime) -> tuple[str, date] | None:
    """(order day, when it was removed) of a customer without one, if it was removed since a moment."""
    before = Change.changes["order_day"][0].astext
    query = select(before, Change.at).where(Change.customer_id == customer_id, Change.at >= since)
    query = query.where(func.coalesce(before, "") != "").order_by(Change.at.desc(), Change.id.desc()).limit(1)
    change = tx.execute(query).first()
    return (str(change[0]), change[1].astimezone(SHANGHAI).date()) if change else None


def delivery_views(tx: Transaction, ids: Sequence[UUID]) -> list[DeliveryView]:
    """What was said about the first deliveries of some applications, in order."""
    query = select(DeliveryView).where(DeliveryView.application_id.in_(ids))
    return list(tx.scalars(query.order_by(DeliveryView.at, DeliveryView.id)))


def first_deliveries(tx: Transaction, units: frozenset[str] | None) -> list[tuple[Application, Customer]]:
    """Corrections after a first delivery that wait to be carried out (R7.14)."""
    query = select(Application, Customer).join(Customer, Customer.id == Application.customer_id)
    query = query.where(Application.rule == "route_first_delivery", Application.state == "approved")
    if units is not None:
        query = query.where(Application.unit_code.in_(units))
    return [
        (application, customer) for application, customer in tx.execute(query.order_by(Application.sent_at).limit(100))
    ]
