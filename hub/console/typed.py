"""Reads a form's texts as numbers, days, moments or ids; raises a refusal that names the field."""

import re
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from hub.domain.identifiers import amount_of
from hub.ports import SHANGHAI

from .refusals import not_in_list, unreadable

# Escaped, because the full-width signs look like the others in most editors: , 、 ; and the ends of lines.
APART = re.compile("[,;\r\n\uff0c\u3001\uff1b]+")
# PostgreSQL's INTEGER: a larger number would be a fault of the database instead of a refusal at its field.
MOST = 2**31 - 1
# Years that a form may name: counting working days from them must not leave the range of `date`.
FIRST_YEAR, LAST_YEAR = 1900, 2199


def number(text: str, field: str, empty: int = 0) -> int:
    """A whole number from 0 on, `empty` when nothing was filled in. Raises NotUnderstood."""
    words = amount_of(text)
    if not words:
        return empty
    # The length first: int() of a very long text is slow, and refused by Python beyond 4300 digits.
    if not words.isdecimal() or len(words) > len(str(MOST)) or int(words) > MOST:
        raise unreadable(field)
    return int(words)


def names(text: str) -> list[str]:
    """What stands on lines or between commas and semicolons, as a Chinese or a Western keyboard types them."""
    return [name.strip() for name in APART.split(text) if name.strip()]


def day(text: str) -> date | None:
    """A day; None when it is none."""
    try:
        named = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return named if FIRST_YEAR <= named.year <= LAST_YEAR else None


def chosen(text: str, choices: Collection[str], field: str) -> str:
    """A filter's choice; empty when nothing was chosen. Raises NotInList."""
    if text and text not in choices:
        raise not_in_list(field)
    return text


def since_day(text: str, field: str) -> date | None:
    """A day of a filter; None when nothing was filled in. Raises NotUnderstood."""
    named = day(text)
    if text.strip() and named is None:
        raise unreadable(field)
    return named


def moment(text: str) -> datetime | None:
    """A moment of Beijing time; None when it is none."""
    try:
        # A browser's datetime-local field has no zone; staff mean Beijing time wherever the server stands.
        named = datetime.fromisoformat(text.strip()).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
    return named if FIRST_YEAR <= named.year <= LAST_YEAR else None


def id_of(text: str, field: str) -> UUID | None:
    """An id; None when nothing was filled in. Raises NotUnderstood."""
    try:
        return UUID(text.strip()) if text.strip() else None
    except ValueError:
        raise unreadable(field) from None
