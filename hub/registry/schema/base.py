"""What all tables share: naming of constraints, and how Python types are stored."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, LargeBinary, MetaData, Text, event
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import DeclarativeBase

from .words import TYPES, redact_when_set

# Names that do not depend on the server, so that a migration can name what it changes.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# A table with `version_id_col` names in each UPDATE the version that was read: a row that somebody else changed since
# raises StaleDataError instead of being overwritten.
class Base(DeclarativeBase):
    """The declarative base: moments with zone, text without length, JSONB, bytea."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        str: Text(),
        bytes: LargeBinary(),
        UUID: PgUUID(as_uuid=True),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        list[str]: ARRAY(Text()),
        **TYPES,
    }


event.listen(Base, "attribute_instrument", redact_when_set, propagate=True)


def one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    """A constraint that lets only the states of the table in `domain.states` into the column."""
    return CheckConstraint(f"{column} IN {sql_list(states)}", name=f"{column}_known")


def readable(*columns: str) -> list[CheckConstraint]:
    """Constraints that keep moments within years that every reader can read, in any zone.

    PostgreSQL takes 'infinity' and the year 10000, Python does not: one such row would hide the whole list from people.
    """
    years = "BETWEEN '1900-01-01 00:00+00' AND '3000-01-01 00:00+00'"
    return [CheckConstraint(f"{column} {years}", name=f"{column}_readable") for column in columns]


def sql_list(words: Iterable[str]) -> str:
    """Code words as an SQL list, for statements written as text: ('filed', 'live')."""
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"
