"""Article 14: a grade is changed after an evaluation that was held, by form and two signatures; the first one too."""

from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.applications import customer
from tests.support.makers.calls import read, send
from tests.support.newcomers import arrived, at, patch

MONDAY = date(2026, 11, 23)


@pytest.fixture
def client(caller: Caller, clock: Clock) -> TestClient:
    """Somebody with every post, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", set(Post), "3701")


def shop(office: Office, **values: str) -> Customer:
    """A customer."""
    with office.desk(people.CLERK) as desk:
        return customer(desk, **values)


def asked(client: TestClient, office: Office, row: Customer) -> Any:
    """The account manager asks for another grade, with the form."""
    with office.desk(people.CLERK) as desk:
        form = str(people.paper(desk, desk.tx.get_one(Customer, row.id), "grade_change_form").id)
    version = read(client, f"/customers/{row.id}")["customer"]["version"]
    given = {"version": version, "rule": "grade_change", "why": "销量上升", "evidence_ids": [form]}
    return send(client, f"/customers/{row.id}/changes", **given, values={"customer_grade": "A"})


def entered(client: TestClient, day: date, unit: str = people.UNIT) -> str:
    """An evaluation of a unit."""
    made = send(client, "/grade-evaluations", unit_code=unit, day=day.isoformat())
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


@pytest.mark.article("R14.2", "R14.1")
@pytest.mark.parametrize("before", ["", "B"])
def test_without_an_evaluation_no_grade_changes(client: TestClient, office: Office, before: str) -> None:
    row = shop(office, **({"customer_grade": before} if before else {}))
    no = asked(client, office, row)
    assert no.status_code == 409 and no.json()["article"] == "R14.2", no.text
    assert "evaluation" in no.json()["detail"] and "evaluation" in no.json()["advice"]


@pytest.mark.article("R14.2")
def test_one_that_is_still_to_come_or_of_another_unit_does_not_count(client: TestClient, office: Office) -> None:
    row = shop(office)
    entered(client, MONDAY + timedelta(days=3))
    entered(client, MONDAY, "370102")
    assert asked(client, office, row).json()["article"] == "R14.2"


@pytest.mark.article("R14.2", "R14.1")
@pytest.mark.parametrize("unit", [people.UNIT, "3701"])
def test_once_it_was_held_the_form_goes_its_way_until_the_review_is_filed(
    client: TestClient, office: Office, unit: str
) -> None:
    """The company's evaluation is its counties' as well; what was filed with internal control is closed."""
    row = shop(office)
    held = entered(client, MONDAY, unit)
    sent = asked(client, office, row)
    assert sent.status_code == 202 and sent.json()["chain"] == ["section_chief", "deputy_manager"], sent.text
    assert send(client, f"/applications/{sent.json()['id']}/withdraw", why="重填").is_success
    assert send(client, f"/grade-evaluations/{held}/review", why="没有调整").is_success
    assert send(client, f"/grade-evaluations/{held}/filing").is_success
    assert asked(client, office, row).json()["article"] == "R14.2"


@pytest.mark.article("R14.2", "R4.1")
def test_nobody_types_a_grade_the_first_one_neither(client: TestClient, office: Office) -> None:
    """Seen: the chief alone typed the first grade of a newcomer into the form."""
    entrant = arrived(office, 7)
    no = patch(client, entrant, customer_grade="A")
    assert no.status_code == 409 and no.json()["code"] == "by_rule", no.text
    registered = shop(office)
    assert patch(client, registered.id, customer_grade="A").json()["code"] == "by_rule"
