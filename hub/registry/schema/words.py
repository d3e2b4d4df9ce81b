"""Columns for free text of people and partners: no card, phone or ID number is ever stored in one in the clear.

Text is redacted when it is set on a row, so that everything derived from it is clean too, and again when it is bound to
a statement, so that bulk inserts and updates cannot bypass it. Only COPY and hand-written SQL do: a house test knows
what they write.
"""

from typing import Annotated, Any

from sqlalchemy import Dialect, Text, event
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from hub.domain.privacy.redaction import redact

# Keys of numbers that must stay as they are, although they may look like a card's or a phone's.
EXACT = frozenset({"agreement_no"})


def clean(value: Any, key: object = None) -> Any:
    """Redact a text, or every text within a structure, keys included; anything else stays as it is."""
    if isinstance(value, str):
        return value if key in EXACT else redact(value)
    if isinstance(value, dict):
        return {clean(name): clean(part, name) for name, part in value.items()}
    return [clean(part) for part in value] if isinstance(value, list | tuple) else value


class _Redacted(TypeDecorator[Any]):
    """A type whose values are redacted on their way in."""

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """What is stored, or compared with what is stored."""
        return clean(value)


class FreeText(_Redacted):
    """Words."""

    impl = Text
    cache_ok = True


class _Inside(_Redacted):
    """Text inside a structure, which is compared with values of other types."""

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        """The other side of a comparison has the type that it would have beside the plain column."""
        return self.impl_instance.coerce_compared_value(op, value)


class FreeJson(_Inside):
    """JSON with words in it."""

    impl = JSONB
    cache_ok = True


class FreeList(_Inside):
    """A list of words."""

    impl = ARRAY(Text)
    cache_ok = True


class _Said:
    """Marks an annotation."""


# A column's words; in memory a str.
Words = Annotated[str, _Said]
# A column's JSON object with words in it.
WordsByName = Annotated[dict[str, Any], _Said]
# A column's list of JSON objects with words in them.
WordsInRows = Annotated[list[dict[str, Any]], _Said]
# A column's list of words.
WordsInList = Annotated[list[str], _Said]
TYPES: dict[Any, TypeEngine[Any]] = {
    Words: FreeText(),
    WordsByName: FreeJson(),
    WordsInRows: FreeJson(),
    WordsInList: FreeList(),
}


def redact_when_set(_: type, __: str, attribute: QueryableAttribute[Any]) -> None:
    """Redact what is set on an attribute of such a column (an event of each mapped attribute)."""
    columns = getattr(attribute.property, "columns", ())
    if columns and isinstance(columns[0].type, _Redacted):
        event.listen(attribute, "set", lambda row, value, old, by: clean(value), retval=True)
