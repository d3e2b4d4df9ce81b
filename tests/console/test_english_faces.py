"""An English reader meets no Chinese but data: every page, every form's refusal, every answer of the API (E, languages)."""

import html
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import text
from starlette.testclient import TestClient

from hub.console.routers import DESKS
from hub.domain.refusals.phrases import in_both
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.registry.channels import state as channel_state
from tests.support.callers import Caller
from tests.support.scenes import Browse, Scene

HAN = re.compile("[\u3400-\u9fff]+")
# Words that name a language, a form's company or a row of the regulation in its own script.
OWN_SCRIPT = ("中文", "客户渠道平台", "岗")
COLUMNS = """SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')"""
REST = {
    "channel": "icbc",
    "group": "basic",
    "rule": "bank_change",
    "field": "shop_area",
    "day": "2026-12-01",
    "no": "1",
}
# Paper forms are the regulation's own, filled in and signed in Chinese; files are the office's.
ON_PAPER = re.compile(r"/(form|print|text|file|export|paper)s?\b|/static/|\.xlsx|\.csv")


def data_of(office: Office) -> list[str]:
    """Every text that somebody wrote, the longest first."""
    written: set[str] = set()
    with office.store.transaction() as tx:
        for table, column in tx.execute(text(COLUMNS)).all():
            for line in tx.scalars(text(f'SELECT DISTINCT "{column}"::text FROM "{table}"')):
                written |= {line, *re.findall(r'"((?:[^"\\\\]|\\\\.)*)"', line)} if line else set()
    return sorted(
        (each for each in written if each and HAN.search(each) and in_both(each)[1] == each), key=len, reverse=True
    )


def chinese(shown: str, written: list[str]) -> set[str]:
    """Chinese words of a page that nobody wrote."""
    visible = re.sub(r"<script.*?</script>|<style.*?</style>|<!--.*?-->", "", shown, flags=re.DOTALL)
    visible = html.unescape(visible)
    for each in (*written, *OWN_SCRIPT):
        visible = visible.replace(each, "")
    return set(HAN.findall(visible))


def filled(path: str, scene: Scene) -> str:
    """The path with things that are there."""
    ids: dict[str, Any] = {**REST, **scene.ids()}
    return re.sub(r"\{(\w+)[^}]*\}", lambda word: str(ids.get(word[1], uuid4())), path)


def pages(method: str) -> Iterator[str]:
    """The console's addresses."""
    for desk in DESKS:
        for route in desk.router.routes:
            if isinstance(route, APIRoute) and method in route.methods and not ON_PAPER.search(route.path):
                yield route.path


@pytest.fixture
def written(office: Office, scene: Scene) -> list[str]:
    """What stands in the registry."""
    with office.store.transaction() as tx:
        channel_state.ensure(tx, sorted(office.channels))
    return data_of(office)


@pytest.mark.slow
def test_no_page_shows_an_english_reader_chinese(
    browse: Browse, scene: Scene, office: Office, written: list[str]
) -> None:
    browser = browse("anna", Post)
    browser.client.cookies.set("ph_language", "en")
    wrong = {}
    for path in pages("GET"):
        answer = browser.client.get(filled(path, scene))
        if "text/html" in answer.headers.get("content-type", "") and (words := chinese(answer.text, written)):
            wrong[path] = sorted(words)[:12]
    assert not wrong, "\n".join(f"{path}: {' '.join(words)}" for path, words in wrong.items())


@pytest.mark.slow
def test_no_forms_refusal_shows_an_english_reader_chinese(browse: Browse, scene: Scene, written: list[str]) -> None:
    browser = browse("anna", Post)
    browser.client.cookies.set("ph_language", "en")
    wrong = {}
    for path in pages("POST"):
        if path in ("/sign-out", "/password", "/sign-in"):
            continue
        answer = browser.post(filled(path, scene), version="1", why="")
        if "text/html" in answer.headers.get("content-type", "") and (words := chinese(answer.text, written)):
            wrong[path] = sorted(words)[:12]
    assert not wrong, "\n".join(f"{path}: {' '.join(words)}" for path, words in wrong.items())


@pytest.mark.slow
def test_no_problem_of_the_api_tells_an_english_reader_chinese(
    app: FastAPI, caller: Caller, scene: Scene, written: list[str]
) -> None:
    client: TestClient = caller("englishman", set(Post), "3701")
    wrong = {}
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            headers = {"Idempotency-Key": uuid4().hex, "If-Match": '"1"', "Accept-Language": "en"}
            if path in ("/api/v1/sessions/current", "/api/v1/sessions"):
                continue
            answer = client.request(method, filled(path, scene), json=None if method == "get" else {}, headers=headers)
            if answer.status_code >= 400 and (words := chinese(answer.text, written)):
                wrong[f"{method} {path}"] = sorted(words)[:12]
    assert not wrong, "\n".join(f"{path}: {' '.join(words)}" for path, words in wrong.items())
