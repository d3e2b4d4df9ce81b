"""What a form says as text, as the number, day, moment or id that it stands for; else a refusal that names the field."""

from datetime import date, datetime
from uuid import UUID

from hub.ports import SHANGHAI

from .refusals import unreadable

MOST = 2**31 - 1
# Years that a calendar of the office may name: days are counted on from them, and no counting may leave them.
FIRST_YEAR, LAST_YEAR = 1900, 2199


def number(text: str, field: str, empty: int = 0) -> int:
    """A whole number from 0 on, `empty` when nothing was filled in. Raises NotUnderstood."""
    words = text.strip()
    if not words:
        return empty
    if not words.isdecimal() or len(words) > len(str(MOST)) or int(words) > MOST:
        raise unreadable(field)
    return int(words)


def day(text: str) -> date | None:
    """A day; None when it is none."""
    try:
        named = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return named if FIRST_YEAR <= named.year <= LAST_YEAR else None


def moment(text: str) -> datetime | None:
    """A moment of Beijing time; None when it is none."""
    try:
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
