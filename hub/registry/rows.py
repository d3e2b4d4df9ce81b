"""A row as plain columns, for a person at a terminal."""

from typing import Any

from sqlalchemy import inspect

from .schema.base import Base

# Columns with one of these in their name are never shown.
KEPT_BACK = ("sealed", "hash", "password", "mark", "find_")


def columns(row: object) -> dict[str, Any] | None:
    """The row's columns by name, without sealed, hashed and search columns; None for anything but a row."""
    if not isinstance(row, Base):
        return None
    names = [column.key for column in inspect(type(row)).columns]
    return {name: getattr(row, name) for name in names if not any(part in name for part in KEPT_BACK)}
