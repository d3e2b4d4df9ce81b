"""What is on the routes: their loads, and one route with its customers in stop order (R13.3, R13.5)."""

from collections.abc import Sequence
from dataclasses import dataclass

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
FIELDS_OF_LOAD = (DELIVERY, VISIT)
"""Customers are delivered to along one route and visited along another."""
LOOKS = {
    *(Post.ACCOUNT_MANAGER, Post.DELIVERY_DRIVER, Post.STATISTICS_CLERK, Post.SECTION_CHIEF),
    *(Post.DEPUTY_SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL),
}


@dataclass(frozen=True)
class RouteView:
    """A route: its load, who drives it, its customers in stop order, each with its place if that is known."""

    load: Load
    driver: str
    stops: list[tuple[Customer, Stop]]

    @property
    def places(self) -> list[tuple[int, str, Place]]:
        """What a map shows: (n-th stop, shop, longitude and latitude)."""
        return [(at, row.shop_name, stop.place) for at, (row, stop) in enumerate(self.stops, 1) if stop.place]


def of_field(field: str) -> str:
    """The field, if it is one that says on which route a customer is. Raises BadInput."""
    if field not in FIELDS_OF_LOAD:
        raise BadInput(field="线路类别", problem="只能是送货线路或拜访线路", mend="请从列表中选择。")
    return field


def stops_of(desk: Desk, unit_code: str, names: Sequence[str] | None = None, field: str = DELIVERY) -> list[Stop]:
    """A unit's customers on their routes, with the quantity that was approved for them."""
    rows = routes.on_routes(desk.tx, users.units_below(desk.tx, {unit_code}), names, field)
    return [stop_of(row, field) for row in rows]


def stop_of(row: Customer, field: str = DELIVERY) -> Stop:
    """A customer as a stop."""
    quantity = str(row.values.get("quantified_data", ""))
    amount = float(quantity) if quantity.replace(".", "", 1).isdecimal() else 0.0
    return Stop(row.code, str(row.values.get(field, "")), amount, place_of(str(row.values.get("location", ""))))


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
def list_loads(desk: Desk, unit_code: str, field: str = DELIVERY) -> list[Load]:
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
def show_route(desk: Desk, unit_code: str, route: str, field: str = DELIVERY) -> RouteView:
    """Who is on a route and in which order. Raises NotFound, BadInput."""
    units = users.units_below(desk.tx, {own_unit(desk, unit_code)})
    rows = routes.on_routes(desk.tx, units, [route], of_field(field))
    if not rows:
        raise NotFound(what="线路")
    found = [(row, stop_of(row, field)) for row in sorted(rows, key=place_on_route)]
    above = users.units_above(desk.tx, unit_code) if field == DELIVERY else []
    driver = routes.driver_above(desk.tx, above, route)
    user = users.user(desk.tx, driver.user_id) if driver else None
    [load] = loads([stop for _, stop in found], [route])
    return RouteView(load, user.name if user else "", found)
