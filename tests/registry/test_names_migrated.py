"""Migration 0010: what a database of the version before it holds reads on under the new names, and back again."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from hub.domain.states import AskState
from hub.registry import migrate
from hub.registry.schema import Ask, Base, ComparisonMark, ListRun
from hub.registry.session import Store
from tests.support.databases import address

BEFORE, AFTER = "0008", "0010"
STATES = ("queued", "live", "live", "refused", "person")
ASK = """
INSERT INTO asks (id, key, channel, verb, subject_kind, subject_id, state, purpose, article, field_names, attempts,
                  questions, absences, asked_by_name, asked_at, changed_at)
VALUES (:id, :key, 'icbc', 'bind_card', 'account', :id, :state, 'settlement', 'R7.9', '{}', 0, 0, 0, 'clerk', now(), now())
"""
RUN = """
INSERT INTO sync_runs (channel, verb, mode, cursor, failures, first, pages, facts, added, changed, ended, started_by,
                       started_at, would, outcome)
VALUES ('telecom', 'list_devices', 'full', 'c', 0, false, 1, 2, 3, 4, 5, 'hub', now(), '{"ends": 30}', 'braked')
"""
MARK = "INSERT INTO to_compare (channel, kind, named, marked_at) VALUES ('telecom', 'code', '370101000001', now())"


@pytest.fixture
def before(postgres: str) -> Iterator[Store]:
    """A database of the version before, filled, with the constraints of its own."""
    name = f"old_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    store = Store(address(postgres, name))
    step(store, BEFORE)
    with store.engine.begin() as connection:
        for number, state in enumerate(STATES):
            ask = {"id": uuid.UUID(int=number + 1), "key": f"2026112300000000{number:08d}", "state": state}
            connection.execute(text(ASK), ask)
        connection.execute(text(RUN))
        connection.execute(text(MARK))
    yield store
    store.close()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def step(store: Store, revision: str, *, back: bool = False) -> None:
    config = migrate.configuration()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if back else command.upgrade)(config, revision)


def test_asks_runs_and_marks_read_on_under_their_new_names(before: Store) -> None:
    step(before, AFTER)
    with before.transaction() as tx:
        states = [AskState(state) for state in tx.scalars(select(Ask.state).order_by(Ask.key))]
        assert states == ["queued", AskState.DONE, AskState.DONE, "refused", "person"]
        run = tx.scalars(select(ListRun)).one()
        assert (run.no, run.impact, run.ended) == (1, {"ends": 30}, 5)
        assert tx.scalars(select(ComparisonMark)).one().named == "370101000001"
        tx.add(ComparisonMark(channel="icbc", kind="code", named="370101000002", marked_at=run.started_at))
        tx.flush()
        assert tx.scalar(select(ComparisonMark.no).order_by(ComparisonMark.no.desc())) == 2, "numbers go on"


def test_the_schema_is_that_of_the_code_and_the_way_back_is_open(before: Store) -> None:
    step(before, AFTER)
    with before.engine.connect() as connection:
        renamed = [
            change
            for change in compare_metadata(MigrationContext.configure(connection), Base.metadata)
            if any(name in str(change) for name in ("list_runs", "comparison_marks", "resent_by", "handed_out_at"))
        ]
    assert not renamed
    step(before, BEFORE, back=True)
    with before.engine.connect() as connection:
        assert list(connection.scalars(text("SELECT state FROM asks ORDER BY key"))) == list(STATES)
        assert connection.scalar(text("SELECT would FROM sync_runs")) == {"ends": 30}
