"""Cards lost, damaged or pending, and kept orders (article 8)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.operations import cards, kept_orders
from hub.operations.cards import CardReport
from hub.operations.desk import Desk

from .resource import Resource
from .shapes import Code, Day, Done, Given, Made, Shown, Text, Version

resource = Resource("cards")


class Report(Given):
    """What happened to the card, and what the customer chose."""

    version: Version
    event: Code
    choice: Code
    why: Text
    told: bool = False


class CardCase(Shown):
    """A case until the new card is there."""

    id: UUID
    customer_id: UUID
    event: str
    article: str
    choice: str
    risk_told: bool
    application_id: UUID | None
    card_on: date | None
    entry_on: date | None
    urged: int
    opened_at: datetime
    closed_at: datetime | None
    closed_how: str | None


class KeptOrder(Shown):
    """An order that the call desk keeps."""

    id: UUID
    customer_id: UUID
    cause: str
    kept_at: datetime
    kept_by_name: str


class Cases(Shown):
    """Open cases and kept orders, oldest first."""

    cases: list[CardCase]
    kept: list[KeptOrder]


class Booking(Given):
    """The day at the bank, and the day on which the card is entered here."""

    card_on: Day
    entry_on: Day


class Closing(Given):
    """How the case ended, and why."""

    how: Code
    why: Text


class Keeping(Given):
    """Why the order is kept."""

    cause: Code
    why: Text


class Words(Given):
    """A few words."""

    why: Annotated[str, Field(min_length=1, max_length=200)]


@resource.get("/cards", cards.list_cases)
def listing(desk: Desk) -> Cases:
    """Open cases and kept orders of the caller's units."""
    found, kept = cards.list_cases(desk)
    return Cases(
        cases=[CardCase.model_validate(row) for row, _ in found],
        kept=[KeptOrder.model_validate(row) for row, _ in kept],
    )


@resource.get("/customers/{customer_id}/cards", cards.card_page)
def of_customer(desk: Desk, customer_id: UUID) -> list[CardCase]:
    """The customer's cases, newest first."""
    return [CardCase.model_validate(row) for row in cards.card_page(desk, customer_id)[1]]


@resource.change("POST", "/customers/{customer_id}/cards", cards.report_card, status=201)
def report(desk: Desk, customer_id: UUID, given: Report) -> Made:
    """Report a card; a change of settlement follows its rule at once."""
    request = CardReport(customer_id=customer_id, **given.model_dump())
    return Made(id=cards.report_card(desk, request))


@resource.change("POST", "/cards/{case_id}/urged", cards.urge)
def urged(desk: Desk, case_id: UUID, given: Words) -> Done:
    """The customer was urged."""
    cards.urge(desk, case_id, given.why)
    return Done()


@resource.change("POST", "/cards/{case_id}/booking", cards.book_replacement)
def book(desk: Desk, case_id: UUID, given: Booking) -> Done:
    """Book the replacement."""
    cards.book_replacement(desk, case_id, given.card_on, given.entry_on)
    return Done()


@resource.change("POST", "/cards/{case_id}/close", cards.close_case)
def close(desk: Desk, case_id: UUID, given: Closing) -> Done:
    """Close a case for which no new account comes."""
    cards.close_case(desk, case_id, given.how, given.why)
    return Done()


@resource.change("POST", "/customers/{customer_id}/kept-orders", kept_orders.keep_order, status=201)
def keep(desk: Desk, customer_id: UUID, given: Keeping) -> Made:
    """Keep the customer's order."""
    return Made(id=kept_orders.keep_order(desk, customer_id, given.cause, given.why))


@resource.change("POST", "/kept-orders/{kept_id}/release", kept_orders.release_order)
def release(desk: Desk, kept_id: UUID, given: Words) -> Done:
    """Release it."""
    kept_orders.release_order(desk, kept_id, given.why)
    return Done()
