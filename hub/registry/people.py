"""Questions about units, staff and their posts."""

from collections.abc import Iterable

from sqlalchemy import select

from .schema import Unit
from .session import Transaction


def units_below(tx: Transaction, roots: Iterable[str]) -> frozenset[str]:
    """The units named and all below them."""
    parents = {unit.code: unit.parent_code for unit in tx.scalars(select(Unit))}
    found = set(roots) & parents.keys()
    grown = True
    while grown:
        more = {code for code, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return frozenset(found)
