"""At the door: nothing is compared, copies count once, junk is bounded, and what was kept can be heard again."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hub_telecom.callbacks import signature
from sqlalchemy import func, select, update

from hub.api.reconciliation.callbacks import take
from hub.engine import callbacks as callback_engine
from hub.engine.runtime import WorkerRuntime
from hub.operations.reconciliation import callback_archive, differences
from hub.operations.reconciliation.marked import compare_marked
from hub.ports import new_id, now
from hub.registry.reconciliation import callbacks, marks
from hub.registry.reconciliation import differences as questions
from hub.registry.schema import AuditRow, Callback, Device, Twin
from hub.registry.session import Store
from tests.support import people
from tests.support.databases import by_owner
from tests.support.doors import compared
from tests.support.races import wait_for_a_waiting_transaction
from tests.support.sims import sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
CODE = "370101000001"
HANDSET = "860000000000111"


@pytest.fixture
def runtime(store: Store, tmp_path: Path) -> Iterator[WorkerRuntime]:
    """A hub that hears Telecom, and a customer of ours."""
    with sim("telecom", tmp_path / "telecom") as carrier:
        found = works_for(store, {"telecom": carrier})
        with found.office.desk(people.CLERK) as desk:
            people.customer(desk, 1)
        yield found


def push(
    runtime: WorkerRuntime, event: str, state: str = "BOUND", at: datetime | None = None, imei: str = HANDSET
) -> int:
    """A push at the door; the status of the answer."""
    record = {"agreementNo": "TX0000000001", "agreementState": "SIGNED", "validUntil": "2029-01-01", "licenceNo": ""}
    record |= {"custCode": CODE, "imei": imei, "deviceState": state, "formerImei": ""}
    record |= {"changedAt": "2026-11-20T09:00:00+08:00"}
    body = json.dumps({"eventNo": event, "eventType": "HANDSET_BOUND", "data": record}).encode()
    stamp = str(int((at or now()).timestamp()))
    signed = {
        "x-ctg-timestamp": stamp,
        "x-ctg-signature": signature(stamp, body, runtime.ready["telecom"].settings),  # type: ignore[arg-type]
    }
    return take(runtime, "telecom", body, signed).status_code


def outcomes(runtime: WorkerRuntime) -> list[str | None]:
    """What became of all messages, in the order in which they came."""
    with runtime.office.store.transaction() as tx:
        return list(tx.scalars(select(Callback.outcome).order_by(Callback.id)))


def only(runtime: WorkerRuntime) -> Callback:
    """The one message."""
    with runtime.office.store.transaction() as tx:
        return tx.scalars(select(Callback)).one()


def devices(runtime: WorkerRuntime) -> list[str]:
    """States of our devices."""
    with runtime.office.store.transaction() as tx:
        return list(tx.scalars(select(Device.state)))


@pytest.mark.article("R7.7")
def test_a_comparison_of_everything_does_not_keep_the_door_shut(runtime: WorkerRuntime) -> None:
    with runtime.office.store.transaction() as long:
        questions.wait_for_comparison(long, "telecom")
        begun = time.monotonic()
        assert push(runtime, "E1") == 200
        assert compare_marked(runtime.office, "telecom") == 0, "nobody waits for it, not even the comparer"
        assert time.monotonic() - begun < 3
        assert devices(runtime) == []
    assert compared(runtime.office) > 0 and devices(runtime) == ["live"]
    with runtime.office.store.transaction() as tx:
        assert marks.waiting(tx) == []


@pytest.mark.article("R7.7", "R7.9")
@pytest.mark.parametrize("wrapped_anew", [False, True])
def test_eight_copies_at_once_are_heard_once_and_all_are_answered(runtime: WorkerRuntime, wrapped_anew: bool) -> None:
    moment = now()

    def copy(number: int) -> int:
        return push(runtime, "E1", at=moment - timedelta(seconds=number if wrapped_anew else 0))

    with ThreadPoolExecutor(8) as crowd:
        assert list(crowd.map(copy, range(8))) == [200] * 8
    found = outcomes(runtime)
    assert found.count("heard") == 1 and set(found) <= {"heard", "repeated"}
    assert len(found) == (8 if wrapped_anew else 1)
    compared(runtime.office)
    assert devices(runtime) == ["live"]
    if not wrapped_anew:
        assert only(runtime).times == 8


@pytest.mark.article("R7.7", "R7.9")
def test_one_number_with_other_words_is_kept_and_stands_on_the_desk(runtime: WorkerRuntime) -> None:
    assert push(runtime, "E1") == 200
    assert push(runtime, "E1", at=now() - timedelta(seconds=5)) == 200
    assert push(runtime, "E1", state="BROKEN") == 200
    assert outcomes(runtime) == ["heard", "repeated", "contradicts"]
    compared(runtime.office)
    assert devices(runtime) == ["live"], "what was heard first stands"
    with runtime.office.desk(people.CLERK) as desk:
        [row] = differences.list_differences(desk)
        assert (row.what, row.number, row.customer_code) == ("event_reused", "E1", CODE)
        assert row.evidence is not None and row.evidence.startswith("callback ")
        assert differences.ways_of(desk, row) == ["explained"]


@pytest.mark.article("G5")
def test_where_nobody_listens_nothing_is_kept(runtime: WorkerRuntime) -> None:
    settings = runtime.ready.pop("telecom")
    assert push_raw(runtime, b"junk") == 503 and outcomes(runtime) == []
    runtime.ready["telecom"] = settings
    assert push_raw(runtime, b"junk") == 400 and outcomes(runtime) == ["forged"]


def push_raw(runtime: WorkerRuntime, body: bytes, **headers: str) -> int:
    """Something at the door."""
    return take(runtime, "telecom", body, headers).status_code


@pytest.mark.article("G5")
@pytest.mark.parametrize(("most", "most_bytes", "left"), [(5, 10_000, 5), (1000, 350, 3)])
def test_junk_is_bounded_by_number_and_by_bytes_and_pushes_nothing_else_out(
    runtime: WorkerRuntime, monkeypatch: pytest.MonkeyPatch, most: int, most_bytes: int, left: int
) -> None:
    monkeypatch.setattr(callbacks, "MOST_UNVERIFIED", most)
    monkeypatch.setattr(callbacks, "MOST_BYTES", most_bytes)
    assert push(runtime, "E1", state="NEVER_HEARD_OF") == 500
    assert push(runtime, "E2") == 200
    for number in range(20):
        assert push_raw(runtime, b"%0100d" % number) == 400
    found = outcomes(runtime)
    assert found.count("forged") == left
    assert found.count("not_understood") == found.count("heard") == 1


def aged(runtime: WorkerRuntime, by: timedelta) -> None:
    """All messages came so long ago."""
    with runtime.office.store.transaction() as tx:
        tx.execute(update(Callback).values(received_at=Callback.received_at - by))


@pytest.mark.article("R7.7", "R7.9")
def test_what_was_kept_and_never_looked_at_is_heard_later(
    runtime: WorkerRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as crash:
        crash.setattr(callback_engine, "take", dies)
        with pytest.raises(Killed):
            push(runtime, "E1")
    assert outcomes(runtime) == [None]
    assert callback_engine.hear_left(runtime) == 0, "somebody may be looking at it still"
    aged(runtime, timedelta(minutes=2))
    assert callback_engine.hear_left(runtime) == 1 and outcomes(runtime) == ["heard"]
    compared(runtime.office)
    assert devices(runtime) == ["live"]
    assert callback_engine.hear_left(runtime) == 0


@pytest.mark.article("R7.9")
def test_messages_of_a_channel_without_settings_do_not_stand_before_the_others(runtime: WorkerRuntime) -> None:
    """Sixty of them are older; they wait for their channel's settings, and nobody waits for them."""
    push(runtime, "E1")
    with runtime.office.store.transaction() as tx:
        tx.execute(update(Callback).values(outcome=None))
        mine = tx.query(Callback).one()
        columns = [column.key for column in Callback.__table__.columns]
        kept = {key: getattr(mine, key) for key in columns if key not in ("id", "channel", "digest", "received_at")}
        for number in range(60):
            tx.add(
                Callback(
                    id=new_id(),
                    channel="postal",
                    digest=number.to_bytes(32, "big"),
                    received_at=mine.received_at - timedelta(hours=1),
                    **kept,
                )
            )
    aged(runtime, timedelta(minutes=2))
    assert "postal" not in runtime.ready
    assert callback_engine.hear_left(runtime) == 1
    assert sorted(outcomes(runtime), key=str) == [None] * 60 + ["heard"]


def long_ago(runtime: WorkerRuntime) -> None:
    """A message that came three hours ago, fresh then, and was not understood."""
    hours = timedelta(hours=3)
    assert push(runtime, "E1", at=now() - hours) == 400
    aged(runtime, hours)


@pytest.mark.article("R7.9")
def test_a_message_is_heard_again_as_fresh_as_when_it_came(runtime: WorkerRuntime) -> None:
    """Its timestamp is hours old by now: at the door it would be refused."""
    long_ago(runtime)
    row = only(runtime)
    assert row.outcome == "forged" and row.code == "not_fresh"
    runtime.office.perform(people.CENTRE, callback_archive.hear_again, row.id, "对方时钟已更正")
    assert outcomes(runtime) == [None]
    assert callback_engine.hear_left(runtime) == 1 and outcomes(runtime) == ["heard"]
    compared(runtime.office)
    assert devices(runtime) == ["live"]
    with pytest.raises(callback_archive.HeardAlready):
        runtime.office.perform(people.CENTRE, callback_archive.hear_again, row.id, "再来一次")


@pytest.mark.article("R7.9")
def test_a_press_in_the_moment_in_which_it_is_heard_takes_nothing_back(runtime: WorkerRuntime) -> None:
    """It waits for the worker, and then finds that the message had its effect."""
    long_ago(runtime)
    message = only(runtime)
    with ThreadPoolExecutor(1) as centre:
        with runtime.office.store.transaction() as worker:
            held = callbacks.get(worker, message.id, lock=True)
            assert held is not None
            held.outcome = "heard"
            worker.flush()
            hear_again, why = callback_archive.hear_again, "对方时钟已更正"
            press = centre.submit(runtime.office.perform, people.CENTRE, hear_again, message.id, why)
            wait_for_a_waiting_transaction(runtime.office)
        with pytest.raises(callback_archive.HeardAlready):
            press.result(60)
    assert outcomes(runtime) == ["heard"]


@pytest.mark.article("G4")
def test_a_message_is_read_in_clear_only_with_a_reason_that_is_audited(runtime: WorkerRuntime) -> None:
    push(runtime, "E1")
    row = only(runtime)
    with runtime.office.desk(people.CLERK) as desk:
        [listed] = callback_archive.list_messages(desk, "telecom")
        assert (listed.outcome, listed.times, listed.size > 100) == ("heard", 1, True)
    with pytest.raises(callback_archive.ReasonForMessage):
        runtime.office.perform(people.CENTRE, callback_archive.reveal_message, row.id, "  ")
    found = runtime.office.perform(people.CENTRE, callback_archive.reveal_message, row.id, "核对运营商报文")
    assert json.loads(found.body.reveal())["data"]["imei"] == HANDSET and "x-ctg-timestamp" in found.headers
    with runtime.office.store.transaction() as tx:
        lines = tx.scalars(select(AuditRow).where(AuditRow.operation == "messages.reveal_message")).all()
        assert [line.detail.get("reason") for line in lines if line.outcome == "done"] == ["核对运营商报文"]


def test_the_list_of_messages_goes_on_behind_its_last_one(runtime: WorkerRuntime) -> None:
    for number in range(5):
        push(runtime, f"E{number}")
    seen: list[str | None] = []
    after = None
    with runtime.office.desk(people.CLERK) as desk:
        while rows := callback_archive.list_messages(desk, "telecom", after=after, limit=2):
            seen += [row.event for row in rows]
            after = rows[-1].id
    assert seen == [f"E{number}" for number in reversed(range(5))]


@pytest.mark.article("G5")
def test_heard_messages_are_kept_for_the_time_that_is_set_and_no_longer(runtime: WorkerRuntime) -> None:
    push(runtime, "E1")
    runtime.office.messages_kept = timedelta(days=30)
    callback_engine.hear_left(runtime)
    assert outcomes(runtime) == ["heard"]
    runtime.office.messages_kept = timedelta(seconds=-1)
    callback_engine.hear_left(runtime)
    assert outcomes(runtime) == []
    with runtime.office.store.transaction() as tx:
        assert tx.scalar(select(func.count()).select_from(Twin)) == 2, "what it said stays"


@pytest.mark.article("R7.7")
def test_a_customer_who_cannot_be_compared_holds_up_nobody(runtime: WorkerRuntime) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        people.customer(desk, 2)
    push(runtime, "E1")
    by_owner(
        runtime.office.store,
        "CREATE FUNCTION breaks() RETURNS trigger AS $$ BEGIN RAISE 'broken'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER breaks BEFORE INSERT ON devices FOR EACH ROW "
        f"WHEN (NEW.device_no = '{HANDSET}') EXECUTE FUNCTION breaks()",
    )
    push(runtime, "E2", imei="860000000000222")
    compared(runtime.office)
    with runtime.office.store.transaction() as tx:
        assert marks.waiting(tx) == [] and marks.failed(tx, "telecom") > 0
    assert devices(runtime) == ["live"], "the other one"
    with runtime.office.desk(people.CLERK) as desk:
        rows = differences.list_differences(desk)
    assert {row.what for row in rows} == {"not_compared"} and HANDSET in {row.number for row in rows}
