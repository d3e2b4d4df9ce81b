"""Grade evaluations by the API: the revisit before, the review after, filed with internal control (R7.4, R14.1)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.grades import evaluations
from hub.operations.office import Office
from hub.ports import SHANGHAI
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.newcomers import at, patch
from tests.support.posts import person

MONDAY = date(2026, 11, 23)
EAST = people.UNIT


@pytest.fixture
def client(caller: Caller, clock: Clock) -> TestClient:
    """Somebody with every post, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", set(Post), "3701")


def shops(office: Office) -> list[Customer]:
    """Two customers of one account manager, one of another."""
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in (1, 2, 3)]
        for row, name in zip(rows, ("经理甲", "经理甲", "经理乙"), strict=True):
            row.values = {"account_manager": name, "order_method": "phone", "order_day": "3"}
        return rows


def evaluation(client: TestClient, day: date) -> str:
    """Enter one for the county."""
    made = send(client, "/grade-evaluations", unit_code=EAST, day=day.isoformat())
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def revisits(client: TestClient) -> list[tuple[str, int, bool]]:
    """(manager, left, done) of the lists."""
    return [(row["manager"], row["left"], row["done_at"] is not None) for row in read(client, "/grade-revisits")]


@pytest.mark.article("R7.4")
def test_before_an_evaluation_each_manager_has_a_list_to_revisit_and_it_is_recorded(
    client: TestClient, caller: Caller, office: Office
) -> None:
    rows = shops(office)
    with office.desk(people.CENTRE) as desk:
        person(desk, "jia", (Post.ACCOUNT_MANAGER, "a"), name="经理甲")
    manager = caller("managerb", {Post.ACCOUNT_MANAGER}, EAST)
    evaluation(client, MONDAY + timedelta(days=10))
    assert revisits(client) == [("经理乙", 1, False), ("经理甲", 2, False)]
    [own] = [task for task in read(manager, "/tasks") if task["kind"] == "revisit"]
    due = datetime.fromisoformat(own["due_at"]).astimezone(SHANGHAI)
    assert (due.date(), due.hour) == (MONDAY + timedelta(days=9), 17), "the list of 经理甲 is that one's alone"
    lists = {row["manager"]: row["id"] for row in read(client, "/grade-revisits")}
    assert read(client, f"/grade-revisits/{lists['经理甲']}")["codes"] == [rows[0].code, rows[1].code]
    assert patch(manager, rows[0].id, attention="high", cooperation="low").status_code == 200
    assert read(client, f"/grade-revisits/{lists['经理甲']}")["codes"] == [rows[1].code]
    assert send(manager, f"/grade-revisits/{lists['经理甲']}/end", why="x").status_code == 422
    assert send(manager, f"/grade-revisits/{lists['经理甲']}/end", why="走访过,维持不变").status_code == 200
    [done] = [row for row in read(client, "/grade-revisits") if row["manager"] == "经理甲"]
    assert (done["looked_at"], done["done_by_name"], done["note"]) == (1, "managerb", "走访过,维持不变")
    assert patch(manager, rows[2].id, attention="high").status_code == 200
    assert revisits(client)[0] == ("经理乙", 1, False), "both are to be looked at"
    assert patch(manager, rows[2].id, cooperation="high").status_code == 200
    assert revisits(client)[0] == ("经理乙", 0, True)
    assert "revisit" not in {task["kind"] for task in read(client, "/tasks")}
    strange = caller("west", {Post.ACCOUNT_MANAGER}, "370102")
    assert strange.get(f"/api/v1/grade-revisits/{lists['经理甲']}").status_code == 404


@pytest.mark.article("R7.4")
def test_what_changed_since_the_last_evaluation_is_not_on_the_list(
    client: TestClient, office: Office, clock: Clock
) -> None:
    rows = shops(office)
    evaluation(client, MONDAY)
    at(clock, MONDAY + timedelta(days=30), client=client)
    assert patch(client, rows[0].id, attention="high", cooperation="low").status_code == 200
    at(clock, MONDAY + timedelta(days=40), client=client)
    second = evaluation(client, MONDAY + timedelta(days=50))
    found = [row for row in read(client, "/grade-revisits") if row["evaluation_day"] == "2027-01-12"]
    assert second and [(row["manager"], row["left"]) for row in found] == [("经理乙", 1), ("经理甲", 1)]


def paper(client: TestClient, customer_id: UUID) -> str:
    """The account manager's grade change form on file."""
    files, key = {"file": ("form.png", b"\x89PNG\r\n\x1a\n0000", "image/png")}, {"Idempotency-Key": uuid4().hex}
    about = {"kind": "grade_change_form", "title": "等级变更申请表", "custodian": "资料员"}
    made = client.post(f"/api/v1/customers/{customer_id}/evidence", files=files, data=about, headers=key)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def lines(client: TestClient, evaluation_id: str, query: str = "") -> dict[str, dict[str, Any]]:
    """The review's customers by code."""
    found = read(client, f"/grade-evaluations/{evaluation_id}/review{query}")["lines"]
    return {line["customer_code"]: line for line in found}


@pytest.mark.article("R14.1", "I3")
def test_a_review_lists_forms_and_applications_and_is_filed_when_they_are_at_their_end(
    client: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    rows = shops(office)
    held = evaluation(client, MONDAY)
    with office.desk(HUB) as desk:
        assert evaluations.open_reviews(desk) == 1
    manager, chief, deputy, control = (
        caller(post.value.replace("_", ""), {post}, EAST)
        for post in (Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL)
    )
    [task] = [each for each in read(chief, "/tasks") if each["kind"] == "grade_review"]
    assert task["due_at"].startswith("2026-11-26T09:30")
    assert {line["form"] for line in lines(chief, held).values()} == {False}
    form = paper(manager, rows[0].id)
    assert lines(chief, held)[rows[0].code]["form"] and lines(chief, held, "?changing=true") == {}
    version = read(manager, f"/customers/{rows[0].id}")["customer"]["version"]
    given = {"version": version, "rule": "grade_change", "values": {"customer_grade": "A"}, "why": "评定结果"}
    sent = send(manager, f"/customers/{rows[0].id}/changes", **given, evidence_ids=[form])
    assert sent.status_code == 202, sent.text
    assert send(chief, f"/grade-evaluations/{held}/review", why="一户上调").status_code == 200
    early = send(control, f"/grade-evaluations/{held}/filing")
    assert early.status_code == 409 and early.json()["article"] == "R14.1" and "1 application" in early.json()["detail"]
    for who in (chief, deputy):
        shown = read(who, f"/applications/{sent.json()['id']}")["application"]["digest"]
        path = f"/applications/{sent.json()['id']}/decision"
        assert send(who, path, decision="approve", digest=shown).status_code == 200
    assert send(chief, f"/applications/{sent.json()['id']}/carry-out").json()["state"] == "carried_out"
    [line] = lines(chief, held, "?changing=true").values()
    assert (line["customer_code"], line["grade"], line["application_state"]) == (rows[0].code, "A", "carried_out")
    assert send(chief, f"/grade-evaluations/{held}/filing").status_code == 403
    filing = [
        each for each in read(control, "/tasks") if each["kind"] == "file" and each["subject_kind"] == "evaluation"
    ]
    assert len(filing) == 1
    assert send(control, f"/grade-evaluations/{held}/filing").status_code == 200
    assert not [each for each in read(control, "/tasks") if each["subject_kind"] == "evaluation"]
    [shown] = read(control, "/grade-evaluations")
    assert shown["filed_by_name"] == "internalcontrol"
    assert send(control, f"/grade-evaluations/{held}/filing").status_code == 409
    assert read(chief, "/grade-evaluations/units") == [{"code": EAST, "name": "甲县营销部"}]
