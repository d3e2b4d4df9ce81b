"""A new entrant's steps by the API: whose, by when, how late, who is told, moved by the first order day (R7.2–R7.5)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.ports import SHANGHAI
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.newcomers import BUSINESS, QUANTITY, arrived, at, patch, steps_of

MONDAY = date(2026, 11, 23)
MORE = {
    "trade_area_type": "school",
    "display_form": "wall",
    "contact": "店主",
    "size": "middle",
    "industry": "零售",
    "shop_sign": "有",
    "price_tags": "yes",
    "backup_phone": "13800000009",
    "customer_since": "2026-11-23",
    "visit_route": "一线",
    "licence_valid_from": "2026-11-01",
    "licence_valid_until": "2031-10-31",
    "licence_status": "valid",
    "compliance_record": "无",
}


@pytest.fixture
def client(caller: Caller, clock: Clock) -> TestClient:
    """Somebody with every post, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", set(Post), "3701")


def day_of(step: dict[str, Any]) -> tuple[date, int]:
    """The day and hour at which a step is due, in Shanghai."""
    due = datetime.fromisoformat(step["due_at"]).astimezone(SHANGHAI)
    return due.date(), due.hour


def row_of(client: TestClient, customer_id: UUID) -> dict[str, Any]:
    rows = [row for row in read(client, "/onboardings")["rows"] if row["customer_id"] == str(customer_id)]
    return dict(rows[0])


@pytest.mark.article("R7.2", "R7.3", "R7.4", "R3.1")
def test_without_an_order_day_each_step_has_the_articles_days(client: TestClient, office: Office) -> None:
    steps = steps_of(client, arrived(office))
    dues = {key: day_of(step) for key, step in steps.items() if step["due_at"]}
    assert dues["settle"] == (MONDAY + timedelta(days=1), 17)
    assert dues["maintain"] == (MONDAY + timedelta(days=2), 17)
    assert dues["quantify"] == (MONDAY + timedelta(days=3), 17)
    assert dues["grade"][0] == MONDAY + timedelta(days=14)
    rest = {key: steps[key]["post"] for key in steps if key.startswith("rest")}
    assert set(rest.values()) == {"account_manager", "statistics_clerk", "licence_officer", "internal_control"}
    assert {dues[key][0] for key in rest} == {MONDAY + timedelta(days=21)}
    assert dues["attitude"][0] == MONDAY + timedelta(days=28)
    assert "backup_phone" in steps["rest_clerk"]["lacking"] and "licence_status" in steps["rest_licence"]["lacking"]


@pytest.mark.article("R7.5", "R7.2", "R7.3", "I9")
def test_the_first_order_day_brings_settling_entering_and_approving_before_it(
    client: TestClient, office: Office
) -> None:
    entrant = arrived(office)
    assert steps_of(client, entrant)["approve"]["state"] == "waiting"
    assert patch(client, entrant, order_day="2").status_code == 200  # Tuesday: the next day.
    steps = steps_of(client, entrant)
    assert row_of(client, entrant)["first_order_on"] == "2026-11-24"
    for key in ("settle", "maintain", "quantify", "approve"):
        assert day_of(steps[key]) == (MONDAY, 17) and "首个订货日 2026-11-24 前 1 个工作日" in steps[key]["sum"], key
    assert steps["approve"]["state"] == "open", "the chief has it as soon as the day is known"
    assert day_of(steps["grade"])[0] > MONDAY
    assert patch(client, entrant, order_day="5").status_code == 200
    steps = steps_of(client, entrant)
    assert day_of(steps["approve"])[0] == MONDAY + timedelta(days=3)
    assert day_of(steps["settle"])[0] == MONDAY + timedelta(days=1), "the article's own days come sooner"


@pytest.mark.article("R7.5")
def test_the_chief_approves_the_quantity_that_was_shown_by_the_day_before(
    client: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    entrant = arrived(office)
    assert patch(client, entrant, order_day="4").status_code == 200
    case, chief = row_of(client, entrant)["id"], caller("chief", {Post.SECTION_CHIEF}, "370101")
    assert "onboarding_approve" in {task["kind"] for task in read(chief, "/tasks")}
    early = send(chief, f"/onboardings/{case}/approval", shown="35")
    assert early.status_code == 409 and early.json()["article"] == "R7.5"
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, "370101")
    assert patch(manager, entrant, **QUANTITY).status_code == 200
    assert "onboarding_quantify" in {each["kind"] for each in read(chief, "/staff-notices")}
    assert send(chief, f"/onboardings/{case}/approval", shown="36").status_code == 409
    assert send(manager, f"/onboardings/{case}/approval", shown="35").status_code == 403
    assert send(chief, f"/onboardings/{case}/approval", shown="35").status_code == 200
    assert steps_of(client, entrant)["approve"]["state"] == "done"
    at(clock, MONDAY + timedelta(days=2), 18, client=client)
    assert steps_of(client, entrant)["approve"]["state"] == "done"


@pytest.mark.article("R7.2", "R7.3")
def test_business_data_by_day_two_tell_the_manager_and_the_quantity_by_day_three_the_chief(
    client: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    entrant = arrived(office)
    manager, chief = (caller(name, {post}, "370101") for name, post in
                      (("manager", Post.ACCOUNT_MANAGER), ("chief", Post.SECTION_CHIEF)))  # fmt: skip
    case = row_of(client, entrant)["id"]
    assert send(client, f"/onboardings/{case}/settled", with_whom="经理甲").status_code == 200
    assert steps_of(client, entrant)["settle"]["state"] == "done"
    most = {key: value for key, value in BUSINESS.items() if key not in ("call_clerk", "order_day")}
    assert patch(client, entrant, **most | {"account_manager": "manager"}).status_code == 200
    assert read(manager, "/staff-notices") == [] and steps_of(client, entrant)["maintain"]["state"] == "open"
    assert patch(client, entrant, call_clerk="电访丙", order_day="5").status_code == 200
    assert [each["kind"] for each in read(manager, "/staff-notices")] == ["onboarding_maintain"]
    assert read(chief, "/staff-notices") == []
    assert patch(manager, entrant, **QUANTITY).status_code == 200
    assert [each["kind"] for each in read(chief, "/staff-notices")] == ["onboarding_quantify"]
    at(clock, MONDAY + timedelta(days=4), client=client)
    steps = steps_of(client, entrant)
    assert {steps[key]["state"] for key in ("settle", "maintain", "quantify")} == {"done"}


@pytest.mark.article("R2.1", "R3.1")
def test_what_is_missing_whose_it_is_and_how_late_until_it_is_complete(
    client: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    entrant = arrived(office)

    def fields() -> dict[str, dict[str, Any]]:
        return {each["field"]: each for each in read(client, f"/customers/{entrant}")["fields"]}

    there = fields()
    assert there["location"]["missing"] and there["location"]["owner"] == "statistics_clerk"
    assert there["location"]["late_days"] == 0 and there["location"]["due_at"].startswith("2026-11-25")
    assert read(client, "/onboardings")["totals"]["maintain"] == [1, 0], "late by the hub's clock, not by another"
    assert there["industry"]["missing"] and there["settlement_method"]["missing"]
    assert not there["customer_grade"]["missing"] and not there["training_date"]["missing"]
    at(clock, MONDAY + timedelta(days=4), client=client)  # Friday; due on Wednesday.
    there, steps = fields(), steps_of(client, entrant)
    assert (there["location"]["late_days"], there["quantified_data"]["late_days"]) == (2, 1)
    assert (steps["maintain"]["state"], steps["maintain"]["late_days"]) == ("late", 2)
    late = read(client, "/onboardings?step=maintain&late=true")
    assert [row["customer_id"] for row in late["rows"]] == [str(entrant)] and late["totals"]["maintain"] == [1, 1]
    case = row_of(client, entrant)["id"]
    both = {"attention": "high", "cooperation": "middle"}
    assert patch(client, entrant, **BUSINESS, **QUANTITY, **MORE, **both).status_code == 200
    assert not [each for each in fields().values() if each["missing"]]
    assert [step["step"] for step in row_of(client, entrant)["steps"] if step["state"] != "done"] == ["approve"]
    chief = caller("chief", {Post.SECTION_CHIEF}, "370101")
    assert send(chief, f"/onboardings/{case}/approval", shown="35").status_code == 200
    assert read(client, "/onboardings")["rows"] == [], "complete: the case closes by itself"
