"""Without the installation's master key no command, server or worker starts: a sentence and exit 3 (G4)."""

import subprocess
from pathlib import Path

import pytest

from hub.app import open_hub
from hub.settings import HubSettings
from tests.support.databases import contents

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
