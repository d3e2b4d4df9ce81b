"""Whatever stops the sealing of the audit is told to internal control and to the log, once; SQL of the role's own stops it seldom (G5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege
from structlog.testing import capture_logs

from hub.domain.staff.posts import HUB
from hub.engine import worker
from hub.operations.office import Office
from hub.operations.oversight import audit_trail
from hub.operations.staff import users
from hub.ports import now, set_clock
from hub.registry.oversight import audit_chain
from hub.registry.oversight.audit_chain import Break
from hub.registry.schema import Task
from tests.support import people
from tests.support.clocks import Clock
from tests.support.databases import by_owner

pytestmark = pytest.mark.article("G5")
ATTACK = (
    "INSERT INTO audit (at, actor, posts, operation, article, outcome, detail, chain_no, chain_hash) "
    "SELECT now(), 'x', '{}', 'x', 'x', 'done', '{}', (SELECT chain_no FROM audit_head) + 1, '\\x00'"
)
AS_THE_ROLE = {
    "the next number": "UPDATE audit SET chain_no = (SELECT chain_no + 1 FROM audit_head), chain_hash = '\\x00' WHERE chain_no IS NULL",
    "a number far ahead": "UPDATE audit SET chain_no = 1000000, chain_hash = '\\x00' WHERE chain_no IS NULL",
    "a number before the first": "UPDATE audit SET chain_no = -5, chain_hash = '\\x00' WHERE chain_no IS NULL",
    "a hash without a number": "UPDATE audit SET chain_hash = '\\x00' WHERE chain_no IS NULL",
    "the head": "UPDATE audit_head SET signature = '\\x00'",
}
"""What the application's role may write, since sealing writes it."""


@pytest.fixture
def sealed(office: Office) -> Office:
    people.found(office)
    act(office, 0)
    assert worker.seal(office) > 0
    return office


def act(office: Office, number: int) -> None:
    office.perform(HUB, users.create_unit, f"99{number:04d}", f"县{number}", "3701")


def slip_in(office: Office, statement: str) -> None:
    """SQL as the application's role."""
    with psycopg.connect(office.store.url) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def tasks(office: Office) -> list[Task]:
    with office.desk(HUB) as desk:
        return [task for task in desk.tx.query(Task).filter_by(kind="audit_broken").all() if task.done_at is None]


def reasons(office: Office) -> list[str]:
    return [task.details["why"] for task in tasks(office)]


@contextmanager
def later(moments: timedelta) -> Iterator[None]:
    moment = now()
    try:
        set_clock(lambda: moment + moments)
        yield
    finally:
        set_clock(None)


def test_the_role_enters_no_row_with_a_place_in_the_chain(sealed: Office) -> None:
    with pytest.raises(InsufficientPrivilege):
        slip_in(sealed, ATTACK)
    act(sealed, 1)
    assert worker.seal(sealed) > 0, "sealing goes on"


@pytest.mark.parametrize("slipped", AS_THE_ROLE)
def test_what_the_role_can_still_write_is_told_once(sealed: Office, slipped: str) -> None:
    act(sealed, 1)
    slip_in(sealed, AS_THE_ROLE[slipped])
    act(sealed, 2)
    with capture_logs() as logged:
        for _ in range(3):
            assert worker.seal(sealed) == 0
    assert len(reasons(sealed)) == 1
    assert tasks(sealed)[0].post == "internal_control"
    assert [event["event"] for event in logged].count("audit.broken") == 1, "once"


DECOYS = {
    "in another's place": "UPDATE tasks SET post = 'route_driver', unit_code = '370102' WHERE kind = 'audit_broken'",
    "as a person's finding elsewhere": 'UPDATE tasks SET post = \'route_driver\', details = \'{"why": "row", "finder": "verifier"}\'',
    "done": "UPDATE tasks SET done_at = now() WHERE kind = 'audit_broken'",
    "handed to one of them, due at no time": "UPDATE tasks SET user_id = (SELECT user_id FROM user_posts WHERE post = 'internal_control' "
    "LIMIT 1), due_at = '2999-01-01', days = 999999, made_at = '1999-01-01' WHERE kind = 'audit_broken'",
    "as far as the columns go": "UPDATE tasks SET version = 1999999999, due_at = '2999-12-31', made_at = '1901-01-01', "
    "counted_from = '1901-01-01', details = '{\"finder\": [7]}' WHERE kind = 'audit_broken'",
    "handed to somebody else": "UPDATE tasks SET user_id = (SELECT id FROM users WHERE login = 'firstclerk')",
}
"""The table of tasks is one that the role may write."""


@pytest.mark.parametrize("decoy", DECOYS)
def test_no_task_that_the_role_wrote_keeps_the_alarm_from_the_log_or_from_internal_control(
    sealed: Office, decoy: str
) -> None:
    act(sealed, 1)
    slip_in(sealed, AS_THE_ROLE["a number far ahead"])
    assert worker.seal(sealed) == 0
    slip_in(sealed, DECOYS[decoy])
    # Another process, which has not logged it yet.
    fresh = replace(sealed, alarms={})
    with capture_logs() as logged:
        assert worker.seal(fresh) == 0
    assert [event["event"] for event in logged].count("audit.broken") == 1
    [task] = tasks(sealed)
    assert (task.post, task.unit_code, task.user_id) == ("internal_control", "3701", None)
    assert task.due_at is not None and task.due_at < now() + timedelta(days=5), "a weekend later at the most"


UNREADABLE = (
    "due_at = 'infinity'",
    "made_at = '-infinity'",
    "counted_from = '10000-01-01'",
    "done_at = 'infinity'",
    "version = 2147483647",
    "details = '[7]'",
)


@pytest.mark.parametrize("harm", UNREADABLE)
def test_no_task_that_hides_the_whole_list_can_be_written(sealed: Office, harm: str) -> None:
    """Python has no such moments: who reads the list of tasks, or changes the row, would fail at it."""
    act(sealed, 1)
    slip_in(sealed, AS_THE_ROLE["a number far ahead"])
    assert worker.seal(sealed) == 0
    with pytest.raises(CheckViolation):
        slip_in(sealed, f"UPDATE tasks SET {harm}")


def test_an_alarm_that_goes_on_is_logged_again_each_hour(sealed: Office, clock: Clock) -> None:
    act(sealed, 1)
    slip_in(sealed, AS_THE_ROLE["a number far ahead"])
    for lines in (1, 0, 1):
        with capture_logs() as logged:
            worker.seal(sealed)
        assert [event["event"] for event in logged].count("audit.broken") == lines
        clock.ahead += timedelta(minutes=35)


def test_a_persons_finding_is_logged_whatever_stands_in_the_tasks(sealed: Office) -> None:
    act(sealed, 1)
    by_owner(
        sealed.store, "SET session_replication_role = replica", "UPDATE audit SET actor = 'nobody' WHERE chain_no = 1"
    )
    for _ in range(2):
        with capture_logs() as logged:
            assert sealed.perform(HUB, audit_trail.verify).why == Break.ROW
        assert [event["event"] for event in logged].count("audit.broken") == 1


def test_an_older_head_that_is_put_back_is_seen(sealed: Office) -> None:
    """It was signed once; the rows go on beyond it."""
    with psycopg.connect(sealed.store.url) as connection:
        older = connection.execute("SELECT chain_no, chain_hash, signature FROM audit_head").fetchone()
    act(sealed, 1)
    assert worker.seal(sealed) > 0 and sealed.perform(HUB, audit_trail.verify).why is None
    with psycopg.connect(sealed.store.url) as connection:
        connection.execute("UPDATE audit_head SET chain_no = %s, chain_hash = %s, signature = %s", older)
    assert sealed.perform(HUB, audit_trail.verify).why == Break.HEAD


def test_an_inserted_row_of_the_owner_is_told_too(sealed: Office) -> None:
    by_owner(sealed.store, ATTACK)
    act(sealed, 1)
    assert worker.seal(sealed) == 0
    assert reasons(sealed) == [Break.ROW]


def test_an_unforeseen_exception_is_told_and_ends_with_the_next_sealing(
    sealed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    act(sealed, 1)
    with monkeypatch.context() as patch:
        patch.setattr(audit_chain, "follow", fail)
        assert worker.seal(sealed) == 0
        assert reasons(sealed) == [Break.STOPPED]
    assert worker.seal(sealed) > 0
    assert reasons(sealed) == []


@pytest.mark.parametrize("held", ["SELECT pg_advisory_xact_lock(7204113)", "SELECT * FROM audit_head FOR UPDATE"])
def test_sealing_that_somebody_holds_up_is_told_after_ten_minutes(sealed: Office, held: str) -> None:
    act(sealed, 1)
    with psycopg.connect(sealed.store.url) as holding:
        holding.execute(held)  # type: ignore[arg-type]
        with later(timedelta(minutes=11)):
            assert worker.seal(sealed) == 0
            assert reasons(sealed) == [Break.LATE]
    assert worker.seal(sealed) > 0
    assert reasons(sealed) == []


def test_a_break_that_a_person_finds_makes_the_task_which_only_a_whole_chain_ends(sealed: Office) -> None:
    by_owner(
        sealed.store,
        "CREATE TABLE kept AS SELECT id, actor FROM audit WHERE chain_no = 1",
        "SET session_replication_role = replica",
        "UPDATE audit SET actor = 'nobody' WHERE chain_no = 1",
    )
    for _ in range(2):
        assert sealed.perform(HUB, audit_trail.verify).why == Break.ROW
    assert reasons(sealed) == [Break.ROW]
    act(sealed, 1)
    worker.seal(sealed)
    assert reasons(sealed) == [Break.ROW], "the sealer looks at the end alone"
    by_owner(
        sealed.store,
        "SET session_replication_role = replica",
        "UPDATE audit SET actor = kept.actor FROM kept WHERE kept.id = audit.id",
    )
    assert sealed.perform(HUB, audit_trail.verify).why is None
    assert reasons(sealed) == []
