"""The driver's page: the stops of the own routes in order, by buttons or numbers; and who drives what (R13.5)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

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
    with desk(request) as found:
        status = refusal.status if refusal else 200
        return render(request, "routes/driver.html", status, routes=stop_order.my_routes(found), refusal=refusal)


@router.post("/driver/order")
def reorder(request: Request, unit_code: Text = "", route: Text = "", stop: Many = [], number: Many = []) -> Response:  # noqa: B006 - read only
    """Save the order."""
    order = stop_order.numbers(list(zip(stop, number, strict=False)))
    return act(
        request,
        lambda found: stop_order.reorder(found, unit_code, route, order),
        "/driver?done=reordered",
        lambda refusal: _mine(request, refusal),
    )


@router.post("/driver/address")
def report(
    request: Request, customer_id: Text = "", unit_code: Text = "", route: Text = "", why: Text = ""
) -> Response:
    """Report a changed address."""
    return act(
        request,
        lambda found: stop_order.report_address(found, unit_code, route, _id(customer_id), why),
        "/driver?done=address_reported",
        lambda refusal: _mine(request, refusal),
    )


def _id(text: str) -> UUID:
    """A customer's id, or one that nobody has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@router.get("/address-reports")
def reports(request: Request) -> Response:
    """Changed addresses that internal control has to look at."""
    return _reports(request)


def _reports(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = stop_order.list_address_reports(found)
        status = refusal.status if refusal else 200
        return render(request, "routes/addresses.html", status, rows=rows, fields=FIELDS, refusal=refusal)


@router.post("/address-reports/{customer_id}")
def clear(request: Request, customer_id: UUID, finding: Text = "") -> Response:
    """Internal control has looked."""
    return act(
        request,
        lambda found: stop_order.clear_address(found, customer_id, finding),
        "/address-reports?done=address_cleared",
        lambda refusal: _reports(request, refusal),
    )


@router.get("/route-drivers")
def drivers(request: Request) -> Response:
    """Who drives which route."""
    return _drivers(request)


def _drivers(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = stop_order.list_drivers(found)
        names = stop_order.names_of(found, rows)
        units = [(unit.code, unit.name) for unit in users.list_units(found)]
        status = refusal.status if refusal else 200
        return render(request, "routes/drivers.html", status, rows=rows, names=names, units=units, refusal=refusal)


@router.post("/route-drivers")
def name_driver(request: Request, unit_code: Text = "", route: Text = "", login: Text = "") -> Response:
    """Say who drives a route."""
    return act(
        request,
        lambda found: stop_order.name_driver(found, unit_code, route, login),
        "/route-drivers?done=driver_named",
        lambda refusal: _drivers(request, refusal),
    )
