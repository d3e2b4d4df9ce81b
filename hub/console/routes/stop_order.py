"""The driver's page: the stops of the own routes in order, by buttons or numbers; and who drives what (R13.5)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import act, desk, render
from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.operations.routes import stop_order
from hub.operations.staff import users

router = APIRouter()
Text = Annotated[str, Form()]
Many = Annotated[list[str], Form()]


@router.get("/driver")
def mine(request: Request) -> Response:
    """The caller's routes."""
    return _mine(request)


def _mine(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as driver:
        routes = stop_order.my_routes(driver)
    return render(request, "routes/driver.html", refusal.status if refusal else 200, routes=routes, refusal=refusal)


@router.post("/driver/order")
def reorder(request: Request, unit_code: Text = "", route: Text = "", stop: Many = [], number: Many = []) -> Response:  # noqa: B006 - read only
    """Save the order: the form has a pair of stop and number for each customer."""
    order = _numbers(stop, number)
    return act(
        request,
        lambda driver: stop_order.reorder(driver, unit_code, route, order),
        "/driver?done=reordered",
        lambda refusal: _mine(request, refusal),
    )


def _numbers(stops: list[str], numbers: list[str]) -> dict[UUID, int]:
    """Numbers by customer; what is no number is 0, which the operation refuses."""
    pairs = ((key, text) for key, text in zip(stops, numbers, strict=False) if len(key) == len(str(UUID(int=0))))
    return {UUID(key): int(text) if text.isdecimal() and len(text) < 6 else 0 for key, text in pairs}


@router.get("/address-reports")
def reports(request: Request) -> Response:
    """Changed addresses that internal control has to look at."""
    return _reports(request)


def _reports(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as inspector:
        open_reports = stop_order.list_address_reports(inspector)
    status = refusal.status if refusal else 200
    return render(request, "routes/addresses.html", status, reports=open_reports, fields=FIELDS, refusal=refusal)


@router.get("/route-drivers")
def drivers(request: Request) -> Response:
    """Who drives which route."""
    return _drivers(request)


def _drivers(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as clerk:
        named = stop_order.list_drivers(clerk)
        units = [(unit.code, unit.name) for unit in users.list_units(clerk)]
    status = refusal.status if refusal else 200
    return render(request, "routes/drivers.html", status, drivers=named, units=units, refusal=refusal)


post(router, "/driver/address", stop_order.report_address, "/driver?done=address_reported", _mine)
post(
    router,
    "/address-reports/{customer_id}",
    stop_order.clear_address,
    "/address-reports?done=address_cleared",
    _reports,
)
post(router, "/route-drivers", stop_order.name_driver, "/route-drivers?done=driver_named", _drivers)
