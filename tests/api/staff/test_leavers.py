"""Staff who are away or have left: who acts for them, and whose their customers are (article 5; governance rules)."""

from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import users
from hub.ports import today
from hub.registry.staff.users import by_login
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import customer
from tests.support.makers.calls import read, send
from tests.support.makers.stated import field

MANAGER, CHIEF = Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF


def user_id(office: Office, login: str) -> UUID:
    """Somebody's id."""
    with office.store.transaction() as tx:
        user = by_login(tx, login)
        assert user is not None
        return user.id


def second(office: Office, login: str, post: Post) -> None:
    """Make somebody a B holder in the county."""
    office.perform(HUB, users.grant_post, user_id(office, login), post, people.UNIT, "b")


def shops(office: Office, *managers: str) -> list[UUID]:
    """A customer of each account manager."""
    with office.desk(people.CLERK) as desk:
        return [customer(desk, n, account_manager=name).id for n, name in enumerate(managers, 1)]


@pytest.mark.article("G10")
def test_customers_of_an_account_manager_who_leaves_are_handed_over_and_all_are_told(
    office: Office, caller: Caller
) -> None:
    """Access ends, another one takes the customers; colleagues and customers hear of it."""
    centre = caller("centre", {Post.INFORMATION_CENTRE}, "3701")
    chief, taker = caller("chief", {CHIEF}, people.UNIT), caller("taker", {MANAGER}, people.UNIT)
    caller("leaver", {MANAGER}, people.UNIT)
    mine, also, theirs = shops(office, "leaver", "leaver", "taker")
    gone = send(centre, f"/users/{user_id(office, 'leaver')}/deactivate")
    assert gone.is_success, gone.text
    assert [field(chief, row, "account_manager") for row in (mine, also, theirs)] == ["taker"] * 3
    for client in (taker, chief):
        [notice] = [each for each in read(client, "/staff-notices") if each["kind"] == "customers_taken"]
        assert notice["article"] == "G10" and notice["details"] == {"name": "leaver", "to": "taker", "count": 2}
    notices = read(chief, f"/customers/{mine}")["notices"]
    assert [(each["kind"], each["told_at"]) for each in notices] == [("account_manager", None)]


@pytest.mark.article("G10")
def test_where_nobody_can_take_them_the_chief_hears_of_it(office: Office, caller: Caller) -> None:
    centre, chief = caller("centre", {Post.INFORMATION_CENTRE}, "3701"), caller("chief", {CHIEF}, people.UNIT)
    caller("leaver", {MANAGER}, people.UNIT)
    [mine] = shops(office, "leaver")
    assert send(centre, f"/users/{user_id(office, 'leaver')}/deactivate").is_success
    assert field(chief, mine, "account_manager") == "leaver"
    [notice] = [each for each in read(chief, "/staff-notices") if each["kind"] == "customers_left"]
    assert notice["article"] == "G10" and notice["details"]["count"] == 1


@pytest.mark.article("R5.2", "R5.1")
def test_while_a_leave_runs_the_absent_one_does_not_act(office: Office, caller: Caller) -> None:
    """Article 5: while A is away B answers for A's upkeep; two who act at once is what the handover prevents."""
    centre = caller("centre", {Post.INFORMATION_CENTRE}, "3701")
    absent, there = caller("absent", {Post.STATISTICS_CLERK}, people.UNIT), caller("there", {MANAGER}, people.UNIT)
    second(office, "there", Post.STATISTICS_CLERK)
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="web", order_day="3")
    given = {"login": "absent", "first": str(today()), "last": str(today()), "why": "病假"}
    assert send(centre, "/leaves", **given).status_code == 201

    def change(who: TestClient, number: str) -> tuple[int, str]:
        version = read(centre, f"/customers/{row.id}")["customer"]["version"]
        wanted = {"rule": "phone_told", "values": {"order_phone": number}, "why": "来电"}
        answer = send(who, f"/customers/{row.id}/changes", version=version, **wanted)
        return answer.status_code, str(answer.json().get("article"))

    assert change(absent, "13911112222") == (403, "R5.2")
    assert change(there, "13911112223")[0] == 202
    assert absent.get(f"/api/v1/customers/{row.id}").status_code == 200, "who is away may look"
    [leave] = read(centre, "/leaves")
    assert send(centre, f"/leaves/{leave['id']}/end", why="已返岗").is_success
    assert change(absent, "13911112224")[0] == 202
    assert change(there, "13911112225")[0] in (202, 409)


@pytest.mark.article("R5.2", "R5.1")
def test_who_comes_back_early_ends_their_own_leave(office: Office, caller: Caller) -> None:
    chief = caller("chief", {CHIEF}, people.UNIT)
    caller("other", {Post.CALL_CLERK}, people.UNIT)
    second(office, "other", CHIEF)
    given = {"login": "chief", "first": str(today()), "last": str(today()), "why": "病假"}
    assert send(chief, "/leaves", **given).status_code == 201
    [leave] = read(chief, "/leaves")
    assert send(chief, f"/leaves/{leave['id']}/end", why="已返岗").is_success
