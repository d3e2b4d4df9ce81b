"""The list of signed retailers with their devices, page by page: never more than a page in memory."""

from datetime import datetime
from typing import Any

from hub.plugin import Listing, Page, Unknown, post

from .announcing import AREA
from .envelope import BEIJING, word
from .records import facts_of
from .visits import Visit, said

SIGNED = f"{AREA}/query/signed"
LONGEST = 10_000_000
"""Most pages of a list."""


def listed(visit: Visit, since: datetime | None, cursor: str, now: datetime) -> Listing:
    """All records, or those changed since a moment, or, after a cursor, what follows it.

    The last page's cursor stands for "the list as it is now": asked with it again, only what has changed since comes.
    Raises Unknown for a list that does not go on.
    """
    asked = {"changedSince": f"{since.astimezone(BEIJING):%Y%m%d%H%M%S}" if since else ""}
    for _ in range(LONGEST):
        request = post(SIGNED, {**asked, "cursor": cursor, "limit": visit.settings.page_size})
        answer = yield from said(visit, request)
        records, following, more = answer.get("records"), word(answer, "cursor"), word(answer, "more")
        if not isinstance(records, list) or not following or more not in ("0", "1"):
            raise Unknown("no_records")
        if more == "1" and (following == cursor or not records):
            break
        yield Page(_facts(records, now), following)
        if more == "0":
            return []
        cursor = following
    raise Unknown("endless_list")


def _facts(records: list[Any], now: datetime) -> tuple[Any, ...]:
    return tuple(fact for record in records for fact in facts_of(record, now))


__all__ = ["SIGNED", "listed"]
