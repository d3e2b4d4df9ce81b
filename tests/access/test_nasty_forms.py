"""No form, question or address of the console makes a fault, whatever it holds (F1, S8)."""

import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import Response

from hub.console.routers import DESKS
from hub.domain.customers.catalogue import FIELDS
from hub.domain.staff.posts import Post
from hub.operations.inputs import inputs_of
from hub.operations.office import Office
from hub.registry.channels import state as channel_state
from tests.support.nasty import TEXTS
from tests.support.scenes import ORIGIN, PASSWORD, Browse, Browser, Scene
from tests.support.selection import some

TRIES = 4
"""Nasty values for each field in one run; which ones is another choice for each field."""
BY_HAND: dict[str, tuple[str, ...]] = {
    "/customers/{customer_id}/fields/{group}": ("version", "why", *FIELDS),
    "/customers/{customer_id}/bind": (),
    "/channels/{channel}/settings": ("base_url", "app_id", "private_key", "anyway", "no_such"),
    "/customers/{customer_id}/cards": ("which",),
    "/phones": ("who",),
    "/customers/{customer_id}/changes/plan": (
        "rule",
        "again",
        "paper",
        "why",
        "version",
        "settlement_bank",
        "documents",
        "seen_by",
    ),
    "/customers/{customer_id}/changes/send": ("rule", "again", "paper", "why", "version", "digest"),
}
"""Forms whose fields are not declared but read by hand."""
BINDING = (
    *("version", "channel", "kind", "number", "payer_name", "agreement_no", "signed_on", "evidence_id", "ticket"),
    *("agreement_evidence_id", "exception_kind", "custodian", "digest", "replaces", "documents", "seen_by"),
)
USUAL = {
    "version": "1",
    "why": "客户申请",
    "reason": "核对",
    "unit_code": "370101",
    "channel": "icbc",
    "group": "basic",
    "rule": "bank_change",
    "signed_on": "2026-11-02",
    "kind": "debit_card",
    "number": "6212140000000000019",
    "post": "statistics_clerk",
}
ENDS = {"/sign-out", "/password", "/sign-in"}
"""Forms that end the session, or are another's matter (test_lockout)."""


def posts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and fields of each form, with how a field is read."""
    for desk in DESKS:
        for route in desk.router.routes:
            if isinstance(route, APIRoute) and "POST" in route.methods and route.path not in ENDS:
                fields = {each.name: each.field_info.annotation for each in route.dependant.body_params}
                operation = getattr(route.endpoint, "carries_out", None)
                if operation is not None:
                    fields = {known.name: known.annotation for known in inputs_of(operation)}
                    fields = {name: kind for name, kind in fields.items() if f"{{{name}" not in route.path}
                by_hand = BY_HAND.get(route.path, BINDING if "/bind" in route.path else ())
                yield route.path, fields | dict.fromkeys(by_hand, str)


def questions() -> Iterator[tuple[str, list[str]]]:
    """Path and questions of each page."""
    for desk in DESKS:
        for route in desk.router.routes:
            if isinstance(route, APIRoute) and "GET" in route.methods:
                yield route.path, [each.name for each in route.dependant.query_params]


def usual(name: str, kind: Any) -> str:
    """What somebody would enter."""
    if name in USUAL:
        return USUAL[name]
    shown = str(kind)
    return next(
        (value for word, value in (("int", "1"), ("bool", "true"), ("date", "2026-12-01")) if word in shown), "甲"
    )


def filled(path: str, scene: Scene) -> str:
    """The path with things that are there."""
    ids = {name: str(value) for name, value in scene.ids().items()}
    return re.sub(r"\{(\w+)[^}]*\}", lambda word: ids.get(word[1], USUAL.get(word[1], "1")), path)


def sent(browser: Browser, path: str, fields: dict[str, str]) -> Response:
    """The form, submitted; signed in again where the one before ended the session."""
    answer = browser.post(path, **fields)
    if answer.headers.get("location", "").startswith("/sign-in"):
        browser.client.post("/sign-in", data={"login": "anna", "password": PASSWORD}, headers=ORIGIN)
    return answer


@pytest.mark.thorough
@pytest.mark.slow
def test_no_form_of_the_console_makes_a_fault(browse: Browse, office: Office, scene: Scene) -> None:
    with office.store.transaction() as tx:
        channel_state.ensure(tx, sorted(office.channels))
    browser, faults, tried = browse("anna", Post), [], 0
    for path, fields in some(posts()):
        whole = {name: usual(name, kind) for name, kind in fields.items()}
        for name in fields:
            for value in random.sample(TEXTS, TRIES):
                answer = sent(browser, filled(path, scene), {**whole, name: value})
                tried += 1
                if answer.status_code >= 500:
                    faults.append((path, name, value[:40], answer.status_code))
    assert not faults, "\n".join(map(str, faults))
    assert tried > 200


@pytest.mark.thorough
@pytest.mark.slow
def test_no_address_or_question_of_the_console_makes_a_fault(browse: Browse, office: Office, scene: Scene) -> None:
    with office.store.transaction() as tx:
        channel_state.ensure(tx, sorted(office.channels))
    browser, faults, tried = browse("anna", Post), [], 0
    for path, names in some(questions()):
        urls = [(f"{filled(path, scene)}?{name}={quote(value)}", value) for name in names for value in TEXTS]
        words = set(re.findall(r"\{(\w+)[^}]*\}", path))
        for word in words:
            for value in random.sample([text for text in TEXTS if len(text) < 100], TRIES):
                place = re.sub(r"\{" + word + r"[^}]*\}", lambda _, text=value: quote(text, safe=""), path)
                urls.append((filled(place, scene), value))
        for url, value in urls:
            tried += 1
            if browser.client.get(url, follow_redirects=False).status_code >= 500:
                faults.append((path, value[:40]))
    assert not faults, "\n".join(map(str, faults))
    assert tried > 100


BODIES: list[tuple[str, bytes]] = [
    ("application/x-www-form-urlencoded", b"login=%ff%fe&password=%80"),
    ("application/x-www-form-urlencoded", b"login=%zz&password=%"),
    ("application/x-www-form-urlencoded", b"login=\xff\xfe&password=\x00"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"login=a&password=b"),
    ("application/x-www-form-urlencoded", b"&&&=&=x&login"),
    ("application/x-www-form-urlencoded", b"login=a&login=b&login=c"),
    ("multipart/form-data", b"x"),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\nab\x00cd\r\n--b--\r\n',
    ),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="lo\x00"\r\n\r\nx\r\n--b--\r\n'),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="login"; filename="\x01"\r\n\r\nx\r\n--b--\r\n',
    ),
    (
        "multipart/form-data; boundary=b; charset=utf-7",
        b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n+2AA-\r\n--b--\r\n',
    ),
    (
        "multipart/form-data; boundary=b; charset=utf-7",
        b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n+2AA-\r\n--b--\r\n',
    ),
    (
        "multipart/form-data; boundary=b; charset=undefined",
        b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\nx\r\n--b--\r\n',
    ),
    (
        "multipart/form-data; boundary=b; charset=idna",
        b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n\xff.a\r\n--b--\r\n',
    ),
    ("application/json", b'{"login": "a"}'),
]


def test_no_body_however_it_is_framed_makes_a_fault(app: FastAPI, browse: Browse) -> None:
    browser, faults = browse("anna", Post), []
    for path in ("/sign-in", "/sign-out", "/customers/find", "/notices/seen"):
        for media_type, body in BODIES:
            headers = {**ORIGIN, "Content-Type": media_type}
            answer = browser.client.post(path, content=body, headers=headers, follow_redirects=False)
            if answer.status_code >= 500:
                faults.append((path, media_type, body))
    assert not faults, "\n".join(map(str, faults))


HEADERS: list[dict[str, bytes]] = [
    {"Referer": b"http://["},
    {"Referer": b"\xff\xfe"},
    {"Host": b"["},
    {"Host": b"::::"},
    {"Host": b"a b"},
    {"Origin": b"http://["},
    {"Cookie": b"ph_session=\x01\xff; ph_language=\xff; =; ;"},
    {"Cookie": b"ph_session=" + b"x" * 20_000},
    {"X-CSRF-Token": b"\xff"},
    {"Accept-Language": b"\xff" * 100},
    {"Content-Length": b"9" * 30},
    {"X-Forwarded-For": b"\xff"},
]


@pytest.mark.parametrize(
    "path", ["/sign-in", "/staff", "/nowhere", "/customers?q=%ff", "/api/v1/customers", "/api/v1/x"]
)
def test_no_header_makes_a_fault(app: FastAPI, browse: Browse, path: str) -> None:
    browser = browse("anna", {Post.DELIVERY_DRIVER})
    faults = [
        headers
        for headers in HEADERS
        for method in ("GET", "POST")
        if browser.client.request(method, path, headers=headers, follow_redirects=False).status_code >= 500  # type: ignore[arg-type]
    ]
    assert not faults, faults
