"""Where a reading of a list stands: the partner's cursor, bound to its list and to the kind of reading."""

from dataclasses import dataclass, replace

# Characters of a cursor at most: it is the partner's text, and the hub stores it.
LONGEST = 4000
CHANGES, FULL, AFRESH, BACKFILL = "changes", "full", "afresh", "backfill"
MODES = frozenset({CHANGES, FULL, AFRESH, BACKFILL})


class BadCursor(ValueError):
    """A malformed cursor, or one of another list or reading."""


@dataclass(frozen=True)
class Cursor:
    """The place after a page of a list. `text` is the partner's; empty for the first page. Raises BadCursor.

    A cursor is committed with the facts of its page and never used for another list; a backfill's serves only that backfill.
    """

    channel: str
    verb: str
    mode: str
    text: str = ""

    def __post_init__(self) -> None:
        if self.mode not in MODES or not self.channel or not self.verb:
            raise BadCursor("a cursor belongs to a list and a mode")
        if not isinstance(self.text, str) or len(self.text) > LONGEST or not self.text.isprintable():
            raise BadCursor("a cursor is a printable text of a bounded length")

    def behind(self, text: str) -> "Cursor":
        """The place after the next page of the same reading."""
        return replace(self, text=text)

    def for_changes(self) -> "Cursor":
        """Where to read changes from: the last place of a finished reading that was not a backfill."""
        if self.mode == BACKFILL:
            # It stands where an old reading was repeated: to go on from there would skip or repeat changes.
            raise BadCursor("a backfill's cursor is of no use to other readings")
        return replace(self, mode=CHANGES)

    def refuse_other(self, other: "Cursor") -> None:
        """Raise BadCursor for a place of another list or mode."""
        if (self.channel, self.verb, self.mode) != (other.channel, other.verb, other.mode):
            raise BadCursor(f"{other.channel} {other.verb} {other.mode} is no place of {self.channel} {self.verb}")


__all__ = ["AFRESH", "BACKFILL", "CHANGES", "FULL", "BadCursor", "Cursor"]
