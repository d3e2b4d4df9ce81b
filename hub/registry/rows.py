"""A row as plain columns, for a person at a terminal."""

from typing import Any

from sqlalchemy import inspect

from .schema.base import Base

KEPT_BACK = ("sealed", "hash", "password", "mark", "find_")
"""Parts of columns' names that no screen shows."""


def columns(row: object) -> dict[str, Any] | None:
    """The row's columns by name, without sealed, hashed and search ones; None for what is no row."""
    if not isinstance(row, Base):
        return None
    names = [column.key for column in inspect(type(row)).columns]
    return {name: getattr(row, name) for name in names if not any(part in name for part in KEPT_BACK)}
