"""API tokens: what their scopes name and their user's posts allow, in one unit, until they end (R6.1, S10)."""

import hashlib
import re
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub.console.staff.users import scope_title
from hub.domain.refusals import NotPermitted, Refusal
from hub.domain.staff.posts import HUB, Actor, Post, TokenLimits
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, NotByThisToken, authorise, in_scope
from hub.operations.staff import api_tokens, users
from hub.ports import now
from hub.registry.session import Store
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.scenes import Browse, Scene

UNIT, OTHER, TOP = "370101", "370102", "3701"


def robot(office: Office, *grants: tuple[Post, str]) -> UUID:
    """A service user with posts."""
    user_id = office.perform(
        HUB, users.create_service_user, (login := f"robot{uuid4().hex[:6]}"), f"订货平台{login}", TOP
    )
    for post, unit in grants:
        office.perform(HUB, users.grant_post, user_id, post, unit)
    return user_id


def issued(office: Office, user_id: UUID, *scopes: str, unit: str = TOP, days: int = 30) -> api_tokens.Issued:
    """A token of theirs; that a person is confirmed by a second one is proved in tests/operations."""
    ends = now() + timedelta(days=days)
    token = office.perform(HUB, api_tokens.issue_token, user_id, "订货平台取数", list(scopes), unit, ends)
    assert isinstance(token, api_tokens.Issued)
    return token


def client_of(app: FastAPI, token: str) -> TestClient:
    """A caller with this token."""
    return TestClient(app, headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


@pytest.mark.article("R6.1")
def test_a_token_is_shown_once_and_only_its_hash_is_kept(office: Office, store: Store) -> None:
    token = issued(office, robot(office, (Post.STATISTICS_CLERK, TOP)), "read").token
    assert re.fullmatch(r"ph_[\w-]{43}", token), "256 random bits"
    with psycopg.connect(store.url) as connection:
        [(kept,)] = connection.execute("SELECT token_hash FROM api_tokens").fetchall()
        everything = connection.execute("SELECT t::text FROM api_tokens t UNION ALL SELECT a::text FROM audit a")
        assert all(token not in row[0] for row in everything)
    assert bytes(kept) == hashlib.sha256(token.encode()).digest()
    assert token not in repr(office.perform(people.CENTRE, api_tokens.list_tokens))


@pytest.mark.article("R4.1", "R6.1")
def test_a_token_does_what_its_scopes_name_and_its_users_posts_allow_and_nothing_else(office: Office) -> None:
    """Every operation under each scope, with all posts and with one."""
    for scopes in (
        {"read"},
        {"asks.*"},
        {"customers.show_customer", "asks.cancel"},
        {"staff.*", "tokens.*", "closing.*"},
    ):
        for posts in (set(Post), {Post.STATISTICS_CLERK}):
            grants = frozenset((post, TOP) for post in posts)
            actor = Actor(people.CLERK_ID, "系统", grants, token=TokenLimits("t", frozenset(scopes), TOP))
            with office.desk(people.CLERK) as desk:
                for row in OPERATIONS.values():
                    named = row.name in scopes or row.name.partition(".")[0] + ".*" in scopes
                    named = named or ("read" in scopes and not row.changes)
                    desk.actor = actor
                    try:
                        authorise(desk, row)
                    except NotByThisToken:
                        assert row.people_only or not named, (row.name, scopes)
                    except NotPermitted:
                        assert not posts & row.posts and not row.own, (row.name, scopes)
                    else:
                        assert named and not row.people_only and (posts & row.posts or row.own), (row.name, scopes)


@pytest.mark.article("R6.1")
def test_no_token_changes_who_may_do_what_confirms_for_a_person_or_sees_a_number_in_clear() -> None:
    kept = {row.name for row in OPERATIONS.values() if row.people_only}
    changing = {name for name, row in OPERATIONS.items() if name.startswith(("staff.", "tokens.")) and row.changes}
    assert changing <= kept and {"closing.confirm_closing", "customers.reveal_field", "evidence.read_evidence"} <= kept
    everything = Actor(None, "x", frozenset(), token=TokenLimits("t", frozenset(api_tokens.scope_names()), TOP))
    assert not any(in_scope(everything, OPERATIONS[name]) for name in kept)


@pytest.mark.article("R6.1", "R4.1")
def test_over_http_a_token_reads_its_unit_and_is_refused_the_rest(app: FastAPI, office: Office, scene: Scene) -> None:
    user_id = robot(office, (Post.STATISTICS_CLERK, TOP))
    here, there = (client_of(app, issued(office, user_id, "read", unit=unit).token) for unit in (UNIT, OTHER))
    assert here.get(f"/api/v1/customers/{scene.customer_id}").status_code == 200
    assert there.get(f"/api/v1/customers/{scene.customer_id}").status_code == 404
    assert there.get("/api/v1/asks").json()["items"] == []
    key = {"Idempotency-Key": uuid4().hex}
    refused = here.post(f"/api/v1/asks/{scene.ask_id}/ask-again", headers=key)
    assert refused.status_code == 403 and refused.json()["code"] == "not_by_this_token"
    changed = {"old": "x", "new": "y"}
    assert here.post("/api/v1/sessions/password", json=changed, headers={"Idempotency-Key": "p"}).status_code == 403
    allowed = {row["name"] for row in here.get("/api/v1/operations").json() if row["allowed"]}
    assert "customers.show_customer" in allowed and not allowed & {"asks.cancel", "customers.reveal_field"}


@pytest.mark.article("R6.1")
def test_a_token_ends_by_time_by_hand_and_with_its_user(
    app: FastAPI, office: Office, clock: Clock, scene: Scene
) -> None:
    user_id = robot(office, (Post.STATISTICS_CLERK, TOP))
    short, revoked, gone = (issued(office, user_id, "read", days=days) for days in (1, 30, 30))
    clients = [client_of(app, each.token) for each in (short, revoked, gone)]

    def answers() -> list[int]:
        return [client.get("/api/v1/customers").status_code for client in clients]

    assert answers() == [200, 200, 200]
    clock.on(days=1, seconds=1)
    assert answers() == [401, 200, 200]
    office.perform(people.CENTRE, api_tokens.revoke_token, revoked.id)
    assert answers() == [401, 401, 200]
    states = {view.id: view.state for view in office.perform(people.CENTRE, api_tokens.list_tokens)}
    assert [states[each.id] for each in (short, revoked, gone)] == ["expired", "revoked", "live"]
    office.perform(people.CENTRE, users.deactivate_user, user_id)
    assert answers() == [401, 401, 401]
    assert client_of(app, "ph_nonsense").get("/api/v1/customers").status_code == 401


@pytest.mark.article("R4.1")
def test_the_audit_names_the_token_and_the_list_its_last_use(
    app: FastAPI, office: Office, store: Store, scene: Scene
) -> None:
    user_id = robot(office, (Post.STATISTICS_CLERK, TOP))
    client = client_of(app, issued(office, user_id, "asks.*").token)
    [before] = office.perform(people.CENTRE, api_tokens.list_tokens)
    assert before.last_used_at is None
    done = client.post(f"/api/v1/asks/{scene.ask_id}/ask-again", headers={"Idempotency-Key": "1"})
    assert done.status_code == 200, done.text
    client.post("/api/v1/channels/icbc/pause", json={"why": "x"}, headers={"Idempotency-Key": "2"})
    with psycopg.connect(store.url) as connection:
        found = connection.execute(
            "SELECT operation, outcome, detail->>'token' FROM audit WHERE user_id = %s", (user_id,)
        )
        assert set(found) >= {
            ("asks.ask_again", "done", "订货平台取数"),
            ("channel_desk.pause", "refused", "订货平台取数"),
        }
    [after] = office.perform(people.CENTRE, api_tokens.list_tokens)
    assert after.last_used_at is not None


@pytest.mark.article("R6.1")
def test_a_token_is_issued_by_the_information_centre_to_service_users_alone_and_not_for_ever(office: Office) -> None:
    user_id = robot(office)
    people_id = people.CLERK_ID
    wrong: list[tuple[Actor, UUID, list[str], str, int]] = [
        (people.CLERK, user_id, ["read"], TOP, 30),
        (people.CENTRE, people_id, ["read"], TOP, 30),
        (people.CENTRE, uuid4(), ["read"], TOP, 30),
        (people.CENTRE, user_id, [], TOP, 30),
        (people.CENTRE, user_id, ["staff.create_user"], TOP, 30),
        (people.CENTRE, user_id, ["closing.confirm_closing"], TOP, 30),
        (people.CENTRE, user_id, ["tokens.*"], TOP, 30),
        (people.CENTRE, user_id, ["*"], TOP, 30),
        (people.CENTRE, user_id, ["read"], "nowhere", 30),
        (people.CENTRE, user_id, ["read"], TOP, 0),
        (people.CENTRE, user_id, ["read"], TOP, 400),
    ]
    for actor, owner, scopes, unit, days in wrong:
        with pytest.raises(Refusal):
            office.perform(actor, api_tokens.issue_token, owner, "名称", scopes, unit, now() + timedelta(days=days))
    assert office.perform(people.CENTRE, api_tokens.list_tokens) == []


@pytest.mark.article("R6.1")
def test_a_token_opens_no_page_of_the_console(app: FastAPI, office: Office) -> None:
    token = issued(office, robot(office, (Post.STATISTICS_CLERK, TOP)), "read").token
    for client in (TestClient(app, cookies={"ph_session": token}), client_of(app, token)):
        assert client.get("/customers", follow_redirects=False).headers["location"] == "/sign-in?next=%2Fcustomers"


@pytest.mark.article("R6.1", "R4.1")
def test_the_staff_page_asks_a_second_person_confirms_and_the_asker_is_shown_the_token_once(
    browse: Browse, office: Office, app: FastAPI
) -> None:
    browser, second = browse("admin1", {Post.INFORMATION_CENTRE}), browse("control1", {Post.INTERNAL_CONTROL})
    added = browser.post("/staff/service-users", login="robot1", name="订货平台", unit_code=TOP)
    assert added.headers["location"] == "/staff?done=service"
    user_id = next(v.id for v in office.perform(people.CENTRE, users.list_users) if v.login == "robot1")

    def confirmed() -> str:
        """The one request that waits, after the second person's click."""
        [found] = re.findall(r"/access/([0-9a-f-]{36})/confirm", second.client.get("/access").text)
        assert f"/access/{found}/confirm" not in browser.client.get("/access").text, "not to who asked"
        assert second.post(f"/access/{found}/confirm").headers["location"] == "/access?done=access_confirmed"
        return str(found)

    granted = browser.post(f"/staff/users/{user_id}/posts", post="account_manager", unit_code=TOP)
    assert granted.headers["location"] == "/access?done=access_asked"
    confirmed()
    asked = browser.post(f"/staff/users/{user_id}/tokens", name="取数", scopes=["read"], unit_code=TOP, days=30)
    assert asked.headers["location"] == "/access?done=access_asked"
    request = confirmed()
    assert f"/access/{request}/token" not in second.client.get("/access").text, "not to who confirmed"
    page = browser.post(f"/access/{request}/token")
    [token] = re.findall(r"ph_[\w-]{43}", page.text)
    assert token not in browser.client.get("/access").text + browser.client.get("/staff").text
    assert client_of(app, token).get("/api/v1/customers").status_code == 200
    [view] = office.perform(people.CENTRE, api_tokens.list_tokens)
    assert browser.post(f"/staff/tokens/{view.id}/revoke").headers["location"] == "/staff?done=token_out"
    assert client_of(app, token).get("/api/v1/customers").status_code == 401
    refused = browser.post(f"/staff/users/{user_id}/tokens", name="", scopes=["read"], unit_code=TOP, days=30)
    assert refused.status_code == 422 and "令牌名称" in refused.text


def test_the_api_issues_and_revokes(caller: Caller, office: Office, app: FastAPI) -> None:
    centre = caller("centre", {Post.INFORMATION_CENTRE}, TOP)
    given = {"login": "robot2", "name": "x", "unit_code": TOP}
    made = centre.post("/api/v1/users/service", json=given, headers={"Idempotency-Key": "1"})
    assert made.status_code == 201, made.text
    body = {"user_id": made.json()["id"], "name": "取数", "scopes": ["staff.list_units"], "unit_code": TOP}
    body["expires_at"] = (now() + timedelta(days=3)).isoformat()
    control = caller("control", {Post.INTERNAL_CONTROL}, TOP)
    asked = centre.post("/api/v1/tokens", json=body, headers={"Idempotency-Key": "2"})
    assert asked.status_code == 202 and asked.json()["token"] is None, asked.text
    place = f"/api/v1/access-requests/{asked.json()['request_id']}"
    assert control.post(f"{place}/confirm", headers={"Idempotency-Key": "2"}).status_code == 200
    token = centre.post(f"{place}/token").json()
    robots = client_of(app, token["token"])
    assert robots.get("/api/v1/units").status_code == 200 and robots.get("/api/v1/customers").status_code == 403
    assert token["token"] not in centre.get("/api/v1/tokens").text
    revoked = centre.post(f"/api/v1/tokens/{token['id']}/revoke", headers={"Idempotency-Key": "3"})
    assert revoked.status_code == 200 and robots.get("/api/v1/units").status_code == 401


def test_every_scope_has_words() -> None:
    for name in api_tokens.scope_names():
        assert scope_title(name) != (name, name), name


@pytest.mark.article("R6.1")
def test_what_no_token_may_do_is_not_told_to_need_a_scope(app: FastAPI, office: Office) -> None:
    """Tokens are listed by people alone: a token "with the scope tokens.list_tokens" cannot be asked for."""
    token = issued(office, robot(office, (Post.INFORMATION_CENTRE, TOP)), "read").token
    told = client_of(app, str(token)).get("/api/v1/tokens").json()
    assert (told["status"], told["code"]) == (403, "not_by_this_token")
    assert "scope" not in told["advice"] and "sign in" in told["advice"]
