"""Drivers put the stops of their own route in order (R13.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.domain.catalogue import FIELDS
from hub.domain.people import Post
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.ports import now
from hub.registry import people, routes
from hub.registry.schema import Customer, RouteDriver

from .customers import set_field
from .desk import Desk
from .grants import holds
from .operation import operation
from .settlement import touch
from .tasks import open_task
from .telling import tell


class NotYourRoute(Refusal):
    """A driver orders the stops of the own route only (R13.5)."""

    article, status = "R13.5", 403
    says = ("线路“{route}”不是您送货的线路。", "You do not drive the route “{route}”.")
    then = (
        "需要调整其他线路的,请提交线路会议或申请急需调整(R13.4)。",
        "Propose it to the meeting, or ask for an urgent change (R13.4).",
    )


class AddressMoved(Refusal):
    """A stop whose address changed is not reordered but reported (R13.5)."""

    article = "R13.5"
    says = ("客户 {codes} 的地址已变更,不能自行调整顺序。", "The address of {codes} changed: the order stays.")
    then = (
        "点“上报内管科”后由内管科核查;其他客户的顺序可以照常调整。",
        "Report it to internal control; the other stops may be reordered.",
    )


@dataclass(frozen=True)
class DrivenRoute:
    """A route with its stops in order; `moved`: their address changed since the stops were last put in order."""

    driver: RouteDriver
    stops: list[Customer]
    moved: frozenset[UUID]


@operation(article="R13.5", posts={Post.STATISTICS_CLERK}, title=("指定线路送货员", "Say who drives a route"))
def name_driver(desk: Desk, unit_code: str, route: str, login: str) -> None:
    """The route's driver from now on. Raises NotFound, BadInput."""
    user = people.by_login(desk.tx, login.strip())
    if people.unit(desk.tx, unit_code) is None or (desk.units is not None and unit_code not in desk.units):
        raise NotFound(what="单位")
    if user is None or not holds(desk.tx, user.id, Post.DELIVERY_DRIVER, unit_code):
        raise BadInput(field="送货员账号", problem="不是本单位的送货员", mend="请填写送货员的登录账号。")
    if not route.strip() or not routes.on_routes(desk.tx, people.units_below(desk.tx, {unit_code}), [route.strip()]):
        raise BadInput(field="线路", problem="本单位没有这条送货线路", mend="请核对线路名称。")
    row = routes.driver_of(desk.tx, unit_code, route.strip())
    if row is None:
        row = RouteDriver(unit_code=unit_code, route=route.strip(), user_id=user.id, ordered_at=now())
        desk.tx.add(row)
    row.user_id = user.id
    desk.tx.flush()


@operation(
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
    stops = routes.on_routes(desk.tx, people.units_below(desk.tx, {row.unit_code}), [row.route])
    since = row.ordered_at or now()
    moved = routes.moved_since(desk.tx, [stop.id for stop in stops], since)
    return DrivenRoute(row, sorted(stops, key=_place), frozenset(moved))


def _place(row: Customer) -> tuple[int, str]:
    number = str(row.values.get("stop_order", ""))
    return (int(number) if number.isdigit() else 10**6, row.code)


def names_of(desk: Desk, rows: Sequence[RouteDriver]) -> dict[UUID, str]:
    """Who the drivers are, by name."""
    found = ((row.user_id, people.user(desk.tx, row.user_id)) for row in rows)
    return {key: user.name for key, user in found if user is not None}


@operation(article="R13.5", posts={Post.DELIVERY_DRIVER}, title=("调整送货顺序", "Reorder the stops"))
def reorder(desk: Desk, unit_code: str, route: str, order: Mapping[UUID, int]) -> int:
    """Give stops of the own route new numbers in one step; returns how many customers changed.

    Raises NotYourRoute, AddressMoved, BadInput.
    """
    driven = _own(desk, unit_code, route)
    known = {stop.id: stop for stop in driven.stops}
    if set(order) - set(known) or len(set(order.values())) != len(order) or any(n < 1 for n in order.values()):
        raise BadInput(field="送货顺序", problem="有重复、不是正整数,或不是本线路的客户", mend="每户一个不同的序号。")
    before = {stop.id: str(stop.values.get("stop_order", "")) for stop in driven.stops}
    changed = [known[each] for each, number in order.items() if before[each] != str(number)]
    stuck = [stop.code for stop in changed if stop.id in driven.moved]
    if stuck:
        raise AddressMoved(codes="、".join(sorted(stuck)))
    for stop in changed:
        found = set_field(desk, stop, FIELDS["stop_order"], str(order[stop.id]))
        touch(desk, stop, "R13.5", f"送货员调整 {route} 送货顺序", found)
    if not driven.moved:
        driven.driver.ordered_at = now()
    return len(changed)


@operation(article="R13.5", posts={Post.DELIVERY_DRIVER}, title=("上报地址变更", "Report a changed address"))
def report_address(desk: Desk, unit_code: str, route: str, shop_id: UUID, what: str) -> None:
    """Internal control has to look at it; once it has, the driver may put the stop in order again."""
    driven = _own(desk, unit_code, route)
    stop = next((each for each in driven.stops if each.id == shop_id), None)
    if stop is None:
        raise NotFound(what="客户")
    if not what.strip():
        raise BadInput(field="情况", problem="没有填写", mend="请写明现场看到的地址情况。")
    control = Post.INTERNAL_CONTROL
    subject, told = ("address", stop.id), {"what": what.strip()[:200], "route": route}
    unit = stop.unit_code
    open_task(desk, "address_moved", "R13.5", post=control, unit_code=unit, subject=subject, customer_id=stop.id,
              days=1, details=told)  # fmt: skip
    tell(desk, "address_moved", "R13.5", (control,), unit, customer_id=stop.id, in_mail=True)


def _own(desk: Desk, unit_code: str, route: str) -> DrivenRoute:
    row = routes.driver_of(desk.tx, unit_code, route)
    if row is None or row.user_id != desk.actor.user_id or (desk.units is not None and unit_code not in desk.units):
        raise NotYourRoute(route=route[:40])
    return _driven(desk, row)


def numbers(rows: Sequence[tuple[str, str]]) -> dict[UUID, int]:
    """What a form sent: (customer id, number); a wrong one is 0 and refused."""
    known = [(key, text) for key, text in rows if len(key) == 36]
    return {UUID(key): int(text) if text.isdigit() and len(text) < 6 else 0 for key, text in known}
