"""A refusal as people read it: no code word, and in English no Chinese title where a translation is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from hub.domain.catalogue import CATALOGUE
from hub.domain.refusals import Refusal
from hub.domain.words import PROBLEMS
from hub.operations.operation import OPERATIONS

from . import titles
from .typeset import typeset


@dataclass(frozen=True)
class Said:
    """Article, reason, and what would be allowed."""

    article: str
    reason: str
    advice: str


def _pairs() -> Iterator[tuple[str, str]]:
    for table in titles.KINDS.values():
        yield from table.values()
    for words in PROBLEMS.values():
        yield from (words.problem, words.mend)
    for field in CATALOGUE:
        yield field.title
    for row in OPERATIONS.values():
        yield row.title


CODES = {**titles.KINDS["post"], **titles.KINDS["ask"], **titles.KINDS["channel"]}
"""Code words that an operation may name."""


@cache
def _english() -> dict[str, str]:
    """{Chinese: English} of everything that has a title; made at first use, when all operations are there."""
    return dict(_pairs())


def readable(value: object, tongue: int) -> object:
    """A value of a refusal in words."""
    if not isinstance(value, str):
        return value
    words = value.split("、")
    if all(word in CODES for word in words):
        return ("、", ", ")[tongue].join(CODES[word][tongue] for word in words)
    return _english().get(value, value) if tongue else value


def said(refusal: Refusal, tongue: int) -> Said:
    """The refusal in the reader's language."""
    fields = {name: readable(value, tongue) for name, value in refusal.fields.items()}
    words = [part[tongue].format(**fields) for part in (refusal.says, refusal.then)]
    reason, advice = words if tongue else map(typeset, words)
    return Said(refusal.article, reason, advice)
