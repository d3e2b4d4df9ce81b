"""Nobody's typing shuts another person out: addresses are slowed, logins locked by their own failures (R6.1, S5)."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from hub import server
from hub.app import Hub
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import api_tokens, users
from hub.operations.staff.sign_in import lockout, slowing
from hub.ports import now
from hub.registry.session import Store
from tests.support import people
from tests.support.audited import lines_of
from tests.support.callers import new_user
from tests.support.clocks import Clock
from tests.support.scenes import ORIGIN, PASSWORD, Browse

WRONG = "Wrong-password-1"
OFFICE = "203.0.113.7"
"""The one address that everybody of an office has at the hub."""


def at(app: FastAPI, address: str = OFFICE) -> TestClient:
    """A fresh client at an address."""
    return TestClient(app, client=(address, 50000), headers={"Accept-Language": "en"})


def by_api(client: TestClient, login: str, password: str) -> Response:
    """One try at the API's door."""
    return client.post("/api/v1/sessions", json={"login": login, "password": password})


def by_form(client: TestClient, login: str, password: str) -> Response:
    """One try at the console's door, signed out before it."""
    client.cookies.delete("ph_session") if "ph_session" in client.cookies else None
    return client.post("/sign-in", data={"login": login, "password": password}, headers=ORIGIN, follow_redirects=False)


def person(office: Office, login: str, *posts: Post) -> str:
    """A member of staff; returns the password."""
    return new_user(office, login, set(posts), "3701")


class Pauses:
    """What the server was told to wait, in seconds; it does not wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    """A clock for the server's pauses that does not run."""
    return Pauses()


@pytest.fixture
def app(hub: Hub, pauses: Pauses) -> FastAPI:
    """The application, whose pauses are noted and not waited for."""
    return server.build(hub, pause=pauses)


@pytest.mark.article("R6.1")
@pytest.mark.parametrize("door", [by_api, by_form])
def test_an_outsiders_twenty_failures_do_not_keep_a_colleague_behind_the_same_address_out(
    app: FastAPI, office: Office, door: object
) -> None:
    assert callable(door)
    right = person(office, "clerk1")
    outsider = at(app)
    for number in range(20):
        assert door(outsider, f"nobody{number:02d}", WRONG).status_code == 401
    assert door(at(app), "clerk1", right).status_code in (201, 303)


@pytest.mark.article("R6.1")
def test_sprayed_guesses_are_slowed_and_told_although_the_guesser_signs_in_between(
    app: FastAPI, office: Office, pauses: Pauses, browse: Browse
) -> None:
    own = person(office, "guesser")
    staffed = [f"staff{number:02d}" for number in range(45)]
    for login in staffed:
        person(office, login)
    control = browse("control", {Post.INTERNAL_CONTROL})
    pauses.seconds.clear()
    guesser = at(app)
    for number, login in enumerate(staffed):
        assert by_api(guesser, login, WRONG).status_code == 401
        if number % 4 == 3:
            assert by_api(guesser, "guesser", own).status_code == 201
    assert len(pauses.seconds) >= 30, "each failure after the first ten was kept back"
    assert pauses.seconds == sorted(pauses.seconds) and pauses.seconds[0] < 1 < pauses.seconds[-1] < 10
    page = control.client.get("/notices").text
    assert page.count(OFFICE) == 1, "internal control is told, once"


@pytest.mark.article("R6.1")
def test_a_right_password_is_never_kept_back_whatever_came_from_its_address(
    app: FastAPI, office: Office, pauses: Pauses
) -> None:
    right = person(office, "clerk1")
    for number in range(60):
        by_api(at(app), f"nobody{number:02d}", WRONG)
    pauses.seconds.clear()
    assert by_api(at(app), "clerk1", right).status_code == 201
    assert by_form(at(app), "clerk1", right).status_code == 303
    assert pauses.seconds == []


@pytest.mark.article("R6.1")
def test_an_address_is_forgotten_with_time(app: FastAPI, office: Office, pauses: Pauses, clock: Clock) -> None:
    for number in range(30):
        by_api(at(app), f"nobody{number:02d}", WRONG)
    assert pauses.seconds[-1] > 1
    clock.on(hours=24)
    pauses.seconds.clear()
    by_api(at(app), "somebody", WRONG)
    assert pauses.seconds == []


@pytest.mark.article("R6.1")
def test_one_network_of_the_new_internet_counts_as_one_address(app: FastAPI, pauses: Pauses) -> None:
    for number in range(30):
        by_api(at(app, f"2001:db8:1:2::{number:x}"), f"nobody{number:02d}", WRONG)
    assert pauses.seconds[-1] > 1
    pauses.seconds.clear()
    by_api(at(app, "2001:db8:1:3::1"), "somebody", WRONG)
    assert pauses.seconds == []


@pytest.mark.article("R6.1")
@pytest.mark.parametrize("door", [by_api, by_form])
def test_a_neighbours_typing_locks_other_browsers_and_never_the_persons_own(
    app: FastAPI, office: Office, door: object
) -> None:
    assert callable(door)
    right = person(office, "clerk1")
    own = at(app)
    assert by_form(own, "clerk1", right).status_code == 303
    answers = [door(at(app), "clerk1", WRONG).status_code for _ in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert by_form(at(app), "clerk1", right).status_code == 429, "a browser that nobody knows waits"
    assert by_form(own, "clerk1", right).status_code == 303, "the person's own browser does not"


@pytest.mark.article("R6.1")
def test_an_api_client_that_was_in_before_says_so_and_is_not_locked_by_a_neighbour(
    app: FastAPI, office: Office
) -> None:
    right = person(office, "clerk1")
    device = by_api(at(app), "clerk1", right).json()["device"]
    for _ in range(6):
        by_api(at(app), "clerk1", WRONG)
    assert by_api(at(app), "clerk1", right).status_code == 429
    known = at(app).post("/api/v1/sessions", json={"login": "clerk1", "password": right, "device": device})
    assert known.status_code == 201


@pytest.mark.article("R6.1")
def test_a_stolen_device_cookie_guesses_five_times_for_its_own_login_and_for_no_other(
    app: FastAPI, office: Office
) -> None:
    right, others = person(office, "clerk1"), person(office, "clerk2")
    own, stolen = at(app), at(app)
    by_form(own, "clerk1", right)
    stolen.cookies.update(own.cookies)
    assert [by_form(stolen, "clerk1", WRONG).status_code for _ in range(7)] == [401] * 5 + [429] * 2
    assert by_form(stolen, "clerk1", right).status_code == 429, "its own counter is full"
    assert by_form(at(app), "clerk1", right).status_code == 303, "and is nobody else's"
    for _ in range(5):
        by_form(at(app), "clerk2", WRONG)
    assert by_form(stolen, "clerk2", others).status_code == 429, "it speaks for one login"


@pytest.mark.article("R6.1")
def test_a_device_cookie_that_was_made_up_renamed_or_cut_is_none(app: FastAPI, office: Office) -> None:
    right, others = person(office, "clerk1"), person(office, "clerk2")
    own = at(app)
    by_form(own, "clerk1", right)
    by_form(own, "clerk2", others)
    devices = {name: value for name, value in own.cookies.items() if "device" in name}
    assert len(devices) == 2, "one browser of two people knows both"
    (first, one), (second, two) = devices.items()
    for _ in range(5):
        by_form(at(app), "clerk1", WRONG)
        by_form(at(app), "clerk2", WRONG)
    for forged in ({first: two, second: one}, {first: one[:-1], second: two + "A"}, {first: "", second: "%00"}):
        for login, password in (("clerk1", right), ("clerk2", others)):
            client = at(app)
            client.cookies.update(forged)
            assert by_form(client, login, password).status_code == 429, forged
    assert by_form(own, "clerk1", right).status_code == 303
    assert by_form(own, "clerk2", others).status_code == 303


@pytest.mark.article("R6.1")
@pytest.mark.parametrize("secure", [False, True])
def test_the_device_cookie_is_as_well_kept_as_the_sessions_and_names_nobody(
    hub: Hub, office: Office, secure: bool
) -> None:
    right = person(office, "clerk1")
    base = "https://testserver" if secure else "http://testserver"
    client = TestClient(server.build(hub, secure=secure), base_url=base)
    answer = client.post(
        "/sign-in", data={"login": "clerk1", "password": right}, headers={"Origin": base}, follow_redirects=False
    )
    [cookie] = [header for header in answer.headers.get_list("set-cookie") if "device" in header.partition("=")[0]]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "path=/"} <= parts and parts & {"samesite=lax", "samesite=strict"}
    assert ("secure" in parts) is secure and cookie.startswith("__Host-") is secure
    assert "clerk1" not in cookie


@pytest.mark.article("R6.1")
def test_a_success_resets_its_own_count_alone(app: FastAPI, office: Office) -> None:
    right, own = person(office, "clerk1"), person(office, "guesser")
    guesser = at(app)
    for _ in range(4):
        assert by_api(guesser, "clerk1", WRONG).status_code == 401
    assert by_api(guesser, "guesser", own).status_code == 201
    assert by_api(guesser, "clerk1", WRONG).status_code == 401
    assert by_api(at(app), "clerk1", right).status_code == 429, "the fifth of this login, whatever another did"


@pytest.mark.article("R6.1")
def test_the_lock_says_for_how_many_minutes_and_what_to_do(app: FastAPI, office: Office, clock: Clock) -> None:
    person(office, "clerk1")
    for _ in range(5):
        by_form(at(app), "clerk1", WRONG)
    clock.on(minutes=6)
    page = by_form(at(app), "clerk1", WRONG).text
    assert re.search(r"\b9 ?分钟", page) and "信息中心" in page and "浏览器" in page
    problem = by_api(at(app), "clerk1", WRONG)
    assert "9 minutes" in problem.json()["detail"] + problem.json()["advice"]
    assert 8 * 60 < int(problem.headers["retry-after"]) <= 9 * 60


@pytest.mark.article("R6.1")
def test_unknown_closed_service_and_locked_logins_are_answered_alike(app: FastAPI, office: Office) -> None:
    person(office, "anna")
    person(office, "gone")
    with office.store.transaction() as tx:
        gone = next(view.id for view in office.perform(people.CENTRE, users.list_users) if view.login == "gone")
        assert tx
    office.perform(HUB, users.deactivate_user, gone)
    office.perform(HUB, users.create_service_user, "robot", "系统", "3701")

    def answers(login: str) -> list[tuple[int, str, str]]:
        found = [by_api(at(app, f"10.0.0.{len(login)}"), login, WRONG) for _ in range(7)]
        return [(each.status_code, each.json()["detail"], each.json()["advice"]) for each in found]

    assert answers("anna") == answers("nobody") == answers("gone") == answers("robot")


@pytest.mark.article("R6.1")
def test_wrong_api_tokens_are_slowed_by_address_and_the_right_one_is_not(
    app: FastAPI, office: Office, pauses: Pauses
) -> None:
    user_id = office.perform(HUB, users.create_service_user, "robot", "订货平台", "3701")
    office.perform(HUB, users.grant_post, user_id, Post.STATISTICS_CLERK, "3701")
    ends = now() + timedelta(days=3)
    right = office.perform(HUB, api_tokens.issue_token, user_id, "取数", ["read"], "3701", ends).token
    [ended] = [view.id for view in office.perform(people.CENTRE, api_tokens.list_tokens)]
    for _ in range(30):
        refused = at(app).get("/api/v1/customers", headers={"Authorization": f"Bearer ph_{uuid4().hex}"})
        assert refused.status_code == 401
    assert pauses.seconds[-1] > 1
    pauses.seconds.clear()
    assert at(app).get("/api/v1/customers", headers={"Authorization": f"Bearer {right}"}).status_code == 200
    office.perform(people.CENTRE, api_tokens.revoke_token, ended)
    assert at(app).get("/api/v1/customers", headers={"Authorization": f"Bearer {right}"}).status_code == 401
    assert pauses.seconds == [], "a programme whose token has ended does not guess"


@pytest.mark.article("R6.1")
def test_the_old_password_is_guessed_five_times_inside_a_session_and_then_the_session_ends(
    app: FastAPI, browse: Browse
) -> None:
    browser = browse("anna", Post)
    new = "Quite-another-1-word"
    pages = [browser.post("/password", old=f"Guess-number-{n}", new=new, again=new) for n in range(6)]
    assert "退出" in pages[4].text and "5" in pages[4].text, "the fifth says that the session ended"
    assert browser.client.get("/customers", follow_redirects=False).headers["location"] == "/sign-in?next=%2Fcustomers"
    assert [page.status_code for page in pages[:4]] == [422] * 4
    assert browser.post("/password", old=PASSWORD, new=new, again=new).headers.get("location") == "/sign-in?lost=yes"


@pytest.mark.article("R6.1")
def test_by_api_too_the_old_password_is_guessed_five_times_and_all_sessions_end(app: FastAPI, office: Office) -> None:
    once = person(office, "anna")
    thief, owner = (by_api(at(app), "anna", once).json()["token"] for _ in range(2))

    def change(token: str, old: str) -> Response:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        return at(app).post("/api/v1/sessions/password", json={"old": old, "new": "Quite-1-word-more"}, headers=headers)

    answers = [change(thief, f"Guess-{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [401] * 2
    assert "signed out" in answers[4].json()["detail"]
    assert change(owner, once).status_code == 401, "every session of the login has ended"


@pytest.mark.article("R6.1")
def test_a_neighbours_typing_at_the_sign_in_does_not_refuse_the_right_old_password(
    app: FastAPI, browse: Browse
) -> None:
    browser = browse("anna", Post)
    for _ in range(6):
        by_form(at(app), "anna", WRONG)
    new = "Quite-another-1-word"
    assert browser.post("/password", old=PASSWORD, new=new, again=new).headers["location"] == "/?done=password"


@pytest.mark.article("R6.1")
def test_the_information_centre_lifts_a_lock_of_a_browser_too(app: FastAPI, office: Office) -> None:
    right = person(office, "clerk1")
    own = at(app)
    by_form(own, "clerk1", right)
    for _ in range(5):
        by_form(own, "clerk1", WRONG)
        by_form(at(app), "clerk1", WRONG)
    [user_id] = [view.id for view in office.perform(HUB, users.list_users) if view.login == "clerk1"]
    assert isinstance(user_id, UUID)
    office.perform(people.CENTRE, users.unlock_user, user_id)
    assert by_form(own, "clerk1", right).status_code == 303
    assert by_form(at(app), "clerk1", right).status_code == 303


@pytest.mark.article("R6.1")
def test_the_audit_tells_the_address_of_every_try(app: FastAPI, office: Office, store: Store) -> None:
    person(office, "clerk1")
    by_api(at(app, "198.51.100.9"), "clerk1", WRONG)
    assert [line.address for line in lines_of(store, "staff.sign_in")] == ["198.51.100.9"]


@pytest.mark.article("R6.1")
def test_the_command_line_counts_like_any_place_and_for_itself(app: FastAPI, office: Office) -> None:
    right = person(office, "clerk1")

    def typed(password: str) -> str:
        try:
            users.sign_in(office, "clerk1", password, "cli", kind="cli")
        except Refusal as refusal:
            return refusal.code
        return "in"

    for _ in range(6):
        by_api(at(app), "clerk1", WRONG)
    assert typed(right) == "in", "who types elsewhere does not lock it"
    assert [typed(WRONG) for _ in range(6)] == ["not_signed_in"] * 5 + ["locked"]
    assert typed(right) == "locked"


def test_what_was_counted_is_taken_away_when_it_counts_no_more(app: FastAPI, office: Office, clock: Clock) -> None:
    for number in range(6):
        by_api(at(app), f"nobody{number % 2}", WRONG)
    assert office.perform(HUB, lockout.forget) == 0
    clock.on(days=1, minutes=1)
    assert office.perform(HUB, lockout.forget) == 3, "two logins and an address"
    assert office.perform(HUB, lockout.forget) == 0


def test_who_fails_on_purpose_does_not_hold_the_server(
    hub: Hub, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two answers are kept back at once here; whoever else fails gets its answer, and other work goes on."""
    monkeypatch.setattr(server, "MOST_WAITING", 2)
    for _ in range(20):
        slowing.fail(office, OFFICE)

    async def run() -> list[int]:
        over, waiting = asyncio.Event(), []

        async def pause(seconds: float) -> None:
            waiting.append(seconds)
            await over.wait()

        transport = httpx.ASGITransport(server.build(hub, pause=pause), client=(OFFICE, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            wrong = {"Authorization": "Bearer ph_wrong"}
            tries = [asyncio.create_task(client.get("/api/v1/units", headers=wrong)) for _ in range(5)]
            while len(waiting) < 2 or sum(task.done() for task in tries) < 3:
                await asyncio.sleep(0.01)
            health = await client.get("/health/live")
            over.set()
            return [health.status_code, *[(await task).status_code for task in tries]]

    with ThreadPoolExecutor(1) as beside:
        assert beside.submit(asyncio.run, run()).result() == [200, *[401] * 5]
