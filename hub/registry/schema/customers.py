"""Customers, their fields, their history, and the lists that bring them in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, ForeignKey, Index, Text, event, inspect, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from hub.domain.customers import name_search

from .base import Base
from .words import Words, WordsByName


class Customer(Base):
    """A licensed retailer. `values` holds the catalogue's plain fields, `sealed` its sensitive ones (vault tokens)."""

    __tablename__ = "customers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    licence_no: Mapped[str] = mapped_column(unique=True)
    licence_holder: Mapped[str]
    shop_name: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    stage: Mapped[str] = mapped_column(default="registered")
    chain_customer: Mapped[bool] = mapped_column(default=False)
    order_method: Mapped[str | None]
    settlement_method: Mapped[str] = mapped_column(default="")
    settlement_bank: Mapped[str | None]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sealed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    # Deferred, like the next column: both are searched, never shown.
    find_text: Mapped[str] = mapped_column(deferred=True)
    """Names, initials and pinyin, kept with the names by `keep_findable` and by the import's COPY."""
    find_grams: Mapped[list[str]] = mapped_column(ARRAY(Text), deferred=True)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(None, "find_grams", postgresql_using="gin"),
        # LIKE 'code%' can use an index with this operator class only, unless the database's collation is C.
        Index("ix_customers_code_begins", "code", postgresql_ops={"code": "text_pattern_ops"}),
    )


@event.listens_for(Customer, "before_insert")
@event.listens_for(Customer, "before_update")
def keep_findable(_: Mapper[Customer], __: Connection, row: Customer) -> None:
    """Keep the search columns in step with the names, in the statement that writes them."""
    kept = inspect(row).attrs
    if kept.shop_name.history.has_changes() or kept.licence_holder.history.has_changes():
        row.find_text = name_search.text(row.shop_name, row.licence_holder)
        row.find_grams = name_search.grams(row.shop_name, row.licence_holder)


class CustomerKey(Base):
    """A customer's data key, wrapped by the master key. Destroying the row's `wrapped` erases the customer."""

    __tablename__ = "customer_keys"
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None]
    made_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class CustomerIndex(Base):
    """Keyed index of a sensitive field: equality search without the value."""

    __tablename__ = "customer_index"
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    __table_args__ = (Index(None, "field", "digest"),)


class Change(Base):
    """History: `changes` is {field: [old, new]}; sensitive values stay vault tokens. Append-only."""

    __tablename__ = "changes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    at: Mapped[datetime]
    by_user: Mapped[UUID | None]
    by_name: Mapped[str]
    post: Mapped[str | None]
    article: Mapped[str]
    why: Mapped[Words]
    version: Mapped[int] = mapped_column()
    changes: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "customer_id", "at"),)


class SpotCheck(Base):
    """Whether a field was right when somebody who had not typed it checked, and by which source (R17.2). Append-only.

    `typed_*`: who had entered the value, and in which post; if nobody had, the post that owns the field.
    """

    __tablename__ = "spot_checks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    field: Mapped[str]
    correct: Mapped[bool]
    source: Mapped[str]
    note: Mapped[Words]
    typed_by: Mapped[UUID | None]
    typed_by_name: Mapped[str]
    typed_post: Mapped[str]
    by_user: Mapped[UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index(None, "at"),)


class KeptSearch(Base):
    """What somebody looked for among the customers, sealed: the address holds a ticket instead of it (G4)."""

    __tablename__ = "kept_searches"
    ticket_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    words_sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class FieldSwitch(Base):
    """A catalogue field that the information centre switched off (R3.2)."""

    __tablename__ = "field_switches"
    field: Mapped[str] = mapped_column(primary_key=True)
    switched_off: Mapped[bool]
    by_name: Mapped[str]
    why: Mapped[Words]
    at: Mapped[datetime]


class FieldStart(Base):
    """Since when the hub knows a field that has a deadline: nobody counts as lacking it before then (R3.3)."""

    __tablename__ = "field_starts"
    field: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    """When it was last checked who lacks it."""


class FieldGap(Base):
    """A field that registered customers of a unit lack; its task is the owner post's until none lacks it (R3.3).

    For a field that account managers own there is one for each manager's customers.
    """

    __tablename__ = "field_gaps"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    field: Mapped[str]
    manager: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        Index(None, "unit_code", "field", "manager", unique=True, postgresql_where=text("closed_at IS NULL")),
    )


class ListEntry(Base):
    """A value entered in a unit's list, or withdrawn from it; the newest row of a value holds (R2.2). Append-only."""

    __tablename__ = "list_entries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    field: Mapped[str]
    value: Mapped[str]
    active: Mapped[bool]
    why: Mapped[Words]
    by_user: Mapped[UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index(None, "unit_code", "field", "value", "at"),)


class ImportRun(Base):
    """One file of new entrants: previewed, then applied or dropped (R7.1). The file is stored sealed."""

    __tablename__ = "import_runs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_name: Mapped[Words]
    sha256: Mapped[bytes] = mapped_column(index=True)
    file_sealed: Mapped[bytes | None]
    returned_sealed: Mapped[bytes | None]
    state: Mapped[str]
    lines: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    problems: Mapped[WordsByName] = mapped_column(default=dict)
    by_user: Mapped[UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class ImportProgress(Base):
    """How far an import has come, kept by the process that runs it for pages that another process serves (R7.1)."""

    __tablename__ = "import_progress"
    import_id: Mapped[UUID] = mapped_column(ForeignKey("import_runs.id"), primary_key=True)
    done: Mapped[int]
    total: Mapped[int]
    seen_at: Mapped[datetime]
    """When it last reported: a run that has long been silent was cut off."""
    over: Mapped[bool] = mapped_column(default=False)
    refusal: Mapped[dict[str, Any] | None]
    """Why it was refused, in both languages."""


class Notice(Base):
    """Something to tell the customer, and whether it was told (R7.9, G16)."""

    __tablename__ = "notices"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    article: Mapped[str]
    details: Mapped[WordsByName] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    told_by: Mapped[str | None]
    way: Mapped[Words | None]
    withdrawn_at: Mapped[datetime | None]
    """When it ceased to be true: a customer who was not told yet never is, one who was is told again (G16)."""
