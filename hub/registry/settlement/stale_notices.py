"""Notices about how a customer settles that are no longer true, or are true again (R7.9, R9.3, G16)."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from hub.domain.cards import EVENTS, WAITS_FOR_CREDIT
from hub.domain.settlement.accounts import AccountKind
from hub.registry.schema import Account, Ask, CardCase, Customer, Notice
from hub.registry.session import Transaction

KIND, AGAIN = "pay_electronically", "not_electronically"
# Losses and choices by which the customer pays cash: all those whose choice names a rule.
CASH = [(event.key, choice) for event in EVENTS.values() for choice, rule in event.choices.items() if rule]
_asked, _told_of, _owner, _other = aliased(Ask), aliased(Account), aliased(Customer), aliased(Notice)
# The account that the notice is about, found by the ask whose answer made the notice.
_account = select(_told_of.state).join(_asked, _asked.subject_id == _told_of.id)
_account = _account.where(_asked.key == Notice.details["ask"].astext)
OVER: ColumnElement[bool] = exists(_account.where(_told_of.state != "live"))
ELECTRONIC: ColumnElement[bool] = exists(
    select(_owner.id).where(_owner.id == Notice.customer_id, _owner.settlement_method == "electronic")
)
# While the customer waits for a credit card, a debit card may serve, and its notice is true (R7.11, R8.5).
_lost = select(CardCase.id).where(CardCase.customer_id == Notice.customer_id, CardCase.closed_at.is_(None))
LOST: ColumnElement[bool] = exists(
    _lost.where(
        tuple_(CardCase.event, CardCase.choice).in_(CASH),
        or_(
            CardCase.event.not_in(WAITS_FOR_CREDIT),
            exists(_account.where(_told_of.kind == AccountKind.CREDIT_CARD)),
        ),
    )
)
NOT_SO: ColumnElement[bool] = or_(OVER, ~ELECTRONIC, LOST)
STALE: ColumnElement[bool] = or_(
    Notice.withdrawn_at.is_not(None), and_(Notice.kind == KIND, NOT_SO), and_(Notice.kind == AGAIN, ELECTRONIC)
)


def is_stale(tx: Transaction, notice: Notice) -> bool:
    """Whether what a notice says is no longer true."""
    return tx.scalar(select(Notice.id).where(Notice.id == notice.id, STALE)) is not None


def untold_of(tx: Transaction, customer_id: UUID) -> list[Notice]:
    """A customer's stale notices that were neither told nor withdrawn."""
    query = select(Notice).where(Notice.customer_id == customer_id, STALE, Notice.told_at.is_(None))
    return list(tx.scalars(query.where(Notice.withdrawn_at.is_(None))))


def to_withdraw(tx: Transaction, limit: int) -> list[tuple[Notice, Customer]]:
    """Stale notices that are not withdrawn yet, with their customers, locked.

    One that was told waits while the customer still settles electronically: the account is being replaced or ended.
    """
    query = _with_customers().where(STALE, Notice.withdrawn_at.is_(None))
    live = exists(select(Account.id).where(Account.customer_id == Customer.id, Account.state == "live"))
    told = and_(Notice.kind == KIND, or_(~ELECTRONIC, and_(OVER, live)))
    query = query.where(or_(Notice.told_at.is_(None), told))
    return _locked(tx, query, limit)


def so_again(tx: Transaction, limit: int) -> list[tuple[Notice, Customer]]:
    """Notices "may pay electronically" that were withdrawn and are true again, with their customers, locked."""
    stands = exists(
        select(_other.id).where(
            _other.customer_id == Notice.customer_id, _other.kind == KIND, _other.withdrawn_at.is_(None)
        )
    )
    query = _with_customers().where(Notice.kind == KIND, Notice.withdrawn_at.is_not(None), ~NOT_SO, ~stands)
    return _locked(tx, query, limit)


def _with_customers() -> Select[Notice, Customer]:
    return select(Notice, Customer).join(Customer, Customer.id == Notice.customer_id)


def _locked(tx: Transaction, query: Select[Notice, Customer], limit: int) -> list[tuple[Notice, Customer]]:
    # OF Notice alone: the customer is only read, and must not be kept from a clerk.
    rows = tx.execute(query.order_by(Notice.made_at).limit(limit).with_for_update(of=Notice, skip_locked=True))
    return [(notice, customer) for notice, customer in rows]


__all__ = ["AGAIN", "KIND", "STALE", "is_stale", "so_again", "to_withdraw", "untold_of"]
