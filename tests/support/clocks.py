"""The day and hour at which a test runs: an ordinary working morning, unless the test says otherwise."""

from datetime import UTC, datetime, timedelta

from hub.ports import SHANGHAI, now, today

MORNING = datetime(2026, 11, 18, 10, tzinfo=SHANGHAI)
"""A Wednesday, a working day by the State Council's calendar, no month's end, no holiday within weeks."""


class Clock:
    """A clock for `hub/ports.py` that starts at a moment, goes on by itself and further when it is told to."""

    def __init__(self, start: datetime | None = None) -> None:
        """`start`: None for the machine's present moment."""
        self.lead = timedelta() if start is None else start - datetime.now(UTC)
        self.ahead = timedelta()

    def on(self, **time: float) -> None:
        """Let so much time pass."""
        self.ahead += timedelta(**time)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.lead + self.ahead


def beside_processes() -> None:
    """A test may start a process only while its hub keeps the machine's clock, as the process does."""
    assert abs(now() - datetime.now(UTC)) < timedelta(minutes=1), 'mark it: usefixtures("machine_clock")'


def order_day() -> str:
    """The weekday of the test's day, as a customer's order day."""
    return str(today().isoweekday())


__all__ = ["MORNING", "Clock", "beside_processes", "order_day"]
