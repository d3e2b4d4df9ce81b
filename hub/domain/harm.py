"""The order of a desk's tasks: what harms a customer first comes first (I1, R17.1)."""

from dataclasses import dataclass
from datetime import datetime

DOES_NOT_BLOCK = frozenset({"file", "hand_in", "mail_stuck", "enter_account", "end_account"})
"""Kinds of task without which the customer can order all the same."""


@dataclass(frozen=True)
class Line:
    """What of a task counts: hours late (negative: still in time), days till the customer's order day, handed to me."""

    kind: str
    late_hours: float | None
    order_in_days: int | None
    due_at: datetime | None
    made_at: datetime
    mine: bool = False

    @property
    def late(self) -> bool:
        """Whether its moment has passed."""
        return self.late_hours is not None and self.late_hours > 0

    @property
    def blocks(self) -> bool:
        """Whether an order day comes before it is due, or comes at all while it is late: the customer may not order."""
        if self.order_in_days is None or self.kind in DOES_NOT_BLOCK:
            return False
        if self.late_hours is None:
            return self.order_in_days <= 1
        return self.late or self.order_in_days * 24 < -self.late_hours


def harm(line: Line) -> tuple[object, ...]:
    """A key for sorting, the worst first: late and blocking by the nearest order day, blocking, late, then by due moment.

    Late ones of a kind stand by how late they are; what was handed to the reader goes before what any holder may do.
    """
    group = 0 if line.late and line.blocks else 1 if line.blocks else 2 if line.late else 3
    nearest = line.order_in_days if line.blocks and line.order_in_days is not None else 0
    late = -(line.late_hours or 0.0) if line.late else 0.0
    due = (line.due_at is None, line.due_at or line.made_at)
    return (group, nearest, late, due, not line.mine, line.made_at)
