"""The list of agreements: the books first, then made-up ones that are stored nowhere but computed when served."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .gateway import Turned
from .ledger import Ledger, record, written

# When all made-up agreements were last changed.
MADE_AT = "2026-01-05T09:00:00.000+08:00"
# Part, revision at which the list began, and place. The revision goes into the last page's tag, so that whatever
# changed while the list was read comes with the next question.
CURSOR = re.compile(r"(books|made|tag)-([0-9]{1,12})-([0-9]{1,12})")
LARGEST = 5000
MADE = (
    '{{"agreementNo":"TG{0:010d}","agreementState":"SIGNED","validUntil":"2029-01-04","licenceNo":"37{0:010d}",'
    '"custCode":"37{0:010d}","imei":"86{0:013d}","deviceState":"BOUND","formerImei":"","changedAt":"' + MADE_AT + '"}}'
)


def made_up(number: int) -> dict[str, Any]:
    """A made-up agreement by its number, as the books would have it once it is changed."""
    return {
        "no": f"TG{number:010d}",
        "generated": number,
        "licence": f"37{number:010d}",
        "cust": f"37{number:010d}",
        "phone": f"189{number:08d}",
        "order_day": str(number % 5 + 1),
        "until": "2029-01-04",
        "imei": f"86{number:013d}",
    }


@dataclass(frozen=True)
class Leaf:
    """A page: its rows as JSON, where the list goes on, and whether it does."""

    rows: list[str]
    cursor: str
    more: bool


class Shelf:
    """The list, a page at a time, in memory that does not grow with it."""

    def __init__(self, ledger: Ledger, bindings: int, page: int) -> None:
        self.ledger, self.bindings, self.most = ledger, bindings, min(page, LARGEST)

    def page(self, content: dict[str, Any]) -> Leaf:
        """The page that is asked for; raises Turned."""
        limit = content.get("limit")
        size = min(limit, self.most) if isinstance(limit, int) and limit > 0 else self.most
        since = str(content.get("changedSince") or "")
        part, revision, after = self._place(str(content.get("cursor") or ""))
        if part == "tag":
            return self.changed(revision, size)
        from_made = bool(self.bindings) and not (since and written(self._moment(since)) > MADE_AT)
        if part == "made":
            return self.made([], revision, after, size)
        return self.of_books(revision, after, since, size, from_made)

    def _place(self, cursor: str) -> tuple[str, int, int]:
        if not cursor:
            return "books", self.ledger.revision(), 0
        place = CURSOR.fullmatch(cursor)
        if not place:
            raise Turned("-2", "cursor is not ours")
        return place[1], int(place[2]), int(place[3])

    def _moment(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise Turned("-2", "changedSince is no moment") from None

    def changed(self, revision: int, size: int) -> Leaf:
        """What has changed since a tag; the tag of the present, and no row, when nothing has."""
        latest = self.ledger.revision()
        agreements = self.ledger.ask(
            "SELECT * FROM agreements WHERE revision > ? ORDER BY revision LIMIT ?", revision, size
        )
        more = len(agreements) == size and agreements[-1]["revision"] < latest
        last = agreements[-1]["revision"] if more else latest
        return Leaf([as_text(agreement) for agreement in agreements], f"tag-{last}-0", more)

    def of_books(self, revision: int, after: int, since: str, size: int, from_made: bool) -> Leaf:
        """Rows of the books, and made-up ones behind them."""
        first = written(self._moment(since)) if since else ""
        query = "SELECT * FROM agreements WHERE id > ? AND changed >= ? ORDER BY id LIMIT ?"
        agreements = self.ledger.ask(query, after, first, size)
        rows = [as_text(agreement) for agreement in agreements]
        if len(agreements) == size:
            return Leaf(rows, f"books-{revision}-{agreements[-1]['id']}", True)
        if from_made:
            return self.made(rows, revision, 0, size)
        return Leaf(rows, f"tag-{revision}-0", False)

    def made(self, rows: list[str], revision: int, begin: int, size: int) -> Leaf:
        """Made-up rows from a number on; those that stand in the books by now are left out."""
        known = {
            agreement["generated"]
            for agreement in self.ledger.ask("SELECT generated FROM agreements WHERE generated >= 0")
        }
        end = begin
        # A loop, because agreements that are in the books by now leave gaps on the page.
        while end < self.bindings and len(rows) < size:
            begin, end = end, min(end + size - len(rows), self.bindings)
            rows += [MADE.format(number) for number in range(begin, end) if number not in known]
        if end < self.bindings:
            return Leaf(rows, f"made-{revision}-{end}", True)
        return Leaf(rows, f"tag-{revision}-0", False)


def as_text(row: dict[str, Any]) -> str:
    """A row of the books as JSON."""
    return json.dumps(record(row), ensure_ascii=False)
