"""Recording orders: who has not ordered yet, many ticked at once, or one on the customer's page (I2, R11.1)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import Posted, post
from hub.console.rendering import desk, refusal_page, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.operations.changes import awaited_orders, temporary

router = APIRouter()


@router.get("/orders")
def listing(request: Request, after: str = "") -> Response:
    """Whose order is waited for."""
    return _listing(request, after)


def _listing(request: Request, after: str = "", refusal: Refusal | None = None) -> Response:
    with desk(request) as reader:
        rows = awaited_orders.list_awaited(reader, after)
    last = rows[-1].customer_code if len(rows) == awaited_orders.PAGE else ""
    status = refusal.status if refusal else 200
    words = {"ways": temporary.WAYS, "rules": RULES, "refusal": refusal}
    return render(request, "changes/awaited_orders.html", status, rows=rows, last=last, **words)


def _ticked(texts: Posted) -> Posted:
    return texts | {"customer_ids": texts.get("customer", "")}


def _refused(request: Request, refusal: Refusal, **path: object) -> Response:
    return refusal_page(request, refusal)


post(router, "/orders", awaited_orders.record_orders, "/orders?done=ordered", _listing, prepare=_ticked)
post(
    router,
    "/customers/{customer_id}/orders",
    temporary.record_order,
    "/customers/{customer_id}?done=ordered",
    _refused,
)
