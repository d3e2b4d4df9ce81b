"""Recording orders: who has not ordered yet, many ticked at once, or one on the customer's page (I2, R11.1)."""

from fastapi import APIRouter

from hub.console.forms import Posted, post
from hub.console.pages import page, refused
from hub.operations.changes import awaited_orders, temporary
from hub.operations.desk import Desk

router = APIRouter()


def _awaited(reader: Desk, after: str = "") -> dict[str, object]:
    """Whose order is waited for."""
    # A full page may be followed by another: `last` is where that begins.
    rows = awaited_orders.list_awaited(reader, after)
    return {"rows": rows, "last": rows[-1].customer_code if len(rows) == awaited_orders.PAGE else ""}


def _ticked(texts: Posted) -> Posted:
    # The form has a box named `customer` for each row.
    return texts | {"customer_ids": texts.get("customer", "")}


CUSTOMER = "/customers/{customer_id}"
_listing = page(router, "/orders", "changes/awaited_orders.html", _awaited, ways=temporary.WAYS)
post(router, "/orders", awaited_orders.record_orders, "/orders?done=ordered", _listing, prepare=_ticked)
post(router, f"{CUSTOMER}/orders", temporary.record_order, f"{CUSTOMER}?done=ordered", refused)
