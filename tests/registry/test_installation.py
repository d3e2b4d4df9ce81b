"""The master key at each start: made for an empty database alone, known again, proved, or refused (G4)."""

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import psycopg
import pytest

from hub.app import open_hub
from hub.domain.staff.posts import HUB
from hub.engine import worker
from hub.operations.office import Office
from hub.operations.staff import users
from hub.registry import installation
from hub.registry.data_folder.key_file import KeyPlace, KeyUnusable
from hub.registry.session import Store
from hub.registry.vault import MasterKey
from hub.settings import HubSettings
from tests.support import people
from tests.support.databases import as_owner, by_owner, contents

pytestmark = pytest.mark.article("G4")
OTHER = base64.b64encode(bytes(range(32, 64))).decode()
RIGHT = base64.b64encode(bytes(range(32))).decode()
"""The key of the tests' offices."""


def start(database: str, folder: Path, key: str | None = None) -> None:
    """What every way of starting does first."""
    open_hub(HubSettings(database_url=database, data=folder, master_key=key)).close()


def refused(database: str, folder: Path, key: str | None, *words: str) -> str:
    """The start is refused in a sentence with these words; database and folder are as before."""
    before = contents(database), {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(KeyUnusable) as refusal:
        start(database, folder, key)
    said = str(refusal.value)
    assert "Nothing was changed." in said and all(word in said for word in words), said
    assert before == (contents(database), {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    return said


def forget_check(database: str) -> None:
    """As a database was before there was a check."""
    with psycopg.connect(as_owner(database)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM installation")


@pytest.fixture
def installed(database: str, tmp_path: Path) -> Path:
    """The key file that a first start made."""
    start(database, tmp_path)
    return tmp_path / "master.key"


def test_the_first_start_makes_a_key_that_only_its_owner_reads(installed: Path, database: str) -> None:
    assert len(base64.b64decode(installed.read_bytes(), validate=True)) == 32
    assert installed.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in installed.parent.iterdir()] == ["master.key"]
    made = installed.read_bytes()
    start(database, installed.parent)
    assert installed.read_bytes() == made


def test_a_lost_key_is_refused_and_put_back_it_is_taken(installed: Path, database: str) -> None:
    away = installed.rename(installed.with_name("put away"))
    refused(database, installed.parent, None, str(installed), "PARTNERHUB_MASTER_KEY", "backup")
    away.rename(installed)
    start(database, installed.parent)


def test_a_dangling_link_in_the_keys_place_is_a_lost_key(installed: Path, database: str) -> None:
    away = installed.rename(installed.with_name("put away"))
    installed.symlink_to(installed.with_name("not mounted"))
    refused(database, installed.parent, None, str(installed))
    installed.unlink()
    installed.symlink_to(away)
    start(database, installed.parent)


def test_another_key_is_refused_from_the_file_and_from_the_setting(installed: Path, database: str) -> None:
    right = installed.read_text()
    refused(database, installed.parent, OTHER, "PARTNERHUB_MASTER_KEY is another")
    installed.write_text(OTHER)
    said = refused(database, installed.parent, None, str(installed), "another")
    assert OTHER not in said
    start(database, installed.parent, right)
    installed.write_text(right + "\n")
    start(database, installed.parent)


DAMAGED = {
    "empty": b"",
    "truncated": base64.b64encode(bytes(range(32)))[:17],
    "too short": base64.b64encode(bytes(range(16))),
    "too long": base64.b64encode(bytes(range(48))),
    "not base64": b"this is no key!",
    "binary": bytes(range(128, 160)),
    "null": b"\0" * 44,
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_key_file_is_named_and_left_as_it_is(installed: Path, database: str, damage: str) -> None:
    installed.write_bytes(DAMAGED[damage])
    refused(database, installed.parent, None, str(installed), "cannot be used")


def test_a_damaged_key_file_of_a_new_installation_is_not_replaced_either(database: str, tmp_path: Path) -> None:
    (tmp_path / "master.key").write_bytes(b"")
    refused(database, tmp_path, None, "master.key", "it is empty")


def test_a_damaged_setting_is_named_without_its_value(database: str, tmp_path: Path) -> None:
    for wrong in ("c2hvcnQ=", "no key", "密钥"):
        assert wrong not in refused(database, tmp_path, wrong, "PARTNERHUB_MASTER_KEY", "cannot be used")


def test_what_is_no_file_is_a_sentence(installed: Path, database: str) -> None:
    installed.unlink()
    installed.mkdir()
    refused(database, installed.parent, None, str(installed), "not a regular file")


def test_a_folder_that_cannot_be_made_is_a_sentence(database: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyUnusable, match="Not a directory"):
        start(database, tmp_path / "file" / "data")


def test_a_second_machine_needs_the_first_ones_key(installed: Path, database: str, tmp_path: Path) -> None:
    second = tmp_path / "second machine"
    refused(database, second, None, str(second / "master.key"), "second machine")
    assert not second.exists()
    start(database, second, installed.read_text())
    assert not second.exists(), "with the key in the settings no file is made"


def test_a_key_in_the_settings_begins_an_installation_without_a_file(database: str, tmp_path: Path) -> None:
    start(database, tmp_path, OTHER)
    assert not list(tmp_path.iterdir())
    refused(database, tmp_path, None, "master.key")
    start(database, tmp_path, OTHER)


def test_machines_that_start_at_once_on_an_empty_database_end_with_one_key(database: str, tmp_path: Path) -> None:
    """All find the database empty; one makes its key, the others are refused and make none."""
    together = Barrier(4)

    def begin(number: int) -> bool:
        store = Store(database)
        together.wait()
        try:
            installation.settle(store, KeyPlace(None, tmp_path / str(number)))
        except KeyUnusable:
            return False
        finally:
            store.close()
        return True

    with ThreadPoolExecutor(4) as crowd:
        began = list(crowd.map(begin, range(4)))
    assert began.count(True) == 1
    assert [(tmp_path / str(number) / "master.key").exists() for number in range(4)] == began


def test_processes_that_start_at_once_in_one_folder_share_one_key(database: str, tmp_path: Path) -> None:
    together = Barrier(4)

    def begin(_: int) -> bytes:
        store = Store(database)
        together.wait()
        master = installation.settle(store, KeyPlace(None, tmp_path))
        store.close()
        return master.check

    with ThreadPoolExecutor(4) as crowd:
        assert len(set(crowd.map(begin, range(4)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


FILLED = ("users", "audit", "units")


@pytest.mark.parametrize("what", FILLED)
def test_no_key_is_made_for_a_database_in_which_anything_was_done(office: Office, tmp_path: Path, what: str) -> None:
    if what == "users":
        users.first_administrators(office)
    else:
        office.perform(HUB, users.create_unit, "city", "city", None)
    if what == "units":
        by_owner(office.store, "SET session_replication_role = replica", "DELETE FROM audit")
    refused(office.store.url, tmp_path, None, "master.key")


@pytest.mark.parametrize("proof", ["customer", "head", "both"])
def test_a_database_from_before_the_check_takes_only_the_key_that_it_was_sealed_with(
    office: Office, tmp_path: Path, proof: str
) -> None:
    people.found(office)
    if proof in ("customer", "both"):
        with office.desk(people.CLERK) as desk:
            people.customer(desk, 1)
    if proof in ("head", "both"):
        office.perform(HUB, users.create_unit, "city", "city", None)
        assert worker.seal(office)
    url = office.store.url
    forget_check(url)
    refused(url, tmp_path, OTHER, "another")
    refused(url, tmp_path, None, "master.key")
    start(url, tmp_path, RIGHT)
    refused(url, tmp_path, OTHER, "another")
    with psycopg.connect(url) as connection:
        kept = connection.execute("SELECT key_check FROM installation").fetchone()
    assert kept == (MasterKey(bytes(range(32))).check,)


def test_the_key_of_a_start_with_a_lost_one_is_not_believed_for_what_it_sealed_meanwhile(
    office: Office, tmp_path: Path
) -> None:
    """As versions before did it: a new key was made unasked, customers and settings came in under it."""
    people.found(office)
    with office.desk(people.CLERK) as desk:
        people.customer(desk, 1)
    stranger = Office(office.store, MasterKey(bytes(range(32, 64))), office.nudge)
    with stranger.desk(people.CLERK) as desk:
        people.customer(desk, 2)
    forget_check(office.store.url)
    refused(office.store.url, tmp_path, OTHER, "another")
    start(office.store.url, tmp_path, RIGHT)


def test_the_check_value_is_written_once(installed: Path, database: str) -> None:
    with psycopg.connect(as_owner(database), autocommit=True) as connection:
        for statement in ("UPDATE installation SET key_check = 'x'", "DELETE FROM installation"):
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute(statement)


def test_the_check_value_does_not_contain_the_key(installed: Path, database: str) -> None:
    key = base64.b64decode(installed.read_bytes())
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT key_check FROM installation").fetchone()
    assert row is not None and len(row[0]) == 32 and row[0] != key
