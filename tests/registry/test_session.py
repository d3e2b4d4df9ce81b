"""The store on a real server, and what it says when it cannot be used."""

import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from hub.registry import migrate, session
from hub.registry.database import embedded
from hub.registry.session import Store, StoreUnusable
from tests.support.callers import Caller
from tests.support.databases import by_owner


def test_an_upgrade_of_an_upgraded_schema_changes_nothing(owner_store: Store) -> None:
    assert migrate.upgrade(owner_store) == (migrate.newest(), migrate.newest())


def test_a_server_that_is_too_old_is_named_with_the_version_that_is_needed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "OLDEST_SERVER", 99)
    with pytest.raises(StoreUnusable, match=r"version \d+; partnerhub needs 99 or newer"):
        migrate.upgrade(store)


def test_a_full_disk_at_an_upgrade_is_named(owner_store: Store) -> None:
    with owner_store.transaction() as tx:
        tx.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
        tx.execute(
            text(
                "CREATE FUNCTION public.full_disk() RETURNS event_trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
            )
        )
        tx.execute(text("CREATE EVENT TRIGGER full_disk ON ddl_command_start EXECUTE FUNCTION public.full_disk()"))
    with pytest.raises(StoreUnusable, match="No space left on device"):
        migrate.upgrade(owner_store)
    with owner_store.transaction() as tx:
        tx.execute(text("DROP EVENT TRIGGER full_disk"))


def test_a_full_disk_is_a_503_with_a_way_on_and_nothing_is_half_done(caller: Caller, store: Store) -> None:
    clerk = caller("clerk")
    by_owner(
        store,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON audit EXECUTE FUNCTION full_disk()",
    )
    body = {"code": "east-2", "name": "东", "parent_code": "east"}
    answer = clerk.post("/api/v1/units", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json") and "space" not in answer.text


def test_a_database_whose_folder_was_emptied_begins_anew(tmp_path: Path) -> None:
    """As the demo does over the data of the last one, in one process."""
    for _ in range(2):
        Store(embedded.start(tmp_path / "data")).close()
        assert embedded.stop(tmp_path / "data")
        shutil.rmtree(tmp_path / "data")
