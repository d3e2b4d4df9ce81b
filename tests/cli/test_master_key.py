"""A lost, wrong or damaged master key is refused in a sentence with exit 3, before anything is written (G4)."""

import base64
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from .conftest import Command

pytestmark = pytest.mark.article("G4")
OTHER_KEY = base64.b64encode(bytes(range(32, 64))).decode()
STARTS = (("serve", "--no-worker", "--port", "0"), ("worker",), ("users", "list", "--as", "admin"))
"""Ways of opening the hub: the server, a worker, a command."""
KEYLESS = {"PARTNERHUB_MASTER_KEY": "", "PARTNERHUB_PASSWORD": "of-nobody"}


@pytest.fixture
def installed(command: Command, tmp_path: Path) -> Path:
    """An installation that was started once, without a key in its settings: the file that the start made."""
    begun = command("users", "list", "--as", "nobody", **KEYLESS)
    assert begun.returncode == 1, begun.stderr
    return tmp_path / "master.key"


def contents(database: str) -> list[tuple[object, ...]]:
    """Every table with its number of rows, and the schema's version."""
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    with psycopg.connect(database) as connection:
        tables = [name for (name,) in connection.execute(names)]
        return [
            (name, *connection.execute(f'SELECT count(*), max(t::text) FROM "{name}" t').fetchone())  # type: ignore[arg-type,misc]
            for name in tables
            if not name.startswith("procrastinate")
        ]


def refused(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """Exit 3, one sentence with these words, no traceback, nothing announced as ready."""
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "fault.raised" not in done.stderr
    assert "Nothing was changed" in done.stderr and "serves on" not in done.stdout
    for word in words:
        assert word in done.stderr, done.stderr


@pytest.mark.parametrize("words", STARTS, ids=lambda words: words[0])
def test_without_its_key_file_nothing_starts_and_no_new_key_is_made(
    command: Command, database: str, installed: Path, words: tuple[str, ...]
) -> None:
    installed.rename(installed.with_name("put away"))
    before = contents(database)
    refused(command(*words, **KEYLESS), str(installed), "PARTNERHUB_MASTER_KEY", "back")
    assert not installed.exists() and contents(database) == before


@pytest.mark.parametrize("words", STARTS, ids=lambda words: words[0])
def test_another_key_is_refused_and_the_right_one_put_back_is_taken(
    command: Command, database: str, installed: Path, words: tuple[str, ...]
) -> None:
    right = installed.read_bytes()
    installed.write_text(OTHER_KEY)
    before = contents(database)
    refused(command(*words, **KEYLESS), str(installed), "another")
    refused(command(*words, **KEYLESS | {"PARTNERHUB_MASTER_KEY": OTHER_KEY}), "PARTNERHUB_MASTER_KEY")
    assert installed.read_text() == OTHER_KEY and contents(database) == before
    installed.write_bytes(right + b"\n")
    assert command("users", "list", "--as", "nobody", **KEYLESS).returncode == 1, "an editor's last newline is no harm"


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
def test_a_damaged_key_file_is_named_and_left_as_it_is(
    command: Command, database: str, installed: Path, damage: str
) -> None:
    installed.write_bytes(DAMAGED[damage])
    before = contents(database)
    refused(command(*STARTS[0], **KEYLESS), str(installed))
    assert installed.read_bytes() == DAMAGED[damage] and contents(database) == before


def test_a_damaged_key_file_of_a_new_installation_is_not_replaced_either(
    command: Command, database: str, tmp_path: Path
) -> None:
    (tmp_path / "master.key").write_bytes(b"")
    before = contents(database)
    refused(command(*STARTS[1], **KEYLESS), "master.key")
    assert (tmp_path / "master.key").read_bytes() == b"" and contents(database) == before


def test_a_damaged_key_in_the_settings_is_named_without_its_value(command: Command) -> None:
    done = command(*STARTS[2], PARTNERHUB_MASTER_KEY="c2hvcnQ=", PARTNERHUB_PASSWORD="x")
    refused(done, "PARTNERHUB_MASTER_KEY")
    assert "c2hvcnQ=" not in done.stderr


def test_what_stands_in_the_keys_place_and_is_no_file_is_a_sentence(command: Command, installed: Path) -> None:
    installed.unlink()
    installed.mkdir()
    refused(command(*STARTS[1], **KEYLESS), str(installed))


@pytest.mark.parametrize("words", STARTS, ids=lambda words: words[0])
def test_a_second_machine_with_an_empty_folder_is_refused(
    command: Command, database: str, installed: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    second = tmp_path / "second machine"
    before = contents(database)
    refused(command(*words, **KEYLESS | {"PARTNERHUB_DATA": str(second)}), str(second / "master.key"))
    assert not (second / "master.key").exists() and contents(database) == before
    with_key = KEYLESS | {"PARTNERHUB_DATA": str(second), "PARTNERHUB_MASTER_KEY": installed.read_text()}
    assert command("users", "list", "--as", "nobody", **with_key).returncode == 1, "with the first one's key it starts"


def test_two_machines_that_start_at_once_end_with_one_key(environment: dict[str, str], tmp_path: Path) -> None:
    """Both find the database empty; one makes its key, the other is refused and makes none."""
    call = [sys.executable, "-m", "hub.cli", "users", "list", "--as", "nobody"]
    folders = [tmp_path / name for name in ("one", "two", "three")]
    started = [
        subprocess.Popen(
            call,
            env=environment | KEYLESS | {"PARTNERHUB_DATA": str(folder)},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for folder in folders
    ]
    for process in started:
        process.communicate(timeout=60)
    codes = [process.returncode for process in started]
    assert sorted(codes) == [1, 3, 3], codes
    made = [folder for folder in folders if (folder / "master.key").exists()]
    assert made == [folders[codes.index(1)]]
