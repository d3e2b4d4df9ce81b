"""The forms of what comes in (strict) and goes out, shared by the resources."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from hub.domain.catalogue import FIELDS
from hub.domain.privacy import Secret

T = TypeVar("T")
D = TypeVar("D", bound=date)
LONGEST = 500
FIRST_YEAR, LAST_YEAR = 1900, 2199
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Given(BaseModel):
    """A body that comes in: no unknown fields, no conversions, no value in its errors."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True, frozen=True)


class Shown(BaseModel):
    """A body that goes out, read from a row or a view of the operations."""

    model_config = ConfigDict(from_attributes=True, frozen=True, hide_input_in_errors=True)


class Made(Shown):
    """The id of what the call made."""

    id: UUID


class Done(Shown):
    """The call was carried out; there is nothing more to say."""

    done: bool = True


class Page(Shown, Generic[T]):
    """Some of the rows; `next` is the cursor of those that follow, null at the end."""

    items: list[T]
    next: str | None = None


def page(rows: Sequence[Any], limit: int, cursor: str) -> dict[str, Any]:
    """A page of rows; its cursor is the named attribute of the last row when there may be more."""
    following = str(getattr(rows[-1], cursor)) if len(rows) == limit else None
    return {"items": rows, "next": following}


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _day(value: object) -> date:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError("not a day like 2026-01-31")
    return in_calendar(date.fromisoformat(value))


def in_calendar(named: D) -> D:
    """Refuse years from which days cannot be counted on without leaving the calendar."""
    if not FIRST_YEAR <= named.year <= LAST_YEAR:
        raise ValueError("not a day of an office's calendar")
    return named


def _secret(value: object) -> Secret:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not value.isprintable():
        raise ValueError("not a text of 1 to 500 printable characters")
    return Secret(value)


def printable(value: str) -> str:
    """Refuse control characters: PostgreSQL does not hold NUL, and no field of a form needs the others."""
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) < 0xE000 for c in value):
        raise ValueError("control characters")
    return value


def catalogued(name: str) -> str:
    """Refuse what is no field of the catalogue (R2.1)."""
    if name not in FIELDS:
        raise ValueError("no such field")
    return name


Id = Annotated[UUID, BeforeValidator(_text), Field(strict=False)]
Moment = Annotated[AwareDatetime, AfterValidator(in_calendar), Field(strict=False)]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
SecretText = Annotated[
    Secret,
    PlainValidator(_secret),
    WithJsonSchema({"type": "string", "format": "password", "minLength": 1, "maxLength": LONGEST, "writeOnly": True}),
]
Printable = BeforeValidator(lambda value: printable(value) if isinstance(value, str) else value)
Text = Annotated[str, Printable, Field(min_length=1, max_length=LONGEST)]
Code = Annotated[str, Printable, Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,39}$")]
"""A field's or setting's own name: what looks like a value is none, since refusals repeat names."""
SettingValues = dict[Name, Annotated[str, Printable, Field(max_length=20_000)]]
"""Among a plugin's settings are keys and certificates in PEM."""
FieldName = Annotated[Name, AfterValidator(catalogued)]
FieldValues = dict[FieldName, Annotated[str, Printable, Field(max_length=LONGEST)]]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=200)]
Words = Annotated[str, Printable, Query(max_length=LONGEST)]
