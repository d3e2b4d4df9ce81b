"""Cards and passbooks: what happened and what the customer chose, open cases, orders that the call desk keeps."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.card_events import CAUSES, CHOICES, CLOSED, EVENTS
from hub.domain.refusals import Refusal
from hub.operations import cards, kept_orders
from hub.operations.cards import CardReport
from hub.operations.desk import Desk

from .pages import act, desk, render
from .typed import day, number

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/cards")
def listing(request: Request) -> Response:
    """Open cases and kept orders."""
    return _listing(request)


def _listing(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows, kept = cards.list_cases(found)
        status = refusal.status if refusal else 200
        words = {"events": EVENTS, "choices": CHOICES, "causes": CAUSES, "closed": CLOSED}
        return render(request, "cards/list.html", status, rows=rows, kept=kept, refusal=refusal, **words)


@router.get("/customers/{customer_id}/cards")
def of_customer(request: Request, customer_id: UUID) -> Response:
    """The customer's cards: what may be reported."""
    return _page(request, customer_id)


def _page(request: Request, customer_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        customer, cases, events = cards.card_page(found, customer_id)
        words = {"choices": CHOICES, "closed": CLOSED, "titles": EVENTS}
        status = refusal.status if refusal else 200
        return render(
            request, "cards/page.html", status, customer=customer, cases=cases, events=events, refusal=refusal, **words
        )


@router.post("/customers/{customer_id}/cards")
def report(
    request: Request, customer_id: UUID, version: Text = "0", which: Text = "", why: Text = "", told: Text = ""
) -> Response:
    """Report a card; `which` is event and choice together, as the form offers them."""
    event, _, choice = which.partition(" ")
    asked = CardReport(
        customer_id=customer_id,
        version=number(version, "version"),
        event=event,
        choice=choice,
        why=why,
        told=told == "yes",
    )
    again = lambda refusal: _page(request, customer_id, refusal)  # noqa: E731
    return act(
        request, lambda found: cards.report_card(found, asked), f"/customers/{customer_id}/cards?done=card", again
    )


def _on(request: Request, do: object, done: str) -> Response:
    return act(request, do, f"/cards?done={done}", lambda refusal: _listing(request, refusal))  # type: ignore[arg-type]


@router.post("/cards/{case_id}/urged")
def urged(request: Request, case_id: UUID, why: Text = "") -> Response:
    """The customer was urged."""
    return _on(request, lambda found: cards.urge(found, case_id, why), "card_urged")


@router.post("/cards/{case_id}/booking")
def book(request: Request, case_id: UUID, card_on: Text = "", entry_on: Text = "") -> Response:
    """Book the replacement."""

    def do(found: Desk) -> None:
        cards.book_replacement(found, case_id, _day(card_on), _day(entry_on))

    return _on(request, do, "card_booked")


def _day(text: str) -> date:
    """A day, or one long ago, which is refused with words."""
    return day(text) or date.min


@router.post("/cards/{case_id}/close")
def close(request: Request, case_id: UUID, how: Text = "", why: Text = "") -> Response:
    """Close a case."""
    return _on(request, lambda found: cards.close_case(found, case_id, how, why), "card_closed")


@router.post("/customers/{customer_id}/kept-orders")
def keep(request: Request, customer_id: UUID, cause: Text = "", why: Text = "") -> Response:
    """Keep an order."""
    return _on(request, lambda found: kept_orders.keep_order(found, customer_id, cause, why), "order_kept")


@router.post("/kept-orders/{kept_id}/release")
def release(request: Request, kept_id: UUID, why: Text = "") -> Response:
    """Release it."""
    return _on(request, lambda found: kept_orders.release_order(found, kept_id, why), "order_released")
