"""An account that its maker signs in as is no second person: what an attacker did with one colleague's good faith."""

from uuid import UUID

import pytest
from httpx import Response

from hub.domain.staff.posts import HUB, Post
from hub.operations.staff import users
from tests.support.callers import Caller, new_user, sign_in
from tests.support.databases import by_owner

from .conftest import CITY, COUNTY, County

CENTRE, CONTROL, CHIEF = Post.INFORMATION_CENTRE, Post.INTERNAL_CONTROL, Post.SECTION_CHIEF
PUPPETS = {"dummy": "Kestrel-41-harbour", "dummy1": "Gravel-77-orchid", "dummy2": "Walnut-23-piston"}


def ask(office: County, login: str, post: Post) -> UUID:
    """Ask for a post; the request that waits."""
    answer = office.post(f"/users/{office.id_of(login)}/posts", post=post, unit_code=COUNTY).json()
    assert answer["granted"] is False
    return UUID(answer["request_id"])


def decide(office: County, request: UUID, verb: str = "confirm") -> Response:
    """Decide it as whoever is signed in."""
    return office.post(f"/access-requests/{request}/{verb}", **({"why": "不同意"} if verb == "reject" else {}))


def puppet(county: County, caller: Caller, login: str, *posts: Post) -> County:
    """An account that the county's centre made, whose password it was shown, and whose posts somebody confirmed."""
    once = county.post("/users", login=login, name=login, unit_code=COUNTY).json()["password"]
    for post in posts:
        county.office.perform(HUB, users.grant_post, county.id_of(login), post, COUNTY)
    client = caller(f"seat{login}", set(), COUNTY)
    sign_in(client, login, once)
    seat = County(client, county.office)
    changed = seat.post("/sessions/password", old=once, new=PUPPETS[login])
    assert changed.status_code < 300, changed.text
    return seat


@pytest.mark.article("R4.1")
def test_an_account_and_whoever_was_shown_its_password_do_not_confirm_for_each_other(
    county: County, caller: Caller
) -> None:
    dummy = puppet(county, caller, "dummy", CENTRE)
    new_user(county.office, "idle", set(), COUNTY)
    for asks, decides in ((county, dummy), (dummy, county)):
        request = ask(asks, "idle", CONTROL)
        for verb in ("confirm", "reject"):
            refused = decide(decides, request, verb)
            assert (refused.status_code, refused.json()["code"]) == (403, "not_two_people"), verb
        assert asks.post(f"/access-requests/{request}/withdraw").status_code < 300
    assert county.grants_of("idle") == set()


@pytest.mark.article("R4.1")
def test_two_accounts_of_one_maker_are_not_two_people_until_another_hands_a_password_over(
    county: County, caller: Caller
) -> None:
    one, other = (puppet(county, caller, login, CENTRE, CONTROL) for login in ("dummy1", "dummy2"))
    request = ask(one, "centre1", CHIEF)
    assert decide(other, request).json()["code"] == "not_two_people"
    listed = other.client.get("/api/v1/access-requests").json()
    assert [shown["may_decide"] for shown in listed if shown["id"] == str(request)] == [False]
    control = county.id_of("control1")
    by_owner(county.office.store, f"UPDATE users SET password_shown_to = '{control}' WHERE login = 'dummy2'")
    assert decide(other, request).status_code < 300, "handed over by internal control, it is another person's"


@pytest.mark.article("R4.1", "R6.1")
def test_who_confirms_a_new_password_is_not_shown_it(county: County, caller: Caller) -> None:
    second = County(caller("centre2", {CENTRE}, COUNTY), county.office)
    request = county.post(f"/users/{county.id_of('control1')}/reset-password").json()["request_id"]
    new_user(county.office, "chief0", {CHIEF}, COUNTY)
    assert decide(second, request).status_code < 300
    taken = second.post(f"/access-requests/{request}/password")
    assert (taken.status_code, taken.json()["code"]) == (403, "not_the_taker")


@pytest.mark.article("R4.1", "R6.1")
def test_a_puppet_does_not_collect_what_its_maker_asked_for(county: County, caller: Caller) -> None:
    dummy = puppet(county, caller, "dummy", CENTRE)
    new_user(county.office, "chief0", {CHIEF}, COUNTY)
    request = county.post(f"/users/{county.id_of('clerk1')}/reset-password").json()["request_id"]
    taken = dummy.post(f"/access-requests/{request}/password")
    assert (taken.status_code, taken.json()["code"]) == (403, "not_the_taker")


@pytest.mark.article("G3")
def test_a_puppet_confirms_no_address_that_its_maker_asked_for(county: County, caller: Caller) -> None:
    city = County(caller("centre0", {CENTRE, CONTROL}, CITY), county.office)
    dummy = puppet(city, caller, "dummy", CENTRE, CONTROL)
    county.office.perform(HUB, users.grant_post, county.id_of("dummy"), CONTROL, CITY)
    asked = city.client.put(
        f"/api/v1/units/{CITY}/mail-address",
        json={"address": "control@tobacco.example"},
        headers={"Idempotency-Key": "the-first-address"},
    )
    assert asked.status_code < 300, asked.text
    refused = dummy.post(f"/units/{CITY}/mail-address/confirm")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_two_people")
