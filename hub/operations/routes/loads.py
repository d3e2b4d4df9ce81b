"""The loads of routes, and one route with its customers in stop order (R13.3, R13.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Choices, Code, Label, OptionalText
from hub.domain.refusals import BadInput, NotFound
from hub.domain.routes.loads import Load, Stop, loads, place_of
from hub.domain.routes.tours import Place
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.registry import routes
from hub.registry.schema import Customer
from hub.registry.staff import users

from .stop_order import place_on_route

DELIVERY, VISIT = "delivery_route", "visit_route"
# Customers are delivered to along one route and visited along another.
FIELDS_OF_LOAD = {
    DELIVERY: ("送货线路", "Delivery routes"),
    VISIT: ("拜访线路", "Visit routes"),
}
RouteField = Annotated[Code, Label("线路类别", "Kind of route"), Choices(FIELDS_OF_LOAD)]
LOOKS = {
    *(Post.ACCOUNT_MANAGER, Post.DELIVERY_DRIVER, Post.STATISTICS_CLERK, Post.SECTION_CHIEF),
    *(Post.DEPUTY_SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL),
}


@dataclass(frozen=True)
class StopOnRoute:
    """A customer on a route; `quantity` is the approved monthly quantity, in cartons."""

    customer_id: UUID
    code: str
    shop_name: str
    stop_order: str
    visit_batch: str
    quantity: float
    location: str


@dataclass(frozen=True)
class RoutePage:
    """A route: its load, who drives it, its customers in stop order."""

    load: Load
    driver: str
    stops: list[StopOnRoute]

    @property
    def places(self) -> list[tuple[int, str, Place]]:
        """What a map shows: (n-th stop, shop, longitude and latitude)."""
        placed = ((at, stop.shop_name, place_of(stop.location)) for at, stop in enumerate(self.stops, 1))
        return [(at, name, place) for at, name, place in placed if place]


def of_field(field: str) -> str:
    """The field, if it is one of those that put a customer on a route. Raises BadInput."""
    if field not in FIELDS_OF_LOAD:
        raise BadInput(field="线路类别", problem="只能是送货线路或拜访线路", mend="请从列表中选择。")
    return field


def stops_of(desk: Desk, unit_code: str, names: Sequence[str] | None = None, field: str = DELIVERY) -> list[Stop]:
    """A unit's customers on their routes, with the quantity that was approved for them."""
    customers = routes.on_routes(desk.tx, users.units_below(desk.tx, {unit_code}), names, field)
    return [stop_of(customer, field) for customer in customers]


def stop_of(customer: Customer, field: str = DELIVERY) -> Stop:
    """A customer as a stop of its delivery or visit route."""
    quantity = text_of(customer, "quantified_data")
    # Without a number on record the customer counts as no load; it must not break the page of a whole route.
    amount = float(quantity) if quantity.replace(".", "", 1).isdecimal() else 0.0
    return Stop(customer.code, text_of(customer, field), amount, place_of(text_of(customer, "location")))


def text_of(customer: Customer, key: str) -> str:
    """A field of the record as text; empty when there is none."""
    return str(customer.values.get(key, ""))


def own_unit(desk: Desk, unit_code: str) -> str:
    """The unit, if it exists and is one of the caller's. Raises NotFound."""
    if users.unit(desk.tx, unit_code) is None or (desk.units is not None and unit_code not in desk.units):
        raise NotFound(what="单位")
    return unit_code


@operation(
    "route_loads.list_loads",
    article="R13.3",
    posts=LOOKS,
    title=("查看线路负荷", "See the load of routes"),
    changes=False,
    audited=False,
)
def list_loads(desk: Desk, unit_code: str, field: RouteField = DELIVERY) -> list[Load]:
    """Customers, monthly quantity and kilometres of each route of a unit. Raises NotFound, BadInput."""
    stops = stops_of(desk, own_unit(desk, unit_code), None, of_field(field))
    return loads(stops, sorted({stop.route for stop in stops}))


@operation(
    "route_loads.show_route",
    article="R13.5",
    posts=LOOKS,
    title=("查看一条线路", "See a route"),
    changes=False,
    audited=False,
)
def show_route(
    desk: Desk,
    unit_code: str,
    route: Annotated[OptionalText, Label("线路", "Route")],
    field: RouteField = DELIVERY,
) -> RoutePage:
    """A route's customers in stop order. Raises NotFound, BadInput."""
    units = users.units_below(desk.tx, {own_unit(desk, unit_code)})
    customers = sorted(routes.on_routes(desk.tx, units, [route], of_field(field)), key=place_on_route)
    if not customers:
        raise NotFound(what="线路")
    stops = [stop_of(customer, field) for customer in customers]
    # Only delivery routes have a driver; one named by a unit above also drives the routes of those below.
    above = users.units_above(desk.tx, unit_code) if field == DELIVERY else []
    driver = routes.driver_above(desk.tx, above, route)
    user = users.user(desk.tx, driver.user_id) if driver else None
    [load] = loads(stops, [route])
    pairs = zip(customers, stops, strict=True)
    return RoutePage(load, user.name if user else "", [_on_route(customer, stop) for customer, stop in pairs])


def _on_route(customer: Customer, stop: Stop) -> StopOnRoute:
    return StopOnRoute(
        customer.id,
        customer.code,
        customer.shop_name,
        stop_order=text_of(customer, "stop_order"),
        visit_batch=text_of(customer, "visit_batch"),
        quantity=stop.quantity,
        location=text_of(customer, "location"),
    )
