"""Who drives which route, the driver's own stops, and changed addresses before internal control (R13.5)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Id, Shown
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.routes import stop_order

from .meetings import Count

resource = Resource("driving")


class DriverGiven(Given):
    """Who drives a route."""

    unit_code: Code
    route: Text
    login: Code


class DriverShown(Shown):
    """Who drives a route."""

    unit_code: str
    route: str
    user_id: UUID


class StopShown(Shown):
    """A stop; `moved`: its address changed or was reported, and internal control has not looked yet."""

    customer_id: UUID
    code: str
    shop_name: str
    stop_order: str
    moved: bool


class DrivenShown(Shown):
    """A route of the caller's, its stops in order."""

    unit_code: str
    route: str
    stops: list[StopShown]


class OrderGiven(Given):
    """New numbers of stops of one's own route."""

    unit_code: Code
    route: Text
    order: dict[Id, int]


class AddressGiven(Given):
    """A stop whose address is another now."""

    unit_code: Code
    route: Text
    customer_id: Id
    what: Text


class AddressShown(Shown):
    """A report about an address that is open; `told` is what was said, `changed_at` when the record last changed."""

    customer_id: UUID
    code: str
    shop_name: str
    told: dict[str, Any]
    due_at: datetime | None
    changed_at: datetime | None


class Finding(Given):
    """What internal control found."""

    finding: Text


@resource.get("/route-drivers", stop_order.list_drivers)
def drivers(desk: Desk) -> list[DriverShown]:
    """Who drives which route."""
    return [DriverShown.model_validate(row) for row in stop_order.list_drivers(desk)]


@resource.change("POST", "/route-drivers", stop_order.name_driver)
def name_driver(desk: Desk, given: DriverGiven) -> Done:
    """Say who drives a route."""
    stop_order.name_driver(desk, given.unit_code, given.route, given.login)
    return Done()


@resource.get("/my-routes", stop_order.my_routes)
def mine(desk: Desk) -> list[DrivenShown]:
    """The caller's routes."""
    return [
        DrivenShown(
            unit_code=each.driver.unit_code,
            route=each.driver.route,
            stops=[
                StopShown(
                    customer_id=stop.id,
                    code=stop.code,
                    shop_name=stop.shop_name,
                    stop_order=str(stop.values.get("stop_order", "")),
                    moved=stop.id in each.moved,
                )
                for stop in each.stops
            ],
        )
        for each in stop_order.my_routes(desk)
    ]


@resource.change("POST", "/my-routes/order", stop_order.reorder)
def reorder(desk: Desk, given: OrderGiven) -> Count:
    """Put stops of the own route in order."""
    return Count(count=stop_order.reorder(desk, given.unit_code, given.route, given.order))


@resource.change("POST", "/my-routes/address", stop_order.report_address)
def report(desk: Desk, given: AddressGiven) -> Done:
    """Report a changed address to internal control."""
    stop_order.report_address(desk, given.unit_code, given.route, given.customer_id, given.what)
    return Done()


@resource.get("/address-reports", stop_order.list_address_reports)
def reports(desk: Desk) -> list[AddressShown]:
    """What internal control has to look at."""
    return [
        AddressShown(
            customer_id=each.customer.id,
            code=each.customer.code,
            shop_name=each.customer.shop_name,
            told=each.task.details,
            due_at=each.task.due_at,
            changed_at=each.change.at if each.change else None,
        )
        for each in stop_order.list_address_reports(desk)
    ]


@resource.change("POST", "/customers/{customer_id}/address-check", stop_order.clear_address)
def check(desk: Desk, customer_id: UUID, given: Finding) -> Done:
    """Internal control has looked at the address."""
    stop_order.clear_address(desk, customer_id, given.finding)
    return Done()
