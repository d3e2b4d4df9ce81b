"""A hub with its API in front of banks that run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.app import Hub
from hub.channels.host import Partners
from hub.domain.staff.posts import Post
from hub.engine.runtime import Works
from hub.operations.office import Office
from hub.registry.session import Store
from hub.settings import HubSettings
from tests.support.api_town import ApiTown
from tests.support.callers import Caller
from tests.support.sims import Sim, sim, works_for


@pytest.fixture
def banks(tmp_path: Path, machine_clock: None) -> Iterator[dict[str, Sim]]:
    """ICBC and ABC."""
    options = ("--settle", "0.1", "--resend-seconds", "0.1")
    with sim("icbc", tmp_path / "icbc", "--settle", "0.1") as icbc, sim("abc", tmp_path / "abc", *options) as abc:
        yield {"icbc": icbc, "abc": abc}


@pytest.fixture
def works(store: Store, banks: dict[str, Sim]) -> Works:
    """Works that talk to them."""
    return works_for(store, banks)


@pytest.fixture
def office(works: Works) -> Office:
    """Their office."""
    return works.office


@pytest.fixture
def hub(works: Works, tmp_path: Path) -> Hub:
    """The hub in front of them."""
    return Hub(HubSettings(data=tmp_path), works.office, Partners(dict(works.partners)))


@pytest.fixture
def town(works: Works, banks: dict[str, Sim], caller: Caller) -> ApiTown:
    """A clerk with every post."""
    return ApiTown(works, caller("everyone", set(Post), "3701"), banks)
