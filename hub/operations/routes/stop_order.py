"""Drivers put the stops of their own route in order (R13.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.inputs import Code, Label, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.routes.stop_order import LAST, number_of, reordered
from hub.domain.staff.posts import Post
from hub.operations.customers.fields import set_field
from hub.operations.customers.record import touch
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.operation import operation
from hub.operations.reported_refusals import Reported
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import new_id, now
from hub.registry import routes
from hub.registry.schema import AddressCheck, Change, Customer, RouteDriver, Task
from hub.registry.staff import users

UnitCode = Annotated[Code, Label("单位", "Unit")]
Route = Annotated[Text, Label("送货线路", "Route")]


class NotYourRoute(Refusal):
    """Drivers put only the stops of their own route in order (R13.5)."""

    article, status = "R13.5", 403
    says = ("线路“{route}”不是您送货的线路。", "You do not drive the route “{route}”.")
    then = (
        "需要调整其他线路的,请提交线路会议或申请急需调整(第十三条)。",
        "Propose it to the meeting, or ask for an urgent change (Article 13).",
    )


class AddressMoved(Reported):
    """A stop whose address changed keeps its place; the refusal itself reports it to internal control (R13.5)."""

    article = "R13.5"
    says = ("客户 {codes} 的地址已变更,不能自行调整顺序。", "The address of {codes} changed: the order stays.")
    then = (
        "已上报内管科,核查后即可调整;其他客户的顺序可以照常调整。",
        "Internal control was told and will look at it; the other stops may be reordered.",
    )

    def __init__(self, route: str, stops: Sequence[Customer]) -> None:
        super().__init__(codes="、".join(sorted(stop.code for stop in stops)))
        self.route, self.stops = route, [stop.id for stop in stops]

    def report(self, desk: Desk) -> None:
        """A task of internal control for each stop."""
        # Locked: of two refusals at once, one reports and the other finds the report.
        for stop in routes.locked(desk.tx, self.stops).values():
            tell_control(desk, stop, self.route, "送货员调整顺序时发现地址已变更")


@dataclass(frozen=True)
class AddressSeen:
    """A stop of the driver's own route whose address has changed, and what the driver saw there."""

    unit_code: UnitCode
    route: Route
    customer_id: Annotated[UUID, Label("客户", "Customer")]
    what: Annotated[Text, Label("现场情况", "What you saw")]


@dataclass(frozen=True)
class DriverView:
    """Who drives a route, and when its stops were last put in order."""

    unit_code: str
    route: str
    user_id: UUID
    driver_name: str
    ordered_at: datetime


@dataclass(frozen=True)
class DrivenStop:
    """A stop; `moved`: its address changed or was reported, and internal control has not checked it yet."""

    customer_id: UUID
    code: str
    shop_name: str
    stop_order: str
    moved: bool


@dataclass(frozen=True)
class DrivenRoute:
    """A route of the caller's, its stops in order."""

    unit_code: str
    route: str
    stops: list[DrivenStop]


@dataclass(frozen=True)
class AddressReport:
    """An open report about an address: what the driver said (`told`), and the latest change on record.

    `changes` holds [before, after] of address and location; both are empty where the field is sensitive.
    """

    customer_id: UUID
    code: str
    shop_name: str
    told: dict[str, Any]
    due_at: datetime | None
    changed_at: datetime | None
    changed_by_name: str | None
    changes: dict[str, list[str]]


@dataclass(frozen=True)
class _Driven:
    """A route with its customers in order; `moved`: those whose address internal control has yet to check."""

    driver: RouteDriver
    stops: list[Customer]
    moved: frozenset[UUID]


@operation(
    "driving.name_driver",
    article="R13.5",
    posts={Post.STATISTICS_CLERK},
    title=("指定线路送货员", "Say who drives a route"),
)
def name_driver(
    desk: Desk,
    unit_code: UnitCode,
    route: Route,
    login: Annotated[Code, Label("送货员账号", "Driver's login")],
) -> None:
    """Name the route's driver from now on. Raises NotFound, BadInput."""
    desk.unit(unit_code)
    user = users.by_login(desk.tx, login.strip())
    if user is None or not user.active or not holds(desk.tx, user.id, Post.DELIVERY_DRIVER, unit_code):
        raise BadInput(field="送货员账号", problem="不是本单位的送货员", mend="请填写送货员的登录账号。")
    if not route.strip() or not routes.on_routes(desk.tx, users.units_below(desk.tx, {unit_code}), [route.strip()]):
        raise BadInput(field="线路", problem="本单位没有这条送货线路", mend="请核对线路名称。")
    driver = routes.driver_of(desk.tx, unit_code, route.strip())
    if driver is None:
        driver = RouteDriver(unit_code=unit_code, route=route.strip(), user_id=user.id, ordered_at=now())
        desk.tx.add(driver)
    driver.user_id = user.id
    desk.tx.flush()


@operation(
    "driving.list_drivers",
    article="R13.5",
    posts={Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL},
    title=("查看线路送货员", "See who drives"),
    changes=False,
    audited=False,
)
def list_drivers(desk: Desk) -> list[DriverView]:
    """Who drives which route of the caller's units."""
    drivers = routes.drivers(desk.tx, desk.units)
    names = {user_id: users.user(desk.tx, user_id) for user_id in {driver.user_id for driver in drivers}}
    return [
        view(DriverView, driver, driver_name=user.name if (user := names[driver.user_id]) else "—")
        for driver in drivers
    ]


@operation(
    "driving.my_routes",
    article="R13.5",
    posts={Post.DELIVERY_DRIVER},
    title=("查看本人线路", "See one's routes"),
    changes=False,
    audited=False,
)
def my_routes(desk: Desk) -> list[DrivenRoute]:
    """The caller's routes with their stops in order."""
    drivers = routes.routes_of(desk.tx, desk.actor.user_id) if desk.actor.user_id else []
    own = (driver for driver in drivers if desk.units is None or driver.unit_code in desk.units)
    return [_view(_driven(desk, driver)) for driver in own]


def _driven(desk: Desk, driver: RouteDriver) -> _Driven:
    stops = routes.on_routes(desk.tx, users.units_below(desk.tx, {driver.unit_code}), [driver.route])
    ids = [stop.id for stop in stops]
    moved = routes.moved_addresses(desk.tx, ids) | routes.reported_addresses(desk.tx, ids)
    return _Driven(driver, sorted(stops, key=place_on_route), frozenset(moved))


def _view(driven: _Driven) -> DrivenRoute:
    stops = [
        DrivenStop(
            stop.id,
            stop.code,
            stop.shop_name,
            stop_order=str(stop.values.get("stop_order", "")),
            moved=stop.id in driven.moved,
        )
        for stop in driven.stops
    ]
    return DrivenRoute(driven.driver.unit_code, driven.driver.route, stops)


def place_on_route(customer: Customer) -> tuple[int, str]:
    """Sort key of a stop: its number, or the end without one; then its code."""
    number = number_of(customer.values.get("stop_order"))
    return (LAST if number is None else number, customer.code)


@operation(
    "driving.reorder", article="R13.5", posts={Post.DELIVERY_DRIVER}, title=("调整送货顺序", "Reorder the stops")
)
def reorder(desk: Desk, unit_code: UnitCode, route: Route, order: dict[UUID, int]) -> int:
    """Put stops of the caller's own route in the order of these numbers; returns how many numbers changed.

    A stop whose place does not change keeps its number. Raises NotYourRoute, AddressMoved, BadInput.
    """
    # The driver's row is locked in here: two orders of one route come one after the other.
    driven = _own(desk, unit_code, route)
    known = {stop.id: stop for stop in driven.stops}
    if set(order) - set(known) or len(set(order.values())) != len(order) or any(n < 1 for n in order.values()):
        raise BadInput(field="送货顺序", problem="有重复、不是正整数,或不是本线路的客户", mend="每户一个不同的序号。")
    present = [(stop.id, number_of(stop.values.get("stop_order"))) for stop in driven.stops]
    new, stuck = reordered(present, order, driven.moved)
    if stuck:
        raise AddressMoved(route, [known[stop_id] for stop_id in stuck])
    for stop_id, number in new.items():
        changes = set_field(desk, known[stop_id], FIELDS["stop_order"], str(number))
        touch(desk, known[stop_id], "R13.5", f"送货员调整送货顺序: {route}", changes)
    driven.driver.ordered_at = now()
    return len(new)


@operation(
    "driving.report_address",
    article="R13.5",
    posts={Post.DELIVERY_DRIVER},
    title=("上报地址变更", "Report a changed address"),
)
def report_address(desk: Desk, seen: AddressSeen) -> None:
    """Report a changed address to internal control; once that is checked, the driver may reorder the stop again.

    Raises NotYourRoute, NotFound, BadInput.
    """
    driven = _own(desk, seen.unit_code, seen.route)
    stop = next((stop for stop in driven.stops if stop.id == seen.customer_id), None)
    if stop is None:
        raise NotFound(what="客户")
    if not seen.what.strip():
        raise BadInput(field="情况", problem="没有填写", mend="请写明现场看到的地址情况。")
    tell_control(desk, stop, seen.route, shortened(seen.what, 200))


def tell_control(desk: Desk, stop: Customer, route: str, what: str) -> None:
    """Give internal control a task of one working day and a line in the day's mail, once while the task is open."""
    # A second report would only repeat the mail: the task stays the first one.
    if routes.reported_addresses(desk.tx, [stop.id]):
        return
    post, unit = Post.INTERNAL_CONTROL, stop.unit_code
    details = {"what": what, "route": route, "driver": desk.actor.name}
    open_task(desk, "address_moved", "R13.5", post=post, unit_code=unit, subject=("address", stop.id),
              customer_id=stop.id, days=1, details=details)  # fmt: skip
    tell(desk, "address_moved", "R13.5", (post,), unit, customer_id=stop.id, in_mail=True)


@operation(
    "driving.list_address_reports",
    article="R13.5",
    posts={Post.INTERNAL_CONTROL, Post.STATISTICS_CLERK, Post.SECTION_CHIEF},
    title=("查看地址变更上报", "See reports about addresses"),
    changes=False,
    audited=False,
)
def list_address_reports(desk: Desk) -> list[AddressReport]:
    """Open reports about addresses, each with the latest change of address on record."""
    return [
        _report(task, routes.last_move(desk.tx, customer.id), customer)
        for task, customer in routes.address_reports(desk.tx, desk.units)
    ]


def _report(task: Task, change: Change | None, customer: Customer) -> AddressReport:
    changes = {key: change.changes[key] for key in ("address", "location") if key in change.changes} if change else {}
    return AddressReport(
        customer.id,
        customer.code,
        customer.shop_name,
        told=task.details,
        due_at=task.due_at,
        changed_at=change.at if change else None,
        changed_by_name=change.by_name if change else None,
        changes={key: [] if FIELDS[key].sensitive else [text or "" for text in ends] for key, ends in changes.items()},
    )


@operation(
    "driving.clear_address",
    article="R13.5",
    posts={Post.INTERNAL_CONTROL},
    title=("核查地址变更", "Look at a changed address"),
)
def clear_address(desk: Desk, customer_id: UUID, finding: Annotated[Text, Label("核查结果", "Finding")]) -> None:
    """Record what internal control found: the report is closed, and the driver may reorder the stop again.

    Raises NotFound, BadInput, Stale when nothing about the address is open.
    """
    customer = desk.customer(customer_id)
    # Of two checks at once both would find the report open: the customer's row serves as the lock.
    routes.locked(desk.tx, [customer.id])
    if not finding.strip():
        raise BadInput(field="核查结果", problem="没有填写", mend="请写明核查到的情况和处理。")
    if not routes.moved_addresses(desk.tx, [customer.id]) | routes.reported_addresses(desk.tx, [customer.id]):
        raise Stale(what="地址核查")
    check = AddressCheck(id=new_id(), customer_id=customer.id, checked_at=now(), finding=shortened(finding, 200))
    check.checked_by_name = desk.actor.name
    desk.tx.add(check)
    close_tasks(desk, "address", customer.id, "checked", "address_moved")
    route = str(customer.values.get("delivery_route", ""))
    driver = routes.driver_above(desk.tx, users.units_above(desk.tx, customer.unit_code), route)
    if driver is not None:
        tell(desk, "address_checked", "R13.5", (Post.DELIVERY_DRIVER,), driver.unit_code, customer_id=customer.id,
             user_id=driver.user_id, name=route)  # fmt: skip


# One refusal whether the route is another's, another unit's or nobody's: drivers learn nothing about other routes.
def _own(desk: Desk, unit_code: str, route: str) -> _Driven:
    driver = routes.driver_of(desk.tx, unit_code, route)
    mine = driver is not None and driver.user_id == desk.actor.user_id
    if driver is None or not mine or (desk.units is not None and unit_code not in desk.units):
        raise NotYourRoute(route=shortened(route, 40))
    return _driven(desk, driver)
