"""The clerk's handbook names buttons and pages as the console does, and counts its chapters."""

import re
from functools import cache

import pytest

from hub.console.typography import typeset
from tests.house.sources import ROOT, broken

HANDBOOK = (ROOT / "docs/handbook.md").read_text(encoding="utf-8")
QUOTED = re.compile("“(.+?)”")
CHAPTER = re.compile("^## (十?[一二三四五六七八九十])、", re.M)
NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]
# A number, a name or a place in a sentence of the console, and how the handbook writes it.
TEMPLATE, SOURCE = re.compile("'([^'\n]*[\u4e00-\u9fff][^'\n]*)'"), re.compile('"([^"\n]*[\u4e00-\u9fff][^"\n]*)"')
CLAUSES = re.compile("[，。；：“”]|…")
ANY = re.compile(r"%[sd]|\{\w+\}| N |某某")


@cache
def shown() -> frozenset[str]:
    """Every clause of every Chinese text of the console and of what it shows, as it is set."""
    texts = set[str]()
    for pattern, files in (TEMPLATE, "console/templates/**/*.html"), (SOURCE, "**/*.py"):
        for path in (ROOT / "hub").glob(files):
            texts |= set(pattern.findall(path.read_text(encoding="utf-8")))
    return frozenset(clause for text in texts for clause in [plain(text), *map(str.strip, CLAUSES.split(plain(text)))])


def plain(text: str) -> str:
    """A text without what is filled in."""
    return " ".join(ANY.sub(" … ", typeset(text)).split())


@pytest.mark.article("I4")
def test_every_word_that_the_handbook_quotes_is_a_word_of_the_console() -> None:
    labels = {part for quoted in QUOTED.findall(HANDBOOK) for part in quoted.split("—")}
    assert len(labels) > 40
    missing = sorted(label for label in labels if plain(label) not in shown())
    assert not missing, broken("the console has no such word:", missing)


@pytest.mark.article("I4")
def test_the_chapters_of_the_handbook_are_counted_once_each() -> None:
    numbers = CHAPTER.findall(HANDBOOK)
    assert numbers == [*NUMERALS, *(f"十{each}" for each in NUMERALS)][: len(numbers)] and len(numbers) > 10
