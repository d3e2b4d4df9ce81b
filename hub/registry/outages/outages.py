"""Queries about outages: which customers are affected, switched, or not yet switched back (R11.1, I2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, insert, literal, or_, select, update

from hub.domain.changes import TABLE
from hub.domain.customers.choices import DEVICE_METHODS
from hub.domain.states import OPEN_APPLICATIONS, OUTAGE, AgreementState, OutageState
from hub.registry.schema import Agreement, Application, Customer, Outage, OutageCustomer, Temporary
from hub.registry.schema.settlement import OF_CARRIER
from hub.registry.session import Transaction, WrongStep

# Changes that touch the order method: one that is open leaves its customer out.
RULES = [rule.key for rule in TABLE if "order_method" in rule.sets]
WAITING, SWITCHED, LEFT_OUT, RETURNED = "waiting", "switched", "left_out", "returned"
RUNNING = (AgreementState.SIGNED, AgreementState.DELIVERED, AgreementState.LIVE)


@dataclass(frozen=True)
class Affected:
    """An affected customer; `why` is empty for those who are, or would be, switched."""

    customer_id: UUID
    code: str
    shop_name: str
    unit_code: str
    method: str
    in_term: bool
    state: str
    why: str


@dataclass(frozen=True)
class Count:
    """How many customers of a unit and method share a state."""

    unit_code: str
    method: str
    state: str
    why: str
    in_term: bool
    number: int


def step(outage: Outage, to: OutageState) -> None:
    """Move an outage to a state that its table allows; raises WrongStep."""
    if to not in OUTAGE[OutageState(outage.state)]:
        raise WrongStep(f"Outage {outage.id}: {outage.state} -> {to}")
    outage.state = to


def get(tx: Transaction, outage_id: UUID, *, lock: bool = False) -> Outage | None:
    """The outage with this id."""
    query = select(Outage).where(Outage.id == outage_id)
    return tx.scalar(query.with_for_update() if lock else query)


def recent(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[Outage]:
    """Outages of some units, newest first."""
    query = select(Outage).order_by(Outage.reported_at.desc(), Outage.id).limit(limit)
    return list(tx.scalars(query if units is None else query.where(Outage.unit_code.in_(units))))


def open_in(tx: Transaction, units: Collection[str], methods: Sequence[str]) -> Outage | None:
    """An outage of these units and any of these methods that is not over."""
    ended = (OutageState.ENDED, OutageState.WITHDRAWN)
    query = select(Outage).where(Outage.unit_code.in_(units), Outage.state.not_in(ended))
    return tx.scalar(query.where(Outage.methods.overlap(list(methods))).limit(1))


# Of several reasons to leave a customer out the first counts (CASE). The agreement only says whether the customer
# returns to the method afterwards (R11.3).
def _columns(today: date) -> tuple[ColumnElement[str], ColumnElement[bool], ColumnElement[str]]:
    """Columns: order method (the original one while on the phone), whether in an agreement's term, why left out."""
    method = func.coalesce(Temporary.before["order_method"].astext, Customer.values["order_method"].astext)
    term = exists().where(
        method.in_(DEVICE_METHODS),
        Agreement.customer_id == Customer.id,
        OF_CARRIER,
        Agreement.state.in_(RUNNING),
        or_(Agreement.term_until.is_(None), Agreement.term_until >= today),
    )
    asked = exists().where(
        Application.customer_id == Customer.id, Application.rule.in_(RULES), Application.state.in_(OPEN_APPLICATIONS)
    )
    why = case(
        (Temporary.id.is_not(None), "temporary"),
        (asked, "application"),
        (~Customer.sealed.has_key("order_phone"), "no_phone"),
        else_="",
    )
    return method, term, why


def _concerned(today: date, *columns: Any) -> tuple[Select[Any], ColumnElement[str]]:
    """A query for customers with their method, term and reason, and the method's column to filter by."""
    method, term, why = _columns(today)
    # A customer who is on the phone temporarily counts under the method to which they return.
    held = and_(Temporary.customer_id == Customer.id, Temporary.ended_at.is_(None), Temporary.rule.in_(RULES))
    made = select(*columns, method.label("method"), term.label("in_term"), why.label("why"))
    return made.select_from(Customer).outerjoin(Temporary, held), method


def _of(outage: Outage, units: Collection[str], today: date, *columns: Any) -> Select[Any]:
    query, method = _concerned(today, *columns)
    return query.where(Customer.unit_code.in_(units), method.in_(outage.methods), Customer.stage != "lapsed")


def planned(tx: Transaction, outage: Outage, units: Collection[str], today: date) -> list[Count]:
    """How many are affected as things stand, by unit, method and reason."""
    affected = _of(outage, units, today, Customer.unit_code).subquery()
    by = (affected.c.unit_code, affected.c.method, affected.c.why, affected.c.in_term)
    counted = tx.execute(select(*by, func.count()).group_by(*by).order_by(*by))
    return [Count(unit, way, LEFT_OUT if why else WAITING, why, term, n) for unit, way, why, term, n in counted]


def planned_rows(
    tx: Transaction, outage: Outage, units: Collection[str], today: date, why: str | None, after: str, limit: int
) -> list[Affected]:
    """Customers affected as things stand, by code, after a code; with `why`, only those of this reason ("" for none)."""
    affected = _of(outage, units, today, Customer.id, Customer.code, Customer.shop_name, Customer.unit_code).subquery()
    query = select(affected).where(affected.c.code > after).order_by(affected.c.code).limit(limit)
    lines = tx.execute(query if why is None else query.where(affected.c.why == why))
    return [
        Affected(r.id, r.code, r.shop_name, r.unit_code, r.method, r.in_term, LEFT_OUT if r.why else WAITING, r.why)
        for r in lines
    ]


def record_affected(tx: Transaction, outage: Outage, units: Collection[str], today: date) -> None:
    """Record who is affected; from now on these rows say who waits."""
    affected = _of(outage, units, today, Customer.id).subquery()
    state = case((affected.c.why == "", WAITING), else_=LEFT_OUT)
    # One INSERT … SELECT: the list is that of one moment, and its thousands of rows never leave the database.
    chosen = select(literal(outage.id), affected.c.id, affected.c.method, affected.c.in_term, state, affected.c.why)
    into = ["outage_id", "customer_id", "method", "in_term", "state", "why"]
    tx.execute(insert(OutageCustomer).from_select(into, chosen))


# A switched customer who is back counts as returned; one who could not be put back stays switched (I2).
_back = exists().where(
    Temporary.outage_id == OutageCustomer.outage_id,
    Temporary.customer_id == OutageCustomer.customer_id,
    Temporary.ended_at.is_not(None),
    Temporary.ended_how.not_in(("changed_meanwhile", "unreadable")),
)
STATE: ColumnElement[str] = case((and_(OutageCustomer.state == SWITCHED, _back), RETURNED), else_=OutageCustomer.state)


def counts(tx: Transaction, outage_id: UUID) -> list[Count]:
    """Progress, by unit, method, state and reason."""
    mine = OutageCustomer
    kept = (Customer.unit_code, mine.method, STATE.label("state"), mine.why, mine.in_term)
    by = select(*kept).join(Customer, Customer.id == mine.customer_id).where(mine.outage_id == outage_id).subquery().c
    counted: Any = tx.execute(select(*by, func.count()).group_by(*by).order_by(*by))
    return [Count(unit, way, state, why, term, n) for unit, way, state, why, term, n in counted]


def rows(tx: Transaction, outage_id: UUID, why: str | None, after: str, limit: int) -> list[Affected]:
    """Recorded customers, by code, after a code; with `why`, only those of this reason ("" for none)."""
    mine = OutageCustomer
    kept = (mine.method, mine.in_term, STATE, mine.why)
    query = select(Customer.id, Customer.code, Customer.shop_name, Customer.unit_code, *kept)
    query = query.join(mine, mine.customer_id == Customer.id).where(mine.outage_id == outage_id, Customer.code > after)
    lines = tx.execute((query if why is None else query.where(mine.why == why)).order_by(Customer.code).limit(limit))
    return [Affected(*columns) for columns in lines]


def next_switching(tx: Transaction) -> Outage | None:
    """An outage whose customers wait for their batch; locked, and those that another worker holds are skipped."""
    query = select(Outage).where(Outage.state == OutageState.SWITCHING).order_by(Outage.started_at).limit(1)
    return tx.scalar(query.with_for_update(skip_locked=True))


def waiting(tx: Transaction, outage_id: UUID, limit: int) -> list[tuple[OutageCustomer, Customer]]:
    """The next customers who wait, with their records locked."""
    query = select(OutageCustomer, Customer).join(Customer, Customer.id == OutageCustomer.customer_id)
    query = query.where(OutageCustomer.outage_id == outage_id, OutageCustomer.state == WAITING)
    # In the order of ids, as every other batch locks them, so that two cannot block each other.
    query = query.order_by(OutageCustomer.customer_id).limit(limit).with_for_update(of=(OutageCustomer, Customer))
    return [(affected, customer) for affected, customer in tx.execute(query.execution_options(populate_existing=True))]


def standing(tx: Transaction, ids: Collection[UUID], today: date) -> dict[UUID, tuple[str, str]]:
    """Method and reason of these customers as they stand now."""
    query, _ = _concerned(today, Customer.id)
    return {
        customer.id: (customer.method or "", customer.why) for customer in tx.execute(query.where(Customer.id.in_(ids)))
    }


def leave_out_the_rest(tx: Transaction, outage_id: UUID, why: str) -> None:
    """Leave out the customers who still wait; they are no longer switched."""
    which = (OutageCustomer.outage_id == outage_id, OutageCustomer.state == WAITING)
    tx.execute(update(OutageCustomer).where(*which).values(state=LEFT_OUT, why=why))


def _return(moment: datetime) -> ColumnElement[str]:
    """Whether and how a switched customer was switched back."""
    return case(
        (Temporary.ended_how.in_(("changed_meanwhile", "unreadable")), "changed"),
        (Temporary.ended_at.is_not(None), "returned"),
        (Temporary.ordered_at.is_(None), "no_order"),
        (Temporary.due_at < moment, "late"),
        else_="soon",
    )


def returns(tx: Transaction, outage_id: UUID, moment: datetime) -> dict[str, int]:
    """How many of an outage's customers were switched back, and how the others stand."""
    how = _return(moment)
    query = select(how.label("how"), func.count().label("number")).where(Temporary.outage_id == outage_id)
    counted = tx.execute(query.group_by("how"))
    return {str(ending.how): int(ending.number) for ending in counted}


def unreturned(
    tx: Transaction, outage_id: UUID, moment: datetime, after: str, limit: int
) -> list[tuple[Customer, Temporary, str]]:
    """Customers who were not switched back, by code, with the reason."""
    how = _return(moment)
    query = select(Customer, Temporary, how).join(Temporary, Temporary.customer_id == Customer.id)
    query = query.where(Temporary.outage_id == outage_id, how != "returned", Customer.code > after)
    return [(c, t, word) for c, t, word in tx.execute(query.order_by(Customer.code).limit(limit))]
