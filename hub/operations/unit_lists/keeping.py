"""A unit's lists: shown, a value entered or withdrawn, who still has it, what was changed and by whom (R2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.input_problems import problem
from hub.domain.customers.unit_lists import KEEPERS, LISTED, NARROWED, PEOPLE, ListedAlready, check_entry
from hub.domain.inputs import Choices, Code, Label, Text, Why
from hub.domain.refusals import BadInput, NotFound, NotPermitted
from hub.domain.staff.posts import HUB, Post, post_words
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.views import view, views
from hub.ports import new_id, now
from hub.registry.customers import unit_lists
from hub.registry.schema import ListEntry
from hub.registry.staff import users

from .listed import people_of, values_of

KEEPS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}
LOOKS = KEEPS | {Post.ACCOUNT_MANAGER, Post.DEPUTY_SECTION_CHIEF, Post.LICENCE_OFFICER, Post.INTERNAL_CONTROL}
LISTS: Mapping[str, tuple[str, str]] = {key: FIELDS[key].title for key in LISTED}
# How many lines of a list's history, or customers with a value, are shown.
SHOWN = 200
Unit = Annotated[Code, Label("单位", "Unit")]
ListField = Annotated[Code, Label("清单", "List"), Choices(LISTS)]
Value = Annotated[Text, Label("内容", "Value")]


@dataclass(frozen=True)
class EntryView:
    """A value of a list: whose list has it, whether it may be chosen, how many customers have it, who said so last."""

    value: str
    unit_code: str
    active: bool
    customers: int
    by_name: str
    at: datetime | None


@dataclass(frozen=True)
class PersonView:
    """Somebody whom a customer's record may name."""

    name: str
    login: str


@dataclass(frozen=True)
class ListView:
    """One list as it holds in a unit: its values, or for a post its holders.

    `own`: the unit enters the words itself; from other lists it can only withdraw what it does not use.
    """

    field: str
    title: tuple[str, str]
    own: bool
    entries: list[EntryView]
    people: list[PersonView]


@dataclass(frozen=True)
class EntryChange:
    """A value that was entered or withdrawn."""

    value: str
    active: bool
    why: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class HavingView:
    """A customer who has a value."""

    id: UUID
    code: str
    shop_name: str
    unit_code: str


@operation(
    "unit_lists.show_lists",
    article="R2.2",
    posts=LOOKS,
    title=("查看单位清单", "See a unit's lists"),
    changes=False,
    audited=False,
)
def show_lists(desk: Desk, unit_code: Unit) -> list[ListView]:
    """All lists as they hold in a unit, with those of the units above it. Raises NotFound."""
    desk.unit(unit_code)
    people = [
        ListView(key, FIELDS[key].title, False, [], views(PersonView, people_of(desk, unit_code, key)))
        for key in PEOPLE
    ]
    return [
        *(ListView(key, FIELDS[key].title, key not in NARROWED, _entries(desk, unit_code, key), []) for key in LISTED),
        *people,
    ]


def _entries(desk: Desk, unit_code: str, key: str) -> list[EntryView]:
    """Values on the list or in a customer's record, those in use first; the nearest unit's entry decides."""
    # Sorted with the nearest unit last, so that its entry is the one that stays in the dict.
    above = users.units_above(desk.tx, unit_code)
    last: dict[str, ListEntry] = {}
    for entry in sorted(unit_lists.newest(desk.tx, above, [key]), key=lambda kept: -above.index(kept.unit_code)):
        last[entry.value] = entry
    counted = unit_lists.counts(desk.tx, users.units_below(desk.tx, {unit_code}), key)
    usable = values_of(desk, unit_code, key)
    rest = [value for value in sorted({*last, *counted}) if value not in usable]
    return [
        EntryView(
            value,
            entry.unit_code if entry else unit_code,
            value in usable,
            counted.get(value, 0),
            entry.by_name if entry else "",
            entry.at if entry else None,
        )
        for value in (*usable, *rest)
        for entry in [last.get(value)]
    ]


@operation("unit_lists.add_entry", article="R2.2", posts=KEEPS, title=("登记清单内容", "Enter a value in a list"))
def add_entry(desk: Desk, unit_code: Unit, field: ListField, value: Value, why: Why) -> None:
    """Enter a value, or one again that was withdrawn. Raises NotFound, NotPermitted, BadInput, ListedAlready."""
    known = _own_list(desk, unit_code, field)
    checked = check_entry(known, value)
    if checked.problem:
        words = problem(checked.problem)
        raise BadInput(field="内容", problem=words.problem, mend=words.mend)
    if checked.value in values_of(desk, unit_code, known):
        raise ListedAlready(what="内容")
    _enter(desk, unit_code, known, checked.value, True, why)


@operation("unit_lists.withdraw_entry", article="R2.2", posts=KEEPS, title=("停用清单内容", "Withdraw a value"))
def withdraw_entry(desk: Desk, unit_code: Unit, field: ListField, value: Value, why: Why) -> int:
    """Withdraw a value: no new use; who has it keeps it. Returns how many have it.

    A unit may withdraw for itself what a unit above it keeps. Raises NotFound, NotPermitted, BadInput.
    """
    known = _own_list(desk, unit_code, field)
    code = check_entry(known, value).value
    if not code or code not in values_of(desk, unit_code, known):
        raise NotFound(what="清单内容")
    _enter(desk, unit_code, known, code, False, why)
    return unit_lists.counts(desk.tx, users.units_below(desk.tx, {unit_code}), known).get(code, 0)


def _own_list(desk: Desk, unit_code: str, field: str) -> str:
    """The list, if the caller's post keeps it in this unit; locked. Raises NotFound, NotPermitted."""
    desk.unit(unit_code)
    if field not in LISTED:
        raise NotFound(what="清单")
    if desk.actor != HUB and unit_code not in desk.covered_units(KEEPERS[field]):
        titles = FIELDS[field].title
        raise NotPermitted(
            action=f"维护{titles[0]}清单",
            action_en=f"Keep the list of {titles[1]}",
            **post_words(sorted(KEEPERS[field])),
        )
    # Before the list is read: of two who enter one value at once the second finds it and is refused.
    unit_lists.hold_list(desk.tx, unit_code, field)
    return field


# Rows are only added: the newest one of a value says whether it is in use, and all of them are its history.
def _enter(desk: Desk, unit_code: str, field: str, value: str, active: bool, why: str) -> None:
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明原因。")
    entry = ListEntry(id=new_id(), unit_code=unit_code, field=field, value=value, active=active, why=why.strip())
    entry.by_user, entry.by_name, entry.at = desk.actor.user_id, desk.actor.name, now()
    desk.tx.add(entry)
    desk.tx.flush()
    desk.about("unit_list", f"{unit_code} {field}")
    desk.audit_detail |= {"value": value, "active": active}


@operation(
    "unit_lists.list_having",
    article="R2.2",
    posts=LOOKS,
    title=("查看使用某内容的客户", "See who has a value"),
    changes=False,
    audited=False,
)
def list_having(desk: Desk, unit_code: Unit, field: ListField, value: Value) -> list[HavingView]:
    """Customers of a unit and those below it who have a value of a list, the first 200 by code. Raises NotFound."""
    desk.unit(unit_code)
    if field not in LISTED:
        raise NotFound(what="清单")
    below = users.units_below(desk.tx, {unit_code})
    return views(HavingView, unit_lists.having(desk.tx, below, field, value.strip(), SHOWN))


@operation(
    "unit_lists.show_history",
    article="R2.2",
    posts=LOOKS,
    title=("查看清单变更记录", "See a list's history"),
    changes=False,
    audited=False,
)
def show_history(desk: Desk, unit_code: Unit, field: ListField) -> list[EntryChange]:
    """What was entered in a unit's own list and withdrawn from it, newest first. Raises NotFound."""
    desk.unit(unit_code)
    if field not in LISTED:
        raise NotFound(what="清单")
    return [view(EntryChange, entry) for entry in unit_lists.history(desk.tx, unit_code, field, SHOWN)]
