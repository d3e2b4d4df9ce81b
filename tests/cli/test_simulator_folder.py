"""`simulator NAME --data DIR`: nothing that lies there already is written over or written into."""

import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.support.loaded import python
from tests.support.sims import sim


def start(environment: dict[str, str], data: Path) -> "subprocess.CompletedProcess[str]":
    call = python("hub_telecom.simulator", "--port", "0", "--data", str(data))
    return subprocess.run(call, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["settings.json", "ledger.sqlite", "client.pub"])
def test_a_file_that_no_simulator_made_is_left_as_it_is(name: str, environment: dict[str, str], tmp_path: Path) -> None:
    if name != "ledger.sqlite":
        (tmp_path / name).write_text('{"editor.fontSize": 12}')
    else:
        with sqlite3.connect(tmp_path / name) as books:
            books.execute("CREATE TABLE agreements(mine TEXT)")
        books.close()
    was = (tmp_path / name).read_bytes()
    done = start(environment, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name] and (tmp_path / name).read_bytes() == was
    assert done.returncode == 1 and name in done.stderr and "--data" in done.stderr and "Traceback" not in done.stderr


def test_a_folder_of_its_own_is_taken_again(tmp_path: Path, machine_clock: None) -> None:
    for _ in range(2):
        with sim("telecom", tmp_path / "data") as carrier:
            assert carrier.settings()["base_url"] == carrier.url
