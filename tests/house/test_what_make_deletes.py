"""`make` deletes and writes over what it has made itself, whatever its variables name."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_clean_leaves_a_demo_folder_that_the_demo_did_not_mark(copied: Path) -> None:
    (copied / "data").mkdir()
    (copied / "thesis").rename(copied / "data" / "demo")
    done = run(copied, "make", "clean")
    assert kept(copied, "data/demo") and done.returncode != 0 and "data/demo" in done.stderr
    (copied / "data" / "demo" / ".partnerhub-demo").touch()
    assert run(copied, "make", "clean").returncode == 0 and not (copied / "data" / "demo").exists()


def test_clean_removes_what_make_has_made(copied: Path) -> None:
    for name in (".venv", "node_modules", ".mypy_cache"):
        (copied / name).mkdir()
        (copied / name / ".installed").touch()
    assert run(copied, "make", "clean").returncode == 0
    assert sorted(path.name for path in copied.iterdir()) == ["Makefile", "constraints.txt", "thesis", "tools"]


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
    before = {path.name: path.read_bytes() for path in there.glob("*.py")}
    first = next(name for name in before if name.startswith("0001_"))
    words = first.removesuffix(".py").split("_")
    done = run(ROOT, sys.executable, "tools/make_migration.py", *words)
    after = {path.name: path.read_bytes() for path in there.glob("*.py")}
    for name, content in before.items():
        (there / name).write_bytes(content)
    assert after == before and done.returncode != 0 and first in done.stderr
