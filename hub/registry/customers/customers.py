"""Queries about customers, their history, and finding one."""

from collections.abc import Sequence
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from hub.domain.customers import name_search
from hub.ports import now
from hub.registry.schema import Change, Customer, CustomerIndex, FieldSwitch
from hub.registry.session import Transaction


class Taken(Exception):
    """Another transaction has just taken the code or the licence."""


def save(tx: Transaction) -> None:
    """Flush changes of customers. Raises Taken."""
    try:
        tx.flush()
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise Taken from None
        raise


def get(tx: Transaction, customer_id: UUID) -> Customer | None:
    """The customer with this id."""
    return tx.get(Customer, customer_id)


def by_code(tx: Transaction, code: str) -> Customer | None:
    """The customer with this customer code."""
    return tx.scalar(select(Customer).where(Customer.code == code))


# Sensitive fields by which a customer is found, whole and by their digests.
KEYED = ("order_phone", "backup_phone", "id_number")


def search(
    tx: Transaction,
    units: frozenset[str] | None,
    words: str = "",
    digests: Sequence[bytes] = (),
    after: str = "",
    limit: int = 50,
) -> list[Customer]:
    """Customers in the units, by code; `words` matches code, licence, holder or shop, `digests` a sensitive field."""
    query = select(Customer).where(Customer.code > after).order_by(Customer.code).limit(limit)
    if units is not None:
        query = query.where(Customer.unit_code.in_(units))
    if words:
        query = query.where(_matches(words, digests))
    return list(tx.scalars(query))


def _matches(words: str, digests: Sequence[bytes]) -> ColumnElement[bool]:
    """By code's beginning, licence, part of a name, initials, pinyin; `digests` by a sensitive field."""
    grams = name_search.asked(words)
    conditions: list[ColumnElement[bool]] = [
        Customer.code.startswith(words, autoescape=True),
        Customer.licence_no == words,
    ]
    if grams:
        named = Customer.find_text.contains(name_search.plain(words), autoescape=True)
        # The grams find candidates by their index; the order of the characters is checked in the text.
        conditions.append(and_(or_(*map(Customer.find_grams.contains, grams)), named))
    if digests:
        conditions.append(Customer.id.in_(_known(digests)))
    return or_(*conditions)


def _known(digests: Sequence[bytes]) -> Select[UUID]:
    """The customers with such a digest in a keyed field; the fields are named because the index begins with them."""
    return select(CustomerIndex.customer_id).where(CustomerIndex.field.in_(KEYED), CustomerIndex.digest.in_(digests))


# Most matches of one step that are fetched and sorted; with more, the words say too little to be worth it.
ENOUGH = 200


def find(
    tx: Transaction, units: frozenset[str] | None, words: str, digests: Sequence[bytes], limit: int
) -> list[Customer]:
    """The best few: exact code or licence, then a keyed field, then the code's beginning, then names; at most `limit`.

    One query a step, so that each uses its own index; later steps are left out once there are enough.
    """
    steps: list[ColumnElement[bool]] = [or_(Customer.code == words, Customer.licence_no == words)]
    if digests:
        steps.append(Customer.id.in_(_known(digests)))
    steps.append(Customer.code.startswith(words, autoescape=True))
    if grams := name_search.asked(words):
        named = Customer.find_text.contains(name_search.plain(words), autoescape=True)
        steps.append(and_(or_(*map(Customer.find_grams.contains, grams)), named))
    matching: dict[UUID, Customer] = {}
    for step in steps:
        query = select(Customer).where(step).limit(ENOUGH)
        if units is not None:
            query = query.where(Customer.unit_code.in_(units))
        # Short names first: what was typed is then most of the name.
        rows = sorted(tx.scalars(query), key=lambda customer: (len(customer.shop_name), customer.code))
        matching |= {customer.id: customer for customer in rows if customer.id not in matching}
        if len(matching) >= limit:
            break
    return list(matching.values())[:limit]


def history(tx: Transaction, customer_id: UUID) -> list[Change]:
    """All changes, oldest first."""
    return list(tx.scalars(select(Change).where(Change.customer_id == customer_id).order_by(Change.at, Change.id)))


def index(tx: Transaction, customer_id: UUID, field: str, digest: bytes | None) -> None:
    """Store the digest of a sensitive field; None removes it."""
    if digest is None:
        tx.execute(delete(CustomerIndex).where(CustomerIndex.customer_id == customer_id, CustomerIndex.field == field))
        return
    entry = {"customer_id": customer_id, "field": field, "digest": digest}
    put = insert(CustomerIndex).values(entry)
    tx.execute(put.on_conflict_do_update(index_elements=["customer_id", "field"], set_={"digest": digest}))


def switched_off(tx: Transaction) -> frozenset[str]:
    """Fields that are switched off (R3.2)."""
    return frozenset(tx.scalars(select(FieldSwitch.field).where(FieldSwitch.switched_off)))


def switch(tx: Transaction, field: str, off: bool, by_name: str, why: str) -> None:
    """Switch a field off or on."""
    values = {"switched_off": off, "by_name": by_name, "why": why, "at": now()}
    put = insert(FieldSwitch).values(field=field, **values)
    tx.execute(put.on_conflict_do_update(index_elements=["field"], set_=values))


def by_codes(tx: Transaction, codes: Sequence[str]) -> list[Customer]:
    """The customers with these codes."""
    return list(tx.scalars(select(Customer).where(Customer.code.in_(codes))))


def licence_owners(tx: Transaction, numbers: Sequence[str]) -> dict[str, str]:
    """{licence number: customer code} of those of these licences that are in use."""
    query = select(Customer.licence_no, Customer.code).where(Customer.licence_no.in_(numbers))
    return {customer.licence_no: customer.code for customer in tx.execute(query)}


def by_ids(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Customer]:
    """Many customers by id."""
    return {customer.id: customer for customer in tx.scalars(select(Customer).where(Customer.id.in_(ids)))}


def last_changed_by(tx: Transaction, customer_id: UUID, field: str) -> UUID | None:
    """Who last set a field, by the history."""
    query = select(Change.by_user).where(Change.customer_id == customer_id, Change.changes.has_key(field))
    return tx.scalar(query.order_by(Change.at.desc()).limit(1))


def method_of(customer: Customer) -> str:
    """The customer's order method; empty when not settled yet."""
    return str(customer.values.get("order_method", ""))
