"""Queries about new entrants, grade evaluations, web ordering and training."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from hub.registry.schema import Customer, GradeEvaluation, Onboarding, Task, Training, Unit, WebOrdering
from hub.registry.session import Transaction


def of_customer(tx: Transaction, customer_id: UUID, *, lock: bool = True) -> Onboarding | None:
    """The customer's open onboarding."""
    query = select(Onboarding).where(Onboarding.customer_id == customer_id, Onboarding.state == "open")
    return tx.scalar(query.with_for_update() if lock else query)


def newest(tx: Transaction, customer_id: UUID) -> Onboarding | None:
    """The customer's newest onboarding, open or closed."""
    query = select(Onboarding).where(Onboarding.customer_id == customer_id)
    return tx.scalar(query.order_by(Onboarding.id.desc()).limit(1))


def get(tx: Transaction, onboarding_id: UUID) -> Onboarding | None:
    """The onboarding with this id, locked."""
    return tx.scalar(select(Onboarding).where(Onboarding.id == onboarding_id).with_for_update())


def not_begun(tx: Transaction, limit: int) -> list[tuple[Onboarding, Customer]]:
    """Open onboardings whose steps are not tasks yet; locked, and those that another worker holds are skipped."""
    query = (
        select(Onboarding, Customer)
        .join(Customer, Customer.id == Onboarding.customer_id)
        .where(Onboarding.begun_at.is_(None), Onboarding.state == "open")
        .order_by(Onboarding.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Onboarding)
    )
    return [(onboarding, customer) for onboarding, customer in tx.execute(query)]


def listed(
    tx: Transaction, units: frozenset[str] | None, after: UUID | None, limit: int
) -> list[tuple[Onboarding, Customer]]:
    """Open onboardings of some units in order of arrival, which is the order of their ids."""
    query = select(Onboarding, Customer).join(Customer, Customer.id == Onboarding.customer_id)
    query = query.where(Onboarding.state == "open").order_by(Onboarding.id).limit(limit)
    if units is not None:
        query = query.where(Customer.unit_code.in_(units))
    if after is not None:
        query = query.where(Onboarding.id > after)
    return [(onboarding, customer) for onboarding, customer in tx.execute(query)]


def steps(tx: Transaction, ids: Iterable[UUID]) -> list[Task]:
    """All tasks of these onboardings, open and done, oldest first."""
    query = select(Task).where(Task.subject_kind == "onboarding", Task.subject_id.in_(list(ids)))
    return list(tx.scalars(query.order_by(Task.made_at, Task.id)))


def in_units(tx: Transaction, units: Iterable[str]) -> list[tuple[Onboarding, Customer]]:
    """Open and begun onboardings of these units."""
    query = select(Onboarding, Customer).join(Customer, Customer.id == Onboarding.customer_id)
    query = query.where(Onboarding.state == "open", Onboarding.begun_at.is_not(None))
    return [
        (onboarding, customer) for onboarding, customer in tx.execute(query.where(Customer.unit_code.in_(list(units))))
    ]


def counts(tx: Transaction, units: frozenset[str] | None, moment: datetime) -> dict[str, tuple[int, int]]:
    """By kind of step: how many are open, and how many of those are late at the moment."""
    late = func.count().filter(Task.due_at < moment)
    query = select(Task.kind, func.count(), late).where(Task.subject_kind == "onboarding", Task.done_at.is_(None))
    if units is not None:
        query = query.where(Task.unit_code.in_(units))
    return {kind: (int(open_), int(late_)) for kind, open_, late_ in tx.execute(query.group_by(Task.kind))}


def next_evaluation(tx: Transaction, unit_code: str, day: date) -> date | None:
    """The first grade evaluation on or after a day for a unit: its own, or one of a unit above it."""
    query = select(func.min(GradeEvaluation.day)).where(_of_unit(unit_code), GradeEvaluation.day >= day)
    return tx.scalar(query)


def evaluation_open(tx: Transaction, unit_code: str, today: date) -> bool:
    """Whether an evaluation of a unit, or of one above it, was held and its review is not filed yet."""
    query = select(GradeEvaluation.id).where(_of_unit(unit_code), GradeEvaluation.day <= today)
    return tx.scalar(query.where(GradeEvaluation.filed_at.is_(None)).limit(1)) is not None


def _of_unit(unit_code: str) -> ColumnElement[bool]:
    """Evaluations of a unit: its own, and those of the units above it."""
    # Upwards: an evaluation of a unit covers all units below it. UNION and not UNION ALL, so that units entered in a
    # circle end.
    above = select(Unit.code, Unit.parent_code).where(Unit.code == unit_code).cte(recursive=True)
    above = above.union(select(Unit.code, Unit.parent_code).join(above, Unit.code == above.c.parent_code))
    return GradeEvaluation.unit_code.in_(select(above.c.code))


def evaluation(tx: Transaction, evaluation_id: UUID) -> GradeEvaluation | None:
    """The evaluation with this id, locked."""
    return tx.scalar(select(GradeEvaluation).where(GradeEvaluation.id == evaluation_id).with_for_update())


def evaluations(tx: Transaction, units: frozenset[str] | None) -> list[GradeEvaluation]:
    """Evaluations of some units, newest first."""
    query = select(GradeEvaluation).order_by(GradeEvaluation.day.desc())
    return list(tx.scalars(query if units is None else query.where(GradeEvaluation.unit_code.in_(units))))


def held_unreviewed(tx: Transaction, today: date) -> list[GradeEvaluation]:
    """Evaluations that were held and whose review is no task yet; locked, others' are skipped."""
    query = select(GradeEvaluation).where(GradeEvaluation.day <= today, GradeEvaluation.review_opened_at.is_(None))
    # Skip locked: another worker is opening those reviews.
    return list(tx.scalars(query.with_for_update(skip_locked=True)))


def web_ordering(tx: Transaction, web_id: UUID) -> WebOrdering | None:
    """The case with this id, locked."""
    return tx.scalar(select(WebOrdering).where(WebOrdering.id == web_id).with_for_update())


def web_orderings(tx: Transaction, units: frozenset[str] | None) -> list[tuple[WebOrdering, Customer]]:
    """Open cases, by when the password is due."""
    query = select(WebOrdering, Customer).join(Customer, Customer.id == WebOrdering.customer_id)
    query = query.where(WebOrdering.state != "trained").order_by(WebOrdering.password_due)
    if units is not None:
        query = query.where(WebOrdering.unit_code.in_(units))
    return [(web_ordering, customer) for web_ordering, customer in tx.execute(query)]


def waiting_for_password(tx: Transaction) -> list[WebOrdering]:
    """Cases without an issued password, locked."""
    return list(tx.scalars(select(WebOrdering).where(WebOrdering.state == "set_up").with_for_update()))


def open_web_ordering(tx: Transaction, customer_id: UUID) -> WebOrdering | None:
    """The customer's case that is under way."""
    query = select(WebOrdering).where(WebOrdering.customer_id == customer_id, WebOrdering.state != "trained")
    return tx.scalar(query.with_for_update())


def training(tx: Transaction, training_id: UUID) -> Training | None:
    """The training with this id, locked."""
    return tx.scalar(select(Training).where(Training.id == training_id).with_for_update())


def open_training(tx: Transaction, customer_id: UUID, by_whom: str) -> Training | None:
    """The customer's training that is agreed and not recorded."""
    query = select(Training).where(
        Training.customer_id == customer_id, Training.by_whom == by_whom, Training.recorded_at.is_(None)
    )
    return tx.scalar(query.with_for_update())


def trainings(tx: Transaction, units: frozenset[str] | None) -> list[tuple[Training, Customer]]:
    """Trainings that are agreed and not recorded, by day."""
    query = select(Training, Customer).join(Customer, Customer.id == Training.customer_id)
    query = query.where(Training.recorded_at.is_(None)).order_by(Training.day)
    if units is not None:
        query = query.where(Training.unit_code.in_(units))
    return [(training, customer) for training, customer in tx.execute(query)]
