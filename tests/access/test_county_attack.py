"""What a county's information centre tried over the API, as it was told: power it was not given, and what it opened."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.staff import access_requests, users
from hub.operations.tasks.notices import list_notices
from hub.registry.schema import IdempotencyKey
from tests.support import people
from tests.support.callers import Caller, new_user
from tests.support.scenes import Scene

from .conftest import CITY, COUNTY, County


@pytest.mark.article("R4.1", "R6.1")
def test_a_countys_information_centre_gains_no_power_that_it_was_not_given(county: County, scene: Scene) -> None:
    """The steps of the attack, one after the other; each goes on as if the one before had worked."""
    own, city, clerk2 = (county.id_of(login) for login in ("centre1", "city1", "clerk2"))
    answers = {
        "a user of the city": county.post("/users", login="ghost", name="幽灵", unit_code=CITY),
        "section chief of the city": county.post(f"/users/{city}/posts", post=Post.SECTION_CHIEF, unit_code=CITY),
        "itself clerk": county.post(f"/users/{own}/posts", post=Post.STATISTICS_CLERK, unit_code=COUNTY),
        "itself control": county.post(f"/users/{own}/posts", post=Post.INTERNAL_CONTROL, unit_code=COUNTY),
        "another county's password": county.post(f"/users/{clerk2}/reset-password"),
        "an ID number": county.client.post(
            f"/api/v1/customers/{scene.customer_id}/reveal", json={"field": "id_number", "reason": "核对身份证"}
        ),
    }
    assert {step: (answer.status_code, answer.json().get("code")) for step, answer in answers.items()} == {
        "a user of the city": (404, "not_found"),
        "section chief of the city": (404, "not_found"),
        "itself clerk": (403, "ones_own"),
        "itself control": (403, "ones_own"),
        "another county's password": (404, "not_found"),
        "an ID number": (403, "not_permitted"),
    }
    assert "password" not in answers["another county's password"].json()
    assert people.id_number(1) not in answers["an ID number"].text
    assert county.grants_of("centre1") == {(Post.INFORMATION_CENTRE, COUNTY)} and county.grants_of("city1") == set()


@pytest.mark.article("R4.1")
def test_who_is_outside_looks_like_nobody_on_every_route_that_names_a_user(county: County) -> None:
    outside, nobody = county.id_of("clerk2"), uuid4()
    grant = {"post": Post.STATISTICS_CLERK, "unit_code": COUNTY}
    token = {"name": "取数", "scopes": ["read"], "unit_code": COUNTY, "expires_at": "2027-06-01T00:00:00+08:00"}
    for path, body in (
        ("/users/{}/posts", grant),
        ("/users/{}/posts/revoke", grant),
        ("/users/{}/deactivate", {}),
        ("/users/{}/unlock", {}),
        ("/users/{}/reset-password", {}),
    ):
        there, nowhere = (county.post(path.format(each), **body) for each in (outside, nobody))
        assert there.status_code == nowhere.status_code == 404, path
        assert there.json()["title"] == nowhere.json()["title"] and there.json()["detail"] == nowhere.json()["detail"]
    answers = [county.post("/tokens", user_id=str(each), **token) for each in (outside, nobody)]
    assert {answer.status_code for answer in answers} == {404}
    listed = {user["login"] for user in county.client.get("/api/v1/users").json()}
    assert listed == {"centre1", "control1", "clerk1"}


@pytest.mark.article("R4.1")
def test_a_colleague_who_also_holds_a_post_of_the_city_is_not_the_countys_to_act_on(county: County) -> None:
    colleague = county.id_of("clerk1")
    county.office.perform(HUB, users.grant_post, colleague, Post.DEPUTY_MANAGER, CITY)
    for path, body in (
        ("revoke", {"post": Post.DEPUTY_MANAGER, "unit_code": CITY}),
        ("posts", {"post": Post.CALL_CLERK, "unit_code": COUNTY}),
    ):
        path = "posts/revoke" if path == "revoke" else path
        refused = county.post(f"/users/{colleague}/{path}", **body)
        assert refused.status_code == 403 and refused.json()["code"] == "holds_elsewhere", path
    for verb in ("deactivate", "reset-password", "unlock"):
        refused = county.post(f"/users/{colleague}/{verb}")
        assert refused.status_code == 403 and refused.json()["code"] == "holds_elsewhere", verb
    assert (Post.DEPUTY_MANAGER, CITY) in county.grants_of("clerk1")


@pytest.mark.article("R4.1", "R6.1")
def test_who_makes_an_ordinary_account_gives_it_no_post_alone(county: County) -> None:
    """With one, whoever made it would sign in as it and open customers."""
    made = county.post("/users", login="puppet", name="新同事", unit_code=COUNTY)
    assert made.status_code == 201 and made.json()["password"]
    granted = county.grant("puppet")
    assert granted.json()["granted"] is False and county.grants_of("puppet") == set()
    told = [view.kind for view in county.office.perform(county.control(), list_notices)]
    assert "user_added" in told
    county.office.perform(county.control(), access_requests.confirm, UUID(granted.json()["request_id"]))
    assert county.grants_of("puppet") == {(Post.STATISTICS_CLERK, COUNTY)}


@pytest.mark.article("R4.1", "R6.1")
def test_who_was_shown_a_colleagues_new_password_gives_them_no_post_alone(county: County) -> None:
    new_user(county.office, "idle", set(), COUNTY)
    new_user(county.office, "centre0", {Post.INFORMATION_CENTRE}, CITY)
    city = Actor(county.id_of("centre0"), "centre0", frozenset({(Post.INFORMATION_CENTRE, CITY)}))
    reset = county.office.perform(city, users.reset_password, county.id_of("idle"))
    taken = county.post(f"/access-requests/{reset.request_id}/password")
    assert taken.status_code == 200 and taken.json()["password"]
    assert county.grant("idle").json()["granted"] is False and county.grants_of("idle") == set()


@pytest.mark.article("R4.1", "R6.1")
def test_nobody_alone_takes_over_a_clerk_by_a_new_password(county: County) -> None:
    """The clerk's posts open customers: who resets the password is not shown it."""
    reset = county.post(f"/users/{county.id_of('clerk1')}/reset-password").json()
    assert reset["password"] is None and reset["request_id"]
    assert county.post(f"/access-requests/{reset['request_id']}/password").json()["code"] == "not_the_taker"


@pytest.mark.article("R4.1", "R6.1")
def test_a_programmes_token_takes_two_before_it_holds_a_post_as_well(county: County) -> None:
    """Made beforehand by one, it would have the power of a post that is confirmed later."""
    made = county.post("/users/service", login="robot1", name="取数", unit_code=COUNTY).json()["id"]
    token = {"name": "取数", "scopes": ["read"], "unit_code": COUNTY, "expires_at": "2027-06-01T00:00:00+08:00"}
    issued = county.post("/tokens", user_id=made, **token)
    assert issued.json()["token"] is None and issued.json()["request_id"]


@pytest.mark.article("R4.1", "R6.1")
def test_who_gave_a_colleague_a_post_is_not_shown_their_new_password(county: County) -> None:
    new_user(county.office, "idle", set(), COUNTY)
    assert county.grant("idle").json()["granted"] is True
    reset = county.post(f"/users/{county.id_of('idle')}/reset-password").json()
    assert reset.get("password") is None and reset["request_id"]
    taken = county.post(f"/access-requests/{reset['request_id']}/password")
    assert taken.status_code == 403 and taken.json()["code"] == "not_the_taker"


@pytest.mark.article("R4.1")
def test_another_information_centre_may_grant_a_new_user_a_post_at_once(county: County, caller: Caller) -> None:
    county.post("/users", login="colleague", name="新同事", unit_code=COUNTY)
    county.client = caller("centre9", {Post.INFORMATION_CENTRE}, COUNTY)
    assert county.grant("colleague").json()["granted"] is True


@pytest.mark.article("R4.1")
def test_no_login_looks_like_a_colleagues(county: County) -> None:
    for login in ("CLERK1", "Centre1"):
        refused = county.post("/users", login=login, name="新同事", unit_code=COUNTY)
        assert refused.status_code == 409 and refused.json()["code"] == "taken_already", login


@pytest.mark.article("G4")
def test_a_customers_number_is_no_login_no_unit_code_and_no_key_at_rest(county: County) -> None:
    card, phone = people.card(7), "13900000007"
    for login in (card, f"u{card}", phone):
        assert county.post("/users", login=login, name="新同事", unit_code=COUNTY).status_code == 422, login
    assert county.post("/units", code=phone, name="新单位", parent_code=COUNTY).status_code == 422
    made = county.client.post(
        "/api/v1/units",
        json={"code": "3701019", "name": "丁站", "parent_code": COUNTY},
        headers={"Idempotency-Key": card},
    )
    assert made.status_code == 201
    with county.office.store.transaction() as tx:
        assert card not in str(tx.scalars(select(IdempotencyKey.key)).all())
