"""No face opens anything by itself: no page, route or command without an operation, a session and the right unit."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import hub.cli
from hub import server
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import users
from tests.support.callers import Caller, new_user
from tests.support.clocks import Clock
from tests.support.makers.calls import walk
from tests.support.scenes import ORIGIN, Browse, Browser, Scene

OPEN_PAGES = {
    "GET /": "says that there is no post yet",
    "GET /sign-in": "the form",
    "POST /sign-in": "before there is an actor",
    "GET /session": "whether there is one; whose, to its owner",
    "POST /sign-out": "to stop being one",
    "GET /password": "one's own",
    "POST /password": "one's own",
    "POST /language": "a cookie",
    "GET /tasks": "one's own",
    "GET /operations": "what one's posts allow: nothing, without one",
    "GET /operations/{name}": "no operation has this name",
    "POST /operations/{name}": "no operation has this name",
    "GET /notices": "one's own",
    "GET /notices/count": "one's own",
    "POST /notices/seen": "one's own",
    "POST /notices/{staff_notice_id}/seen": "one's own",
    "GET /cover": "one's own",
    "POST /cover/records/{handover_id}/acknowledge": "one's own",
    "GET /assets/{name}": "our style and script",
    "GET /assets/vendor/{name}": "theirs",
    "GET /health/live": "for the watchdog",
    "GET /health/ready": "for the watchdog",
    "GET /api/v1/openapi.json": "the description",
}
OWN = ("/", "/password", *(name.partition(" ")[2] for name, why in OPEN_PAGES.items() if why == "one's own"))
MOMENT = {"moment": "2026-11-23T08:00:00+00:00"}
"""What one reading route asks for besides an id."""
COMMANDS = {"access.py", "asks.py", "channels.py", "customers.py", "users.py"}
"""Commands that act on the registry; the others run, set up and show the installation."""
OF_THE_PROGRAM = {"template", "list_scopes"}
"""Commands beside them that print what stands in the program itself: no desk, no store, nothing of anybody."""


def console_routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of every route of the console."""
    for method, path in walk(app.routes):
        if method in ("GET", "POST") and not (
            path.startswith(("/api/v1/", "/callbacks/")) and path != server.DESCRIPTION
        ):
            yield method, path


def filled(path: str, ids: dict[str, object]) -> str:
    """The path with these ids, and something plausible for the rest."""
    rest: dict[str, object] = {
        "no": 1,
        "channel": "icbc",
        "field": "shop_area",
        "group": "business",
        "day": "2026-12-01",
    }
    return re.sub(r"\{(\w+)\}", lambda found: str({**rest, **ids}.get(found[1], uuid4())), path)


def sent(browser: Browser, method: str, path: str) -> int:
    """The status of a page or a form, with a file in case it wants one."""
    if method == "GET":
        return browser.client.get(path, follow_redirects=False).status_code
    fields = {"csrf": browser.csrf, "ticket": "none", "purpose": "settlement", "channel": "icbc"}
    fields |= {"valid_from": "2026-01-01", "valid_until": "2027-01-01", "ended_on": "2026-12-01", "version": "1"}
    fields |= {"first": "2026-12-01", "last": "2026-12-01"}
    fields |= {"dates": "2026-12-01", "rule": "bank_change", "since": "2026-11-01", "which": "icbc list_bindings"}
    files = {"file": ("x.pdf", b"%PDF-1")}
    answer = browser.client.post(path, data=fields, files=files, headers=ORIGIN, follow_redirects=False)
    return answer.status_code


@pytest.mark.article("R4.1")
def test_without_a_post_every_page_and_form_of_the_console_is_refused(
    app: FastAPI, browse: Browse, scene: Scene
) -> None:
    browser = browse("nopost", set())
    tried = 0
    for method, path in console_routes(app):
        name = f"{method} {path}"
        if name in OPEN_PAGES:
            continue
        status = sent(browser, method, filled(path, dict(scene.ids())))
        assert status == 403, (name, status)
        tried += 1
    assert tried > 45
    assert "尚未" in browser.client.get("/").text or "岗位" in browser.client.get("/").text


@pytest.mark.article("R4.1")
def test_without_a_session_every_page_asks_to_sign_in(app: FastAPI, scene: Scene) -> None:
    nobody = TestClient(app)
    for method, path in console_routes(app):
        if f"{method} {path}" in OPEN_PAGES and path not in (*OWN, "/operations", "/operations/{name}"):
            continue
        answer = nobody.request(method, filled(path, dict(scene.ids())), headers=ORIGIN, follow_redirects=False)
        status, where = answer.status_code, answer.headers.get("location", "").partition("?")[0]
        assert (status, where) == (303, "/sign-in") or (method == "POST" and status == 422), (method, path, status)


@pytest.mark.article("R4.1", "R6.1")
@pytest.mark.parametrize("why", ["expired", "blocked"])
def test_an_ended_session_opens_no_route_of_the_api(
    app: FastAPI, caller: Caller, office: Office, clock: Clock, why: str
) -> None:
    client = caller("anna", set(Post), "3701")
    assert client.get("/api/v1/customers").status_code == 200
    if why == "expired":
        clock.ahead = timedelta(minutes=16)
    else:
        new_user(office, "bea", set(Post), "3701")  # the company's last holders cannot be put out
        user = next(view for view in office.perform(HUB, users.list_users) if view.login == "anna")
        office.perform(HUB, users.deactivate_user, user.id)
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            if (method, path) != ("post", "/api/v1/sessions"):
                answer = client.request(method, filled(path, {}), headers={"Idempotency-Key": uuid4().hex})
                assert answer.status_code == 401, (method, path)


@pytest.mark.article("R4.1", "G3")
def test_the_api_takes_no_cookie_instead_of_a_token(app: FastAPI, browse: Browse) -> None:
    browser = browse("anna", Post)
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            if (method, path) != ("post", "/api/v1/sessions"):
                answer = browser.client.request(method, filled(path, {}), headers={**ORIGIN, "Idempotency-Key": "k"})
                assert answer.status_code == 401, (method, path)


@pytest.mark.article("R4.1", "G11")
def test_reading_another_units_things_is_answered_like_reading_nothing(
    app: FastAPI, browse: Browse, caller: Caller, scene: Scene
) -> None:
    """Every reading route with an id in it, by API and by page: byte for byte the same answer, but for its number."""
    browser, client = browse("west", Post, "370102"), caller("westapi", set(Post), "370102")
    ids = dict(scene.ids())
    tried = 0
    for method, path in walk(app.routes):
        named = set(re.findall(r"\{(\w+)\}", path)) & set(ids)
        if method != "GET" or not named:
            continue
        reader = client if path.startswith("/api/") else browser.client
        there, nowhere = (
            reader.get(filled(path, each), params=MOMENT if path.endswith("/as-of") else {}, follow_redirects=False)
            for each in (ids, dict.fromkeys(ids, uuid4()))
        )
        assert there.status_code == nowhere.status_code == 404, (path, there.status_code, nowhere.status_code)
        assert plain(there.text) == plain(nowhere.text), path
        tried += 1
    assert tried > 8


def plain(text: str) -> str:
    """Without what differs between any two answers: numbers of requests and ids."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "id", text)


def test_every_command_on_the_registry_signs_in_and_works_at_a_desk() -> None:
    folder = Path(hub.cli.__file__).parent
    commands = 0
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and any("command" in ast.unparse(d) for d in node.decorator_list):
                named = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                if node.name in OF_THE_PROGRAM:
                    assert not named & {"desk_of", "acting", "open_hub", "office", "store", "HUB"}, node.name
                elif path.name in COMMANDS:
                    assert named & {"desk_of", "acting"}, f"{path.name}: {node.name}"
                    commands += 1
                else:
                    assert "HUB" not in named, f"{path.name}: {node.name} acts as the hub"
    assert commands > 15
