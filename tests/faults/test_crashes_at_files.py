"""Power cuts at every step of making the master key, and of putting a state file in another's place (G4, G5)."""

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hub.registry.vault import MasterKey
from tests.support.loaded import python

from .crashing import DIED

ROOT = Path(__file__).parents[2]


def crashes(deed: str, database: str, folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """What each crash left, the last without one, and the steps of that."""
    call = python("tests.faults.crashing", deed, database, str(folder))
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        call,
        env={**os.environ, "PYTHONPATH": paths},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *left, steps = map(json.loads, done.stdout.splitlines())
    assert {each["code"] for each in left[:-1]} == {DIED} and left[-1]["code"] == 0, done.stdout + done.stderr
    return left, steps


def check_of(key: str) -> str:
    """The check value of a key."""
    return MasterKey(base64.b64decode(key, validate=True)).check.hex()


@pytest.mark.article("G4")
def test_a_crash_at_any_step_of_the_first_start_leaves_nothing_or_a_usable_key(database: str, tmp_path: Path) -> None:
    left, steps = crashes("start", database, tmp_path / "data")
    assert len(left) >= 8, steps
    for each in left:
        assert each["starts"] == [0, 0] and each["files"] == ["master.key"], each
        assert each["row after"] == check_of(each["key after"]), "the key and the row are a pair"
        assert each["key"] in (None, each["key after"]), "what was whole is taken up"
        assert each["row"] is None or each["row"] == check_of(each["key"]), "no row without its key"
    assert {each["key"] is None for each in left} == {True, False} == {each["row"] is None for each in left}
    written = [step for step in steps if step in ("sync file", "link", "sync folder", "commit")]
    assert written[-4:] == ["sync file", "link", "sync folder", "commit"], "on the disk with its name before the row is"


@pytest.mark.article("G5")
def test_a_crash_at_any_step_of_a_replacement_leaves_the_old_file_or_the_new(database: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "state").write_bytes(b"old" * 1000)
    left, steps = crashes("replace", database, tmp_path / "data")
    assert {each["content"] for each in left} == {"old", "new"} and {each["size"] for each in left} == {3000}
    assert all(each["files"] == ["state"] for each in left)
    assert steps.index("sync file") < steps.index("rename") < steps.index("sync folder")
