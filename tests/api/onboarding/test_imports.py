"""Lists over the API: a file that is none is a problem with an advice, never a fault."""

import io
import zipfile
from uuid import uuid4

import pytest

from tests.support import lists
from tests.support.callers import Caller

pytestmark = pytest.mark.article("R7.1")
WRONG = {
    "empty": b"",
    "binary": b"\x00\x01\x02" * 50,
    "utf-16": ",".join(lists.HEADER).encode("utf-16"),
    "encrypted": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "cut": lists.as_xlsx([lists.line(1)])[:2000],
    "corner": lists.with_cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "no header": lists.as_csv([], lists.line(1)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_no_list_is_a_problem_with_an_advice(caller: Caller, name: str) -> None:
    client = caller()
    for language in ("zh", "en"):
        headers = {"Idempotency-Key": uuid4().hex, "Accept-Language": language}
        answer = client.post("/api/v1/imports", files={"file": ("list.xlsx", WRONG[name])}, headers=headers)
        assert answer.status_code == 422, answer.text
        assert answer.json()["article"] == "R7.1" and lists.line(1)[5] not in answer.text


def test_a_list_goes_in_and_its_bad_line_comes_back(caller: Caller) -> None:
    client = caller()
    content = lists.as_csv([lists.line(1, unit_code="east"), lists.line(2, unit_code="east", order_phone="12")])
    made = client.post(
        "/api/v1/imports", files={"file": ("list.csv", content)}, headers={"Idempotency-Key": uuid4().hex}
    ).json()
    assert (made["good"], made["bad"]) == (1, 1) and "12" not in str(made["problems"]["cells"][0]["problem"])
    done = client.post(f"/api/v1/imports/{made['id']}/apply", headers={"Idempotency-Key": uuid4().hex}).json()
    assert (done["state"], done["good"]) == ("applied", 1)
    back = client.get(f"/api/v1/imports/{made['id']}/returned")
    assert back.status_code == 200 and zipfile.is_zipfile(io.BytesIO(back.content))
