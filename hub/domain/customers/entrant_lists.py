"""The look at each day's list of new entrants: by when, what was seen, how far it is (R7.15)."""

from datetime import time
from enum import StrEnum

# By when the day's list is looked at where a unit has set no hour, and the latest that one may set: the article says "at
# the start of work" (R7.15).
LIST_HOUR, LATEST_LIST_HOUR = time(10), time(12)


class ListSeen(StrEnum):
    """What the clerk saw when looking for the day's list."""

    LIST = "list"
    NONE = "none"


class ListState(StrEnum):
    """How far the look at a day's list of new entrants is."""

    LOOKED_AT = "looked_at"
    WAITING = "waiting"
    LATE = "late"
    MISSED = "missed"
