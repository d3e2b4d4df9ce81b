"""What a wrong plugin is, and the list of them."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

HOST = "test_the_host_takes_it_into_use"


@dataclass(frozen=True)
class Wrong:
    """A wrong plugin, the checks that must fail for it (and no others), and what its suite needs besides."""

    name: str
    make: Callable[[], ModuleType]
    caught_by: frozenset[str]
    extra: Callable[[], dict[str, Any]]


WRONG: list[Wrong] = []


def wrong(*caught_by: str, **extra: Any) -> Callable[[Callable[[], ModuleType]], Callable[[], ModuleType]]:
    """Enter a factory into the list; `extra` are attributes of its suite."""

    def enter(make: Callable[[], ModuleType]) -> Callable[[], ModuleType]:
        WRONG.append(Wrong(make.__name__, make, frozenset(caught_by), lambda: extra))
        return make

    return enter
