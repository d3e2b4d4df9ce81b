"""Cards and passbooks: what happened and what the customer chose, open cases, orders that the call desk keeps."""

from fastapi import APIRouter

from hub.domain.cards import CAUSES, CHOICES, CLOSED, CLOSED_BY_HAND, EVENTS
from hub.operations import cards
from hub.operations.settlement import kept_orders

from .forms import Posted, post
from .pages import page

router = APIRouter()


_listing = page(
    router,
    "/cards",
    "cards/list.html",
    {"page": cards.list_cases},
    events=EVENTS,
    choices=CHOICES,
    causes=CAUSES,
    closed=CLOSED_BY_HAND,
)
OF_CUSTOMER = "/customers/{customer_id}/cards"
_page = page(
    router, OF_CUSTOMER, "cards/page.html", {"customer": cards.card_page}, choices=CHOICES, closed=CLOSED, titles=EVENTS
)


def _event_and_choice(texts: Posted) -> Posted:
    """Split the form's one list of event and choice, which are offered together because not every pair is possible."""
    event, _, choice = texts.pop("which", "").partition(" ")
    return texts | {"event": event, "choice": choice}


post(router, OF_CUSTOMER, cards.report_card, f"{OF_CUSTOMER}?done=card", _page, prepare=_event_and_choice)
post(router, "/cards/{case_id}/urged", cards.urge, "/cards?done=card_urged", _listing)
post(router, "/cards/{case_id}/booking", cards.book_replacement, "/cards?done=card_booked", _listing)
post(router, "/cards/{case_id}/close", cards.close_case, "/cards?done=card_closed", _listing)
post(router, "/customers/{customer_id}/kept-orders", kept_orders.keep_order, "/cards?done=order_kept", _listing)
post(router, "/kept-orders/{kept_id}/release", kept_orders.release_order, "/cards?done=order_released", _listing)
