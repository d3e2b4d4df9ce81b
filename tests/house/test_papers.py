"""What the papers say is so: links lead somewhere, verbs and files exist, the tutorial's code runs."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hub.settings import HubSettings
from tools import references

from .sources import ROOT, broken, tracked

PAPERS = [path for path in tracked() if path.suffix == ".md"]
TUTORIAL = ROOT / "docs" / "plugin-tutorial.md"
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
MOST_WORDS = 550
NAMED = re.compile(r"`((?:hub|plugins|tests|tools|bench|docs|examples)/[\w./-]*)`")


def wrong(pattern: re.Pattern[str], there: object) -> list[str]:
    """What the papers name by a pattern and what is not there."""
    assert callable(there)
    named = [(paper, name) for paper in PAPERS for name in pattern.findall(paper.read_text(encoding="utf-8"))]
    return [f"{paper.relative_to(ROOT)}: {name}" for paper, name in named if not there(paper, name)]


def test_links_lead_somewhere() -> None:
    found = wrong(LINK, lambda paper, name: (paper.parent / name).exists())
    assert not found, broken("a link into nothing", found)


def test_files_that_are_named_exist() -> None:
    found = wrong(NAMED, lambda paper, name: (ROOT / name).exists() or (paper.parent / name).exists())
    assert not found, broken("a file that is not there", found)


def test_make_knows_every_verb_that_is_named() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    pages = [paper for paper in PAPERS if paper.name in {"README.md", "README.zh-CN.md", "CONTRIBUTING.md"}]
    quoted = [re.findall(r"(?:^|`)make ([a-z]+)", paper.read_text(encoding="utf-8"), re.M) for paper in pages]
    assert {verb for verbs in quoted for verb in verbs} <= targets


def test_the_references_are_what_the_code_says() -> None:
    pages = {references.SETTINGS: references.settings_page(), references.COMMANDS: references.commands_page()}
    old = [path.name for path, page in pages.items() if path.read_text(encoding="utf-8") != page]
    assert not old, broken("run: python tools/references.py", old)


def test_every_setting_says_what_it_means() -> None:
    silent = [name for name, field in HubSettings.model_fields.items() if not field.description]
    assert not silent, broken("a setting without a description", silent)


def test_the_readme_is_read_in_two_minutes() -> None:
    words = len((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert words < MOST_WORDS, f"README.md has {words} words; features, figures and limits have pages of their own"


def test_every_dependency_has_its_reason() -> None:
    """ARCHITECTURE.md says of each library why it is there."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    front = json.loads((ROOT / "package.json").read_text())
    wanted = [re.split(r"[\[>=;]", each)[0] for each in named] + [*front["dependencies"], *front["devDependencies"]]
    wanted += (ROOT / "requirements-dev.txt").read_text().split()
    missing = [name for name in wanted if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", page)]
    assert not missing, broken("no word in ARCHITECTURE.md on why it is there", missing)


@pytest.mark.parametrize("paper", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda paper: paper.stem)
def test_a_decision_has_its_parts(paper: Path) -> None:
    """Context, decision, what follows, what else was thought of, and the check that holds it."""
    heads = re.findall(r"^## (.+)$", paper.read_text(encoding="utf-8"), re.M)
    assert heads == ["Context", "Decision", "Consequences", "Alternatives", "Held by"]


def test_the_tutorials_plugin_passes_the_suite(tmp_path: Path) -> None:
    """The files of the tutorial, as a reader would type them, under a pytest of their own."""
    text = TUTORIAL.read_text(encoding="utf-8")
    for name, body in re.findall(r"^```\w+ file=(\S+)\n(.*?)^```", text, re.S | re.M):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    assert tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]["entry-points"]["partnerhub"]
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "tests"]
    paths = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])}
    inner = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        call, cwd=tmp_path, env=inner | paths, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
