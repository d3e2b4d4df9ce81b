"""A refusal as people read it: no code word, and in English no Chinese title where a translation is known."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.domain.catalogue import CATALOGUE
from hub.domain.refusals import Refusal
from hub.domain.words import PROBLEMS
from hub.operations.operation import OPERATIONS

from . import titles


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
ENGLISH = {zh: en for zh, en in _pairs() if zh}


def readable(value: object, tongue: int) -> object:
    """A value of a refusal in words."""
    if not isinstance(value, str):
        return value
    words = value.split("、")
    if all(word in CODES for word in words):
        return ("、", ", ")[tongue].join(CODES[word][tongue] for word in words)
    return ENGLISH.get(value, value) if tongue else value


def said(refusal: Refusal, tongue: int) -> Said:
    """The refusal in the reader's language."""
    fields = {name: readable(value, tongue) for name, value in refusal.fields.items()}
    return Said(refusal.article, refusal.says[tongue].format(**fields), refusal.then[tongue].format(**fields))
