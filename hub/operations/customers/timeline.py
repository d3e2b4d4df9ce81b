"""A customer's timeline: everything that happened, in one list, newest first (G11, R4.1)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Label, Limit, OptionalText
from hub.domain.refusals import BadInput
from hub.domain.refusals.phrases import in_both
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.views import Named, view
from hub.ports import SHANGHAI
from hub.registry.customers import customers, timeline
from hub.registry.customers.timeline import Event

from .profile import entry
from .profile_views import CustomerRow

KINDS = (
    "change",
    "application",
    "ask",
    "card",
    "temporary",
    "order",
    "task",
    "notice",
    "staff_notice",
    "paper",
    "authorisation",
    "power_cut",
    "route",
    "training",
    "web",
    "watch",
)


@dataclass(frozen=True)
class Happened:
    """An event in code words; of a change also which fields in words of both languages, sensitive values left out."""

    at: datetime
    kind: str
    id: UUID
    event: str
    what: str
    who: str
    article: str
    why: Named
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Timeline:
    """A page of a customer's timeline; `next` goes into `after` for the following one, None at the end."""

    customer: CustomerRow
    rows: list[Happened]
    next: str | None


@operation(
    "timelines.show_timeline",
    article="G11",
    posts=STAFF,
    title=("查看客户全部经过", "See a customer's timeline"),
    changes=False,
    audited=False,
)
def show_timeline(
    desk: Desk,
    customer_id: UUID,
    kind: Annotated[OptionalText, Label("类别", "Kind")] = "",
    since: Annotated[date | None, Label("自", "From")] = None,
    until: Annotated[date | None, Label("至", "To")] = None,
    after: OptionalText = "",
    limit: Limit = 50,
) -> Timeline:
    """What happened, newest first: of one kind, from a day, up to a day, behind a place. Raises NotFound, BadInput."""
    customer = desk.customer(customer_id)
    if kind and kind not in KINDS:
        raise BadInput(field="类别", problem="不存在", mend="请从列表中选择类别。")
    begin = datetime.combine(since, time(), SHANGHAI) if since else None
    end = datetime.combine(until, time(), SHANGHAI) + timedelta(days=1) if until and until < date.max else None
    # One more than is shown: whether another page follows is then known without counting.
    events = timeline.events(desk.tx, customer.id, kind, begin, end, _place(after), limit + 1)
    shown = events[:limit]
    last = shown[-1] if len(events) > limit else None
    following = f"{last.at.isoformat()}|{last.id}|{last.event}" if last else None
    return Timeline(view(CustomerRow, customer), _in_words(desk, shown), following)


def _place(after: str) -> tuple[datetime, UUID, str] | None:
    """A place in the list, as the previous page gave it: moment, id and event."""
    if not after:
        return None
    # In an address a plus sign is read as a space: the zone's sign is put back.
    at, _, rest = after.replace(" ", "+").partition("|")
    row_id, _, event = rest.partition("|")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not event.replace("_", "").isalpha():
            raise ValueError
        return moment, UUID(row_id), event
    except ValueError:
        raise BadInput(field="页码", problem="不正确", mend="请从第一页重新查看。") from None


def _in_words(desk: Desk, events: list[Event]) -> list[Happened]:
    """The events, changes with their fields in words; fields that are switched off are left out (R3.2)."""
    changes = timeline.changes(desk.tx, [event.id for event in events if event.kind == "change"])
    off = customers.switched_off(desk.tx)
    words = {change_id: entry(desk, change, off) for change_id, change in changes.items()}
    return [
        view(
            Happened,
            event,
            why=in_both(event.why or ""),
            zh=words[event.id].what_zh if event.id in words else "",
            en=words[event.id].what_en if event.id in words else "",
        )
        for event in events
    ]
