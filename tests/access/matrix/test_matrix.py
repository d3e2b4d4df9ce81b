"""The authorisation matrix, generated from the table of operations: allowed where declared, nowhere else (R4.1, S1, S2).

Every operation stands in one of the tables below: about a customer's things, a user's, a unit's, one's own; a list; the
whole company's; or reading that shows everybody the same. One that stands in none fails, and so does a name without one.
"""

import inspect
from collections.abc import Collection, Iterator

import pytest

import hub.api
import hub.cli
import hub.console
from hub.domain.refusals import NotPermitted
from hub.domain.staff.posts import Actor, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, OnlyAtCompany, authorise, operation
from tests.support import people

from .customer_things import NAMES, SCENES
from .exempt import COMPANY, GLOBAL
from .judged import BELOW, OTHER, OWN, PARENT, function_of, holder
from .lists import LISTS
from .own_things import OWN_THINGS
from .staff_things import PEOPLE
from .unit_things import UNITS

FACES = (hub.api, hub.cli, hub.console)
"""Imported, so that the table holds all operations."""
KINDS: dict[str, Collection[str]] = {
    "a customer's things": SCENES,
    "a user's things": PEOPLE,
    "a unit's things": UNITS,
    "one's own things": OWN_THINGS,
    "a list": LISTS,
    "the company's": COMPANY,
    "the same for everybody": GLOBAL,
}
NAMES_A_USER = {"user_id", "token_id", "leave_id", "request_id", "login"}
NAMES_A_UNIT = {"unit_code", "units", "parent_code"}


def uncovered() -> Iterator[str]:
    """What is wrong with the tables: an operation in none or in two of them, a name that is no operation."""
    for name in sorted({*OPERATIONS, *(name for kind in KINDS.values() for name in kind)}):
        kinds = [kind for kind, names in KINDS.items() if name in names]
        if name not in OPERATIONS:
            yield f"{name} stands under {kinds} and is no operation"
        elif len(kinds) != 1:
            yield f"{name} must stand under one kind, and stands under {kinds or 'none'}"


def test_every_operation_stands_in_the_matrix_once() -> None:
    assert not list(uncovered()), "\n".join(uncovered())


def test_an_operation_that_the_matrix_does_not_cover_and_a_name_without_one_are_seen() -> None:
    @operation(
        "test_matrix.something_new", article="R4.1", posts=(Post.INSPECTOR,), title=("新的操作", "Something new")
    )
    def something_new(desk: Desk) -> None:
        """Nobody has thought of its units."""

    try:
        [fault] = uncovered()
        assert fault == "test_matrix.something_new must stand under one kind, and stands under none"
    finally:
        del OPERATIONS["test_matrix.something_new"]
    row = OPERATIONS.pop("staff.grant_post")
    try:
        [fault] = uncovered()
        assert "staff.grant_post" in fault and "no operation" in fault
    finally:
        OPERATIONS["staff.grant_post"] = row


def test_what_names_a_customer_a_user_or_a_unit_stands_under_a_kind_that_tries_it() -> None:
    tried = {*PEOPLE, *UNITS, *OWN_THINGS, *SCENES}
    for name in OPERATIONS:
        named = set(inspect.signature(function_of(name)).parameters)
        assert (not named & set(NAMES)) or name in SCENES, name
        assert not named & (NAMES_A_USER | NAMES_A_UNIT) or name in tried or name == "unit_rules.list_rules", name


def test_what_concerns_every_unit_is_the_companys() -> None:
    assert {name for name, row in OPERATIONS.items() if row.company} == COMPANY


def test_reading_that_shows_everybody_the_same_changes_nothing() -> None:
    assert not [name for name in GLOBAL if OPERATIONS[name].changes]
    assert all(len(reason) > 10 for reason in GLOBAL.values())


@pytest.mark.article("R4.1")
def test_every_operation_is_allowed_exactly_to_its_posts_and_covers_exactly_their_units(office: Office) -> None:
    cells = 0
    with office.desk(people.CLERK) as desk:
        for row in OPERATIONS.values():
            for post in [*Post, None]:
                for unit in BELOW:
                    desk.actor = holder(post, unit)
                    declared = post in row.posts
                    try:
                        authorise(desk, row)
                    except NotPermitted:
                        assert not declared and not row.own, (row.name, post)
                    except OnlyAtCompany:
                        assert declared and row.company and unit != PARENT, (row.name, post, unit)
                    else:
                        assert declared or row.own, (row.name, post)
                        assert not row.company or unit == PARENT, (row.name, post, unit)
                        assert desk.units == (BELOW[unit] if declared else set()), (row.name, post, unit)
                    cells += 1
    assert cells == len(OPERATIONS) * (len(Post) + 1) * len(BELOW) and len(OPERATIONS) > 50


@pytest.mark.article("R4.1")
def test_a_post_elsewhere_lends_no_unit_to_an_operation_that_is_not_its_own(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        for row in OPERATIONS.values():
            for post in sorted(set(Post) - row.posts) if not row.company else ():
                for declared in row.posts:
                    desk.actor = Actor(people.CLERK_ID, "两岗", frozenset({(declared, OWN), (post, OTHER)}))
                    authorise(desk, row)
                    assert desk.units == {OWN}, (row.name, declared, post)


@pytest.mark.article("R4.1")
def test_an_operation_without_posts_is_for_nobody(office: Office) -> None:
    @operation("test_matrix.nobodys", article="R4.1", posts=(), title=("无人可办", "Nobody's"))
    def nobodys(desk: Desk) -> None:
        """Done by nobody."""

    try:
        with pytest.raises(NotPermitted):
            office.perform(Actor(people.CLERK_ID, "全岗", frozenset((post, PARENT) for post in Post)), nobodys)
    finally:
        del OPERATIONS["test_matrix.nobodys"]
