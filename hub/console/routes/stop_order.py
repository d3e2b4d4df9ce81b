"""The driver's page: the stops of the own routes in order, by buttons or numbers; and who drives what (R13.5)."""

from uuid import UUID

from fastapi import APIRouter

from hub.console.customers.customers import unit_names
from hub.console.forms import Posted, post, several
from hub.console.pages import page
from hub.domain.customers.catalogue import FIELDS
from hub.operations.desk import Desk
from hub.operations.routes import stop_order

router = APIRouter()


def _drivers(reader: Desk) -> dict[str, object]:
    """Who drives which route."""
    return {"drivers": stop_order.list_drivers(reader), "units": [*unit_names(reader).items()]}


def _order(texts: Posted) -> Posted:
    """The form has a pair of stop and number for each customer."""
    stops, numbers = (several(texts.get(name, [])) for name in ("stop", "number"))
    return texts | {"order": _numbers(stops, numbers)}


def _numbers(stops: list[str], numbers: list[str]) -> dict[UUID, int]:
    """Numbers by customer. What is not a number becomes 0, which the operation refuses with the customer named."""
    # Only what has the length of an id: the rest cannot name a customer.
    pairs = ((key, text) for key, text in zip(stops, numbers, strict=False) if len(key) == len(str(UUID(int=0))))
    return {UUID(key): int(text) if text.isdecimal() and len(text) < 6 else 0 for key, text in pairs}


DRIVER, REPORTS, DRIVERS = "/driver", "/address-reports", "/route-drivers"
_mine = page(router, DRIVER, "routes/driver.html", {"routes": stop_order.my_routes})
_reports = page(router, REPORTS, "routes/addresses.html", {"reports": stop_order.list_address_reports}, fields=FIELDS)
_named = page(router, DRIVERS, "routes/drivers.html", _drivers, fields=FIELDS)
post(router, f"{DRIVER}/order", stop_order.reorder, "/driver?done=reordered", _mine, prepare=_order)
post(router, f"{DRIVER}/address", stop_order.report_address, "/driver?done=address_reported", _mine)
post(router, REPORTS + "/{customer_id}", stop_order.clear_address, f"{REPORTS}?done=address_cleared", _reports)
post(router, DRIVERS, stop_order.name_driver, f"{DRIVERS}?done=driver_named", _named)
