"""Reads the records of a list each by itself, so that one that is odd does not take its page with it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hub.domain.facts import Fact, Page, Unknown, UnreadRecord

# Odd records of one page that are taken for single ones; with more, and more than half, the page's form is another.
FEW = 10


def page_of(
    records: Sequence[Any],
    facts_of: Callable[[Any], Iterable[Fact]],
    whose: Callable[[Any], tuple[str, str]],
    cursor: str,
) -> Page:
    """The page of these records. `whose`: a record's agreement number and customer code, as far as they can be read.

    Raises the first Unknown when so many are not understood that it is not the records that are odd.
    """
    facts: list[Fact] = []
    unread: list[UnreadRecord] = []
    for record in records:
        try:
            facts += facts_of(record)
        except Unknown as odd:
            unread.append(UnreadRecord(odd.code, *whose(record)))
            if len(unread) > max(FEW, len(records) // 2):
                raise
    return Page(tuple(facts), cursor, tuple(unread))


__all__ = ["page_of"]
