"""`demo --data DIR`: only a folder that carries the demo's own marker is ever emptied, and nothing outside of it."""

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hub.cli.demo import folder
from tests.support.loaded import python

from .conftest import Command

THESIS = "thesis.tex"


def contents(folder: Path) -> dict[str, bytes | str | None]:
    """Everything under a folder: files by their bytes, links by where they lead, folders as None."""
    kept: dict[str, bytes | str | None] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            kept[name] = str(path.readlink())
        else:
            kept[name] = path.read_bytes() if path.is_file() else None
    return kept


def thesis(folder: Path) -> Path:
    """A person's own folder."""
    (folder / "chapters").mkdir(parents=True)
    (folder / THESIS).write_text("three years")
    (folder / "chapters" / "one.tex").write_text("the first of them")
    return folder


def installation(folder: Path) -> Path:
    """The data folder of a hub in use."""
    folder.mkdir(parents=True)
    (folder / "master.key").write_text("a2V5" * 11)
    return folder


def refused(data: Path, kind: type[folder.NotTheDemos], around: Path) -> None:
    """The demo does not take it, and everything around is there afterwards."""
    before = contents(around)
    with pytest.raises(folder.NotTheDemos) as refusal, folder.own(data):
        pytest.fail(f"{data} was taken")
    assert type(refusal.value) is kind and "--data" in refusal.value.advice("en")
    assert contents(around) == before


def test_a_folder_with_somebodys_work_is_refused_in_words(command: Command, tmp_path: Path) -> None:
    before = contents(thesis(tmp_path / "work"))
    done = command("demo", "--data", str(tmp_path / "work"))
    assert contents(tmp_path / "work") == before
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "own marker (.partnerhub-demo); nothing in it was touched" in done.stderr and "--data" in done.stderr


def test_the_folder_of_a_hub_in_use_is_refused_with_its_key(tmp_path: Path) -> None:
    refused(installation(tmp_path / "data"), folder.NotTheDemos, tmp_path)


def test_a_marker_that_the_demo_did_not_write_is_none(tmp_path: Path) -> None:
    own, linked, other = (thesis(tmp_path / name) for name in ("own", "linked", "other"))
    (own / folder.MARKER).write_text("my notes on the demo")
    (tmp_path / "real").write_bytes(folder.WORDS)
    (linked / folder.MARKER).symlink_to(tmp_path / "real")
    (other / folder.MARKER).mkdir()
    for each in (own, linked, other):
        refused(each, folder.NotTheDemos, tmp_path)


def test_a_file_and_a_link_are_refused(tmp_path: Path) -> None:
    work = thesis(tmp_path / "work")
    (tmp_path / "link").symlink_to(work)
    (tmp_path / "marked").symlink_to(tmp_path / "demo")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    with folder.own(tmp_path / "demo"):
        pass
    for place in ("link", "link/", "marked", "nowhere", f"work/{THESIS}", f"work/{THESIS}/demo"):
        refused(tmp_path / place, folder.NoFolderOfItsOwn, tmp_path)


def test_home_and_the_folder_that_one_stands_in_and_those_above_are_refused_even_with_a_marker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, home = tmp_path / "place" / "here", tmp_path / "homes" / "me"
    for each in (here, home):
        each.mkdir(parents=True)
        (each / folder.MARKER).write_bytes(folder.WORDS)
        thesis(each / "work")
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(home))
    for data in (Path(), Path(".."), here, here.parent, home, home.parent):
        refused(data, folder.TooHigh, tmp_path)
    assert folder.too_high(Path("/")), "asked without the demo: were it not so, it would empty this machine"


@contextmanager
def demo(environment: dict[str, str], data: Path) -> Iterator[str]:
    """A demo that is kept running; gives its console's address."""
    call = [sys.executable, "-m", "hub.cli", "demo", "--serve", "--empty", "--port", "0", "--data", str(data)]
    with subprocess.Popen(call, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = iter(process.stdout.readline, "")
            yield next(line.split()[2] for line in lines if line.startswith("console on "))
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


@pytest.mark.slow
def test_a_running_demo_keeps_its_folder_and_the_next_one_empties_that_alone(
    environment: dict[str, str], database: str, tmp_path: Path
) -> None:
    """The environment names another hub's database: no demo enters its people there."""
    data, work = tmp_path / "new" / "demo", thesis(tmp_path / "work")
    with demo(environment, data) as address:
        call = python("hub.cli", "demo", "--data", str(data))
        second = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 2 and "--data" in second.stderr and "Traceback" not in second.stderr
        assert urllib.request.urlopen(f"{address}/health/ready", timeout=20).status == 200
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)
    was, key = contents(work), (data / "master.key").read_bytes()
    (data / "linked").symlink_to(work)
    (data / "icbc" / "linked").symlink_to(work)
    with demo(environment, data):
        assert contents(work) == was and not (data / "linked").is_symlink()
        assert (data / "master.key").read_bytes() != key, "it began anew"


def test_a_demo_that_was_killed_while_it_emptied_its_folder_leaves_it_the_demos(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    with folder.own(data):
        assert [each.name for each in data.iterdir()] == [folder.MARKER], "before anything else"
        refused(data, folder.InUse, tmp_path)
        (data / "postgres").mkdir()
        (data / "postgres" / "PG_VERSION").write_text("16")
        (data / "master.key").write_text("key")
    with folder.own(data):
        assert [each.name for each in data.iterdir()] == [folder.MARKER]
