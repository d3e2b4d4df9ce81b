"""Recording orders: who has not ordered yet, many ticked at once, or one on the customer's page (I2, R11.1)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, refusal_page, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.operations.changes import awaited_orders, temporary

router = APIRouter()
Text = Annotated[str, Form()]
Ids = Annotated[list[UUID], Form()]


@router.get("/orders")
def listing(request: Request, after: str = "") -> Response:
    """Whose order is waited for."""
    return _listing(request, after)


def _listing(request: Request, after: str = "", refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = awaited_orders.list_awaited(found, after)
        last = rows[-1][0].code if len(rows) == awaited_orders.PAGE else ""
        status = refusal.status if refusal else 200
        words = {"ways": temporary.WAYS, "rules": RULES, "refusal": refusal}
        return render(request, "changes/awaited_orders.html", status, rows=rows, last=last, **words)


@router.post("/orders")
def many(request: Request, customer: Ids = [], way: Text = "") -> Response:  # noqa: B006
    """Those who are ticked ordered just now."""
    return act(
        request,
        lambda found: awaited_orders.record_orders(found, customer, way),
        "/orders?done=ordered",
        lambda refusal: _listing(request, refusal=refusal),
    )


@router.post("/customers/{customer_id}/orders")
def one(request: Request, customer_id: UUID, way: Text = "", help: Text = "") -> Response:
    """This customer ordered just now."""
    return act(
        request,
        lambda found: temporary.record_order(found, customer_id, way, None, help),
        f"/customers/{customer_id}?done=ordered",
        lambda refusal: refusal_page(request, refusal),
    )
