"""What is registered is registered once: a page, a route, a command, a step of the hub's own (E, fault 3)."""

from collections import Counter
from collections.abc import Iterable

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from typer import Typer

from hub import cli
from hub.api import routers as api_routers
from hub.console import routers as console_routers
from hub.operations import periodic

LISTS = {
    "pages of the console": console_routers.DESKS,
    "resources of the API": [*api_routers.RESOURCES, *api_routers.WITHOUT_OPERATION],
    "steps of the hub's own": periodic.STEPS,
}
ROUTERS = {
    "console": [desk.router for desk in console_routers.DESKS],
    "API": [resource.resource.router for resource in api_routers.RESOURCES] + [*api_routers.WITHOUT_OPERATION],
}


def twice(names: Iterable[object]) -> list[object]:
    """What is named more than once."""
    return [name for name, number in Counter(names).items() if number > 1]


def addresses(routers: Iterable[APIRouter]) -> list[str]:
    """Method and path of each route, without the names of what stands in the path."""
    return [
        f"{method} {route.path_format}"
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    ]


def commands(app: Typer, before: str = "") -> list[str]:
    """Each command with the groups that lead to it."""
    own = [f"{before}{known.name or known.callback.__name__}" for known in app.registered_commands if known.callback]
    groups = [(group.typer_instance, f"{before}{group.name} ") for group in app.registered_groups]
    return own + [name for inner, path in groups if inner for name in commands(inner, path)]


@pytest.mark.parametrize("name", LISTS)
def test_nothing_stands_twice_in_a_list_of_what_is_served(name: str) -> None:
    assert not twice(map(id, LISTS[name])), f"{name}: registered twice"


@pytest.mark.parametrize("name", ROUTERS)
def test_no_address_is_served_twice(name: str) -> None:
    assert not twice(addresses(ROUTERS[name])), f"{name}: the second of these is never reached"


def test_no_command_is_registered_twice() -> None:
    assert len(commands(cli.app)) > 30 and not twice(commands(cli.app))
