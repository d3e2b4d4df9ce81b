"""How much each route and batch carries, and what moves of customers do to it (R13.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

KINDS = ("delivery_route", "visit_batch", "visit_route")
"""The fields whose values are routes and batches."""


@dataclass(frozen=True)
class Load:
    """A route or batch of a unit: its customers, and what they sell a month by the quantified data."""

    unit_code: str
    kind: str
    name: str
    customers: int
    quantity: float


@dataclass(frozen=True)
class Move:
    """A customer with a monthly quantity goes from one route or batch to another; "" is none."""

    unit_code: str
    kind: str
    old: str
    new: str
    quantity: float


@dataclass(frozen=True)
class Compared:
    """One route or batch before and after some moves."""

    before: Load
    after: Load


def moves(unit_code: str, held: Mapping[str, object], proposed: Mapping[str, str]) -> list[Move]:
    """The moves that new values of one customer are."""
    try:
        quantity = float(str(held.get("quantified_data") or 0))
    except ValueError:
        quantity = 0.0
    olds = {kind: str(held.get(kind) or "") for kind in KINDS}
    changed = [kind for kind in KINDS if kind in proposed and proposed[kind] != olds[kind]]
    return [Move(unit_code, kind, olds[kind], proposed[kind], quantity) for kind in changed]


def compared(loads: Iterable[Load], moved: Iterable[Move]) -> list[Compared]:
    """Each route and batch before and after the moves, in the order of unit, kind and name."""
    before = {(row.unit_code, row.kind, row.name): row for row in loads}
    after = dict(before)
    for move in moved:
        for name, sign in ((move.old, -1), (move.new, 1)):
            if name:
                key = (move.unit_code, move.kind, name)
                old = after.get(key, Load(*key, 0, 0.0))
                after[key] = Load(*key, old.customers + sign, old.quantity + sign * move.quantity)
    order = sorted(after, key=lambda key: (key[0], KINDS.index(key[1]), key[2]))
    return [Compared(before.get(key, Load(*key, 0, 0.0)), after[key]) for key in order]
