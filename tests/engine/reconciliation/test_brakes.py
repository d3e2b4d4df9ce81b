"""The brake: more than a number or more than a share, agreements as well; what was shown is what is released (R7.7, G3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.domain.reconciliation import brakes
from hub.domain.refusals import NotFound
from hub.domain.staff.posts import HUB, Actor, Post
from hub.engine.runtime import WorkerRuntime, read_ready
from hub.operations.channels.control import save_settings
from hub.operations.reconciliation import list_runs as list_run_operations
from hub.ports import now
from hub.registry.reconciliation import forecast, list_runs
from hub.registry.reconciliation.forecast import Impact
from hub.registry.session import Store
from tests.support import people
from tests.support.carriers import count, do, known, on_desk, read
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
SECOND = Actor(None, "科长", frozenset({(Post.SECTION_CHIEF, "3701")}))
HALF_ENDED = "UPDATE twins SET state = 'ended', partner_at = now() WHERE kind = 'device' AND number < '860000000000030'"


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Sim]:
    """Telecom with 60 made-up bindings."""
    with sim("telecom", tmp_path / "telecom", "--settle", "0.1", "--bindings", "60", "--page", "100") as found:
        yield found


@pytest.fixture
def runtime(store: Store, carrier: Sim) -> WorkerRuntime:
    """Works that talk to it; all of it was read once."""
    runtime = works_for(store, {"telecom": carrier}, page_size="100")
    known(store, "telecom")
    assert read(runtime).outcome == "done"
    return runtime


@pytest.mark.article("G3")
@pytest.mark.parametrize(
    ("would", "held"),
    [
        (Impact(ends=50_000, held=1_000_000), "ends"),
        (Impact(ends=501, held=1_000_000), "ends"),
        (Impact(ends=500, held=1_000_000), ""),
        (Impact(ends=30, held=500), "ends"),
        (Impact(ends=2, held=10), ""),
        (Impact(adds=5001, held=1_000_000), "adds"),
        (Impact(changes=1001, held=1_000_000), "changes"),
        (Impact(adds=1_000_000, held=0), ""),
    ],
)
def test_a_number_or_a_share_is_enough_and_a_few_always_pass(would: Impact, held: str) -> None:
    assert list_run_operations.braked(would) == held


@pytest.mark.article("G3")
def test_each_channel_has_its_own_brakes_and_a_malformed_one_is_refused(runtime: WorkerRuntime, carrier: Sim) -> None:
    assert runtime.ready["telecom"].brakes["ends"] == brakes.Brake(500, 0.05, 20)
    runtime.office.perform(HUB, save_settings, "telecom", {"hub.brake_ends": "7, 2.5%"})
    runtime.take_up()
    assert runtime.ready["telecom"].brakes["ends"] == brakes.Brake(7, 0.025, 20)
    assert runtime.ready["telecom"].brakes["ends"].holds(8, 10_000), "the number counts though it is under the few"
    with pytest.raises(ValueError, match="a number and a share"):
        read_ready(runtime.partners["telecom"], carrier.settings() | {"hub.brake_ends": "many"})
    do(
        runtime,
        "UPDATE devices SET state = 'failed' WHERE device_no IN (SELECT device_no FROM devices ORDER BY 1 LIMIT 8)",
    )
    runtime.office.perform(HUB, save_settings, "telecom", {"hub.brake_changes": "7, 90%"})
    runtime.take_up()
    assert (read(runtime).code, len(on_desk(runtime, "braked"))) == ("too_many_changes", 1)


def would(runtime: WorkerRuntime) -> Impact:
    """What would happen now."""
    with runtime.office.store.transaction() as tx:
        return forecast.forecast_impact(tx, "telecom", carrier=True)


@pytest.mark.article("R7.7", "G3")
def test_agreements_count_and_what_was_followed_counts_no_more(runtime: WorkerRuntime, carrier: Sim) -> None:
    assert would(runtime) == Impact(held=120)
    do(runtime, "UPDATE twins SET state = 'ended' WHERE kind = 'agreement'")
    assert would(runtime).ends == 60
    do(runtime, "UPDATE twins SET state = 'live' WHERE kind = 'agreement'")
    carrier.post("/_sim/beyond_repair", no="TG0000000020")
    assert read(runtime, "changes").outcome == "done"
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'failed' AND NOT repairable") == 1
    assert would(runtime).changes == 0, "a device beyond repair is followed, not a change with every list"
    do(runtime, "UPDATE twins SET state = 'failed' WHERE state = 'beyond_repair'")
    assert would(runtime).changes == 1


def test_what_people_have_before_them_is_not_counted_with_each_list_again(runtime: WorkerRuntime) -> None:
    do(runtime, "UPDATE twins SET customer_code = '370000000070' WHERE kind = 'device' AND number = '860000000000007'")
    do(runtime, "DELETE FROM devices WHERE device_no = '860000000000008'")
    do(runtime, "UPDATE twins SET customer_code = '999' WHERE kind = 'device' AND number = '860000000000008'")
    assert (would(runtime).changes, would(runtime).adds) == (1, 1)
    with runtime.office.desk(people.CLERK) as desk:
        list_run_operations.compare(desk, "telecom", ["370000000070", "999"])
    assert len(on_desk(runtime, "device_moved")) == len(on_desk(runtime, "unknown_customer")) == 1
    assert (would(runtime).changes, would(runtime).adds) == (0, 0)


def braked_run(runtime: WorkerRuntime) -> list_runs.ListRun:
    """A run held by the brake: 30 devices would end."""
    do(runtime, HALF_ENDED)
    run = read(runtime)
    assert (run.outcome, run.code) == ("braked", "too_many_ends")
    return run


@pytest.mark.article("G3")
def test_more_than_was_shown_is_not_released_and_says_so(runtime: WorkerRuntime) -> None:
    run = braked_run(runtime)
    assert run.impact is not None and run.impact["ends"] == 30
    runtime.office.perform(people.CLERK, list_run_operations.release, run.no)
    do(runtime, "UPDATE twins SET state = 'ended' WHERE kind = 'device' AND number < '860000000000040'")
    with pytest.raises(list_run_operations.BrakeMoved) as refused:
        runtime.office.perform(SECOND, list_run_operations.release, run.no)
    assert "将终止 40" in refused.value.sentence()
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 60
    do(runtime, "UPDATE twins SET state = 'live' WHERE kind = 'device' AND number >= '860000000000029'")
    runtime.office.perform(SECOND, list_run_operations.release, run.no)
    assert read(runtime).outcome == "done"
    assert count(runtime, "SELECT count(*) FROM devices WHERE state = 'live'") == 31


@pytest.mark.article("G3")
def test_a_newer_run_takes_the_place_of_one_that_was_held(runtime: WorkerRuntime) -> None:
    old = braked_run(runtime)
    new = braked_run(runtime)
    assert new.no > old.no
    assert [each.number for each in on_desk(runtime, "braked")] == [str(new.no)]
    with pytest.raises(NotFound):
        runtime.office.perform(people.CLERK, list_run_operations.release, old.no)
    with runtime.office.store.transaction() as tx:
        begun = list_runs.start(tx, "telecom", "list_devices", "changes", now(), "partnerhub")
        assert begun.no > new.no
    with pytest.raises(list_run_operations.NewerRun):
        runtime.office.perform(people.CLERK, list_run_operations.release, new.no)
