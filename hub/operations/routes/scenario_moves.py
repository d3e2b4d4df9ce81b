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
from hub.operations.unit_lists.listed import is_listed, unlisted
from hub.registry import routes
from hub.registry.schema import Customer, RouteScenario
from hub.registry.staff import users

from .loads import DELIVERY, VISIT, text_of

Move = dict[str, Any]
Customers = Mapping[UUID, Customer]


def digest_of(scenario: RouteScenario) -> bytes:
    """What signers sign: who moves from where to where, to which manager, on which day, why, and watched until when."""
    # Sorted, so that the digest depends on the moves alone and not on the order in which the solver gave them.
    words = sorted((move["code"], move["from"], move["to"]) for move in scenario.moves)
    return hashlib.sha256(
        repr([scenario.field, words, sorted(scenario.managers.items()), *_named(scenario)]).encode()
    ).digest()


def _named(scenario: RouteScenario) -> list[object]:
    return [scenario.cut_over, scenario.trigger, scenario.upkeep_by]


def strayed(scenario: RouteScenario, customers: Customers, at: str) -> Iterator[str]:
    """Codes of customers who are not on the route on which the scenario expects them (`at`: "from" or "to")."""
    for move in scenario.moves:
        customer = customers.get(UUID(move["id"]))
        if customer is None or customer.values.get(scenario.field) != move[at]:
            yield move["code"]


def without_list(desk: Desk, scenario: RouteScenario, customers: Customers) -> Iterator[str]:
    """Codes of customers whose unit no longer lists the new route, or where the new manager does not hold the post."""
    allowed = is_listed(desk)
    for move in scenario.moves:
        customer = customers.get(UUID(move["id"]))
        manager = str(scenario.managers.get(move["to"], "")) if scenario.field == VISIT else ""
        new = ((scenario.field, str(move["to"])), ("account_manager", manager))
        if customer is not None and not all(allowed(customer.unit_code, key, text) for key, text in new):
            yield move["code"]


def put_over(desk: Desk, scenario: RouteScenario, customers: Customers, why: str) -> None:
    """Move the customers to their new routes, behind the last stop, in the order of a short tour.

    A visit route brings its account manager. The values before are kept with the moves, so that they can be put back.
    Drivers and managers are told.
    """
    # Before anything moves: the numbers that are taken must be those of customers who were there already.
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
    # A new list: a change inside the JSON column would not be noticed and not be saved.
    scenario.moves = moves
    _tell(desk, scenario, scenario.moves)


def put_back(desk: Desk, scenario: RouteScenario, customers: Customers, why: str) -> None:
    """Move the customers back, except those in `trouble`: to the old place in the order, or to the end if it is taken."""
    numbers_of: dict[str, set[int]] = {}
    for move in scenario.moves:
        customer = customers.get(UUID(move["id"]))
        if customer is None or move["code"] in scenario.trouble:
            continue
        old = {scenario.field: str(move["from"])}
        if scenario.field == DELIVERY:
            # Kept by hand from here on: customers who return in this same loop take numbers too.
            taken = numbers_of.setdefault(move["from"], _taken(desk, scenario, move["from"]))
            was = number_of(move["was"].get("stop_order"))
            number = appended(taken, 1)[0] if was is None or was in taken else was
            taken.add(number)
            old["stop_order"] = str(number)
        # Only if it is still the scenario's manager: a change made since is somebody's decision.
        elif customer.values.get("account_manager") == move["new"].get("account_manager", ""):
            manager = str(move["was"]["account_manager"])
            # A manager who no longer holds the post does not get the customers back (R2.2).
            keeps = unlisted(desk, customer.unit_code, "account_manager", manager) is None
            old |= {"account_manager": manager} if keeps else {}
        _set(desk, customer, old, why)
    _tell(desk, scenario, scenario.moves)


def correct(desk: Desk, scenario: RouteScenario, customer: Customer, route: str, why: str) -> None:
    """Move one customer to another of the scenario's routes, behind its last stop, with its account manager (R13.7)."""
    new = {scenario.field: route}
    if scenario.field == DELIVERY:
        new["stop_order"] = str(appended(_taken(desk, scenario, route), 1)[0])
    elif route in scenario.managers:
        new["account_manager"] = str(scenario.managers[route])
    move = {"code": customer.code, "from": str(customer.values.get(scenario.field, "")), "to": route}
    _set(desk, customer, new, why)
    _tell(desk, scenario, [move])


def _set(desk: Desk, customer: Customer, values: dict[str, str], why: str) -> None:
    changes: dict[str, list[Any]] = {}
    for key, text in values.items():
        changes |= set_field(desk, customer, FIELDS[key], text)
    touch(desk, customer, "R13.3", why, changes)


def _numbers(desk: Desk, scenario: RouteScenario, customers: Customers) -> dict[UUID, int]:
    """Numbers in the delivery order for the customers who come to each route; unknown places come last."""
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


def _tell(desk: Desk, scenario: RouteScenario, moves: list[Move]) -> None:
    """Tell those who drive or visit these routes that their customers have changed."""
    names = sorted({move[end] for move in moves for end in ("from", "to")})
    if scenario.field == VISIT:
        posts, about = (Post.ACCOUNT_MANAGER,), "、".join(names)
        tell(desk, "route_changed", "R13.3", posts, scenario.unit_code, customers=len(moves), name=about)
        return
    above = users.units_above(desk.tx, scenario.unit_code)
    for route in names:
        count = sum(route in (move["from"], move["to"]) for move in moves)
        driver = routes.driver_above(desk.tx, above, route)
        tell(desk, "route_changed", "R13.3", (Post.DELIVERY_DRIVER,), driver.unit_code if driver else scenario.unit_code,
             user_id=driver.user_id if driver else None, customers=count, name=route)  # fmt: skip
