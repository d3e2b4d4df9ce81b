"""Queries about grade evaluations: whose attention and cooperation must be reviewed, whose grade may change (R7.4, R14.1)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, select

from .schema import Application, Change, Customer, Evidence, GradeCertificate, GradeEvaluation, GradeRevisit
from .session import Transaction

# Key of the advisory lock for numbering certificates: max + 1 must be read and used by one transaction at a time.
CERTIFICATES = 5107
REVISITED = ("attention", "cooperation")


def previous(tx: Transaction, units: Iterable[str], day: date) -> date | None:
    """The last evaluation of some units before a day."""
    query = select(func.max(GradeEvaluation.day)).where(GradeEvaluation.unit_code.in_(list(units)))
    return tx.scalar(query.where(GradeEvaluation.day < day))


def _stale(since: datetime) -> ColumnElement[bool]:
    """Condition: a registered customer whose attention or cooperation has not been set since a moment."""
    # Stale unless both were set: either one alone leaves the review undone.
    fresh = [
        select(Change.id)
        .where(Change.customer_id == Customer.id, Change.at >= since, Change.changes.has_key(key))
        .exists()
        for key in REVISITED
    ]
    return and_(Customer.stage == "registered", not_(and_(*fresh)))


def managers(tx: Transaction, units: Iterable[str], since: datetime) -> list[tuple[str, str]]:
    """(unit, account manager by name) of every customer to revisit."""
    manager = func.coalesce(Customer.values["account_manager"].astext, "")
    query = select(Customer.unit_code, manager).distinct().where(Customer.unit_code.in_(list(units)), _stale(since))
    return sorted((unit, name) for unit, name in tx.execute(query))


def _listed(row: GradeRevisit) -> ColumnElement[bool]:
    manager = func.coalesce(Customer.values["account_manager"].astext, "")
    return and_(Customer.unit_code == row.unit_code, manager == row.manager, _stale(row.since))


def to_revisit(tx: Transaction, row: GradeRevisit, limit: int) -> list[Customer]:
    """The customers of a revisit that are still to be reviewed, by code."""
    return list(tx.scalars(select(Customer).where(_listed(row)).order_by(Customer.code).limit(limit)))


def left(tx: Transaction, row: GradeRevisit) -> int:
    """How many are still to be reviewed."""
    return int(tx.scalar(select(func.count()).select_from(Customer).where(_listed(row))) or 0)


def revisit(tx: Transaction, revisit_id: UUID) -> GradeRevisit | None:
    """The revisit with this id, locked."""
    return tx.scalar(select(GradeRevisit).where(GradeRevisit.id == revisit_id).with_for_update())


def revisits(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[tuple[GradeRevisit, GradeEvaluation]]:
    """Revisits of some units, those of the latest evaluation first."""
    query = select(GradeRevisit, GradeEvaluation).join(
        GradeEvaluation, GradeEvaluation.id == GradeRevisit.evaluation_id
    )
    if units is not None:
        query = query.where(GradeRevisit.unit_code.in_(units))
    order = (GradeEvaluation.day.desc(), GradeRevisit.unit_code, GradeRevisit.manager)
    return [(revisit, evaluation) for revisit, evaluation in tx.execute(query.order_by(*order).limit(limit))]


def undone(tx: Transaction, unit_code: str, manager: str) -> list[GradeRevisit]:
    """An account manager's open revisits in a unit, locked."""
    query = select(GradeRevisit).where(GradeRevisit.unit_code == unit_code, GradeRevisit.manager == manager)
    return list(tx.scalars(query.where(GradeRevisit.done_at.is_(None)).with_for_update()))


def applications(tx: Transaction, ids: Iterable[UUID], since: datetime) -> dict[UUID, Application]:
    """The latest application for another grade since a moment, by customer."""
    query = select(Application).where(Application.customer_id.in_(list(ids)), Application.rule == "grade_change")
    # In order of sending, so that the latest of a customer wins in the dict.
    rows = tx.scalars(query.where(Application.sent_at >= since).order_by(Application.sent_at))
    return {application.customer_id: application for application in rows}


def forms(tx: Transaction, ids: Iterable[UUID], since: datetime) -> set[UUID]:
    """Customers whose grade change form was filed since a moment."""
    query = select(Evidence.customer_id).where(Evidence.customer_id.in_(list(ids)), Evidence.taken_at >= since)
    return set(tx.scalars(query.where(Evidence.kind == "grade_change_form")))


def graded(
    tx: Transaction, units: Iterable[str], changed_since: datetime | None, after: str, limit: int
) -> list[Customer]:
    """Registered customers of some units, by code; with a moment, only those with an application since then."""
    query = select(Customer).where(Customer.unit_code.in_(list(units)), Customer.stage == "registered")
    if changed_since is not None:
        asked = select(Application.customer_id).where(Application.rule == "grade_change")
        query = query.where(Customer.id.in_(asked.where(Application.sent_at >= changed_since)))
    return list(tx.scalars(query.where(Customer.code > after).order_by(Customer.code).limit(limit)))


def counts(tx: Transaction, units: Iterable[str], since: datetime) -> dict[str, int]:
    """Applications for another grade since a moment, by state."""
    query = select(Application.state, func.count()).where(
        Application.rule == "grade_change", Application.unit_code.in_(list(units)), Application.sent_at >= since
    )
    return {state: int(number) for state, number in tx.execute(query.group_by(Application.state))}


def certificate(tx: Transaction, certificate_id: UUID) -> GradeCertificate | None:
    """The certificate with this id."""
    return tx.get(GradeCertificate, certificate_id)


def certificates(tx: Transaction, customer_id: UUID) -> list[GradeCertificate]:
    """A customer's certificates, newest first."""
    query = select(GradeCertificate).where(GradeCertificate.customer_id == customer_id)
    return list(tx.scalars(query.order_by(GradeCertificate.year.desc(), GradeCertificate.serial.desc())))


def next_serial(tx: Transaction, year: int) -> int:
    """The next certificate's place in a year; locked until the transaction ends, so that no number is missing or twice."""
    tx.execute(select(func.pg_advisory_xact_lock(CERTIFICATES)))
    last = tx.scalar(select(func.max(GradeCertificate.serial)).where(GradeCertificate.year == year))
    return int(last or 0) + 1
