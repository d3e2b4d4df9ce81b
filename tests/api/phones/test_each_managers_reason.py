"""Article 12 (2.3): why customers share a number is written customer by customer, by the account manager of each."""

from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.ports import today
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send

NUMBER = "13900000099"


@pytest.fixture
def shops(office: Office) -> list[tuple[UUID, str]]:
    """Two shops with one phone, each of another account manager."""
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in (1, 2)]
        for row, manager in zip(rows, ("managera", "managerb"), strict=True):
            row.values = {"account_manager": manager}
        return [(row.id, row.code) for row in rows]


def manager(caller: Caller, login: str) -> TestClient:
    return caller(login, {Post.ACCOUNT_MANAGER}, people.UNIT)


def asked(client: TestClient, *reasons: tuple[str, str]) -> dict[str, object]:
    until = str(today() + timedelta(days=90))
    return {"number": NUMBER, "reasons": dict(reasons), "why": "共用一部电话", "until": until}


@pytest.mark.article("R12.8", "R12.5")
def test_each_customers_reason_is_its_own_account_managers(caller: Caller, shops: list[tuple[UUID, str]]) -> None:
    first, second = manager(caller, "managera"), manager(caller, "managerb")
    (_, one), (other_id, other) = shops
    no = send(first, "/phone-permits", **asked(first, (one, "父子两店"), (other, "父子两店")))
    assert no.status_code == 409 and no.json()["article"] == "R12.8", no.text
    assert other in no.json()["detail"] and no.json()["advice"]
    made = send(first, "/phone-permits", **asked(first, (one, "父子两店"), (other, "")))
    assert made.status_code == 201, made.text
    permit = made.json()["id"]
    chief = caller("chief", {Post.SECTION_CHIEF}, people.UNIT)
    assert "sign_permit" not in [task["kind"] for task in read(chief, "/tasks")], "not before all reasons are there"
    shown = read(chief, "/phone-permits")["permits"][0]["shown"]
    early = send(chief, f"/phone-permits/{permit}/signature", agree=True, shown=shown)
    assert early.status_code == 409 and early.json()["article"] == "R12.8", early.text
    assert "permit_reason" in [task["kind"] for task in read(second, "/tasks")]
    path = f"/phone-permits/{permit}/reasons/{other_id}"
    assert send(first, path, reason="父子两店").status_code == 409, "it is the other manager's"
    assert send(second, path, reason="店主之父,白天看店").is_success
    assert "permit_reason" not in [task["kind"] for task in read(second, "/tasks")]
    [row] = read(chief, "/phone-permits")["permits"]
    assert {member["code"]: (member["reason"], member["reason_by_name"]) for member in row["members"]} == {
        one: ("父子两店", "managera"), other: ("店主之父,白天看店", "managerb"),
    }  # fmt: skip
    assert "sign_permit" in [task["kind"] for task in read(chief, "/tasks")]
    assert send(chief, f"/phone-permits/{permit}/signature", agree=True, shown=row["shown"]).is_success
