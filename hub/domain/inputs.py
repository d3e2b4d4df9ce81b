"""Kinds of typed input: what an operation takes, with bounds, labels and choices, declared once with the operation.

A parameter is annotated with one of these kinds, or with `Annotated[kind, Label(…), Choices(…)]`; REST, command line and
forms are made from that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from .customers.catalogue import FIELDS
from .plain_text import CONTROL

LONGEST = 500
FIRST_YEAR, LAST_YEAR = 1900, 2199
D = TypeVar("D", bound=date)


@dataclass(frozen=True)
class Label:
    """The input's label in a form, zh-CN and English, and the help below the field."""

    zh: str
    en: str
    hint: tuple[str, str] = ("", "")

    @property
    def both(self) -> tuple[str, str]:
        """The label in both languages."""
        return self.zh, self.en


@dataclass(frozen=True, eq=False)
class Choices:
    """The values that a form offers, with their words; which of them are allowed now is for the operation to say."""

    words: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class FoundByHub:
    """Marks an argument that the hub finds out itself: no face takes it from outside."""


def printable(value: str) -> str:
    """Refuse control characters: PostgreSQL cannot store NUL, and no field of a form needs the others."""
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) < 0xE000 for c in value):
        raise PydanticCustomError(CONTROL, "control characters")
    return value


def in_calendar(named: D) -> D:
    """Refuse years far from an office's own: days counted from there might leave the calendar."""
    if not FIRST_YEAR <= named.year <= LAST_YEAR:
        raise PydanticCustomError("not_in_calendar", "not a day of an office's calendar")
    return named


def catalogued(name: str) -> str:
    """Refuse anything but a field of the catalogue (R2.1)."""
    if name not in FIELDS:
        raise PydanticCustomError("no_such_field", "no such field")
    return name


Printable = BeforeValidator(lambda value: printable(value) if isinstance(value, str) else value)
Text = Annotated[str, Printable, Field(min_length=1, max_length=LONGEST)]
Why = Annotated[Text, Label("原因", "Reason")]
"""Why somebody does something, for the audit trail."""
# May be empty.
OptionalText = Annotated[str, Printable, Field(max_length=LONGEST)]
Code = Annotated[str, Printable, Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")]
Key = Annotated[str, Printable, Field(max_length=64)]
"""A channel's or schedule's name in an address."""
ChannelKey = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,31}$")]
# A field's or setting's own name. Nothing that looks like a value may pass for one, since refusals repeat names.
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,39}$")]
# Long, because a plugin's settings include keys and certificates in PEM.
SettingValues = dict[Name, Annotated[str, Printable, Field(max_length=20_000)]]
FieldName = Annotated[Name, AfterValidator(catalogued)]
# A field, or none.
OptionalField = Annotated[
    str, Field(pattern=r"^([a-z][a-z0-9_.]{0,39})?$"), AfterValidator(lambda name: catalogued(name) if name else name)
]
FieldValues = dict[FieldName, Annotated[str, Printable, Field(max_length=LONGEST)]]
# What the column holds: PostgreSQL's integer.
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Limit = Annotated[int, Field(ge=1, le=200)]
