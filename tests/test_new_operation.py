"""An operation that only this file defines is reachable by REST, at the terminal and as a form, by the rules of all others."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import pytest
from fastapi import FastAPI
from pydantic import Field
from sqlalchemy import select
from starlette.testclient import TestClient

from hub.domain.inputs import Choices, Code, Label, Text
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, operation
from hub.operations.staff import users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.schema import AuditRow
from hub.registry.staff.users import by_login
from tests.support import people
from tests.support.callers import new_user

ROOT = Path(__file__).parents[1]
NAME = "stray_signs.report_sign"
PLACES = {"door": ("门头", "Above the door"), "window": ("橱窗", "In the window")}
PASSWORD = "Correct-horse-9-battery"
FIRST = date(2026, 1, 1)
ORIGIN = {"Origin": "http://testserver"}
Caller = Callable[..., TestClient]


@dataclass(frozen=True)
class SignReport:
    """What was reported."""

    place: str
    seen_on: date
    words: str


def report_sign(
    desk: Desk,
    place: Annotated[Code, Label("位置", "Where"), Choices(PLACES)],
    words: Annotated[Text, Label("看到了什么", "What was seen", ("一句话即可", "One sentence is enough"))],
    seen_on: Annotated[date, Label("发现日期", "Seen on")],
    count: Annotated[int, Label("数量", "How many"), Field(ge=1, le=9)] = 1,
    lit: Annotated[bool, Label("亮灯", "It is lit")] = False,
) -> SignReport:
    """A sign that somebody saw."""
    if seen_on < FIRST:
        raise BadInput(field="发现日期", problem="太早", mend="请填写 2026 年以后的日期。", at="seen_on")
    desk.about("sign", f"{place}-{count}")
    return SignReport(place, seen_on, words)


def enter() -> None:
    """Put the operation into the table, as importing its module would."""
    operation(NAME, article="R17.1", posts={Post.STATISTICS_CLERK}, title=("登记招牌", "Report a sign"))(report_sign)


@pytest.fixture(autouse=True)
def entered() -> Iterator[None]:
    """The operation, before any face is made."""
    enter()
    yield
    del OPERATIONS[NAME]


def good() -> dict[str, object]:
    return {"place": "door", "words": "一块旧招牌", "seen_on": "2026-03-02"}


def lines(office: Office) -> list[tuple[str, str]]:
    with office.store.transaction() as tx:
        rows = tx.scalars(select(AuditRow).where(AuditRow.operation == NAME).order_by(AuditRow.id))
        return [(line.outcome, line.actor) for line in rows]


@pytest.mark.article("R4.1")
def test_rest_takes_it_under_the_rules_of_all_others(app: FastAPI, caller: Caller, office: Office) -> None:
    entry = app.openapi()["paths"][f"/api/v1/operations/{NAME}"]["post"]
    assert entry["x-operation"] == NAME and entry["x-article"] == "R17.1" and "409" in entry["responses"]
    named = entry["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
    shape = app.openapi()["components"]["schemas"][named]
    assert set(shape["required"]) == {"place", "words", "seen_on"} and shape["properties"]["count"]["maximum"] == 9
    clerk, driver = caller("signs", {Post.STATISTICS_CLERK}), caller("wheel", {Post.DELIVERY_DRIVER})
    path, key = f"/api/v1/operations/{NAME}", {"Idempotency-Key": uuid4().hex}
    assert clerk.post(path, json=good()).status_code == 400
    answer = clerk.post(path, json=good(), headers=key)
    assert answer.json() == {"place": "door", "seen_on": "2026-03-02", "words": "一块旧招牌"}
    assert clerk.post(path, json=good(), headers=key).text == answer.text
    assert driver.post(path, json=good(), headers={"Idempotency-Key": uuid4().hex}).json()["code"] == "not_permitted"
    wrong = clerk.post(path, json=good() | {"count": 12}, headers={"Idempotency-Key": uuid4().hex}).json()
    assert [flaw["field"] for flaw in wrong["errors"]] == ["body.count"]
    early = good() | {"seen_on": "2025-12-31"}
    refused = clerk.post(path, json=early, headers={"Idempotency-Key": uuid4().hex})
    assert refused.status_code == 422 and refused.json()["code"] == "bad_input"
    assert sorted(outcome for outcome, _ in lines(office)) == ["done", "refused", "refused"]


@pytest.mark.article("R4.1")
def test_the_console_has_a_form_that_shows_what_comes_of_it(app: FastAPI, office: Office, units: None) -> None:
    client, csrf = browser(app, office, "signs", Post.STATISTICS_CLERK)
    assert f"/operations/{NAME}" in client.get("/operations").text
    page = client.get(f"/operations/{NAME}").text
    for part in ("登记招牌", "位置", "门头", "橱窗", "一句话即可", 'type="date"', 'max="9"', 'type="checkbox"'):
        assert part in page, part
    client.cookies.set("ph_language", "en")
    english = client.get(f"/operations/{NAME}").text
    assert "Report a sign" in english and "Above the door" in english and "One sentence is enough" in english
    client.cookies.set("ph_language", "zh")
    sent = good() | {"csrf": csrf, "lit": "true"}
    done = client.post(f"/operations/{NAME}", data=sent, headers=ORIGIN)
    assert done.status_code == 200 and "一块旧招牌" in done.text and "已办理" in done.text
    early = sent | {"seen_on": "2025-12-31"}
    for fault, at in ((early, "seen_on"), (sent | {"count": "many"}, "count"), (sent | {"words": ""}, "words")):
        refused = client.post(f"/operations/{NAME}", data=fault, headers=ORIGIN)
        assert refused.status_code == 422, at
        assert f'id="f-{at}-wrong"' in refused.text and 'value="door" selected' in refused.text, at
    assert [outcome for outcome, _ in lines(office)].count("done") == 1


@pytest.mark.article("R4.1")
def test_the_console_shows_no_form_to_other_posts(app: FastAPI, office: Office, units: None) -> None:
    client, csrf = browser(app, office, "wheel", Post.DELIVERY_DRIVER)
    assert NAME not in client.get("/operations").text
    assert client.get(f"/operations/{NAME}").status_code == 403
    assert client.post(f"/operations/{NAME}", data=good() | {"csrf": csrf}, headers=ORIGIN).status_code == 403
    assert client.get("/operations/no.such").status_code == 404
    assert {outcome for outcome, _ in lines(office)} == {"refused"}


@pytest.mark.article("R4.1")
def test_the_terminal_reads_its_arguments_and_refuses_at_the_field(
    environment: dict[str, str], office: Office, clerk_at_terminal: dict[str, str]
) -> None:
    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        call = f"import {__name__} as new; new.enter(); from hub.cli import main; main()"
        everything = environment | clerk_at_terminal
        return subprocess.run(
            [sys.executable, "-c", call, "operation", *words],
            env=everything,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            cwd=ROOT,
        )

    listed = run("list", NAME)
    assert NAME in listed.stdout and "[lit]" in listed.stdout, listed.stderr
    done = run("do", NAME, "place=door", "words=一块旧招牌", "seen_on=2026-03-02", "count=2")
    assert json.loads(done.stdout)["words"] == "一块旧招牌", done.stderr
    wrong = run("do", NAME, "place=door", "words=一块", "seen_on=someday")
    assert wrong.returncode == 1 and "seen_on" in wrong.stderr and "someday" not in wrong.stderr
    early = run("do", NAME, "place=door", "words=一块", "seen_on=2025-12-31")
    assert early.returncode == 1 and "发现日期" in early.stderr and "Traceback" not in early.stderr
    assert [outcome for outcome, _ in lines(office)] == ["done", "refused"]


def browser(app: FastAPI, office: Office, login: str, post: Post) -> tuple[TestClient, str]:
    """A signed-in browser and its token for forms."""
    once = new_user(office, login, {post}, "city")
    with office.store.transaction() as tx:
        user = by_login(tx, login)
        assert user is not None
        user.must_change = False
    signed = users.sign_in(office, login, once, "testclient")
    return TestClient(app, cookies={"ph_session": signed.token}), signed.csrf


@pytest.fixture
def environment(database: str, tmp_path: Path, machine_clock: None) -> dict[str, str]:
    """The environment of a command on the test's database."""
    own = {"PARTNERHUB_DATABASE_URL": database, "PARTNERHUB_DATA": str(tmp_path), "LC_ALL": "C.UTF-8"}
    own["PARTNERHUB_MASTER_KEY"] = base64.b64encode(bytes(range(32))).decode()
    return {name: text for name, text in os.environ.items() if not name.startswith("PARTNERHUB_")} | own


@pytest.fixture
def clerk_at_terminal(office: Office) -> dict[str, str]:
    """Login and password of a clerk."""
    people.found(office)
    office.perform(HUB, users.create_user, "clerk9", "统计员", "3701")
    with office.desk(HUB) as desk:
        user = by_login(desk.tx, "clerk9")
        assert user is not None
        users.grant_post(desk, user.id, Post.STATISTICS_CLERK, "3701")
        user.must_change, user.password_hash = False, hash_password(PASSWORD)
    return {"PARTNERHUB_LOGIN": "clerk9", "PARTNERHUB_PASSWORD": PASSWORD, "COLUMNS": "200"}
