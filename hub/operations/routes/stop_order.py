"""Drivers put the stops of their own route in order (R13.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
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
from hub.ports import new_id, now
from hub.registry import routes
from hub.registry.schema import AddressCheck, Change, Customer, RouteDriver, Task
from hub.registry.staff import users


class NotYourRoute(Refusal):
    """A driver orders the stops of the own route only (R13.5)."""

    article, status = "R13.5", 403
    says = ("线路“{route}”不是您送货的线路。", "You do not drive the route “{route}”.")
    then = (
        "需要调整其他线路的,请提交线路会议或申请急需调整(R13.4)。",
        "Propose it to the meeting, or ask for an urgent change (R13.4).",
    )


class AddressMoved(Reported):
    """A stop whose address changed keeps its place and is reported to internal control, by the refusal itself (R13.5)."""

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
        for stop in routes.locked(desk.tx, self.stops).values():
            tell_control(desk, stop, self.route, "送货员调整顺序时发现地址已变更")


@dataclass(frozen=True)
class DrivenRoute:
    """A route with its stops in order; `moved`: their address changed, or was reported, and nobody has looked yet."""

    driver: RouteDriver
    stops: list[Customer]
    moved: frozenset[UUID]


@dataclass(frozen=True)
class AddressReport:
    """A report that is open: its task (who said what), the customer, and the latest change of address on record."""

    task: Task
    customer: Customer
    change: Change | None


@operation(
    "driving.name_driver",
    article="R13.5",
    posts={Post.STATISTICS_CLERK},
    title=("指定线路送货员", "Say who drives a route"),
)
def name_driver(desk: Desk, unit_code: str, route: str, login: str) -> None:
    """The route's driver from now on. Raises NotFound, BadInput."""
    desk.unit(unit_code)
    user = users.by_login(desk.tx, login.strip())
    if user is None or not user.active or not holds(desk.tx, user.id, Post.DELIVERY_DRIVER, unit_code):
        raise BadInput(field="送货员账号", problem="不是本单位的送货员", mend="请填写送货员的登录账号。")
    if not route.strip() or not routes.on_routes(desk.tx, users.units_below(desk.tx, {unit_code}), [route.strip()]):
        raise BadInput(field="线路", problem="本单位没有这条送货线路", mend="请核对线路名称。")
    row = routes.driver_of(desk.tx, unit_code, route.strip())
    if row is None:
        row = RouteDriver(unit_code=unit_code, route=route.strip(), user_id=user.id, ordered_at=now())
        desk.tx.add(row)
    row.user_id = user.id
    desk.tx.flush()


@operation(
    "driving.list_drivers",
    article="R13.5",
    posts={Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL},
    title=("查看线路送货员", "See who drives"),
    changes=False,
    audited=False,
)
def list_drivers(desk: Desk) -> list[RouteDriver]:
    """Who drives which route of the caller's units."""
    return routes.drivers(desk.tx, desk.units)


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
    rows = routes.routes_of(desk.tx, desk.actor.user_id) if desk.actor.user_id else []
    return [_driven(desk, row) for row in rows if desk.units is None or row.unit_code in desk.units]


def _driven(desk: Desk, row: RouteDriver) -> DrivenRoute:
    stops = routes.on_routes(desk.tx, users.units_below(desk.tx, {row.unit_code}), [row.route])
    ids = [stop.id for stop in stops]
    moved = routes.moved_addresses(desk.tx, ids) | routes.reported_addresses(desk.tx, ids)
    return DrivenRoute(row, sorted(stops, key=place_on_route), frozenset(moved))


def place_on_route(row: Customer) -> tuple[int, str]:
    """Where a stop stands: by its number, without one at the end."""
    number = number_of(row.values.get("stop_order"))
    return (LAST if number is None else number, row.code)


def names_of(desk: Desk, rows: Sequence[RouteDriver]) -> dict[UUID, str]:
    """Who the drivers are, by name."""
    found = ((row.user_id, users.user(desk.tx, row.user_id)) for row in rows)
    return {key: user.name for key, user in found if user is not None}


@operation(
    "driving.reorder", article="R13.5", posts={Post.DELIVERY_DRIVER}, title=("调整送货顺序", "Reorder the stops")
)
def reorder(desk: Desk, unit_code: str, route: str, order: Mapping[UUID, int]) -> int:
    """Put stops of the own route in the order of these numbers, in one step; returns how many got another number.

    Who stays at the own place keeps the own number. Raises NotYourRoute, AddressMoved, BadInput.
    """
    driven = _own(desk, unit_code, route)
    known = {stop.id: stop for stop in driven.stops}
    if set(order) - set(known) or len(set(order.values())) != len(order) or any(n < 1 for n in order.values()):
        raise BadInput(field="送货顺序", problem="有重复、不是正整数,或不是本线路的客户", mend="每户一个不同的序号。")
    present = [(stop.id, number_of(stop.values.get("stop_order"))) for stop in driven.stops]
    new, stuck = reordered(present, order, driven.moved)
    if stuck:
        raise AddressMoved(route, [known[each] for each in stuck])
    for each, number in new.items():
        found = set_field(desk, known[each], FIELDS["stop_order"], str(number))
        touch(desk, known[each], "R13.5", f"送货员调整 {route} 送货顺序", found)
    driven.driver.ordered_at = now()
    return len(new)


@operation(
    "driving.report_address",
    article="R13.5",
    posts={Post.DELIVERY_DRIVER},
    title=("上报地址变更", "Report a changed address"),
)
def report_address(desk: Desk, unit_code: str, route: str, shop_id: UUID, what: str) -> None:
    """Internal control has to look at it; once it has, the driver may put the stop in order again."""
    driven = _own(desk, unit_code, route)
    stop = next((each for each in driven.stops if each.id == shop_id), None)
    if stop is None:
        raise NotFound(what="客户")
    if not what.strip():
        raise BadInput(field="情况", problem="没有填写", mend="请写明现场看到的地址情况。")
    tell_control(desk, stop, route, shortened(what, 200))


def tell_control(desk: Desk, stop: Customer, route: str, what: str) -> None:
    """A task of one working day and a line in the day's mail; nothing twice while the task is open."""
    if routes.reported_addresses(desk.tx, [stop.id]):
        return
    post, unit = Post.INTERNAL_CONTROL, stop.unit_code
    told = {"what": what, "route": route, "driver": desk.actor.name}
    open_task(desk, "address_moved", "R13.5", post=post, unit_code=unit, subject=("address", stop.id),
              customer_id=stop.id, days=1, details=told)  # fmt: skip
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
    """What internal control has to look at: who reported what, and the address change that the record knows."""
    rows = routes.address_reports(desk.tx, desk.units)
    return [AddressReport(task, customer, routes.last_move(desk.tx, customer.id)) for task, customer in rows]


@operation(
    "driving.clear_address",
    article="R13.5",
    posts={Post.INTERNAL_CONTROL},
    title=("核查地址变更", "Look at a changed address"),
)
def clear_address(desk: Desk, customer_id: UUID, finding: str) -> None:
    """Internal control has looked: the report is closed, and the driver may put the stop in order again.

    Raises NotFound, BadInput, Stale when nothing about the address is open.
    """
    customer = desk.customer(customer_id)
    routes.locked(desk.tx, [customer.id])
    if not finding.strip():
        raise BadInput(field="核查结果", problem="没有填写", mend="请写明核查到的情况和处理。")
    if not routes.moved_addresses(desk.tx, [customer.id]) | routes.reported_addresses(desk.tx, [customer.id]):
        raise Stale(what="地址核查")
    said = shortened(finding, 200)
    row = AddressCheck(id=new_id(), customer_id=customer.id, checked_at=now(), finding=said)
    row.checked_by_name = desk.actor.name
    desk.tx.add(row)
    close_tasks(desk, "address", customer.id, "checked", "address_moved")
    route = str(customer.values.get("delivery_route", ""))
    driver = routes.driver_above(desk.tx, users.units_above(desk.tx, customer.unit_code), route)
    if driver is not None:
        tell(desk, "address_checked", "R13.5", (Post.DELIVERY_DRIVER,), driver.unit_code, customer_id=customer.id,
             user_id=driver.user_id, name=route)  # fmt: skip


def _own(desk: Desk, unit_code: str, route: str) -> DrivenRoute:
    row = routes.driver_of(desk.tx, unit_code, route)
    if row is None or row.user_id != desk.actor.user_id or (desk.units is not None and unit_code not in desk.units):
        raise NotYourRoute(route=shortened(route, 40))
    return _driven(desk, row)


def numbers(rows: Sequence[tuple[str, str]]) -> dict[UUID, int]:
    """What a form sent: (customer id, number); a wrong one is 0 and refused."""
    known = [(key, text) for key, text in rows if len(key) == 36]
    return {UUID(key): int(text) if text.isdecimal() and len(text) < 6 else 0 for key, text in known}
