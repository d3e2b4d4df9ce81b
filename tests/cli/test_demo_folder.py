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
from hub.registry.data_folder import marks
from hub.registry.data_folder.at_work import at_work
from hub.registry.database import embedded
from tests.support.loaded import python
from tests.support.makers.processes import running

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
    (own / marks.MARKER).write_text("my notes on the demo")
    (tmp_path / "real").write_bytes(marks.words_for(linked))
    (linked / marks.MARKER).symlink_to(tmp_path / "real")
    (other / marks.MARKER).mkdir()
    for each in (own, linked, other):
        refused(each, folder.NotTheDemos, tmp_path)


def test_a_marker_of_another_folder_is_none(tmp_path: Path) -> None:
    """A backup by `cp -a`, a marker copied by hand, a hard link of it: it says for which folder it was written."""
    with folder.own(tmp_path / "demo"):
        pass
    copied, linked = (thesis(tmp_path / name) for name in ("copied", "linked"))
    (copied / marks.MARKER).write_bytes((tmp_path / "demo" / marks.MARKER).read_bytes())
    (linked / marks.MARKER).hardlink_to(tmp_path / "demo" / marks.MARKER)
    for each in (copied, linked):
        refused(each, folder.CopiedMarker, tmp_path)
    (tmp_path / "demo").rename(tmp_path / "moved")
    thesis(tmp_path / "demo")
    (tmp_path / "demo" / marks.MARKER).write_bytes((tmp_path / "moved" / marks.MARKER).read_bytes())
    for each in (tmp_path / "moved", tmp_path / "demo"):
        refused(each, folder.CopiedMarker, tmp_path)


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
        (each / marks.MARKER).write_bytes(marks.words_for(each))
        thesis(each / "work")
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(home))
    for data in (Path(), Path(".."), here, here.parent, home, home.parent):
        refused(data, folder.TooHigh, tmp_path)
    assert marks.too_high(Path("/")), "asked without the demo: were it not so, it would empty this machine"


@contextmanager
def demo(environment: dict[str, str], data: Path) -> Iterator[str]:
    """A demo that is kept running; gives its console's address."""
    call = [sys.executable, "-m", "hub.cli", "demo", "--serve", "--empty", "--port", "0", "--data", str(data)]
    with running(call, environment) as process:
        assert process.stdout is not None
        try:
            lines = iter(process.stdout.readline, "")
            yield next(line.split()[2] for line in lines if line.startswith("console on "))
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


@contextmanager
def serving(environment: dict[str, str], data: Path) -> Iterator[str]:
    """`partnerhub serve` on an embedded database in this folder; gives its address."""
    own = {name: value for name, value in environment.items() if not name.startswith("PARTNERHUB_")}
    call = [sys.executable, "-m", "hub.cli", "serve", "--port", "0"]
    with running(call, own | {"PARTNERHUB_DATA": str(data)}) as process:
        assert process.stdout is not None
        try:
            lines = iter(process.stdout.readline, "")
            yield next(line.split()[-1] for line in lines if line.startswith("partnerhub serves on "))
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
            embedded.stop(data)


@pytest.mark.slow
def test_the_demo_does_not_take_a_folder_in_which_a_hub_works(environment: dict[str, str], tmp_path: Path) -> None:
    """Not even with the demo's marker in it, whoever put it there."""
    data = tmp_path / "data"
    with serving(environment, data) as address:
        (data / marks.MARKER).write_bytes(marks.words_for(data))
        key = (data / "master.key").read_bytes()
        for more in ([], ["--serve", "--empty", "--port", "0"]):
            call = python("hub.cli", "demo", *more, "--data", str(data))
            done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 2 and "Traceback" not in done.stderr
            assert "is using" in done.stderr and "--data" in done.stderr
        assert (data / "master.key").read_bytes() == key
        assert urllib.request.urlopen(f"{address}/health/ready", timeout=20).status == 200


WORKING = (("serve", "--port", "0"), ("worker",), ("users", "list", "--as", "x"), ("db", "upgrade"), ("db", "status"))


@pytest.mark.parametrize("words", WORKING)
@pytest.mark.parametrize("below", ["", "sub"])
def test_no_installation_begins_in_a_demos_folder(
    command: Command, tmp_path: Path, words: tuple[str, ...], below: str
) -> None:
    """The next demo would delete it."""
    with folder.own(tmp_path / "demo"):
        pass
    before = contents(tmp_path)
    done = command(*words, PARTNERHUB_DATA=str(tmp_path / "demo" / below), PARTNERHUB_PASSWORD="x")
    assert done.returncode == 3 and "Traceback" not in done.stderr
    assert "the next demo deletes everything in it" in done.stderr and "PARTNERHUB_DATA" in done.stderr
    assert str(tmp_path / "demo" / marks.MARKER) in done.stderr
    assert contents(tmp_path) == before


def test_beside_a_running_demo_one_may_look_but_not_serve(command: Command, tmp_path: Path) -> None:
    with folder.own(tmp_path / "demo"):
        looked = command("db", "status", PARTNERHUB_DATA=str(tmp_path / "demo"))
        assert looked.returncode == 0, looked.stderr
        served = command("serve", "--port", "0", PARTNERHUB_DATA=str(tmp_path / "demo"))
        assert served.returncode == 3 and "the next demo deletes everything in it" in served.stderr


def test_a_command_at_work_in_the_demos_folder_is_waited_for_by_the_next_demo(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    with folder.own(data), at_work(data):
        pass
    with folder.own(data):
        left = at_work(data)
        left.__enter__()
    refused(data, folder.InUse, tmp_path)
    left.__exit__(None, None, None)
    with folder.own(data):
        pass


def test_two_processes_work_in_one_installation_and_its_folder_is_made(tmp_path: Path) -> None:
    with at_work(tmp_path / "new" / "data"), at_work(tmp_path / "new" / "data", lasting=True):
        assert (tmp_path / "new" / "data").is_dir()


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
        assert [each.name for each in data.iterdir()] == [marks.MARKER], "before anything else"
        refused(data, folder.InUse, tmp_path)
        (data / "postgres").mkdir()
        (data / "postgres" / "PG_VERSION").write_text("16")
        (data / "master.key").write_text("key")
    with folder.own(data):
        assert [each.name for each in data.iterdir()] == [marks.MARKER]


@contextmanager
def mounted(source: Path, place: Path) -> Iterator[None]:
    """A folder or file shown at another place too, as `mount --bind` does."""
    tried = subprocess.run(["mount", "--bind", str(source), str(place)], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this user may not mount: {tried.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="mounts are listed on Linux alone")
@pytest.mark.parametrize("inside", ["mnt", "deep/er/a b", "postgres"])
def test_a_mount_inside_is_never_emptied(command: Command, tmp_path: Path, inside: str) -> None:
    """Of the same device too, which `st_dev` does not tell apart."""
    data, victim = tmp_path / "demo", thesis(tmp_path / "victim")
    with folder.own(data):
        (data / inside).mkdir(parents=True)
        (data / "ours").write_text("the last demo's")
    with mounted(victim, data / inside):
        before = contents(tmp_path)
        refused(data, folder.MountedInside, tmp_path)
        done = command("demo", "--data", str(data))
        assert done.returncode == 2 and "Traceback" not in done.stderr
        assert str(data / inside) in done.stderr and "mounted" in done.stderr and "umount" in done.stderr
        assert contents(tmp_path) == before
    with folder.own(data):
        assert contents(data).keys() == {marks.MARKER}
    assert (victim / THESIS).exists()


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="mounts are listed on Linux alone")
def test_a_file_that_is_mounted_inside_counts_and_a_folder_that_is_a_mount_itself_does_not(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("one")
    (tmp_path / "two.txt").write_text("two")
    with mounted(tmp_path / "one.txt", tmp_path / "two.txt"):
        assert marks.mounts_in(tmp_path) == [tmp_path / "two.txt"]
    (tmp_path / "real").mkdir()
    (tmp_path / "shown").mkdir()
    with mounted(tmp_path / "real", tmp_path / "shown"):
        assert marks.mounts_in(tmp_path / "shown") == []
        assert marks.mounts_in(tmp_path) == [tmp_path / "shown"]


def test_what_cannot_be_deleted_is_said_and_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "demo"
    with folder.own(data):
        (data / "busy").write_text("x")

    def busy(*_: object, **__: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(folder.os, "unlink", busy)
    refused(data, folder.NotEmptied, tmp_path)
