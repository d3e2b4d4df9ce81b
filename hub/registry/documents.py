"""Papers and records on their way to the custodian; what a keeper declined counts as not handed in."""

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from sqlalchemy import and_, exists, func, select

from .schema import Application, Custodian, Customer, Evidence, HandIn, Task
from .session import Transaction

# A hand-in that the keeper has not declined.
STANDS = and_(HandIn.evidence_id == Evidence.id, HandIn.declined_at.is_(None))


def custodians(tx: Transaction, units: Iterable[str] | None = None) -> list[Custodian]:
    """Who keeps which kind of paper where, by the units' settings."""
    query = select(Custodian).order_by(Custodian.unit_code, Custodian.kind)
    return list(tx.scalars(query if units is None else query.where(Custodian.unit_code.in_(list(units)))))


def custodian(tx: Transaction, unit_code: str, kind: str) -> Custodian | None:
    """A unit's own setting for a kind."""
    return tx.get(Custodian, (unit_code, kind))


def hand_in(tx: Transaction, evidence_id: UUID) -> HandIn | None:
    """The record that a paper was handed in."""
    return tx.scalar(select(HandIn).where(HandIn.evidence_id == evidence_id, HandIn.declined_at.is_(None)))


def record_hand_in(tx: Transaction, application_id: UUID) -> HandIn | None:
    """The record that a change's record was handed in."""
    return tx.scalar(select(HandIn).where(HandIn.application_id == application_id, HandIn.declined_at.is_(None)))


# A hand-in is of a paper or of a change's record: the customer comes from whichever it is.
def hand_in_by_id(tx: Transaction, hand_in_id: UUID) -> tuple[HandIn, Customer] | None:
    """A hand-in of a paper or record with its customer, locked."""
    query = (
        select(HandIn, Customer)
        .outerjoin(Evidence, Evidence.id == HandIn.evidence_id)
        .outerjoin(Application, Application.id == HandIn.application_id)
        .join(Customer, Customer.id == func.coalesce(Evidence.customer_id, Application.customer_id))
        .where(HandIn.id == hand_in_id)
        .with_for_update(of=HandIn)
    )
    joined = tx.execute(query).first()
    return (joined[0], joined[1]) if joined else None


def missing_records(
    tx: Transaction, units: frozenset[str] | None, limit: int
) -> list[tuple[Application, Customer, Task]]:
    """Changes whose record somebody still has to hand in, the most urgent first."""
    query = (
        select(Application, Customer, Task)
        .join(Task, (Task.subject_id == Application.id) & (Task.kind == "hand_in_record") & Task.done_at.is_(None))
        .join(Customer, Customer.id == Application.customer_id)
    )
    query = query if units is None else query.where(Application.unit_code.in_(units))
    return [
        (application, customer, task)
        for application, customer, task in tx.execute(query.order_by(Task.due_at).limit(limit))
    ]


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
        .outerjoin(HandIn, STANDS)
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
        .where(~exists().where(STANDS))
        .where(~exists().where(Task.subject_id == Evidence.id, Task.kind == "hand_in", Task.done_at.is_(None)))
        .order_by(Evidence.taken_at)
        .limit(limit)
        .with_for_update(of=Evidence, skip_locked=True)
    )
    return [(paper, customer) for paper, customer in tx.execute(query)]


def handed_in(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[tuple[HandIn, Customer]]:
    """Papers and records that were handed in: unconfirmed ones first, then the newest."""
    query = (
        select(HandIn, Customer)
        .outerjoin(Evidence, Evidence.id == HandIn.evidence_id)
        .outerjoin(Application, Application.id == HandIn.application_id)
        .join(Customer, Customer.id == func.coalesce(Evidence.customer_id, Application.customer_id))
        .where(HandIn.declined_at.is_(None))
    )
    query = query if units is None else query.where(Customer.unit_code.in_(units))
    # False sorts before true: what nobody has confirmed comes first.
    query = query.order_by(HandIn.confirmed_at.is_not(None), HandIn.at.desc()).limit(limit)
    return [(hand_in, customer) for hand_in, customer in tx.execute(query)]


def applications_without(
    tx: Transaction, units: frozenset[str] | None, limit: int
) -> list[tuple[Application, Customer, int]]:
    """Applications with papers that were not handed in, oldest first, with the number of those papers."""
    query = select(Application, Customer).join(Customer, Customer.id == Application.customer_id)
    query = query.where(Application.evidence != []).order_by(Application.sent_at)
    query = query if units is None else query.where(Application.unit_code.in_(units))
    # Ids as text: that is how an application's `evidence` names them.
    missing = {
        str(application)
        for application in tx.scalars(select(Evidence.id).outerjoin(HandIn, STANDS).where(HandIn.evidence_id.is_(None)))
    }
    # Read on until there are enough: whatever was handed in long ago must not push out what was not.
    lines = (
        (application, customer, len(missing & set(application.evidence)))
        for application, customer in tx.execute(query.execution_options(yield_per=500))
    )
    return list(islice((line for line in lines if line[2]), limit))
