"""The shapes of requests (strict) and of answers that the resources share."""

import re
from collections.abc import Sequence
from datetime import date, datetime
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
from pydantic_core import PydanticCustomError

from hub.domain.inputs import LONGEST, Printable, Text, in_calendar
from hub.domain.privacy.masking import Secret

T = TypeVar("T")
# `date.fromisoformat` also takes 20260131 and 2026-W05-6, which the description does not promise.
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Given(BaseModel):
    """A request's body: no unknown fields, no conversions, no value in its errors."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True, frozen=True)


class Shown(BaseModel):
    """An answer's body, read from a row or a view of the operations."""

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
    # A full page may happen to be the last one; the next is then empty, which is cheaper than counting all rows.
    following = str(getattr(rows[-1], cursor)) if len(rows) == limit else None
    return {"items": rows, "next": following}


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("not_a_text", "not a text")
    return value


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return in_calendar(date.fromisoformat(value))
    except PydanticCustomError:
        raise
    except ValueError:
        pass  # 2026-02-30
    raise PydanticCustomError("not_a_day", "not a day like 2026-01-31")


def _moment(value: object) -> object:
    """Only a text that begins with a day: pydantic would take a bare number for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and DAY.match(value)):
        return value
    raise PydanticCustomError("not_a_moment", "not a moment like 2026-01-31T08:30:00+08:00")


def _secret(value: object) -> Secret:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST or not value.isprintable():
        raise PydanticCustomError("not_a_secret", "not a text of 1 to 500 printable characters")
    return Secret(value)


# `strict=False` because a strict UUID or moment is refused as text, the only form that JSON has; the validator in
# front lets nothing but texts through.
Id = Annotated[UUID, BeforeValidator(_text), Field(strict=False)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment), AfterValidator(in_calendar), Field(strict=False)]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
SecretText = Annotated[
    Secret,
    PlainValidator(_secret),
    WithJsonSchema({"type": "string", "format": "password", "minLength": 1, "maxLength": LONGEST, "writeOnly": True}),
]
Limit = Annotated[int, Query(ge=1, le=200)]
Words = Annotated[str, Printable, Query(max_length=LONGEST)]


class Reason(Given):
    """Why, in a few words."""

    why: Text
