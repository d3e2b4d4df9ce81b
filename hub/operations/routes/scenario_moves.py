"""A scenario's moves, made and reversed: route, place in the delivery order, account manager (R13.3)."""

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

from .loads import DELIVERY, VISIT, text_of

Move = dict[str, Any]
Customers = Mapping[UUID, Customer]


def digest_of(scenario: RouteScenario) -> bytes:
    """The digest that signers sign: who moves from where to where, to which account manager, on which day."""
    words = sorted((move["code"], move["from"], move["to"]) for move in scenario.moves)
    return hashlib.sha256(
        repr([scenario.field, words, sorted(scenario.managers.items()), scenario.cut_over]).encode()
    ).digest()


def strayed(scenario: RouteScenario, customers: Customers, at: str) -> Iterator[str]:
    """Codes of customers who are not where the scenario has them."""
    for move in scenario.moves:
        customer = customers.get(UUID(move["id"]))
        if customer is None or customer.values.get(scenario.field) != move[at]:
            yield move["code"]


def put_over(desk: Desk, scenario: RouteScenario, customers: Customers, why: str) -> None:
    """Move the customers to their new routes, behind the last stop, in the order of a short tour.

    A visit route brings its account manager. The values before are kept with the moves, so that they can be put back.
    Drivers and managers are told.
    """
    numbers = _numbers(desk, scenario, customers) if scenario.field == DELIVERY else {}
    moves = []
    for move in scenario.moves:
        customer = customers[UUID(move["id"])]
        new = {scenario.field: move["to"]}
        if customer.id in numbers:
            new["stop_order"] = str(numbers[customer.id])
        if scenario.field == VISIT and move["to"] in scenario.managers:
            new["account_manager"] = str(scenario.managers[move["to"]])
        moves.append(move | {"was": {key: str(customer.values.get(key, "")) for key in new}, "new": new})
        _set(desk, customer, new, why)
    scenario.moves = moves
    _tell(desk, scenario)


def put_back(desk: Desk, scenario: RouteScenario, customers: Customers, why: str) -> None:
    """Move the customers back, except those in `trouble`: to the old place in the order, or to the end if it is taken."""
    numbers_of: dict[str, set[int]] = {}
    for move in scenario.moves:
        customer = customers.get(UUID(move["id"]))
        if customer is None or move["code"] in scenario.trouble:
            continue
        old = {scenario.field: str(move["from"])}
        if scenario.field == DELIVERY:
            taken = numbers_of.setdefault(move["from"], _taken(desk, scenario, move["from"]))
            was = number_of(move["was"].get("stop_order"))
            number = appended(taken, 1)[0] if was is None or was in taken else was
            taken.add(number)
            old["stop_order"] = str(number)
        elif customer.values.get("account_manager") == move["new"].get("account_manager", ""):
            old["account_manager"] = move["was"]["account_manager"]
        _set(desk, customer, old, why)
    _tell(desk, scenario)


def _set(desk: Desk, customer: Customer, values: dict[str, str], why: str) -> None:
    changes: dict[str, list[Any]] = {}
    for key, text in values.items():
        changes |= set_field(desk, customer, FIELDS[key], text)
    touch(desk, customer, "R13.3", why, changes)


def _numbers(desk: Desk, scenario: RouteScenario, customers: Customers) -> dict[UUID, int]:
    """Places in the delivery order of the customers who come to each route."""
    numbers: dict[UUID, int] = {}
    for route in sorted({move["to"] for move in scenario.moves}):
        ids = [UUID(move["id"]) for move in scenario.moves if move["to"] == route]
        places = {key: place_of(text_of(customers[key], "location")) for key in ids}
        known = [key for key in ids if places[key]]
        order = [known[at] for at in tour([place for place in places.values() if place])]
        order += [key for key in ids if not places[key]]
        numbers |= dict(zip(order, appended(_taken(desk, scenario, route), len(order)), strict=True))
    return numbers


def _taken(desk: Desk, scenario: RouteScenario, route: str) -> set[int]:
    """Numbers that are taken on a route of the scenario's unit."""
    customers = routes.on_routes(desk.tx, users.units_below(desk.tx, {scenario.unit_code}), [route], scenario.field)
    numbers = (number_of(customer.values.get("stop_order")) for customer in customers)
    return {number for number in numbers if number is not None}


def _tell(desk: Desk, scenario: RouteScenario) -> None:
    """Tell who drives or visits along these routes that their customers have changed."""
    names = sorted({move[end] for move in scenario.moves for end in ("from", "to")})
    if scenario.field == VISIT:
        posts, about = (Post.ACCOUNT_MANAGER,), "、".join(names)
        tell(desk, "route_changed", "R13.3", posts, scenario.unit_code, customers=len(scenario.moves), name=about)
        return
    above = users.units_above(desk.tx, scenario.unit_code)
    for route in names:
        count = sum(route in (move["from"], move["to"]) for move in scenario.moves)
        driver = routes.driver_above(desk.tx, above, route)
        tell(desk, "route_changed", "R13.3", (Post.DELIVERY_DRIVER,), driver.unit_code if driver else scenario.unit_code,
             user_id=driver.user_id if driver else None, customers=count, name=route)  # fmt: skip
