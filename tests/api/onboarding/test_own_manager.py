"""Article 7: it is the customer's own account manager who is told, trains in time, and writes why a phone is shared."""

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.onboarding.steps import begin_all
from hub.operations.onboarding.web_ordering import set_up
from hub.ports import new_id, now, today
from hub.registry.schema import Onboarding, WebOrdering
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.applications import customer
from tests.support.makers.calls import read, send
from tests.support.newcomers import BUSINESS, at, patch, serving

MONDAY, MANAGER = date(2026, 11, 23), Post.ACCOUNT_MANAGER


@pytest.fixture
def client(caller: Caller, clock: Clock) -> TestClient:
    """The clerk, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}, "3701")


@pytest.mark.article("R7.16", "R7.2", "R7.3")
def test_the_own_account_manager_is_told_and_has_the_steps_and_no_other(
    client: TestClient, caller: Caller, office: Office
) -> None:
    """Article 7 (1): when the arrangements are entered, the account manager in question is told."""
    own, other = caller("own", {MANAGER}, people.UNIT), caller("other", {MANAGER}, people.UNIT)
    with office.desk(people.CLERK) as desk:
        serving(desk)
        row = people.customer(desk, 1)
        row.settlement_method = ""
        desk.tx.add(Onboarding(id=new_id(), customer_id=row.id, arrived_on=today(), state="open"))
    office.perform(HUB, begin_all)
    assert patch(client, row.id, **BUSINESS | {"account_manager": "own"}).status_code == 200
    assert "onboarding_maintain" in [each["kind"] for each in read(own, "/staff-notices")]
    assert "onboarding_quantify" in [each["kind"] for each in read(own, "/tasks")]
    assert read(other, "/staff-notices") == [] and read(other, "/tasks") == []
    assert patch(client, row.id, account_manager="other").status_code == 200
    assert "onboarding_quantify" in [each["kind"] for each in read(other, "/tasks")]
    assert "onboarding_quantify" not in [each["kind"] for each in read(own, "/tasks")]


@pytest.mark.article("R7.20", "R7.6")
def test_a_training_is_agreed_for_the_next_order_day_at_the_latest_or_with_a_reason(
    client: TestClient, caller: Caller, office: Office
) -> None:
    """Article 7 (4): trained so that the customer can order on the order day; seen: forty days later."""
    manager = caller("manager", {MANAGER}, people.UNIT)
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="web", order_day="3")
        set_up(desk, row)
        desk.tx.flush()
        [case] = desk.tx.query(WebOrdering).all()
        case.state, case.delivered_at = "delivered", now()
    path = f"/customers/{row.id}/trainings"
    late = send(manager, path, day=str(MONDAY + timedelta(days=40)), way="shop")
    assert late.status_code == 409 and late.json()["article"] == "R7.20", late.text
    assert "2026-11-25" in late.json()["detail"] and "reason" in late.json()["advice"]
    agreed = send(manager, path, day="2026-12-02", way="shop", why="客户住院")
    assert agreed.status_code == 201, agreed.text
    missed = f"/trainings/{agreed.json()['id']}/record"
    assert send(manager, missed, held=False, note="客户仍住院").is_success
    assert send(manager, path, day="2026-11-25", way="shop").status_code == 201


@pytest.mark.article("R12.8", "R12.5")
def test_the_reasons_of_a_shared_phone_are_the_account_managers(
    client: TestClient, caller: Caller, office: Office
) -> None:
    """Article 12: the account manager writes why, customer by customer; the clerk alone does not."""
    with office.desk(people.CLERK) as desk:
        codes = [people.customer(desk, number).code for number in (1, 2)]
    wanted = {
        "number": "13900000099",
        "reasons": dict.fromkeys(codes, "同一家庭经营"),
        "why": "共用",
        "until": str(today() + timedelta(days=90)),
    }
    assert send(client, "/phone-permits", **wanted).status_code == 403
    manager = caller("manager", {MANAGER}, people.UNIT)
    assert send(manager, "/phone-permits", **wanted).status_code == 201
