"""An account that its maker signs in as is no second person: what an attacker did with one colleague's good faith."""

from datetime import timedelta
from uuid import UUID

import pytest
from httpx import Response

from hub.domain.staff.posts import HUB, Post
from hub.operations.staff import users
from hub.ports import now, today
from tests.support.callers import Caller, new_user, sign_in
from tests.support.databases import by_owner

from .conftest import CITY, COUNTY, County

WAITS = "Nothing is done yet"
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
    by_owner(county.office.store, f"UPDATE users SET password_hands = ARRAY['{control}'::uuid] WHERE login = 'dummy2'")
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


def let_go(maker: County, login: str, *posts: Post) -> None:
    """Its maker takes the puppet's posts and resets it; nobody is shown the new password."""
    for post in posts:
        assert maker.post(f"/users/{maker.id_of(login)}/posts/revoke", post=post, unit_code=COUNTY).status_code < 300
    assert maker.post(f"/users/{maker.id_of(login)}/reset-password").status_code < 300


@pytest.mark.article("R4.1", "G3")
def test_what_a_puppet_asked_for_is_not_its_makers_to_confirm_once_it_has_let_go_of_it(
    county: County, caller: Caller
) -> None:
    new_user(county.office, "chief0", {CHIEF}, COUNTY)
    dummy = puppet(county, caller, "dummy", CENTRE)
    request = ask(dummy, "clerk1", CONTROL)
    asked = dummy.client.put(
        f"/api/v1/units/{COUNTY}/mail-address",
        json={"address": "control@tobacco.example"},
        headers={"Idempotency-Key": "a-new-address"},
    )
    assert asked.status_code < 300, asked.text
    let_go(county, "dummy", CENTRE)
    assert decide(county, request).json()["code"] in {"not_two_people", "asker_without"}
    refused = county.post(f"/units/{COUNTY}/mail-address/confirm")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_two_people")


@pytest.mark.article("R4.1", "G3")
def test_what_somebody_asked_for_under_another_password_is_asked_for_again(county: County, caller: Caller) -> None:
    """Whoever had the account then may be another person than whoever was handed the new password."""
    dummy = puppet(county, caller, "dummy", CENTRE)
    new_user(county.office, "idle", set(), COUNTY)
    request = ask(dummy, "idle", CONTROL)
    control = county.id_of("control1")
    by_owner(
        county.office.store,
        f"UPDATE users SET password_hands = ARRAY['{control}'::uuid], password_set_at = now() + interval '9 years' WHERE login = 'dummy'",
    )
    refused = decide(county, request)
    assert (refused.status_code, refused.json()["code"]) == (409, "asked_before"), refused.text
    assert county.grants_of("idle") == set()


@pytest.mark.article("R4.1", "R6.1")
def test_its_maker_is_not_shown_what_a_puppet_reset_before_it_was_let_go_of(county: County, caller: Caller) -> None:
    new_user(county.office, "chief0", {CHIEF}, COUNTY)
    dummy = puppet(county, caller, "dummy", CENTRE)
    request = dummy.post(f"/users/{county.id_of('clerk1')}/reset-password").json()["request_id"]
    let_go(county, "dummy", CENTRE)
    taken = county.post(f"/access-requests/{request}/password")
    assert (taken.status_code, taken.json()["code"]) == (403, "not_the_taker")


@pytest.mark.article("R4.1")
def test_a_puppet_gives_no_post_alone_to_an_account_of_its_maker(county: County, caller: Caller) -> None:
    dummy = puppet(county, caller, "dummy", CENTRE)
    assert county.post("/users", login="vessel", name="新同事", unit_code=COUNTY).status_code == 201
    assert dummy.grant("vessel").json()["granted"] is False and county.grants_of("vessel") == set()


@pytest.mark.article("R4.1", "R6.1")
def test_the_maker_of_whoever_gave_a_post_is_not_shown_the_holders_new_password(county: County, caller: Caller) -> None:
    dummy, second = puppet(county, caller, "dummy", CENTRE), County(caller("centre2", {CENTRE}, COUNTY), county.office)
    new_user(county.office, "idle", set(), COUNTY)
    assert dummy.grant("idle").json()["granted"] is True
    request = second.post(f"/users/{county.id_of('idle')}/reset-password").json()["request_id"]
    taken = county.post(f"/access-requests/{request}/password")
    assert (taken.status_code, taken.json()["code"]) == (403, "not_the_taker")


@pytest.mark.article("R5.1", "R4.1")
def test_a_puppet_enters_no_leave_that_its_maker_covers(county: County, caller: Caller) -> None:
    dummy = puppet(county, caller, "dummy", CENTRE, CHIEF)
    new_user(county.office, "away", {Post.DEPUTY_MANAGER}, COUNTY)
    county.office.perform(HUB, users.grant_post, county.id_of("centre1"), Post.DEPUTY_MANAGER, COUNTY, "b")
    day = str(today() + timedelta(days=1))
    refused = dummy.post("/leaves", login="away", first=day, last=day, why="年休")
    assert (refused.status_code, refused.json()["code"]) == (403, "own_cover"), refused.text


@pytest.mark.article("R4.1", "R6.1")
def test_who_could_read_a_password_when_it_was_shown_keeps_knowing_it(county: County, caller: Caller) -> None:
    """The puppet that collected it is honestly handed on; its maker has read the other's password all the same."""
    second = County(caller("centre2", {CENTRE}, COUNTY), county.office)
    collector = puppet(county, caller, "dummy2", CENTRE)
    new_user(county.office, "vessel", set(), COUNTY)
    request = second.post(f"/users/{county.id_of('vessel')}/reset-password").json()["request_id"]
    once = collector.post(f"/access-requests/{request}/password").json()["password"]
    county.office.perform(HUB, users.grant_post, county.id_of("vessel"), CONTROL, COUNTY)
    client = caller("seatvessel", set(), COUNTY)
    sign_in(client, "vessel", once)
    vessel = County(client, county.office)
    assert vessel.post("/sessions/password", old=once, new="Marble-58-lantern").status_code < 300

    honest = County(caller("centre3", {CENTRE}, COUNTY), county.office)
    given_on = second.post(f"/users/{county.id_of('dummy2')}/reset-password").json()["request_id"]
    control = County(caller("control2", {CONTROL}, COUNTY), county.office)
    assert decide(control, given_on).status_code < 300
    assert honest.post(f"/access-requests/{given_on}/password").status_code < 300

    new_user(county.office, "idle", set(), COUNTY)
    refused = decide(vessel, ask(county, "idle", CHIEF))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_two_people"), refused.text


@pytest.mark.article("R4.1", "R6.1")
def test_a_puppet_does_not_collect_what_its_makers_other_puppet_asked_for(county: County, caller: Caller) -> None:
    asking, collecting = puppet(county, caller, "dummy1", CENTRE), puppet(county, caller, "dummy2", CHIEF)
    new_user(county.office, "chief0", {CHIEF}, COUNTY)
    request = asking.post(f"/users/{county.id_of('clerk1')}/reset-password").json()["request_id"]
    taken = collecting.post(f"/access-requests/{request}/password")
    assert (taken.status_code, taken.json()["code"]) == (403, "not_the_taker"), taken.text


@pytest.mark.article("R4.1", "R6.1")
def test_a_puppet_of_whoever_gave_a_post_is_not_shown_the_holders_password(county: County, caller: Caller) -> None:
    collecting = puppet(county, caller, "dummy2", CHIEF)
    second = County(caller("centre2", {CENTRE}, COUNTY), county.office)
    new_user(county.office, "chief0", {CHIEF}, COUNTY)
    new_user(county.office, "idle", set(), COUNTY)
    assert county.grant("idle").json()["granted"] is True
    request = second.post(f"/users/{county.id_of('idle')}/reset-password").json()["request_id"]
    taken = collecting.post(f"/access-requests/{request}/password")
    assert (taken.status_code, taken.json()["code"]) == (403, "not_the_taker"), taken.text


@pytest.mark.article("R5.1", "R4.1")
def test_a_puppet_enters_no_leave_that_its_makers_other_puppet_covers(county: County, caller: Caller) -> None:
    entering = puppet(county, caller, "dummy1", CENTRE)
    puppet(county, caller, "dummy2")
    new_user(county.office, "away", {Post.DEPUTY_MANAGER}, COUNTY)
    county.office.perform(HUB, users.grant_post, county.id_of("dummy2"), Post.DEPUTY_MANAGER, COUNTY, "b")
    day = str(today() + timedelta(days=1))
    refused = entering.post("/leaves", login="away", first=day, last=day, why="年休")
    assert (refused.status_code, refused.json()["code"]) == (403, "own_cover"), refused.text


@pytest.mark.article("R4.1")
def test_a_post_that_a_second_person_confirms_is_not_answered_as_granted(county: County) -> None:
    assert county.post("/users", login="idle", name="新同事", unit_code=COUNTY).status_code == 201
    asked = county.grant("idle")
    assert asked.status_code == 202, asked.text
    answer = asked.json()
    assert (answer["granted"], answer["done"]) == (False, False)
    assert answer["waits_for"]["what"] == "second_person"
    assert answer["waits_for"]["request_id"] == answer["request_id"] and answer["waits_for"]["until"]
    assert county.grants_of("idle") == set()
    again = county.grant("idle")
    assert (again.status_code, again.json()["request_id"]) == (202, answer["request_id"])


@pytest.mark.article("R4.1")
def test_a_post_that_is_granted_is_answered_as_done(county: County) -> None:
    new_user(county.office, "idle", set(), COUNTY)
    county.office.perform(HUB, users.grant_post, county.id_of("idle"), "statistics_clerk", COUNTY)
    held = county.grant("idle")
    assert (held.status_code, held.json()["done"], held.json()["waits_for"]) == (201, True, None)


@pytest.mark.article("R6.1")
def test_a_password_that_somebody_else_collects_is_not_answered_as_done(county: County) -> None:
    new_user(county.office, "idle", set(), COUNTY)
    reset = county.post(f"/users/{county.id_of('idle')}/reset-password")
    assert reset.status_code == 202, reset.text
    assert reset.json()["password"] is None and reset.json()["waits_for"]["what"] in ("second_person", "collection")


@pytest.mark.article("R6.1")
def test_a_token_that_a_second_person_confirms_is_not_answered_as_made(county: County) -> None:
    made = county.post("/users/service", login="robot1", name="取数", unit_code=COUNTY)
    body = {"user_id": made.json()["id"], "name": "取数", "scopes": ["staff.list_units"], "unit_code": COUNTY}
    asked = county.post("/tokens", **body, expires_at=(now() + timedelta(days=3)).isoformat())
    assert asked.status_code == 202, asked.text
    assert asked.json()["token"] is None and asked.json()["waits_for"]["what"] == "second_person"


def test_the_description_says_which_answers_may_wait(county: County) -> None:
    described = county.client.get("/api/v1/openapi.json").json()["paths"]
    waiting = {
        path
        for path, methods in described.items()
        for entry in methods.values()
        if "202" in entry["responses"] and WAITS in str(entry)
    }
    assert {
        "/api/v1/users/{user_id}/posts",
        "/api/v1/users/{user_id}/reset-password",
        "/api/v1/tokens",
        "/api/v1/channels/{channel}/settings",
    } <= waiting
