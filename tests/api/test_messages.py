"""What the API says of a wrong call is enough to put it right, in the caller's language (G3, R4.1)."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub.domain.refusals import Refusal
from hub.domain.refusals.phrases import ENGLISH
from hub.domain.staff.posts import HUB
from hub.operations.office import Office
from hub.registry.customers import customers
from tests.api.test_problems import CANARY, body_with_canary
from tests.support import people
from tests.support.callers import Caller

HAN = re.compile(r"[\u4e00-\u9fff]")
ZH = {"Accept-Language": "zh-CN"}
# A page, a button, or the page loaded once more: of no use to who calls by API or command line.
OF_PAGES = re.compile(r"页面|刷新|点“|点击|按钮|\bpages?\b|\breload\b|\bpress\b|\bclick\b", re.IGNORECASE)
JSON = {"Content-Type": "application/json"}
DEEP = b"[" * 100_000
# What is no JSON object, each with how it says what it is.
NO_JSON = {
    "broken": (b'{"code": ', JSON),
    "bad UTF-8": (b'{"code": "\xff\xfe"}', JSON),
    "too deep": (DEEP, JSON),
    "a list": (b"[1]", JSON),
    "nothing": (b"", JSON),
    "a form": (b"code=north&name=North", {"Content-Type": "application/x-www-form-urlencoded"}),
    "XML": (b"<unit><code>north</code></unit>", {"Content-Type": "application/xml"}),
}


@pytest.fixture
def clerk(caller: Caller, office: Office) -> TestClient:
    """A caller with every post in the whole company."""
    people.found(office)
    return caller("everyone", unit="3701")


@pytest.fixture
def customer_id(office: Office, clerk: TestClient) -> UUID:
    """A customer of 370101."""
    with office.desk(HUB) as desk:
        return people.customer(desk, 7).id


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


@pytest.mark.parametrize("sent", NO_JSON)
def test_a_body_that_is_no_json_object_is_told_so(clerk: TestClient, sent: str) -> None:
    content, headers = NO_JSON[sent]
    for language, what, how in ((ZH, "JSON 对象", "UTF-8"), ({}, "JSON object", "UTF-8")):
        answer = clerk.post("/api/v1/units", content=content, headers=key() | headers | language)
        told = answer.json()
        assert answer.status_code == 422 and told["code"] == "not_json", answer.text
        assert what in told["detail"] and how in told["advice"] and "application/json" in told["advice"]


@pytest.mark.parametrize(
    ("content", "headers"),
    [(b'{"file": "x"}', JSON), (b"x", {"Content-Type": "multipart/form-data"}), (b"code,name", {})],
)
def test_a_body_that_is_no_form_is_told_so(clerk: TestClient, content: bytes, headers: dict[str, str]) -> None:
    answer = clerk.post("/api/v1/imports", content=content, headers=key() | headers)
    assert answer.status_code == 422 and answer.json()["code"] == "not_form", answer.text
    assert "multipart/form-data" in answer.json()["advice"]


def test_a_wrong_parameter_of_an_upload_is_not_called_a_wrong_body(clerk: TestClient) -> None:
    told = clerk.post("/api/v1/imports?bogus=1", headers=key()).json()
    assert told["code"] == "malformed" and told["errors"][0]["field"] == "query.bogus"


def test_a_form_without_its_file_names_the_field(clerk: TestClient) -> None:
    answer = clerk.post("/api/v1/imports", files={"other": ("x.csv", b"x")}, headers=key())
    assert {"field": "body.file", "rule": "missing", "problem": "is missing"} in answer.json()["errors"]


def problems_of(client: TestClient, path: str, **how: object) -> dict[str, str]:
    """{field: problem} of a call that is malformed."""
    answer = client.request(how.pop("method", "POST"), f"/api/v1{path}", headers=key() | {"If-Match": "1"}, **how)  # type: ignore[arg-type]
    assert answer.status_code == 422, answer.text
    return {flaw["field"]: flaw["problem"] for flaw in answer.json()["errors"]}


def test_a_limit_is_told(clerk: TestClient) -> None:
    assert problems_of(clerk, "/customers", method="GET", params={"limit": 1000}) == {
        "query.limit": "must be at most 200"
    }
    assert problems_of(clerk, "/customers", method="GET", params={"limit": 0}) == {"query.limit": "must be at least 1"}
    long = problems_of(clerk, "/customers/search", json={"words": "x" * 501})
    assert long == {"body.words": "takes at most 500 characters"}
    assert problems_of(clerk, "/customers/search", json={"words": ""}) == {"body.words": "takes at least 1 characters"}


def test_the_wrong_field_itself_is_named(clerk: TestClient, customer_id: UUID) -> None:
    body = {"values": {"nonsense": "1", "order_phone": "1"}, "why": "x"}
    told = problems_of(clerk, f"/customers/{customer_id}", method="PATCH", json=body)
    assert told == {"body.values.nonsense": "is no field of a customer"}


def test_no_wrong_body_of_any_route_is_left_without_words(app: FastAPI, clerk: TestClient) -> None:
    """Each rule that a body can break has words in both languages, and none is pydantic's bare value_error."""
    described, tried = app.openapi(), 0
    for path, method, content in _bodies(described):
        schema = described["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[-1]]
        url = re.sub(r"\{\w+\}", lambda _: str(uuid4()), path)
        for body in body_with_canary(schema)[1:6]:
            for language in ("zh-CN", "en"):
                headers = key() | {"If-Match": "1", "Accept-Language": language}
                told = clerk.request(method, url, json=body, headers=headers).json()
                for flaw in told.get("errors", ()):
                    tried += 1
                    assert flaw["rule"] != "value_error", (method, path, flaw)
                    assert bool(HAN.search(flaw["problem"])) == (language == "zh-CN"), (method, path, flaw)
                    assert "description says" not in flaw["problem"] and "不符合接口说明" not in flaw["problem"], flaw
                    assert CANARY not in flaw["problem"]
    assert tried > 500


def _bodies(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in list(described["paths"].items())[::3]:
        for method, entry in methods.items():
            content = entry.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                yield path, method, content


def test_a_wrong_address_or_method_and_too_much_are_told_in_the_callers_language(clerk: TestClient) -> None:
    calls = [
        ("GET", "/api/v1/no-such", None, 404, "no_such_path"),
        ("PUT", "/api/v1/customers", None, 405, "no_such_method"),
        ("POST", "/api/v1/units", b"x" * 1_100_000, 413, "too_large"),
    ]
    for method, path, content, status, code in calls:
        for language in ("zh-CN", "en", ""):
            answer = clerk.request(method, path, content=content, headers=key() | {"Accept-Language": language})
            told = answer.json()
            assert (answer.status_code, told["code"]) == (status, code)
            for words in (told["detail"], told["advice"]):
                assert bool(HAN.search(words)) == (language != "en"), (code, language, words)
    assert "1 MB" in told["detail"]


def test_a_key_that_is_too_long_is_not_called_missing(clerk: TestClient) -> None:
    for wrong in ("x" * 256, "tab\there"):
        answer = clerk.post("/api/v1/units", json={}, headers={"Idempotency-Key": wrong})
        assert answer.status_code in (400, 422)
        unit = {"code": "north", "name": "north", "parent_code": "city"}
        told = clerk.post("/api/v1/units", json=unit, headers={"Idempotency-Key": wrong}).json()
        assert (told["status"], told["code"]) == (400, "key_malformed") and "255" in told["detail"]


@pytest.mark.article("R4.1")
def test_a_conflict_is_told_as_it_is(clerk: TestClient, customer_id: UUID) -> None:
    """The caller's own change before is no other person's, and the same If-Match again is 409 again."""
    url, body = f"/api/v1/customers/{customer_id}", {"values": {"contact": "张三"}, "why": "new contact"}
    read = {"If-Match": str(clerk.get(url).json()["customer"]["version"])}
    assert clerk.patch(url, json=body, headers=key() | read).status_code == 200
    body["values"] = {"contact": "李四"}
    for language in (ZH, {}):
        told = clerk.patch(url, json=body, headers=key() | read | language).json()
        assert (told["status"], told["code"]) == (409, "stale")
        assert "他人" not in told["detail"] and "someone else" not in told["detail"]
        assert "再次保存" not in told["advice"] and "save again" not in told["advice"] and "version" in told["advice"]
    again = clerk.get(url).json()["customer"]["version"]
    assert clerk.patch(url, json=body, headers=key() | {"If-Match": str(again)}).status_code == 200


@pytest.mark.article("R4.1")
def test_a_field_that_a_rule_changes_names_each_article_once_and_a_way_for_programmes(
    office: Office, clerk: TestClient, customer_id: UUID
) -> None:
    """Four rows about the order method stand in article 11."""
    with office.store.transaction() as tx:
        customer = customers.get(tx, customer_id)
        assert customer is not None
        customer.values = {"order_method": "web"}
    url = f"/api/v1/customers/{customer_id}"
    body = {"values": {"order_method": "phone"}, "why": "asked by phone"}
    with_version = {"If-Match": str(clerk.get(url).json()["customer"]["version"])}
    told = clerk.patch(url, json=body, headers=key() | with_version | ZH).json()
    assert told["code"] == "by_rule", told
    articles = told["detail"].partition("按 ")[2].partition(" 办理")[0].split("、")
    assert articles and len(articles) == len(set(articles)), told["detail"]
    assert "变更申请" in told["advice"] and not OF_PAGES.search(told["advice"])


def kinds(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """All refusals below one."""
    for inner in kind.__subclasses__():
        yield inner
        yield from kinds(inner)


def test_no_advice_outside_of_pages_names_a_page_or_a_button(caller: Caller) -> None:
    """Operations are carried out by API and command line too, where nothing can be reloaded or pressed."""
    operations = [
        kind for kind in kinds() if kind.__module__.startswith(("hub.operations.", "hub.domain.", "hub.api."))
    ]
    assert len(operations) > 150
    advice = {kind.__qualname__: kind.elsewhere if any(kind.elsewhere) else kind.then for kind in operations}
    # It tells of a command beside the page.
    advice.pop("OnlyWithinHub")
    wrong = {name: words for name, words in advice.items() if OF_PAGES.search(" ".join(words))}
    assert not wrong
    phrases = {zh: en for zh, en in ENGLISH.items() if OF_PAGES.search(f"{zh} {en}")}
    assert not phrases or set(phrases) == {"页码", "请从第一页重新查看。"}
