"""The gate before all faces: headers, CSRF, sizes, faults, health."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.testclient import TestClient

from hub import server
from hub.app import Hub
from hub.channels.host import Partners
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.operations.staff import users
from hub.settings import HubSettings
from tests.support.callers import new_user
from tests.support.makers.calls import walk

ORIGIN = {"Origin": "http://testserver"}
CANARY = "6222020200012345678"


@pytest.fixture
def app(hub: Hub) -> FastAPI:
    """The application, with routes that fail and a form behind the same guards as the console's."""
    app = server.build(hub)

    def fail() -> None:
        raise ValueError(f"broken by {CANARY}")

    def ask_store() -> None:
        with hub.office.store.transaction() as tx:
            tx.connection()

    forms = APIRouter()
    forms.add_api_route("/form", lambda: "taken", methods=["POST"])
    app.include_router(forms, dependencies=[Depends(server.signed_in), Depends(server.from_our_page)])
    app.add_api_route("/api/v1/lost", ask_store)
    app.add_api_route("/fails", fail)
    app.add_api_route("/api/v1/fails", fail)
    return app


def console_forms(app: FastAPI) -> list[tuple[str, str]]:
    """The changing routes outside the API."""
    return [
        (m, p) for m, p in walk(app.routes) if m not in server.SAFE and not p.startswith((server.API, "/callbacks/"))
    ]


def filled(path: str) -> str:
    return "/".join(str(uuid4()) if part.startswith("{") else part for part in path.split("/"))


def browser(app: FastAPI, office: Office) -> tuple[TestClient, str]:
    """A signed-in browser and its CSRF token."""
    once = new_user(office, "browser", {Post.STATISTICS_CLERK}, "city")
    signed = users.sign_in(office, "browser", once, "testclient")
    return TestClient(app, cookies={"ph_session": signed.token}), signed.csrf


def test_no_form_of_the_console_is_taken_without_origin_and_token(app: FastAPI, office: Office, units: None) -> None:
    client, csrf = browser(app, office)
    forms = console_forms(app)
    assert ("POST", "/form") in forms
    same, cross = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}
    wrong: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({}, {}),
        ({}, {"csrf": csrf}),
        (ORIGIN, {}),
        (ORIGIN, {"csrf": "wrong"}),
        (ORIGIN | cross, {"csrf": csrf}),
        ({"Origin": "http://evil"}, {"csrf": csrf}),
        ({"Origin": "null"}, {"csrf": csrf}),
        ({"Sec-Fetch-Site": "same-site"}, {"csrf": csrf}),
        ({"Origin": "http://testserver.evil"}, {"csrf": csrf}),
        (same | {"X-CSRF-Token": b"\xc3\xa9"}, {}),
    ]
    for method, path in forms:
        for headers, fields in wrong:
            answer = client.request(method, filled(path), headers=headers, data=fields, follow_redirects=False)
            assert answer.status_code == 403, (method, path, headers, fields)
        if path == "/sign-out":
            continue  # it would end the session that the other forms are tried in
        good = client.request(method, filled(path), headers=ORIGIN, data={"csrf": csrf}, follow_redirects=False)
        assert good.status_code != 403 or "页面提交" not in good.text, (method, path)


def test_without_a_session_the_origin_alone_must_be_ours(app: FastAPI, nobody: TestClient) -> None:
    for method, path in console_forms(app):
        assert nobody.request(method, filled(path), follow_redirects=False).status_code == 403


def test_every_answer_carries_the_security_headers(app: FastAPI, nobody: TestClient) -> None:
    urls = [
        "/",
        "/fails",
        "/api/v1/fails",
        "/none",
        "/api/v1/none",
        "/api/v1/customers",
        "/health/live",
        "/health/ready",
    ]
    urls += [filled(path) for method, path in walk(app.routes) if method == "GET"]
    for url in urls:
        answer = nobody.get(url, follow_redirects=False)
        policy = answer.headers["content-security-policy"]
        assert ("unsafe" not in policy and "frame-ancestors 'none'" in policy) or policy == "sandbox", url
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.headers["x-request-id"]) == 36
        if not url.startswith("/assets"):
            assert answer.headers["cache-control"] == "no-store", url
        assert "strict-transport-security" not in answer.headers


def test_over_tls_there_is_hsts_and_a_host_cookie(hub: Hub) -> None:
    app = server.build(hub, secure=True)
    assert "max-age" in TestClient(app).get("/health/live").headers["strict-transport-security"]
    assert app.state.session_cookie == "__Host-ph_session"


@pytest.mark.parametrize("url", ["/fails", "/api/v1/fails"])
def test_a_fault_shows_its_number_and_nothing_else(
    nobody: TestClient,
    url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = nobody.get(url)
    assert answer.status_code == 500 and answer.headers["x-request-id"] in answer.text
    assert CANARY not in answer.text and "ValueError" not in answer.text
    logged = capsys.readouterr()
    assert CANARY not in logged.out + logged.err


def test_a_body_that_is_too_large_is_refused(clerk: TestClient) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    large = b'"' + b"x" * server.MEGABYTE + b'"'
    assert clerk.post("/api/v1/units", content=large, headers=headers).status_code == 413
    pieces = (large[i : i + 65536] for i in range(0, len(large), 65536))
    assert clerk.post("/api/v1/units", content=pieces, headers=headers).status_code == 413


def test_ready_says_when_the_database_is_gone(nobody: TestClient, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert nobody.get("/health/ready").status_code == 200
    hub.office.store.close()
    monkeypatch.setattr(hub.office, "store", type(hub.office.store)("postgresql://localhost:1/none"))
    assert nobody.get("/health/ready").status_code == 503
    lost = nobody.get("/api/v1/units", headers={"Authorization": "Bearer nonsense"})
    assert lost.status_code in (401, 503)
    lost = nobody.get("/api/v1/lost")
    assert lost.status_code == 503 and lost.headers["retry-after"] and lost.json()["code"] == "store_unusable"
    assert nobody.get("/health/live").status_code == 200


SPELLED = [
    ("hub.corp:80", "http://hub.corp", True),
    ("hub.corp:443", "https://hub.corp", True),
    ("hub.corp", "http://hub.corp:80", True),
    ("HUB.corp", "http://hub.corp", True),
    ("hub.corp:8000", "http://Hub.Corp:8000", True),
    ("hub.corp:443", "http://hub.corp", False),
    ("hub.corp:8000", "http://hub.corp", False),
    ("hub.corp", "http://evil.corp", False),
    ("hub.corp", "http://hub.corp.evil", False),
    ("hub.corp:80", "http://hub.corp:8080", False),
    ("", "null", False),
    ("hub.corp", "", False),
    ("hub.corp", "ftp://hub.corp", False),
]


@pytest.mark.parametrize(("host", "origin", "ours"), SPELLED)
def test_one_origin_has_several_spellings(app: FastAPI, host: str, origin: str, ours: bool) -> None:
    """A proxy names the port that a browser leaves out, and a name has no case: signing in goes on, and nobody else comes in."""
    answer = TestClient(app).post("/sign-in", data={}, headers={"Host": host, "Origin": origin})
    assert (answer.status_code != 403) is ours


BEHIND = [
    ("http://hub.corp", "http://hub.corp", True),
    ("http://HUB.corp:80", "http://hub.corp", True),
    ("https://hub.corp:8443/console/", "https://hub.corp:8443", True),
    ("http://hub.corp", "https://hub.corp", False),
    ("http://hub.corp", "http://evil.corp", False),
    ("http://hub.corp", "null", False),
]


@pytest.mark.parametrize(("public", "origin", "ours"), BEHIND)
def test_behind_a_proxy_that_keeps_its_own_host_the_public_address_is_set(
    office: Office, public: str, origin: str, ours: bool
) -> None:
    """nginx sends its upstream's address as Host unless told otherwise; what it says of X-Forwarded-Host anybody could say."""
    named = TestClient(server.build(Hub(HubSettings(public_url=public), office, Partners())))
    headers = {"Host": "127.0.0.1:8500", "Origin": origin, "X-Forwarded-Host": "hub.corp"}
    assert (named.post("/sign-in", data={}, headers=headers).status_code != 403) is ours
    unnamed = TestClient(server.build(Hub(HubSettings(), office, Partners())))
    refused = unnamed.post("/sign-in", data={}, headers=headers)
    assert refused.status_code == 403 and "PARTNERHUB_PUBLIC_URL" in refused.text


@pytest.mark.parametrize("public", ["hub.corp", "ftp://hub.corp", "http://", "http://me@hub.corp"])
def test_a_public_address_that_no_browser_would_send_is_refused_at_the_start(public: str) -> None:
    with pytest.raises(ValueError):
        HubSettings(public_url=public)


@pytest.mark.parametrize("path", ["/api/v1/customers/", "/customers/", "/sign-in/", "/api/v1/users/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_with_a_slash_too_many_sends_a_caller_to_the_host_that_somebody_named(
    office: Office, path: str, method: str
) -> None:
    """Whoever follows repeats body and token there, in clear."""
    client = TestClient(server.build(Hub(HubSettings(), office, Partners())))
    answer = client.request(method, path, headers={"Host": "evil.example"}, follow_redirects=False)
    assert "evil.example" not in answer.headers.get("location", "") and answer.status_code in (401, 403, 404, 405, 303)
