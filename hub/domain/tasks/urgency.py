"""The order of tasks in an inbox: what would harm a customer soonest comes first (I1, R17.1)."""

from dataclasses import dataclass
from datetime import datetime

# Rows whose open work may keep a customer from ordering or paying: order method, phone, account, order day.
BLOCKING = frozenset(
    {"R7.2", "R7.5", "R7.6", "R7.7", "R7.8", "R7.9", "R8.1", "R8.2", "R8.3", "R8.4", "R8.5", "R9.1", "R9.2", "R9.3"}
    | {"R10.1", "R11.1", "R11.2", "R11.4", "R12.1", "R12.2", "R12.3", "R12.4"}
)
# Kinds of task under these rows that do not keep the customer from ordering.
DOES_NOT_BLOCK = frozenset(
    {
        "file",
        "hand_in",
        "hand_in_record",
        "confirm_hand_in",
        "mail_stuck",
        "training",
        "watch",
        "enter_account",
        "end_account",
    }
)


@dataclass(frozen=True)
class Line:
    """What counts about a task: its row, hours late (negative: in time), days until it is due and until the order day."""

    kind: str
    article: str
    late_hours: float | None
    due_in_days: int | None
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
        """Whether an order day comes before it is due, or any while it is late: the customer might be unable to order."""
        if self.order_in_days is None or self.kind in DOES_NOT_BLOCK or self.article not in BLOCKING:
            return False
        # Without a due moment only an order day of today or tomorrow makes it urgent.
        if self.due_in_days is None:
            return self.order_in_days <= 1
        return self.late or self.order_in_days <= self.due_in_days


def urgency(line: Line) -> tuple[object, ...]:
    """Sort key, most urgent first: late and blocking (nearest order day first), blocking, late, then by due moment.

    Late tasks of a group are sorted by lateness; tasks handed to the reader precede those that any holder may do.
    """
    group = 0 if line.late and line.blocks else 1 if line.blocks else 2 if line.late else 3
    nearest = line.order_in_days if line.blocks and line.order_in_days is not None else 0
    late = -(line.late_hours or 0.0) if line.late else 0.0
    due = (line.due_at is None, line.due_at or line.made_at)
    return (group, nearest, late, due, not line.mine, line.made_at)
