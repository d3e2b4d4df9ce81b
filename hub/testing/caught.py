"""The list of wrong plugins, each with the checks that must fail for it."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Wrong:
    """A wrong plugin, the checks that must fail for it (and no others), and what its suite needs besides."""

    name: str
    make: Callable[[], ModuleType]
    caught_by: frozenset[str]
    extra: Callable[[], dict[str, Any]]


# Filled by the decorator below when `wrong` is imported; a test runs the suite against each entry.
WRONG: list[Wrong] = []


def wrong(*caught_by: str, **extra: Any) -> Callable[[Callable[[], ModuleType]], Callable[[], ModuleType]]:
    """Enter a factory into the list; `extra` are attributes of its suite."""

    def enter(make: Callable[[], ModuleType]) -> Callable[[], ModuleType]:
        WRONG.append(Wrong(make.__name__, make, frozenset(caught_by), lambda: extra))
        return make

    return enter
