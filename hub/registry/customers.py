"""Questions about customers, their history, and finding one."""

from uuid import UUID

from sqlalchemy import or_, select

from .schema import Change, Customer, CustomerIndex
from .session import Transaction


def get(tx: Transaction, customer_id: UUID) -> Customer | None:
    """The customer with this id."""
    return tx.get(Customer, customer_id)


def by_code(tx: Transaction, code: str) -> Customer | None:
    """The customer with this customer code."""
    return tx.scalar(select(Customer).where(Customer.code == code))


def search(
    tx: Transaction,
    units: frozenset[str] | None,
    words: str = "",
    digest: bytes | None = None,
    after: str = "",
    limit: int = 50,
) -> list[Customer]:
    """Customers in the units, by code; `words` matches code, licence, holder or shop, `digest` a sensitive field."""
    query = select(Customer).where(Customer.code > after).order_by(Customer.code).limit(limit)
    if units is not None:
        query = query.where(Customer.unit_code.in_(units))
    if words:
        found = [
            Customer.code.startswith(words, autoescape=True),
            Customer.licence_no == words,
            Customer.licence_holder.contains(words, autoescape=True),
            Customer.shop_name.contains(words, autoescape=True),
        ]
        if digest is not None:
            found.append(Customer.id.in_(select(CustomerIndex.customer_id).where(CustomerIndex.digest == digest)))
        query = query.where(or_(*found))
    return list(tx.scalars(query))


def history(tx: Transaction, customer_id: UUID) -> list[Change]:
    """All changes, oldest first."""
    return list(tx.scalars(select(Change).where(Change.customer_id == customer_id).order_by(Change.at, Change.id)))
