"""The daily check of the list of new entrants: by when, what was seen, and its state (R7.15)."""

from datetime import time
from enum import StrEnum

# The hour by which the day's list is looked at unless a unit has set one, and the latest that it may set: the article
# says "at the start of work" (R7.15).
LIST_HOUR, LATEST_LIST_HOUR = time(10), time(12)


class ListSeen(StrEnum):
    """What the clerk saw when looking for the day's list."""

    LIST = "list"
    NONE = "none"


class ListState(StrEnum):
    """Whether a day's list of new entrants has been looked at."""

    LOOKED_AT = "looked_at"
    WAITING = "waiting"
    LATE = "late"
    MISSED = "missed"
