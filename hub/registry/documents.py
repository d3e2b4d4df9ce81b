"""Papers on their way to the custodian."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import exists, select

from .schema import Application, Custodian, Customer, Evidence, HandIn, Task
from .session import Transaction


def custodians(tx: Transaction, units: Iterable[str] | None = None) -> list[Custodian]:
    """Who keeps which kind of paper where, by the units' settings."""
    query = select(Custodian).order_by(Custodian.unit_code, Custodian.kind)
    return list(tx.scalars(query if units is None else query.where(Custodian.unit_code.in_(list(units)))))


def custodian(tx: Transaction, unit_code: str, kind: str) -> Custodian | None:
    """A unit's own setting for a kind."""
    return tx.get(Custodian, (unit_code, kind))


def hand_in(tx: Transaction, evidence_id: UUID) -> HandIn | None:
    """The record that a paper reached its custodian."""
    return tx.get(HandIn, evidence_id)


def paper(tx: Transaction, evidence_id: UUID) -> Evidence | None:
    """A paper, locked, so that it is handed in only once."""
    return tx.scalar(select(Evidence).where(Evidence.id == evidence_id).with_for_update())


def outstanding(
    tx: Transaction, units: frozenset[str] | None, limit: int
) -> list[tuple[Evidence, Customer, Task | None]]:
    """Papers not handed in, oldest first, each with its task."""
    query = (
        select(Evidence, Customer, Task)
        .join(Customer, Customer.id == Evidence.customer_id)
        .outerjoin(HandIn, HandIn.evidence_id == Evidence.id)
        .outerjoin(Task, (Task.subject_id == Evidence.id) & (Task.kind == "hand_in") & Task.done_at.is_(None))
        .where(HandIn.evidence_id.is_(None))
    )
    query = query if units is None else query.where(Customer.unit_code.in_(units))
    return [
        (paper, customer, task) for paper, customer, task in tx.execute(query.order_by(Evidence.taken_at).limit(limit))
    ]


def unchased(tx: Transaction, limit: int) -> list[tuple[Evidence, Customer]]:
    """Papers neither handed in nor anybody's task, locked; those that another worker holds are skipped."""
    query = (
        select(Evidence, Customer)
        .join(Customer, Customer.id == Evidence.customer_id)
        .where(~exists().where(HandIn.evidence_id == Evidence.id))
        .where(~exists().where(Task.subject_id == Evidence.id, Task.kind == "hand_in", Task.done_at.is_(None)))
        .order_by(Evidence.taken_at)
        .limit(limit)
        .with_for_update(of=Evidence, skip_locked=True)
    )
    return [(paper, customer) for paper, customer in tx.execute(query)]


def handed_in(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[tuple[HandIn, Evidence, Customer]]:
    """Papers that reached their custodian, newest first."""
    query = (
        select(HandIn, Evidence, Customer)
        .join(Evidence, Evidence.id == HandIn.evidence_id)
        .join(Customer, Customer.id == Evidence.customer_id)
    )
    query = query if units is None else query.where(Customer.unit_code.in_(units))
    return [
        (hand_in, paper, customer)
        for hand_in, paper, customer in tx.execute(query.order_by(HandIn.at.desc()).limit(limit))
    ]


def applications_without(
    tx: Transaction, units: frozenset[str] | None, limit: int
) -> list[tuple[Application, Customer, int]]:
    """Applications with papers that were not handed in, oldest first, with the number of those papers."""
    query = select(Application, Customer).join(Customer, Customer.id == Application.customer_id)
    query = query.where(Application.evidence != []).order_by(Application.sent_at)
    query = query if units is None else query.where(Application.unit_code.in_(units))
    missing = {
        str(application)
        for application in tx.scalars(select(Evidence.id).outerjoin(HandIn).where(HandIn.evidence_id.is_(None)))
    }
    lacking = [
        (application, customer, len(missing & set(application.evidence)))
        for application, customer in tx.execute(query.limit(5000))
    ]
    return [line for line in lacking if line[2]][:limit]
