"""The command as a process of its own on a fresh database."""

import base64
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.loaded import python

ROOT = Path(__file__).parents[2]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(database: str, tmp_path: Path, machine_clock: None) -> dict[str, str]:
    """The environment of a fresh installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARTNERHUB_")}
    path = os.pathsep.join([str(ROOT), str(ROOT / "plugins" / "icbc"), kept.get("PYTHONPATH", "")])
    own = {"PARTNERHUB_DATABASE_URL": database, "PARTNERHUB_DATA": str(tmp_path), "LC_ALL": "C.UTF-8"}
    own["PARTNERHUB_MASTER_KEY"] = base64.b64encode(bytes(range(32))).decode()
    return kept | own | {"PYTHONPATH": path, "COLUMNS": "200"}


@pytest.fixture
def command(environment: dict[str, str]) -> Command:
    """Runs `partnerhub …` and waits."""

    def run(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        call = python("hub.cli", *words)
        return subprocess.run(
            call,
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=180,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    return run
