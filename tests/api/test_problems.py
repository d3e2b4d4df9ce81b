"""How the API says no."""

import json
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from tests.support.callers import PASSWORD, Caller, new_user

CANARY = "6222020200012345678"
KEYS = {"type", "title", "status", "detail", "instance", "code"}


def body_with_canary(schema: dict[str, object]) -> list[object]:
    """Bodies that put the canary everywhere a value can go."""
    names = list(schema.get("properties", {}))  # type: ignore[call-overload]
    wrong: list[object] = [CANARY, [CANARY], {CANARY: CANARY}, int(CANARY), {"extra": CANARY}]
    wrong += [{"values": {CANARY: CANARY}, "why": "why not"}]
    wrong += [dict.fromkeys(names, value) for value in ([CANARY], {"x": CANARY}, int(CANARY))]
    return [*wrong, dict.fromkeys(names, CANARY + "\x00"), dict.fromkeys(names, CANARY * 100)]


def test_a_malformed_body_is_never_echoed(app: FastAPI, clerk: TestClient) -> None:
    described = app.openapi()
    tried = 0
    for path, methods in described["paths"].items():
        for method, entry in methods.items():
            content = entry.get("requestBody", {}).get("content", {}).get("application/json")
            if not content:
                continue
            schema = described["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[-1]]
            for body in body_with_canary(schema):
                url = path.replace("{", "").replace("}", "")
                url = "/".join(str(uuid4()) if part.endswith("_id") else part for part in url.split("/"))
                answer = clerk.request(
                    method, url, json=body, headers={"Idempotency-Key": uuid4().hex, "If-Match": "1"}
                )
                assert answer.status_code != 500, (method, path, body)
                assert CANARY not in answer.text and CANARY not in str(answer.headers), (method, path, body)
                tried += 1
    assert tried > 100


@pytest.mark.parametrize("raw", [b"{" + CANARY.encode(), b"\xff\xfe" + CANARY.encode(), CANARY.encode() * 3])
def test_what_is_no_json_is_never_echoed(clerk: TestClient, raw: bytes) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    answer = clerk.post("/api/v1/units", content=raw, headers=headers)
    assert answer.status_code in (400, 422) and CANARY not in answer.text


def test_422_names_field_and_rule(clerk: TestClient) -> None:
    answer = clerk.post("/api/v1/units", json={"code": 7, "name": "x", "zzz": 1}, headers={"Idempotency-Key": "k"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"field": "body.code", "rule": "string_type", "problem": "must be a text"} in answer.json()["errors"]
    assert {"field": "body.zzz", "rule": "extra_forbidden", "problem": "is not known here"} in answer.json()["errors"]


def test_a_boolean_is_no_integer(clerk: TestClient) -> None:
    url = f"/api/v1/accounts/{uuid4()}/unbind"
    for version in (True, False, "1", 1.0, 1.5, 0, -1, 2**40):
        answer = clerk.post(url, json={"version": version, "why": "x"}, headers={"Idempotency-Key": uuid4().hex})
        assert answer.status_code == 422, version


def test_a_path_or_question_is_never_echoed(clerk: TestClient) -> None:
    for url in (f"/api/v1/asks/{CANARY}", f"/api/v1/customers?limit={CANARY}", f"/api/v1/{CANARY}", f"/{CANARY}"):
        answer = clerk.get(url)
        assert answer.status_code in (404, 422) and CANARY not in answer.text


def test_a_refusal_is_a_problem_with_article_and_advice_in_both_languages(caller: Caller) -> None:
    driver = caller("driver", {Post.DELIVERY_DRIVER})
    for language, word in (("en", "post"), ("zh-CN,zh;q=0.9,en;q=0.8", "岗位")):
        answer = driver.post(
            "/api/v1/units",
            json={"code": "n", "name": "N"},
            headers={"Idempotency-Key": uuid4().hex, "Accept-Language": language},
        )
        found = answer.json()
        assert answer.status_code == found["status"] == 403
        assert set(found) >= {*KEYS, "article", "advice"} and word in found["detail"]
        assert found["instance"] == answer.headers["x-request-id"]
        assert found["type"] == "urn:partnerhub:problem:not_permitted" and found["article"] == "R4.1"


def test_without_a_token_there_is_nothing(app: FastAPI, nobody: TestClient) -> None:
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            if (method, path) == ("post", "/api/v1/sessions"):
                continue
            url = "/".join(str(uuid4()) if part.endswith("_id}") else part for part in path.split("/"))
            for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Cookie": "ph_session=nonsense"}):
                answer = nobody.request(method, url, headers=headers)
                assert answer.status_code == 401, (method, path)
                assert answer.headers["www-authenticate"] == "Bearer"
                assert answer.json()["code"] == "no_token"


def test_a_one_time_password_opens_only_its_own_change(nobody: TestClient, caller: Caller, app: FastAPI) -> None:
    caller()
    once = new_user(app.state.hub.office, "fresh", {Post.STATISTICS_CLERK}, "east")
    signed = nobody.post("/api/v1/sessions", json={"login": "fresh", "password": once}).json()
    assert signed["must_change"] is True
    headers = {"Authorization": f"Bearer {signed['token']}"}
    assert nobody.get("/api/v1/customers", headers=headers).json()["code"] == "password_due"


def test_signing_out_ends_the_token(clerk: TestClient) -> None:
    assert clerk.get("/api/v1/operations").status_code == 200
    assert clerk.delete("/api/v1/sessions").status_code == 200
    assert clerk.get("/api/v1/operations").status_code == 401


def test_a_wrong_password_and_an_unknown_login_look_alike(nobody: TestClient, clerk: TestClient) -> None:
    answers = [
        nobody.post("/api/v1/sessions", json={"login": login, "password": "Wrong-" + PASSWORD})
        for login in ("clerk", "nobody-of-that-name")
    ]
    shapes = [{**json.loads(answer.text), "instance": ""} for answer in answers]
    assert shapes[0] == shapes[1] and answers[0].status_code in (401, 403)


@pytest.mark.parametrize(
    "url",
    [
        "customers/{id}",
        "customers/{id}/evidence",
        "asks/{id}",
        "imports/{id}",
        "evidence/{id}",
        "imports/{id}/returned",
    ],
)
def test_an_unknown_id_is_404(clerk: TestClient, url: str) -> None:
    answer = clerk.get(f"/api/v1/{url.format(id=uuid4())}")
    assert answer.status_code == 404 and answer.json()["code"] == "not_found"
