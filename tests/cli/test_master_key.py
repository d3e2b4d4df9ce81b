"""Without the installation's master key no command, server or worker starts: a sentence and exit 3 (G4)."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from hub.app import open_hub
from hub.registry.data_folder.at_work import at_work
from hub.registry.data_folder.key_file import KeyPlace, KeyUnusable
from hub.registry.oversight import anchor_file
from hub.settings import HubSettings
from tests.support.databases import contents
from tests.support.partners import MASTER

from .conftest import Command

pytestmark = pytest.mark.article("G4")
STARTS = (("serve", "--no-worker", "--port", "0"), ("worker",), ("users", "list", "--as", "admin"))
"""Ways of opening the hub: the server, a worker, a command."""
KEYLESS = {"PARTNERHUB_MASTER_KEY": "", "PARTNERHUB_PASSWORD": "of-nobody"}


@pytest.fixture
def installed(database: str, tmp_path: Path) -> Path:
    """An installation that was started once, without a key in its settings: the file that this start made."""
    open_hub(HubSettings(database_url=database, data=tmp_path)).close()
    return tmp_path / "master.key"


def refused(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """Exit 3, sentences with these words, no traceback, nothing announced as ready."""
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


def test_a_key_file_that_everybody_on_the_machine_can_read_is_not_used(command: Command, installed: Path) -> None:
    assert installed.stat().st_mode & 0o777 == 0o600, "as the first start made it"
    installed.chmod(0o644)
    refused(command(*STARTS[2], **KEYLESS), str(installed), "every user of this machine", "chmod 600")


def test_a_damaged_key_file_and_a_second_machine_end_with_3_too(
    command: Command, database: str, installed: Path, tmp_path: Path
) -> None:
    before = contents(database)
    second = tmp_path / "second machine"
    refused(command(*STARTS[1], **KEYLESS, PARTNERHUB_DATA=str(second)), str(second / "master.key"))
    assert not second.exists()
    installed.write_bytes(installed.read_bytes()[:17])
    refused(command(*STARTS[2], **KEYLESS), str(installed), "base64")
    assert contents(database) == before


@pytest.mark.parametrize("mode", [0o602, 0o620, 0o666])
def test_a_key_file_that_others_can_write_is_not_used(command: Command, installed: Path, mode: int) -> None:
    installed.chmod(mode)
    refused(command(*STARTS[2], **KEYLESS), str(installed), "chmod 600")


@pytest.mark.parametrize("kind", ["fifo", "socket", "device", "folder"])
def test_only_a_regular_file_is_read_as_the_key(installed: Path, kind: str) -> None:
    """Opening a FIFO would wait for its writer for ever."""
    installed.unlink()
    make_odd(installed, kind)
    with pytest.raises(KeyUnusable) as refusal:
        KeyPlace(None, installed.parent).read()
    assert "regular file" in str(refusal.value) and "Nothing was changed" in str(refusal.value)


def make_odd(path: Path, kind: str) -> None:
    """Something under this name that is no regular file."""
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as door:
            os.chdir(path.parent)
            door.bind(path.name)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()


def test_a_start_beside_a_fifo_ends_with_3(command: Command, installed: Path) -> None:
    installed.unlink()
    os.mkfifo(installed)
    refused(command(*STARTS[0], **KEYLESS), str(installed), "regular file")


@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_an_anchor_that_is_no_regular_file_is_not_believed(installed: Path, kind: str) -> None:
    path = installed.with_name(anchor_file.NAME)
    path.unlink(missing_ok=True)
    make_odd(path, kind)
    with pytest.raises(anchor_file.AnchorForged):
        anchor_file.read(path, MASTER)


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o757])
def test_a_data_folder_in_which_others_may_write_is_refused(command: Command, installed: Path, mode: int) -> None:
    installed.parent.chmod(mode)
    refused(command(*STARTS[0], **KEYLESS), str(installed.parent), "chmod go-w")


def test_a_data_folder_with_the_sticky_bit_and_one_that_is_made_are_taken(installed: Path, tmp_path: Path) -> None:
    installed.parent.chmod(0o1777)
    with at_work(installed.parent):
        pass
    before = os.umask(0)
    try:
        with at_work(tmp_path / "new" / "data"):
            assert (tmp_path / "new" / "data").stat().st_mode & 0o022 == 0
    finally:
        os.umask(before)
