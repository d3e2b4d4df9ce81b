"""Unit codes, units' names and logins that would be taken for one another are refused (R4.1, R6.1)."""

import re
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import users
from hub.registry.session import Store
from tests.support.scenes import Browse

BLANKS = "\u3164\u115f\u1160\uffa0\u2800\u17b4\u034f\ufe0f\U000e0100"
"""Signs that nobody sees: fillers, a blank of Braille, selectors."""
KEYS = iter(f"look-{number}-alike" for number in range(1_000_000))


def unit(client: TestClient, code: str, name: str, parent: str = "city") -> tuple[int, str]:
    body = {"code": code, "name": name, "parent_code": parent}
    answer = client.post("/api/v1/units", json=body, headers={"Idempotency-Key": next(KEYS)})
    return answer.status_code, answer.text


def login(client: TestClient, name: str, path: str = "/api/v1/users") -> tuple[int, str]:
    body = {"login": name, "name": f"新人{next(KEYS)}", "unit_code": "city"}
    answer = client.post(path, json=body, headers={"Idempotency-Key": next(KEYS)})
    return answer.status_code, answer.text


@pytest.mark.article("R4.1")
@pytest.mark.parametrize(
    "code", ["３７０１", "3701О2", "٣٧٠١", "Ⅻ12", "²37", "37_01", "37.01", "-3701", "3701-", "一县", "3701\u200b"]
)
def test_a_units_code_is_of_plain_letters_digits_and_dashes(clerk: TestClient, code: str) -> None:
    assert unit(clerk, code, "新县")[0] == 422


@pytest.mark.article("G4")
@pytest.mark.parametrize(
    "code", ["138123456789", "13812345678", "139-11110020", "p13812345678", "l3864097512", "I38O64O97512"]
)
def test_a_units_code_that_holds_a_phone_is_refused(clerk: TestClient, code: str) -> None:
    status, words = unit(clerk, code, "新县")
    assert status == 422 and code not in words


@pytest.mark.article("R4.1")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("AB1", "ab1"),
        ("AB1", "ABl"),
        ("AB1", "abI"),
        ("A0-7", "aO-7"),
        ("370112", "37O112"),
        ("3705", "37-05"),
        ("3705", "3-7-0-5"),
        ("AB-1", "A-B--1"),
    ],
)
def test_a_units_code_that_looks_like_one_in_use_is_refused(clerk: TestClient, first: str, second: str) -> None:
    assert unit(clerk, first, "新县")[0] == 201
    status, words = unit(clerk, second, "另一县")
    assert status == 409 and "looks like" in words
    assert unit(clerk, "CD-22", "另一县")[0] == 201


@pytest.mark.article("R4.1")
@pytest.mark.parametrize(
    "name",
    [
        "新县公司",
        " 新县 公司 ",
        "新县\u3000公司",
        "新县\u200b公司",
        "新县公司Ａ",
        "新县公司a",
        *(f"新县{blank}公司" for blank in BLANKS),
    ],
)
def test_a_unit_is_not_named_like_another(clerk: TestClient, name: str) -> None:
    assert unit(clerk, "n1", "新县公司")[0] == unit(clerk, "n2", "新县公司A")[0] == 201
    status, words = unit(clerk, "n3", name, "east")
    assert status == 409 and "unit name" in words


@pytest.mark.article("R4.1")
@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/users/service"])
@pytest.mark.parametrize("name", ["科长丙", "科长 丙", "科长\u3164丙", "科长丙\u2065"])
def test_a_colleague_is_not_named_like_another_because_who_signs_is_shown_by_name(
    clerk: TestClient, name: str, path: str
) -> None:
    def added(login_name: str, shown: str) -> tuple[int, str]:
        body = {"login": login_name, "name": shown, "unit_code": "city"}
        answer = clerk.post(path, json=body, headers={"Idempotency-Key": next(KEYS)})
        return answer.status_code, answer.text

    assert added("first", "科长丙")[0] == 201
    status, words = added("second", name)
    assert status == 409 and "name" in words
    assert added("second", "科长丙(城北)")[0] == 201


@pytest.mark.article("R6.1")
@pytest.mark.parametrize("other", ["xcIerk", "xc1erk", "XCLERK", "xcierk"])
@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/users/service"])
def test_a_login_that_looks_like_one_in_use_is_refused(clerk: TestClient, other: str, path: str) -> None:
    assert login(clerk, "xclerk")[0] == 201
    status, words = login(clerk, other, path)
    assert status == 409 and "looks like" in words


@pytest.mark.article("R6.1")
@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("b0ss", "boss"),
        ("modern", "modem"),
        ("vvang", "wang"),
        ("zhang5", "zhangs"),
        ("li2", "liz"),
        ("admin", "admjn"),
        ("admin", "adnnin"),
        ("admin", "admiri"),
    ],
)
def test_every_plain_letter_that_looks_like_another_counts(clerk: TestClient, first: str, other: str) -> None:
    assert login(clerk, first)[0] == 201
    assert login(clerk, other)[0] == 409
    assert login(clerk, "someone7")[0] == 201


@pytest.mark.article("G4")
@pytest.mark.parametrize(
    "name", ["p138b1234c5678", "a1b3c8d1e2f3g4h5i6j7k8", "13812345678x", "l3864097512", "i386409751Z2O"]
)
def test_a_login_that_spells_a_mobile_is_refused(clerk: TestClient, name: str) -> None:
    status, words = login(clerk, name)
    assert status == 422 and name not in words


@pytest.mark.article("G4")
@pytest.mark.parametrize(
    "key",
    [
        "139*1111*0008",
        "110105:19491231:002X",
        "13911-110-011",
        "k139b1111c0008",
        "62220216-0200-1234-5680-138640975120",
    ],
)
def test_a_key_that_spells_a_number_is_not_kept(clerk: TestClient, store: Store, key: str) -> None:
    body = {"code": "n9", "name": "新县", "parent_code": "city"}
    first = clerk.post("/api/v1/units", json=body, headers={"Idempotency-Key": key})
    again = clerk.post("/api/v1/units", json=body, headers={"Idempotency-Key": key})
    assert first.status_code == again.status_code == 201
    with psycopg.connect(store.url) as connection:
        kept = [row[0] for row in connection.execute("SELECT key FROM idempotency_keys")]
    assert kept and key not in kept


@pytest.mark.article("R6.1")
def test_two_who_look_alike_do_not_slip_in_at_once(clerk: TestClient) -> None:
    names = ["twins1", "twinsl", "twinsI", "tw1nsi", "TWINS1", "twin5l"]
    with ThreadPoolExecutor(6) as pool:
        statuses = [status for status, _ in pool.map(lambda name: login(clerk, name), names)]
    assert sorted(statuses) == [201, *[409] * 5]


FIELDS = (
    ("/staff/units", {"code": "ABl-9", "name": "新县", "parent_code": "3701"}, "d-code"),
    ("/staff/units", {"code": "３７０１", "name": "新县", "parent_code": "3701"}, "d-code"),
    ("/staff/units", {"code": "n7", "name": "市 公司", "parent_code": "3701"}, "d-unit-name"),
    ("/staff/users", {"login": "b0ss9", "name": "新人", "unit_code": "3701"}, "d-login"),
    ("/staff/service-users", {"login": "BOSS9", "name": "取数", "unit_code": "3701"}, "d-service-login"),
)


@pytest.mark.article("R4.1")
def test_the_page_says_it_at_the_field(browse: Browse, office: Office) -> None:
    boss = browse("boss9", {Post.INFORMATION_CENTRE})
    office.perform(HUB, users.create_unit, "AB1-9", "丁县", "3701")
    for path, form, field in FIELDS:
        answer = boss.post(path, **form)
        shown = re.search(rf'<input[^>]*id="{field}"[^>]*>', answer.text)
        assert answer.status_code in (409, 422) and shown is not None, (path, form)
        assert 'aria-invalid="true"' in shown[0] and answer.text.count('role="alert"') == 0, (path, form)
