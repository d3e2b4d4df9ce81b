"""Where a reading of a list stands: a partner's own word for it, bound to the list and the reading that it belongs to."""

from dataclasses import dataclass, replace

# Characters of a cursor; a partner that says more has no cursor that the hub would keep.
LONGEST = 4000
CHANGES, FULL, AFRESH, BACKFILL = "changes", "full", "afresh", "backfill"
MODES = frozenset({CHANGES, FULL, AFRESH, BACKFILL})


class BadCursor(ValueError):
    """A cursor that is none, or one of another list or reading."""


@dataclass(frozen=True)
class Cursor:
    """The place behind a page of a list. `text` is the partner's; empty is the first page. Raises BadCursor.

    A cursor commits with the facts of its page, and is never used for another list, nor a backfill's for anything else.
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
        """The place behind the next page of the same reading."""
        return replace(self, text=text)

    def for_changes(self) -> "Cursor":
        """What has changed since: the last place of a reading that was done, backfills aside."""
        if self.mode == BACKFILL:
            raise BadCursor("a backfill's cursor is of no use to other readings")
        return replace(self, mode=CHANGES)

    def refuse_other(self, other: "Cursor") -> None:
        """Raise BadCursor for a place of another list or mode."""
        if (self.channel, self.verb, self.mode) != (other.channel, other.verb, other.mode):
            raise BadCursor(f"{other.channel} {other.verb} {other.mode} is no place of {self.channel} {self.verb}")


__all__ = ["AFRESH", "BACKFILL", "CHANGES", "FULL", "BadCursor", "Cursor"]
