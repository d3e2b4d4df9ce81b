"""The daily list of new entrants: looked at each working morning, or "none today"; whom to remind, and when (R7.15)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.customers.entrant_lists import LATEST_LIST_HOUR, LIST_HOUR, ListSeen, ListState
from hub.domain.inputs import Choices, Code, Label, OptionalText
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.grants import nearest
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import known_days
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.onboarding import entrant_lists
from hub.registry.schema import EntrantListDay, EntrantListHour
from hub.registry.staff import users

from .board import LOOKS

CLERK, OFFICER = Post.STATISTICS_CLERK, Post.LICENCE_OFFICER
LOOK, SEND = "entrant_list_look", "entrant_list_send"
SEEN = {
    ListSeen.LIST: ("有名单,已查收", "A list, looked through"),
    ListSeen.NONE: ("今日无新入网户", "None today"),
}
# Lines about earlier days that a page shows.
EARLIER = 20
HOUR = {"field": ("查收时间", "Looked at by"), "at": "hour"}


class NoListCame(Refusal):
    """A list that has not come cannot have been looked at (R7.15)."""

    article = "R7.15"
    says = (
        "本单位今天还没有登记新入网户,不能确认已查收名单。",
        "No new entrant of today is in the hub yet: there is no list to have looked at.",
    )
    then = (
        "请先导入证件管理员的名单;今天没有新入网户的,选择“今日无新入网户”。",
        "Import the licence officer's list first, or choose “None today”.",
    )


class ListCame(Refusal):
    """“None today” is refused when new entrants came today (R7.15)."""

    article = "R7.15"
    says = (
        "今天已有 {count} 户新入网户,不能登记“今日无新入网户”。",
        "New entrants came today ({count}), so it is not “none today”.",
    )
    then = ("请由统计分析员核对名单后确认已查收。", "Let the clerk look through the list and confirm that.")


class ListElsewhere(Refusal):
    """The list is looked at in the unit that has the clerk (R7.15)."""

    article = "R7.15"
    says = (
        "单位 {unit} 没有统计分析员,名单不在该单位查收。",
        "Unit {unit} has no clerk of its own: its list is looked at elsewhere.",
    )
    then = ("请选择由统计分析员查收名单的单位。", "Choose a unit whose clerk looks at the list.")


@dataclass(frozen=True)
class ListDayView:
    """A unit's list on a day. `entrants`: how many came that day; `by`: the hour by which it is to be looked at."""

    unit_code: str
    unit_name: str
    day: date
    state: ListState
    by: time | None
    entrants: int
    none_at: datetime | None
    none_by_name: str | None
    looked_at: datetime | None
    looked_by_name: str | None
    looked_as: str | None


@dataclass(frozen=True)
class EntrantLists:
    """Today's lists of the caller's units, and the record of earlier days. `working`: today is a working day."""

    working: bool
    today: list[ListDayView]
    earlier: list[ListDayView]


@dataclass(frozen=True)
class ListHour:
    """The hour by which a unit's list is looked at; `own`: the unit itself has set it."""

    by: time
    own: bool


@operation(
    "entrant_lists.show_lists",
    article="R7.15",
    posts=LOOKS,
    title=("查看名单查收情况", "See whether the list was looked at"),
    changes=False,
    audited=False,
)
def show_lists(desk: Desk) -> EntrantLists:
    """Whether today's list of each unit with a clerk was looked at, and by when; earlier days, newest first."""
    names = {unit.code: unit.name for unit in users.units(desk.tx)}
    clerked, hours = entrant_lists.list_units(desk.tx), _hours(desk)
    own = sorted(clerked if desk.units is None else clerked & desk.units)
    working = known_days(desk.tx).working(today())
    views = []
    for unit in own:
        count = entrant_lists.arrived(desk.tx, _reach(desk, unit, clerked), today())
        by = _hour_of(desk, unit, hours)
        known = entrant_lists.day_of(desk.tx, unit, today()) or EntrantListDay(unit_code=unit, day=today(), entrants=0)
        late = working and _passed(by)
        state = ListState.LOOKED_AT if _looked(known, count) else ListState.LATE if late else ListState.WAITING
        views.append(view(ListDayView, known, unit_name=names[unit], state=state, by=by, entrants=count))
    earlier = [
        view(ListDayView, known, unit_name=names[known.unit_code], state=_ended(known), by=None)
        for known in entrant_lists.earlier(desk.tx, desk.units, today(), EARLIER)
    ]
    return EntrantLists(working, views, earlier)


@operation(
    "entrant_lists.say_none",
    article="R7.15",
    posts={OFFICER},
    title=("登记今日无新入网户", "Say that there is no list today"),
    people_only=True,
)
def say_none(desk: Desk, unit_code: Code) -> None:
    """The licence officer says that there is no new entrant today; the clerk still confirms having seen it.

    Raises NotFound, ListElsewhere, ListCame.
    """
    known, count = _today(desk, unit_code)
    if count:
        raise ListCame(count=count)
    known.none_at, known.none_by_name = now(), desk.actor.name
    close_tasks(desk, "entrant_list", known.id, "none", SEND)


@operation(
    "entrant_lists.confirm_look",
    article="R7.15",
    posts={CLERK},
    title=("确认已查收新入网户名单", "Confirm that the list was looked at"),
    people_only=True,
)
def confirm_look(
    desk: Desk, unit_code: Code, seen: Annotated[Code, Label("查收结果", "What was seen"), Choices(SEEN)]
) -> None:
    """The clerk confirms having looked: at the list, or that there is none today.

    Raises NotFound, ListElsewhere, BadInput, NoListCame, ListCame.
    """
    if seen not in SEEN:
        raise BadInput(field=("查收结果", "What was seen"), problem="不存在", mend="请从列表中选择。", at="seen")
    known, count = _today(desk, unit_code)
    if seen == ListSeen.LIST and not count:
        raise NoListCame()
    if seen == ListSeen.NONE and count:
        raise ListCame(count=count)
    known.looked_at, known.looked_by_name, known.looked_as = now(), desk.actor.name, seen
    known.entrants = count
    desk.audit_detail |= {"seen": seen, "entrants": count}
    close_tasks(desk, "entrant_list", known.id, seen)


@operation(
    "entrant_lists.show_hour",
    article="R7.15",
    posts=LOOKS | {Post.DEPUTY_MANAGER},
    title=("查看名单查收时间", "See by when the list is looked at"),
    changes=False,
    audited=False,
)
def show_hour(desk: Desk, unit_code: Code) -> ListHour:
    """By when a unit's list is looked at, and whether the unit itself has set it. Raises NotFound."""
    desk.unit(unit_code)
    hours = _hours(desk)
    return ListHour(_hour_of(desk, unit_code, hours), unit_code in hours)


@operation(
    "entrant_lists.set_hour",
    article="R7.15",
    posts={Post.SECTION_CHIEF},
    title=("设定名单查收时间", "Set by when the list is looked at"),
    people_only=True,
)
def set_hour(
    desk: Desk,
    unit_code: Code,
    hour: Annotated[
        OptionalText,
        Field(max_length=5),
        Label(
            "查收时间",
            "Looked at by",
            ("如 10:00,最晚 12:00;不填按上级单位", "10:00; 12:00 at the latest; empty: as the unit above"),
        ),
    ] = "",
) -> None:
    """Set by when a unit's list is to be looked at; without an hour that of the unit above counts, else 10:00.

    Raises NotFound, BadInput for an hour after the morning.
    """
    desk.unit(unit_code)
    desk.about("unit", unit_code)
    chosen = _morning(hour) if hour else None
    known = entrant_lists.hours(desk.tx).get(unit_code)
    desk.audit_detail |= {"before": str(known.hour) if known else "", "after": str(chosen or "")}
    if chosen is None:
        if known is not None:
            desk.tx.delete(known)
        return
    known = known or EntrantListHour(unit_code=unit_code)
    known.hour, known.by_name, known.at = chosen, desk.actor.name, now()
    desk.tx.add(known)


def _morning(hour: str) -> time:
    """An hour of the morning, as 10:00. Raises BadInput."""
    mend = ("请填写 12:00 或更早的时间,如 10:00。", "Enter 12:00 or earlier, like 10:00.")
    try:
        chosen = datetime.strptime(hour, "%H:%M").time()  # noqa: DTZ007 - an hour has no zone
    except ValueError:
        raise BadInput(**HOUR, problem=("不是时间", "not a time"), mend=mend) from None
    if chosen > LATEST_LIST_HOUR:
        raise BadInput(**HOUR, problem=("已不是上午", "no longer the morning"), mend=mend)
    return chosen


def ask_for_lists(desk: Desk) -> int:
    """After a unit's hour on a working day, give the clerk and, if nothing came, the licence officer a task.

    A list that came after the look is asked about again. Earlier days are closed as missed. Returns how many changed.
    """
    assert desk.actor == HUB
    # Even on a day of rest: the first run after midnight closes the day before.
    closed = [_close(desk, known) for known in entrant_lists.left_open(desk.tx, today())]
    if not known_days(desk.tx).working(today()):
        return len(closed)
    clerked, hours = entrant_lists.list_units(desk.tx), _hours(desk)
    return len(closed) + sum(
        _ask(desk, unit, clerked) for unit in sorted(clerked) if _passed(_hour_of(desk, unit, hours))
    )


def _ask(desk: Desk, unit: str, clerked: frozenset[str]) -> bool:
    """Open a unit's missing tasks, and close the officer's once something came; returns whether anything changed."""
    # Read without a lock first: this runs every ten seconds, and most of the time there is nothing to do.
    count = entrant_lists.arrived(desk.tx, _reach(desk, unit, clerked), today())
    known = entrant_lists.day_of(desk.tx, unit, today())
    if known is not None and _looked(known, count):
        return False
    came = count > 0 or (known is not None and known.none_at is not None)
    # Asked already, and not looked at since: a second task would be the same one.
    if (
        known is not None
        and known.asked_at is not None
        and (known.looked_at is None or known.asked_at > known.looked_at)
    ):
        if came:
            close_tasks(desk, "entrant_list", known.id, "came", SEND)
        return False
    known = entrant_lists.hold_day(desk.tx, unit, today(), new_id())
    known.asked_at = now()
    _open(desk, LOOK, CLERK, unit, known)
    if not came:
        _open(desk, SEND, OFFICER, nearest(desk.tx, OFFICER, unit), known)
    return True


def _open(desk: Desk, kind: str, post: Post, unit: str, known: EntrantListDay) -> None:
    details = {"day": known.day.isoformat(), "unit": known.unit_code}
    open_task(
        desk, kind, "R7.15", post=post, unit_code=unit, subject=("entrant_list", known.id), days=0, details=details
    )


def _close(desk: Desk, known: EntrantListDay) -> UUID:
    """Close an earlier day; it counts as missed unless it was looked at after all."""
    known.closed_at = now()
    close_tasks(desk, "entrant_list", known.id, "missed")
    return known.id


def _today(desk: Desk, unit_code: str) -> tuple[EntrantListDay, int]:
    """A unit's day of today, locked, and how many entrants came. Raises NotFound, ListElsewhere."""
    desk.unit(unit_code)
    desk.about("unit", unit_code)
    clerked = entrant_lists.list_units(desk.tx)
    if unit_code not in clerked:
        raise ListElsewhere(unit=unit_code)
    known = entrant_lists.hold_day(desk.tx, unit_code, today(), new_id())
    return known, entrant_lists.arrived(desk.tx, _reach(desk, unit_code, clerked), today())


def _reach(desk: Desk, unit_code: str, clerked: frozenset[str]) -> frozenset[str]:
    """The units whose new entrants a unit's clerk looks at: the unit and those below without a clerk of their own."""
    below = users.units_below(desk.tx, {unit_code})
    return below - users.units_below(desk.tx, (below & clerked) - {unit_code})


# Entrants only increase during a day: a larger count than at the look means a later list.
def _looked(known: EntrantListDay, count: int) -> bool:
    return known.looked_at is not None and known.entrants >= count


def _ended(known: EntrantListDay) -> ListState:
    # Asked again after the look: nobody looked at the list that came later.
    again = known.asked_at is not None and known.looked_at is not None and known.asked_at > known.looked_at
    return ListState.MISSED if known.looked_at is None or again else ListState.LOOKED_AT


def _hours(desk: Desk) -> dict[str, time]:
    return {unit: known.hour for unit, known in entrant_lists.hours(desk.tx).items()}


def _hour_of(desk: Desk, unit: str, hours: dict[str, time]) -> time:
    """The unit's own hour, else that of the nearest unit above, else ten."""
    return next((hours[above] for above in users.units_above(desk.tx, unit) if above in hours), LIST_HOUR)


def _passed(hour: time) -> bool:
    return now().astimezone(SHANGHAI).time() >= hour
