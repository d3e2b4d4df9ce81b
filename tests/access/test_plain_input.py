"""A NUL, half of a pair or a control character is a 422 with the field's name at every face, never a fault (F1)."""

import json
import subprocess
from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub.domain.plain_text import fault
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.operations.staff.sign_in.sign_in import sign_in
from tests.support.callers import Caller, new_user
from tests.support.nasty import LONE, NUL
from tests.support.scenes import ORIGIN, Browse

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def test_a_nul_in_the_login_is_refused_at_the_form_by_the_fields_name(app: FastAPI, office: Office) -> None:
    for fields in ({"login": NUL, "password": "x"}, {"login": "anna", "password": NUL}):
        answer = TestClient(app).post("/sign-in", data=fields, headers=ORIGIN)
        assert answer.status_code == 422
        assert ("账号" if fields["login"] == NUL else "密码") in answer.text and "控制字符" in answer.text
        assert "ab" not in answer.text.partition("ph-no")[2].partition("</dl>")[0], "never the value"


@pytest.mark.parametrize("bad", [NUL, LONE, "a\x1bb", "a\ufffdb"])
def test_by_api_the_problem_names_field_and_rule(app: FastAPI, office: Office, bad: str) -> None:
    body = json.dumps({"login": bad, "password": "x"})
    answer = TestClient(app).post("/api/v1/sessions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} == {"body.login"}
    inside = json.dumps({"login": "anna", "password": bad})
    answer = TestClient(app).post("/api/v1/sessions", content=inside, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text


def test_names_of_fields_questions_paths_and_files_are_looked_at_too(caller: Caller) -> None:
    client = caller("clerk1", set(Post), "3701")
    key = {"Idempotency-Key": uuid4().hex, "Content-Type": "application/json"}
    assert client.post("/api/v1/units", content=json.dumps({NUL: "x", "a": LONE}), headers=key).status_code == 422
    assert client.get("/api/v1/customers", params={"unit": "a\x00"}).status_code == 422
    assert client.get("/api/v1/channels/a%00b").status_code in (404, 422)
    file = {"file": ("a\x01.csv", b"x")}
    assert client.post("/api/v1/imports", files=file, headers={"Idempotency-Key": uuid4().hex}).status_code == 422


def test_line_breaks_and_tabs_of_a_text_area_and_any_script_are_text() -> None:
    assert [fault(text) for text in ("两行\r\n\t文字", "naïve 💳 𠮷", "")] == [None] * 3
    assert [fault(text) for text in (NUL, LONE, "\x85", "\ufffe", "\U0001ffff")] == [
        "control_character",
        "broken_text",
        "control_character",
        "broken_text",
        "broken_text",
    ]


def test_the_operation_itself_takes_no_such_login_from_any_face(office: Office) -> None:
    new_user(office, "anna", set(), "3701")
    for login, password in ((NUL, "x"), (LONE, "x"), ("anna", NUL), ("anna", LONE)):
        with pytest.raises(Refusal, match=r"Login|Password"):
            sign_in(office, login, password, "cli", kind="cli")


def test_a_page_names_the_field_that_it_could_not_read(browse: Browse) -> None:
    browser = browse("anna", Post)
    answer = browser.post("/staff/users", login="bob", name=NUL, unit_code="3701")
    assert answer.status_code == 422 and "名称" in answer.text and "接口" not in answer.text
