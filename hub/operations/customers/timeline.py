"""A customer's timeline: everything that happened, in one list, newest first (G11, R4.1)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from hub.domain.refusals import BadInput
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.ports import SHANGHAI
from hub.registry.customers import customers, timeline
from hub.registry.customers.timeline import Event
from hub.registry.schema import Customer

from .profile import entry

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
    """An event; of a change also which fields in words, sensitive values left out."""

    event: Event
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Timeline:
    """A page of a timeline; `next` is the place from which the following page goes on, None at the end."""

    customer: Customer
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
    kind: str = "",
    since: date | None = None,
    until: date | None = None,
    after: str = "",
    limit: int = 50,
) -> Timeline:
    """What happened, newest first: of one kind, from a day, up to a day, behind a place. Raises NotFound, BadInput."""
    customer = desk.customer(customer_id)
    if kind and kind not in KINDS:
        raise BadInput(field="类别", problem="不存在", mend="请从列表中选择类别。")
    limit = max(1, min(limit, 200))
    begin = datetime.combine(since, time(), SHANGHAI) if since else None
    end = datetime.combine(until, time(), SHANGHAI) + timedelta(days=1) if until and until < date.max else None
    found = timeline.events(desk.tx, customer.id, kind, begin, end, _place(after), limit + 1)
    rows = _in_words(desk, found[:limit])
    last = rows[-1].event if len(found) > limit else None
    return Timeline(customer, rows, f"{last.at.isoformat()}|{last.id}|{last.event}" if last else None)


def _place(after: str) -> tuple[datetime, UUID, str] | None:
    """A place in the list, as the page before gave it."""
    if not after:
        return None
    at, _, rest = after.replace(" ", "+").partition("|")
    row, _, event = rest.partition("|")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not event.replace("_", "").isalpha():
            raise ValueError
        return moment, UUID(row), event
    except ValueError:
        raise BadInput(field="页码", problem="不正确", mend="请从第一页重新查看。") from None


def _in_words(desk: Desk, found: list[Event]) -> list[Happened]:
    """Changes with their fields in words, those that are switched off left out (R3.2)."""
    known = timeline.changes(desk.tx, [each.id for each in found if each.kind == "change"])
    off = customers.switched_off(desk.tx)
    rows = []
    for each in found:
        if each.id not in known:
            rows.append(Happened(each))
            continue
        words = entry(known[each.id], off)
        rows.append(Happened(each, words.what_zh, words.what_en))
    return rows
