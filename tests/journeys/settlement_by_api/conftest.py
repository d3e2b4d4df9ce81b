"""A hub with its API in front of banks that run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.app import Hub
from hub.channels.host import Partners
from hub.domain.staff.posts import Post
from hub.engine.runtime import WorkerRuntime
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
def runtime(store: Store, banks: dict[str, Sim]) -> WorkerRuntime:
    """Works that talk to them."""
    return works_for(store, banks)


@pytest.fixture
def office(runtime: WorkerRuntime) -> Office:
    """Their office."""
    return runtime.office


@pytest.fixture
def hub(runtime: WorkerRuntime, tmp_path: Path) -> Hub:
    """The hub in front of them."""
    return Hub(HubSettings(data=tmp_path), runtime.office, Partners(dict(runtime.partners)))


@pytest.fixture
def town(runtime: WorkerRuntime, banks: dict[str, Sim], caller: Caller) -> ApiTown:
    """A clerk with every post."""
    return ApiTown(runtime, caller("everyone", set(Post), "3701"), banks)
