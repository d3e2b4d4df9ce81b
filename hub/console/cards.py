"""Cards and passbooks: what happened and what the customer chose, open cases, orders that the call desk keeps."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.domain.cards import CAUSES, CHOICES, CLOSED, EVENTS
from hub.domain.refusals import Refusal
from hub.operations import cards
from hub.operations.settlement import kept_orders

from .forms import Posted, post
from .rendering import desk, render

router = APIRouter()


@router.get("/cards")
def listing(request: Request) -> Response:
    """Open cases and kept orders."""
    return _listing(request)


def _listing(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as clerk:
        page = cards.list_cases(clerk)
    status = refusal.status if refusal else 200
    words = {"events": EVENTS, "choices": CHOICES, "causes": CAUSES, "closed": CLOSED}
    return render(request, "cards/list.html", status, page=page, refusal=refusal, **words)


@router.get("/customers/{customer_id}/cards")
def of_customer(request: Request, customer_id: UUID) -> Response:
    """The customer's cases: what may be reported."""
    return _page(request, customer_id)


def _page(request: Request, customer_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as clerk:
        customer = cards.card_page(clerk, customer_id)
    status = refusal.status if refusal else 200
    words = {"choices": CHOICES, "closed": CLOSED, "titles": EVENTS}
    return render(request, "cards/page.html", status, customer=customer, refusal=refusal, **words)


def _event_and_choice(texts: Posted) -> Posted:
    """The form offers event and choice together."""
    event, _, choice = texts.pop("which", "").partition(" ")
    return texts | {"event": event, "choice": choice}


post(
    router,
    "/customers/{customer_id}/cards",
    cards.report_card,
    "/customers/{customer_id}/cards?done=card",
    _page,
    prepare=_event_and_choice,
)
post(router, "/cards/{case_id}/urged", cards.urge, "/cards?done=card_urged", _listing)
post(router, "/cards/{case_id}/booking", cards.book_replacement, "/cards?done=card_booked", _listing)
post(router, "/cards/{case_id}/close", cards.close_case, "/cards?done=card_closed", _listing)
post(router, "/customers/{customer_id}/kept-orders", kept_orders.keep_order, "/cards?done=order_kept", _listing)
post(router, "/kept-orders/{kept_id}/release", kept_orders.release_order, "/cards?done=order_released", _listing)
