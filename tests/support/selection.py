"""Which tests run unasked, and how long: all but the proofs, which `make proof` runs; the longest ones begin first."""

import os
import random
from collections.abc import Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")
THOROUGH = "THOROUGH"
"""The variable that `make proof` sets: property tests try all of their examples, and sweeps go everywhere, not to a third."""
FEWEST = 4


def examples(whole: int) -> int:
    """Of so many examples, those that a property test tries in this run."""
    return whole if os.environ.get(THOROUGH) else max(FEWEST, whole // 3)


def some(places: Iterable[T]) -> list[T]:
    """Of all places that a sweep could go to, those of this run: a third, another one with each seed of the run."""
    everywhere = list(places)
    return everywhere if os.environ.get(THOROUGH) else random.sample(everywhere, -(-len(everywhere) // 3))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave proofs out unless `-m` speaks of them or a test is named by itself; so `-m` combines freely.

    Slow tests go first: one that begins last is waited for by workers with nothing left to do.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    if "proof" in config.option.markexpr or any("::" in word for word in config.args):
        return
    left_out = [item for item in items if item.get_closest_marker("proof")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("proof")]
