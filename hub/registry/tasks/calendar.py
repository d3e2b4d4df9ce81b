"""Days that staff entered from the State Council's notices."""

from datetime import date

from sqlalchemy import select

from hub.registry.schema import CalendarDay
from hub.registry.session import Transaction


def overrides(tx: Transaction) -> dict[date, bool]:
    """All entered days, each with whether it is a working day."""
    return {entered.day: entered.working for entered in tx.scalars(select(CalendarDay))}


def days(tx: Transaction) -> list[CalendarDay]:
    """All entered days, in order."""
    return list(tx.scalars(select(CalendarDay).order_by(CalendarDay.day)))


def get(tx: Transaction, day: date) -> CalendarDay | None:
    """The row of a day."""
    return tx.get(CalendarDay, day)
