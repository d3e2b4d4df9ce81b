"""The inherited suite catches each wrong plugin by the right check, and finds no fault with a right one."""

from typing import Any

import pytest

from hub.channels.host import Unfit
from hub.testing.suite import PluginSuite
from hub.testing.tiny import TinySuite, plugin
from hub.testing.wrong import WRONG, Wrong

CHECKS = sorted(name for name in vars(PluginSuite) if name.startswith("test_"))
LOAD = "test_the_host_takes_it_into_use"


def failing(**attributes: Any) -> dict[str, BaseException]:
    """The checks that fail for a plugin, with what they say."""
    suite = type("Suite", (TinySuite,), attributes)()
    found: dict[str, BaseException] = {}
    for name in CHECKS:
        try:
            getattr(suite, name)()
        except Exception as fault:  # noqa: BLE001  that is the question
            found[name] = fault
    return found


def test_a_right_plugin_passes_every_check() -> None:
    """A suite that fails everything proves nothing."""
    assert failing(plugin=plugin()) == {}


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_each_wrong_plugin_is_caught_by_the_right_check(case: Wrong) -> None:
    """By that check and no other, except that nothing can be checked of a plugin that the host does not take."""
    found = failing(plugin=case.make(), **case.extra())
    if LOAD in case.caught_by:
        assert isinstance(found.get(LOAD), Unfit)
        return
    assert set(found) == set(case.caught_by), {name: str(fault)[:200] for name, fault in found.items()}
    assert all(isinstance(fault, AssertionError) for fault in found.values())


def test_every_check_has_a_plugin_that_it_catches() -> None:
    """A check that never failed may see nothing."""
    caught = frozenset[str]().union(*(case.caught_by for case in WRONG))
    assert set(CHECKS) == caught
