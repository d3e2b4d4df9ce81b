"""Reads each record of a list on its own, so that one odd record does not spoil its whole page."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hub.domain.facts import Fact, Page, Unknown, UnreadRecord

# Up to so many unreadable records of a page count as single bad ones. Beyond that, and beyond half of the page, the
# partner has changed the form of its list, and nothing of the page is believed.
FEW = 10


def page_of(
    records: Sequence[Any],
    facts_of: Callable[[Any], Iterable[Fact]],
    whose: Callable[[Any], tuple[str, str]],
    cursor: str,
) -> Page:
    """The page of these records. `whose`: a record's agreement number and customer code, as far as they can be read.

    Raises Unknown when so many cannot be read that the page as a whole must be at fault, not single records.
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
