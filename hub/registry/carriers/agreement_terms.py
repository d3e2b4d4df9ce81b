"""Agreements with carriers whose term is about to end, and the tasks about them (R11.7)."""

from datetime import date

from sqlalchemy import Text, cast, or_, select

from hub.registry.schema import Agreement, Customer, Task
from hub.registry.schema.settlement import OF_CARRIER
from hub.registry.session import Transaction

from .order_methods import METHOD

SUPERVISED = ("signed", "delivered", "live")


def ending(tx: Transaction, subject_kind: str, first: date, last: date, limit: int) -> list[tuple[Agreement, Customer]]:
    """Agreements whose term ends within these days and had no task for it yet; web customers are left out."""
    # By the term's day, so that a renewed agreement gets its task again, and a done one is not made anew.
    asked_before = select(Task.id).where(
        Task.subject_kind == subject_kind,
        Task.subject_id == Agreement.id,
        Task.details["until"].astext == cast(Agreement.term_until, Text),
    )
    query = select(Agreement, Customer).join(Customer, Customer.id == Agreement.customer_id)
    query = query.where(OF_CARRIER, Agreement.state.in_(SUPERVISED), Agreement.term_until.between(first, last))
    query = query.where(METHOD != "web", Customer.stage != "lapsed", ~asked_before.exists()).limit(limit)
    return [(agreement, customer) for agreement, customer in tx.execute(query)]


def told_in_vain(tx: Transaction, subject_kind: str, last: date, limit: int) -> list[Agreement]:
    """Agreements with an open task whose term has changed, or that are over."""
    query = select(Agreement).join(Task, Task.subject_id == Agreement.id)
    query = query.where(Task.subject_kind == subject_kind, Task.done_at.is_(None))
    over = Agreement.state.not_in(SUPERVISED)
    moved = or_(Agreement.term_until.is_(None), Agreement.term_until > last)
    another = Task.details["until"].astext != cast(Agreement.term_until, Text)
    return list(tx.scalars(query.where(or_(over, moved, another)).distinct().limit(limit)))
