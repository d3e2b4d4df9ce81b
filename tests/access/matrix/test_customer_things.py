"""Operations on one customer's things: another unit's customer does not exist, another post is refused (R4.1, S1, S2)."""

import inspect
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.domain.refusals import NotFound, NotPermitted
from hub.domain.staff.posts import Actor, Post
from hub.operations.asks import overview
from hub.operations.asks import steering as ask_operations
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import search
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS
from hub.operations.settlement import accounts
from hub.operations.tasks import home
from tests.support import people
from tests.support.scenes import Scene

from .customer_things import SCENES
from .judged import OTHER, OWN, PARENT, function_of, holder, tried


@pytest.mark.article("R4.1")
@pytest.mark.parametrize("name", sorted(SCENES))
def test_another_units_customer_does_not_exist_and_other_posts_are_refused(
    office: Office, scene: Scene, name: str
) -> None:
    row, scenario = OPERATIONS[name], SCENES[name]

    def do(desk: Desk) -> object:
        return scenario(desk, scene)

    nothing = Scene(**{key: uuid4() for key in scene.ids()})
    if "request" not in inspect.signature(function_of(name)).parameters:
        unknown = tried(office, holder(min(row.posts), PARENT), lambda desk: scenario(desk, nothing))
        assert isinstance(unknown, NotFound)
    for post in Post:
        for unit in (OWN, PARENT, OTHER):
            found = tried(office, holder(post, unit), do)
            if post not in row.posts:
                assert isinstance(found, NotPermitted), (name, post, unit)
            elif unit == OTHER:
                assert isinstance(found, NotFound), (name, post, unit, found)
                if "request" not in inspect.signature(function_of(name)).parameters:
                    assert found.sentence() == unknown.sentence(), "the two answers tell that it exists"
            else:
                assert not isinstance(found, NotFound | NotPermitted), (name, post, unit, found)
    assert isinstance(tried(office, holder(None, OWN), do), NotPermitted)


@pytest.mark.article("R4.1", "G11")
@pytest.mark.parametrize("unit", [OWN, PARENT, OTHER])
def test_lists_hold_only_the_callers_units(office: Office, scene: Scene, unit: str) -> None:
    actor, there = holder(Post.STATISTICS_CLERK, unit), unit != OTHER
    with office.desk(actor) as desk:
        listed: dict[str, list[UUID]] = {
            "customers": [row.id for row in search.list_customers(desk)],
            "asks": [row.id for row in overview.list_asks(desk)],
            "doubts": [view.ask.id for view in overview.doubts(desk)],
        }
        work = home.work(desk)
    listed["untold"], listed["work"] = [untold.customer_id for untold in work.untold], [ask.id for ask in work.doubts]
    assert (scene.customer_id in listed["customers"]) is there and (scene.ask_id in listed["asks"]) is there
    assert (scene.package_id in listed["asks"]) is there, "a package shows whose agreements travel in it"
    assert all(bool(rows) is there for rows in listed.values()), listed


@pytest.mark.article("R4.1", "R7.10")
def test_a_package_with_other_units_customers_shows_only_ones_own_rows_and_is_not_ones_own_to_act_on(
    office: Office, scene: Scene
) -> None:
    with office.desk(people.CLERK) as desk:
        mine, theirs = people.customer(desk, 31), people.customer(desk, 32)
        theirs.unit_code = OTHER
        for number, row in ((31, mine), (32, theirs)):
            accounts.bind_account(desk, people.request(desk, row, number, with_package=True))
        from_other = OPERATIONS["packages.send_package"]
        [package] = function_of(from_other.name)(desk, "icbc")  # type: ignore[misc, attr-defined]
        codes = mine.code, theirs.code
    for unit, code in zip((OWN, OTHER), codes, strict=True):
        with office.desk(holder(Post.STATISTICS_CLERK, unit)) as desk:
            view = overview.show_ask(desk, package)
            assert [row.customer_code for row in view.rows] == [code] and not view.attempts
        found = tried(office, holder(Post.STATISTICS_CLERK, unit), lambda desk: ask_operations.ask_again(desk, package))
        assert isinstance(found, ask_operations.OthersToo)


@pytest.mark.article("R4.1", "R7.10")
def test_a_county_packs_only_its_own_agreements(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 41)
        ask_id = accounts.bind_account(desk, people.request(desk, row, 41, with_package=True))
    send: Any = function_of("packages.send_package")
    assert office.perform(holder(Post.STATISTICS_CLERK, OTHER), send, "icbc") == []
    [package] = office.perform(holder(Post.STATISTICS_CLERK, OWN), send, "icbc")
    with office.desk(people.CLERK) as desk:
        assert [row.id for row in overview.show_ask(desk, package).rows] == [ask_id]


@pytest.mark.article("R4.1")
def test_a_field_is_changed_only_by_its_owner_in_the_customers_own_unit(office: Office, scene: Scene) -> None:
    """A post elsewhere does not lend its fields to a post here."""
    mixed = Actor(people.CLERK_ID, "两岗", frozenset({(Post.STATISTICS_CLERK, OTHER), (Post.DELIVERY_DRIVER, OWN)}))
    field = next(row for row in customer_fields.CATALOGUE if row.owner == Post.STATISTICS_CLERK and _open(row.key))
    with office.desk(people.CLERK) as desk:
        version = desk.customer(scene.customer_id).version
    change = partial(customer_fields.change_fields, version=version, values={field.key: "二线"}, why="线路调整")
    found = tried(office, mixed, lambda desk: change(desk, scene.customer_id))
    assert isinstance(found, NotPermitted)
    found = tried(office, holder(Post.STATISTICS_CLERK, OWN), lambda desk: change(desk, scene.customer_id))
    assert not isinstance(found, NotPermitted)


def _open(key: str) -> bool:
    return key not in customer_fields.BY_OTHER_WAYS
