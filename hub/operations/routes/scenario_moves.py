"""Carrying a scenario's moves out, and back: route, place in the delivery order, account manager (R13.3)."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.routes.loads import place_of
from hub.domain.routes.stop_order import appended, number_of
from hub.domain.routes.tours import tour
from hub.domain.staff.posts import Post
from hub.operations.customers.fields import set_field
from hub.operations.customers.record import touch
from hub.operations.desk import Desk
from hub.operations.tasks.notify import tell
from hub.registry import routes
from hub.registry.schema import Customer, RouteScenario
from hub.registry.staff import users

from .loads import DELIVERY, VISIT

Move = dict[str, Any]
Customers = Mapping[UUID, Customer]


def digest_of(row: RouteScenario) -> bytes:
    """What signers sign: who moves from where to where, to which account manager, on which day."""
    words = sorted((move["code"], move["from"], move["to"]) for move in row.moves)
    return hashlib.sha256(repr([row.field, words, sorted(row.managers.items()), row.cut_over]).encode()).digest()


def strayed(row: RouteScenario, customers: Customers, at: str) -> Iterator[str]:
    """Codes of those who are not where the scenario has them."""
    for move in row.moves:
        customer = customers.get(UUID(move["id"]))
        if customer is None or customer.values.get(row.field) != move[at]:
            yield move["code"]


def put_over(desk: Desk, row: RouteScenario, customers: Customers, why: str) -> None:
    """Everybody to the new route: behind its last stop in the order of a short tour; the visit route's manager with it.

    What was there before is kept with the moves, so that it can be put back. Drivers and managers are told.
    """
    numbers = _numbers(desk, row, customers) if row.field == DELIVERY else {}
    moves = []
    for move in row.moves:
        customer = customers[UUID(move["id"])]
        new = {row.field: move["to"]}
        if customer.id in numbers:
            new["stop_order"] = str(numbers[customer.id])
        if row.field == VISIT and move["to"] in row.managers:
            new["account_manager"] = str(row.managers[move["to"]])
        moves.append(move | {"was": {key: str(customer.values.get(key, "")) for key in new}, "new": new})
        _set(desk, customer, new, why)
    row.moves = moves
    _tell(desk, row)


def put_back(desk: Desk, row: RouteScenario, customers: Customers, why: str) -> None:
    """Everybody back, but for those in `trouble`: to the old place in the order, or behind the last if it is taken."""
    there: dict[str, set[int]] = {}
    for move in row.moves:
        customer = customers.get(UUID(move["id"]))
        if customer is None or move["code"] in row.trouble:
            continue
        old = {row.field: str(move["from"])}
        if row.field == DELIVERY:
            taken = there.setdefault(move["from"], _taken(desk, row, move["from"]))
            was = number_of(move["was"].get("stop_order"))
            number = appended(taken, 1)[0] if was is None or was in taken else was
            taken.add(number)
            old["stop_order"] = str(number)
        elif customer.values.get("account_manager") == move["new"].get("account_manager", ""):
            old["account_manager"] = move["was"]["account_manager"]
        _set(desk, customer, old, why)
    _tell(desk, row)


def _set(desk: Desk, customer: Customer, values: dict[str, str], why: str) -> None:
    changes: dict[str, list[Any]] = {}
    for key, value in values.items():
        changes |= set_field(desk, customer, FIELDS[key], value)
    touch(desk, customer, "R13.3", why, changes)


def _numbers(desk: Desk, row: RouteScenario, customers: Customers) -> dict[UUID, int]:
    """Places in the delivery order of those who come to each route."""
    found: dict[UUID, int] = {}
    for route in sorted({move["to"] for move in row.moves}):
        ids = [UUID(move["id"]) for move in row.moves if move["to"] == route]
        places = {each: place_of(str(customers[each].values.get("location", ""))) for each in ids}
        known = [each for each in ids if places[each]]
        order = [known[at] for at in tour([place for place in places.values() if place])]
        order += [each for each in ids if not places[each]]
        found |= dict(zip(order, appended(_taken(desk, row, route), len(order)), strict=True))
    return found


def _taken(desk: Desk, row: RouteScenario, route: str) -> set[int]:
    """Numbers that are taken on a route of the scenario's unit."""
    rows = routes.on_routes(desk.tx, users.units_below(desk.tx, {row.unit_code}), [route], row.field)
    numbers = (number_of(each.values.get("stop_order")) for each in rows)
    return {number for number in numbers if number is not None}


def _tell(desk: Desk, row: RouteScenario) -> None:
    """Who drives or visits along these routes hears that their customers are others."""
    names = sorted({move[end] for move in row.moves for end in ("from", "to")})
    if row.field == VISIT:
        posts, about = (Post.ACCOUNT_MANAGER,), "、".join(names)
        tell(desk, "route_changed", "R13.3", posts, row.unit_code, customers=len(row.moves), name=about)
        return
    above = users.units_above(desk.tx, row.unit_code)
    for route in names:
        count = sum(route in (move["from"], move["to"]) for move in row.moves)
        driver = routes.driver_above(desk.tx, above, route)
        tell(desk, "route_changed", "R13.3", (Post.DELIVERY_DRIVER,), driver.unit_code if driver else row.unit_code,
             user_id=driver.user_id if driver else None, customers=count, name=route)  # fmt: skip
