"""A stale postmaster.pid names a process that is a stranger's by now: nothing is sent to it, and the server starts beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hub.cli.demo import folder as demo
from hub.registry.database import embedded, postmaster
from hub.registry.session import Store

WAITS = "import time; time.sleep(600)"


@pytest.fixture
def stranger() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has nothing to do with the hub."""
    process = subprocess.Popen([sys.executable, "-c", WAITS])
    yield process
    process.kill()
    process.wait()


def untouched(process: "subprocess.Popen[bytes]") -> bool:
    """Whether no signal ended it, given a moment to arrive."""
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        return True
    return False


def stale(folder: Path, number: int) -> Path:
    """The file as a server left it that was killed, its number given to another process."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / postmaster.FILE
    path.write_text(f"{number}\n{folder}\n1790000000\n5432\n{folder}\n\n  8826964     65536\nready   \n")
    return path


def test_the_demo_ends_no_process_of_a_strangers(tmp_path: Path, stranger: "subprocess.Popen[bytes]") -> None:
    data = tmp_path / "demo"
    with demo.own(data):
        pass
    stale(data / "postgres", stranger.pid)
    (data / "postgres" / "PG_VERSION").write_text("18\n")
    with demo.own(data):
        assert not (data / "postgres").exists()
    assert untouched(stranger)


def test_stopping_ends_no_process_of_a_strangers(tmp_path: Path, stranger: "subprocess.Popen[bytes]") -> None:
    stale(tmp_path / "postgres", stranger.pid)
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    assert not embedded.stop(tmp_path), "no server of ours runs there"
    assert untouched(stranger)


def test_a_server_that_was_killed_starts_again_beside_the_one_who_has_its_number(
    tmp_path: Path, stranger: "subprocess.Popen[bytes]"
) -> None:
    Store(embedded.start(tmp_path)).close()
    folder = (tmp_path / "postgres").resolve()
    first = postmaster.named(folder)
    assert first is not None and postmaster.is_ours(folder)
    children = psutil.Process(first).children()
    os.kill(first, signal.SIGKILL)
    psutil.wait_procs(children, timeout=60)  # they end by themselves; until then PostgreSQL rightly starts no other
    path = folder / postmaster.FILE
    path.write_text(path.read_text().replace(f"{first}\n", f"{stranger.pid}\n", 1))
    assert not postmaster.is_ours(folder)
    embedded.PostgresServer._instances.clear()  # as another process would find it
    try:
        store = Store(embedded.start(tmp_path))
        store.check_server()
        store.close()
        assert untouched(stranger)
    finally:
        assert embedded.stop(tmp_path)


def test_a_postgres_of_another_folder_is_none_of_ours(tmp_path: Path, stranger: "subprocess.Popen[bytes]") -> None:
    named_so = subprocess.Popen(["postgres", "600"], executable="/bin/sleep", cwd=tmp_path)
    try:
        while not psutil.Process(named_so.pid).cmdline():
            # Popen returns in the middle of exec: for an instant the new program has no words yet.
            time.sleep(0.01)
        stale(tmp_path / "other", named_so.pid)
        assert not postmaster.is_ours(tmp_path / "other")
        stale(tmp_path, named_so.pid)
        assert postmaster.is_ours(tmp_path), "it works in this folder"
    finally:
        named_so.kill()
        named_so.wait()


@pytest.mark.parametrize("content", ["", "no number\n", "-1\n", "0\n", "99999999999999999999\n"])
def test_a_file_without_a_number_names_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / postmaster.FILE).write_text(content)
    assert not postmaster.is_ours(tmp_path)
