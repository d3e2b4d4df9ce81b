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
from hub.lazy import load
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


def commands(app: Typer) -> list[str]:
    """Each command of a file."""
    return [known.name or known.callback.__name__ for known in app.registered_commands if known.callback]


@pytest.mark.parametrize("name", LISTS)
def test_nothing_stands_twice_in_a_list_of_what_is_served(name: str) -> None:
    assert not twice(map(id, LISTS[name])), f"{name}: registered twice"


@pytest.mark.parametrize("name", ROUTERS)
def test_no_address_is_served_twice(name: str) -> None:
    assert not twice(addresses(ROUTERS[name])), f"{name}: the second of these is never reached"


def test_no_command_is_registered_twice() -> None:
    known = {name: commands(load(f"hub.cli.{module}").app) for name, module in cli.COMMANDS.items()}
    assert sum(map(len, known.values())) > 30 and not any(twice(names) for names in known.values())
    assert len(set(cli.COMMANDS.values())) == len(known)
