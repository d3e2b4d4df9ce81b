"""Timeliness and accuracy by post and by channel (R17.1)."""

from datetime import date
from typing import Annotated

from fastapi import Query

from hub.api.resource import Resource
from hub.api.shapes import Shown
from hub.operations.desk import Desk
from hub.operations.oversight import timeliness

resource = Resource("timeliness")


class FiguresShown(Shown):
    """A month of a post or channel; `share` in per cent, hours of the clock; `amiss`: sent back, or refused."""

    key: str
    in_time: int
    late: int
    open_late: int
    open: int
    amiss: int
    share: float | None
    median_hours: float | None
    oldest_doubt: float | None


class MonthShown(Shown):
    """One month."""

    first: date
    posts: list[FiguresShown]
    channels: list[FiguresShown]


@resource.get("/timeliness", timeliness.show_timeliness)
def show(desk: Desk, month: Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")] = "") -> MonthShown:
    """A month like 2026-11; this month when none is named."""
    return MonthShown.model_validate(timeliness.show_timeliness(desk, month))
