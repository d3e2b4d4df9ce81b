"""A row of the audit that is changed, taken out, put in or moved is found, even when the database's owner did it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest

from hub.domain.staff.posts import HUB
from hub.engine import worker
from hub.operations.office import Office
from hub.operations.staff import users
from hub.ports import new_id, now
from hub.registry import audit
from hub.registry.oversight import audit_chain
from hub.registry.oversight.audit_chain import Link, Verification
from hub.registry.schema import AuditRow
from hub.registry.session import Store, Transaction
from hub.registry.vault import MasterKey
from tests.support.databases import as_owner
from tests.support.partners import MASTER

pytestmark = pytest.mark.article("G5")


def line(number: int) -> audit.Line:
    return audit.Line(
        user_id=new_id(),
        actor=f"统计员{number}",
        posts=["statistics_clerk"],
        operation="customers.show_customer",
        article="R2.1",
        about=("customer", f"{370101000000 + number}"),
        outcome="done",
        detail={"数": number, "nested": {"b": [1, 2.5, None], "a": True}},
        request_id=None,
        address="cli",
    )


def write(store: Store, count: int) -> None:
    with store.transaction() as tx:
        for number in range(count):
            audit.write(tx, line(number))


def seal(store: Store) -> Link | None:
    with store.transaction() as tx:
        return audit_chain.seal(tx, MASTER)


def verify(store: Store, anchor: Link | None = None) -> Verification:
    with store.transaction() as tx:
        return audit_chain.verify(tx, MASTER, anchor)


@contextmanager
def owner(store: Store) -> Iterator[psycopg.Connection[Any]]:
    """The database's owner, whom no trigger stops."""
    with psycopg.connect(as_owner(store.url)) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture
def chain(store: Store) -> Store:
    """Ten sealed rows."""
    write(store, 10)
    assert (seal(store) or Link(0, b"")).no == 10
    return store


def test_an_untouched_chain_is_whole_and_numbered_without_a_gap(chain: Store) -> None:
    found = verify(chain)
    assert (found.sealed, found.unsealed, found.broken, found.head.no) == (10, 0, None, 10)
    write(chain, 3)
    assert verify(chain).unsealed == 3
    assert (seal(chain) or Link(0, b"")).no == 13
    assert seal(chain) is None, "there is nothing more to seal"
    assert verify(chain).broken is None
    with psycopg.connect(chain.url) as connection:
        numbers = connection.execute("SELECT chain_no FROM audit ORDER BY id").fetchall()
    assert [no for (no,) in numbers] == list(range(1, 14))


COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "user_id": "NULL",
    "actor": "'somebody else'",
    "posts": "'{inspector}'",
    "operation": "'customers.as_of'",
    "article": "'R9.9'",
    "object_kind": "'ask'",
    "object_id": "'1'",
    "outcome": "'refused'",
    "detail": "detail - 'nested'",
    "request_id": "'x'",
    "address": "'10.0.0.1'",
    "id": "id + 1000",
    "chain_hash": "decode(repeat('00', 32), 'hex')",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edited_row_is_found(chain: Store, column: str) -> None:
    with owner(chain) as connection:
        connection.execute(f"UPDATE audit SET {column} = {COLUMNS[column]} WHERE chain_no = 4")  # type: ignore[arg-type]
    assert verify(chain).broken == 4


def test_no_column_is_left_out_of_the_hash() -> None:
    assert {column.name for column in audit_chain.COLUMNS} | {"chain_no", "chain_hash"} == COLUMNS.keys() | {"chain_no"}


def test_a_deleted_row_is_found(chain: Store) -> None:
    with owner(chain) as connection:
        connection.execute("DELETE FROM audit WHERE chain_no = 6")
    assert verify(chain).broken == 6


def test_a_gap_that_was_closed_is_found(chain: Store) -> None:
    with owner(chain) as connection:
        connection.execute("DELETE FROM audit WHERE chain_no = 6")
        for no in range(7, 11):
            connection.execute("UPDATE audit SET chain_no = %s WHERE chain_no = %s", (no - 1, no))
    assert verify(chain).broken == 6


def test_a_swapped_pair_is_found(chain: Store) -> None:
    with owner(chain) as connection:
        connection.execute("UPDATE audit SET chain_no = -chain_no WHERE chain_no IN (3, 4)")
        connection.execute("UPDATE audit SET chain_no = 7 + chain_no WHERE chain_no < 0")
    assert verify(chain).broken == 3


def test_an_inserted_row_is_found(chain: Store) -> None:
    columns = "at, actor, posts, operation, article, outcome, detail"
    with owner(chain) as connection:
        connection.execute("UPDATE audit SET chain_no = -chain_no - 1 WHERE chain_no >= 5")
        connection.execute("UPDATE audit SET chain_no = -chain_no WHERE chain_no < 0")
        connection.execute(
            f"INSERT INTO audit ({columns}, chain_no, chain_hash) "  # type: ignore[arg-type]
            f"SELECT {columns}, 5, chain_hash FROM audit WHERE chain_no = 4"
        )
    assert verify(chain).broken == 5


def test_an_end_that_was_cut_off_is_found_and_does_not_grow_over(chain: Store) -> None:
    with owner(chain) as connection:
        connection.execute("DELETE FROM audit WHERE chain_no > 8")
    assert verify(chain).broken == 9
    write(chain, 4)
    seal(chain)
    assert verify(chain).broken == 9


def test_a_head_that_was_turned_back_is_found_and_nothing_is_sealed_after_it(chain: Store, office: Office) -> None:
    with owner(chain) as connection:
        connection.execute("DELETE FROM audit WHERE chain_no > 8")
        connection.execute(
            "UPDATE audit_head SET chain_no = 8, chain_hash = (SELECT chain_hash FROM audit WHERE chain_no = 8)"
        )
    assert verify(chain).broken == 9
    write(chain, 2)
    with pytest.raises(audit_chain.HeadForged):
        seal(chain)
    assert worker.seal(office) == 0, "the worker says so and goes on with its other work"
    assert verify(chain).unsealed == 2


def test_a_row_of_another_past_does_not_fit_into_the_present_one(chain: Store) -> None:
    columns = ", ".join(f'"{column.name}"' for column in AuditRow.__table__.columns)
    with owner(chain) as connection:
        connection.execute("CREATE TABLE past AS SELECT * FROM audit")
        connection.execute("CREATE TABLE past_head AS SELECT * FROM audit_head")
    write(chain, 2)
    seal(chain)
    with owner(chain) as connection:
        connection.execute("CREATE TABLE other AS SELECT * FROM audit WHERE chain_no = 11")
        connection.execute("DELETE FROM audit WHERE chain_no > 10")
        connection.execute("DELETE FROM audit_head")
        connection.execute("INSERT INTO audit_head SELECT * FROM past_head")
    write(chain, 3)
    seal(chain)
    assert verify(chain).broken is None, "an older copy of everything is whole in itself: only an anchor tells"
    with owner(chain) as connection:
        connection.execute("DELETE FROM audit WHERE chain_no = 11")
        connection.execute(f"INSERT INTO audit ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM other")  # type: ignore[arg-type]
    assert verify(chain).broken == 12


def test_a_chain_made_anew_without_the_key_is_found(chain: Store) -> None:
    with owner(chain) as connection:
        connection.execute("UPDATE audit SET chain_no = NULL, chain_hash = NULL, actor = 'nobody'")
        connection.execute("DELETE FROM audit_head")
    with chain.transaction() as tx:
        audit_chain.seal(tx, MasterKey(b"\1" * 32))
    assert verify(chain).broken == 1


def test_an_older_copy_of_everything_does_not_pass_through_an_anchor_noted_later(chain: Store) -> None:
    anchor = verify(chain).head
    assert verify(chain, anchor).broken is None
    write(chain, 2)
    seal(chain)
    assert verify(chain, anchor).broken is None
    assert verify(chain, Link(anchor.no, b"\0" * 32)).broken == anchor.no
    assert verify(chain, Link(40, anchor.hash)).broken == 13


def test_a_row_that_commits_late_is_sealed_after_rows_with_higher_ids(store: Store) -> None:
    with store.transaction() as late:
        audit.write(late, line(1))
        write(store, 5)
        seal(store)
        assert verify(store).sealed == 5
    seal(store)
    assert (verify(store).sealed, verify(store).unsealed, verify(store).broken) == (6, 0, None)
    with psycopg.connect(store.url) as connection:
        assert connection.execute("SELECT chain_no FROM audit ORDER BY id LIMIT 1").fetchone() == (6,)


def test_sealers_at_once_make_one_chain(store: Store, office: Office) -> None:
    write(store, 2_500)
    together = Barrier(4)

    def sealer(_: int) -> int:
        together.wait()
        return worker.seal(office)

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(sealer, range(4)))
    worker.seal(office)
    found = verify(store)
    assert (found.sealed, found.unsealed, found.broken) == (2_500, 0, None)


def test_a_second_sealer_leaves_the_work_to_the_first(store: Store) -> None:
    write(store, 3)
    with store.transaction() as first:
        assert audit_chain.seal(first, MASTER) is not None
        assert seal(store) is None


def test_a_sealing_that_does_not_commit_leaves_nothing(store: Store) -> None:
    class Died(Exception):
        pass

    def half(tx: Transaction) -> None:
        audit_chain.seal(tx, MASTER)
        raise Died

    write(store, 3)
    with pytest.raises(Died), store.transaction() as tx:
        half(tx)
    assert verify(store).unsealed == 3
    seal(store)
    assert verify(store).broken is None


def test_what_operations_write_is_sealed_by_the_worker(office: Office) -> None:
    moment = now()
    for number in range(3):
        office.perform(HUB, users.create_unit, f"37{number}", f"县{number}", None)
    assert worker.seal(office) == 3
    assert worker.seal(office) == 0
    found = verify(office.store)
    assert (found.sealed, found.broken) == (3, None)
    assert now() - moment < timedelta(seconds=30)
