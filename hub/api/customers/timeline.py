"""A customer's timeline."""

from datetime import date, datetime
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Limit, Shown, Words
from hub.operations.customers import timeline
from hub.operations.desk import Desk

resource = Resource("timelines")


class HappenedShown(Shown):
    """One event in code words; of a change also the fields in words, sensitive values left out."""

    at: datetime
    kind: str
    id: UUID
    event: str
    what: str
    who: str
    article: str
    why: str
    zh: str
    en: str


class TimelineShown(Shown):
    """A page of a timeline; `next` goes into `after` for the following one."""

    rows: list[HappenedShown]
    next: str | None


@resource.get("/customers/{customer_id}/timeline", timeline.show_timeline)
def show(
    desk: Desk,
    customer_id: UUID,
    kind: Words = "",
    since: date | None = None,
    until: date | None = None,
    after: Words = "",
    limit: Limit = 50,
) -> TimelineShown:
    """All that happened, newest first."""
    found = timeline.show_timeline(desk, customer_id, kind, since, until, after, limit)
    rows = [HappenedShown(**vars(row.event), zh=row.zh, en=row.en) for row in found.rows]
    return TimelineShown(rows=rows, next=found.next)
