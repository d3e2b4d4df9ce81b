"""`make` deletes and writes over what it has made itself, whatever its variables name."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.registry.data_folder.marks import MARKER, WORDS, words_for

from .sources import ROOT


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The Makefile and its scripts in a folder of their own, beside somebody's work."""
    top = tmp_path / "repository"
    (top / "thesis" / "chapters").mkdir(parents=True)
    (top / "thesis" / "chapters" / "one.tex").write_text("three years")
    (tmp_path / "repository" / "constraints.txt").write_text("kept==1\n")
    shutil.copy(ROOT / "Makefile", top)
    shutil.copytree(ROOT / "tools", top / "tools")
    for package in ("hub", "hub/registry", "hub/registry/data_folder"):
        (top / package).mkdir()
        for path in (ROOT / package).glob("*.py"):
            shutil.copy(path, top / package)
    return top


def run(top: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, cwd=top, capture_output=True, text=True, timeout=60, check=False)


def kept(top: Path, folder: str = "thesis") -> bool:
    return (top / folder / "chapters" / "one.tex").read_text() == "three years"


def test_clean_leaves_a_folder_that_is_no_environment_of_ours(copied: Path) -> None:
    done = run(copied, "make", "clean", "VENV=thesis")
    assert kept(copied) and done.returncode != 0 and "thesis" in done.stderr
    (copied / "thesis" / "pyvenv.cfg").touch()
    assert run(copied, "make", "clean", "VENV=thesis").returncode != 0 and kept(copied), "another project's"
    (copied / "link").symlink_to("thesis")
    assert run(copied, "make", "clean", "VENV=link").returncode != 0 and kept(copied)


@pytest.mark.parametrize(
    "name",
    [
        "link",
        "link/",
        "link//",
        "link/.",
        "./link",
        "./link/",
        "up/thesis",
        "up/thesis/",
        "up/../repository/link",
        "thesis/../link",
        "link/..",
        "thesis/chapters/..",
        ".",
        "..",
        "./",
        "",
        "/",
        "{top}/link",
        "{top}/link/",
        "{top}/up/thesis",
        "chapter",
        "{top}",
        "{top}/",
    ],
)
def test_clean_leaves_what_a_link_leads_to_and_what_is_named_in_a_roundabout_way(copied: Path, name: str) -> None:
    for marked in (copied, copied / "thesis", copied / "thesis" / "chapters"):
        (marked / ".installed").touch()
    (copied / "link").symlink_to("thesis")
    (copied / "chapter").symlink_to("thesis/chapters")
    (copied / "up").symlink_to(".")
    done = run(copied, "sh", "tools/remove.sh", name.format(top=copied), ".installed")
    assert kept(copied) and (copied / "Makefile").exists()
    assert done.returncode == 1 and "left as it is" in done.stderr
    if name:
        assert run(copied, "make", "clean", f"VENV={name.format(top=copied)}").returncode != 0 and kept(copied)


@pytest.mark.parametrize("name", ["mine", "mine/", "below/mine", "{top}/mine", "with space"])
def test_clean_removes_an_environment_of_any_plain_name(copied: Path, name: str) -> None:
    folder = copied / name.format(top=copied)
    folder.mkdir(parents=True)
    (folder / ".installed").touch()
    assert run(copied, "make", "clean", f"VENV={name.format(top=copied)}").returncode == 0 and not folder.exists()
    assert kept(copied)


@pytest.mark.parametrize("words", ["", "hi", "This folder was made by `partnerhub demo`.", f"{WORDS.decode()}and more"])
@pytest.mark.parametrize("linked", [False, True])
def test_clean_leaves_a_folder_whose_marker_the_demo_did_not_write(copied: Path, words: str, linked: bool) -> None:
    (copied / "data").symlink_to("elsewhere") if linked else (copied / "data").mkdir()
    (copied / "elsewhere").mkdir()
    (copied / "thesis").rename(copied / "data" / "demo")
    (copied / "data" / "demo" / MARKER).write_text(words)
    done = run(copied, "make", "clean")
    assert kept(copied, "data/demo") and done.returncode != 0 and "data/demo" in done.stderr


def test_clean_leaves_a_folder_with_the_marker_of_another(copied: Path) -> None:
    (copied / "data").mkdir()
    (copied / "elsewhere").mkdir()
    (copied / "thesis").rename(copied / "data" / "demo")
    (copied / "data" / "demo" / MARKER).write_bytes(words_for(copied / "elsewhere"))
    done = run(copied, "make", "clean")
    assert kept(copied, "data/demo") and done.returncode != 0 and "data/demo" in done.stderr


def test_clean_leaves_a_demos_folder_that_a_link_leads_to(copied: Path) -> None:
    """Whoever moved `data` to another disk has it there, marker and all; the demo's words do not say whose it is."""
    (copied / "elsewhere").mkdir()
    (copied / "data").symlink_to("elsewhere")
    (copied / "thesis").rename(copied / "elsewhere" / "demo")
    (copied / "elsewhere" / "demo" / MARKER).write_bytes(words_for(copied / "elsewhere" / "demo"))
    done = run(copied, "make", "clean")
    assert kept(copied, "elsewhere/demo") and done.returncode != 0 and "data/demo" in done.stderr


def test_clean_leaves_a_link_in_the_demos_place_and_a_marker_that_is_a_link(copied: Path) -> None:
    (copied / "data").mkdir()
    (copied / "data" / "demo").symlink_to("../thesis")
    (copied / "real").write_bytes(words_for(copied / "thesis"))
    (copied / "thesis" / MARKER).write_bytes(words_for(copied / "thesis"))
    assert run(copied, "make", "clean").returncode != 0 and kept(copied)
    (copied / "data" / "demo").unlink()
    (copied / "thesis" / MARKER).unlink()
    (copied / "thesis").rename(copied / "data" / "demo")
    (copied / "data" / "demo" / MARKER).symlink_to("../../real")
    assert run(copied, "make", "clean").returncode != 0 and kept(copied, "data/demo")


def test_clean_leaves_the_folder_of_a_running_demo_and_of_a_hub_that_works_in_it(copied: Path) -> None:
    demo = copied / "data" / "demo"
    (copied / "data").mkdir()
    (copied / "thesis").rename(demo)
    (demo / MARKER).write_bytes(words_for(demo))
    for held, kind in ((demo / MARKER, fcntl.LOCK_EX), (demo, fcntl.LOCK_SH)):
        place = os.open(held, os.O_RDONLY)
        fcntl.flock(place, kind)
        done = run(copied, "make", "clean")
        assert kept(copied, "data/demo") and done.returncode != 0 and "runs in data/demo" in done.stderr
        os.close(place)
    assert run(copied, "make", "clean").returncode == 0 and not demo.exists()


def test_clean_leaves_a_demo_folder_that_the_demo_did_not_mark(copied: Path) -> None:
    (copied / "data").mkdir()
    (copied / "thesis").rename(copied / "data" / "demo")
    done = run(copied, "make", "clean")
    assert kept(copied, "data/demo") and done.returncode != 0 and "data/demo" in done.stderr
    (copied / "data" / "demo" / MARKER).write_bytes(words_for(copied / "data" / "demo"))
    assert run(copied, "make", "clean").returncode == 0 and not (copied / "data" / "demo").exists()


def test_clean_removes_what_make_has_made(copied: Path) -> None:
    for name in (".venv", "node_modules", ".mypy_cache"):
        (copied / name).mkdir()
        (copied / name / ".installed").touch()
    assert run(copied, "make", "clean").returncode == 0
    assert sorted(path.name for path in copied.iterdir()) == ["Makefile", "constraints.txt", "hub", "thesis", "tools"]


def test_an_environment_is_not_made_over_somebodys_folder(copied: Path) -> None:
    done = run(copied, "sh", "tools/environment.sh", "thesis", "constraints.txt")
    assert kept(copied) and done.returncode != 0 and "thesis" in done.stderr


def test_constraints_that_cannot_be_made_leave_those_that_are_there(copied: Path) -> None:
    (copied / "thesis").rename(copied / "x-fresh")
    done = run(copied, "make", "constraints", "VENV=x")
    assert done.returncode != 0 and kept(copied, "x-fresh")
    assert (copied / "constraints.txt").read_text() == "kept==1\n"


def test_a_migration_is_never_written_over_one_that_is_there() -> None:
    there = ROOT / "hub" / "registry" / "migrations" / "versions"
    before = {str(path.relative_to(there)): path.read_bytes() for path in there.rglob("*.py")}
    first = next(Path(name).name for name in before if Path(name).name.startswith("0001_"))
    words = first.removesuffix(".py").split("_")
    done = run(ROOT, sys.executable, "tools/make_migration.py", *words)
    after = {str(path.relative_to(there)): path.read_bytes() for path in there.rglob("*.py")}
    for name, content in before.items():
        (there / name).write_bytes(content)
    assert after == before and done.returncode != 0 and first in done.stderr
