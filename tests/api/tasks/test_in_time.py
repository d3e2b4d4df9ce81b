"""Articles 8, 9, 11, 12: what is changed for now is changed before the customer orders; and nothing is late at birth."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.onboarding import steps as onboarding_steps
from hub.ports import SHANGHAI
from tests.support import people
from tests.support.callers import PASSWORD, Caller, sign_in
from tests.support.clocks import Clock
from tests.support.makers.applications import customer, electronic
from tests.support.makers.calls import read, send
from tests.support.newcomers import arrived, at, steps_of

MONDAY = date(2026, 11, 23)
PHONE = {"rule": "phone_for_now", "values": {"order_phone": "13911112222"}, "why": "两个电话都坏了"}
CASH = {
    "rule": "cash_password_locked",
    "values": {"settlement_method": "cash"},
    "reason": "password_locked",
    "why": "密码被锁",
}


@pytest.fixture
def manager(caller: Caller, clock: Clock) -> TestClient:
    """An account manager on a Monday morning."""
    at(clock, MONDAY)
    return caller("newcomers", {Post.ACCOUNT_MANAGER}, "3701")


def shop(office: Office, order_day: str) -> UUID:
    """A customer who orders by phone on that weekday."""
    with office.desk(people.CLERK) as desk:
        return customer(desk, order_method="phone", order_day=order_day).id


def due(client: TestClient, kind: str) -> datetime:
    """When the one task of a kind is due."""
    [task] = [each for each in read(client, "/tasks") if each["kind"] == kind]
    return datetime.fromisoformat(task["due_at"]).astimezone(SHANGHAI)


def asked(manager: TestClient, row: UUID, wanted: dict[str, Any]) -> None:
    """The account manager asks; the clerk is to do it."""
    version = read(manager, f"/customers/{row}")["customer"]["version"]
    sent = send(manager, f"/customers/{row}/changes", version=version, **wanted)
    assert sent.status_code == 202 and sent.json()["state"] == "approved", sent.text


@pytest.mark.article("R8.6", "R12.2")
@pytest.mark.parametrize(("hour", "until"), [(9, 12), (14, 18)])
def test_a_number_for_now_on_the_order_day_is_due_before_that_days_order(
    manager: TestClient, caller: Caller, office: Office, clock: Clock, hour: int, until: int
) -> None:
    """The call desk rings today; a number that is entered tomorrow is of no use."""
    row = shop(office, "1")
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, "3701")
    at(clock, MONDAY, hour, client=manager)
    sign_in(clerk, "aclerk", PASSWORD)
    version = read(manager, f"/customers/{row}")["customer"]["version"]
    plan = send(manager, f"/customers/{row}/changes/plan", version=version, **PHONE).json()
    assert "2026-11-23" in str(plan["foreseen"]), plan["foreseen"]
    asked(manager, row, PHONE)
    moment = due(clerk, "carry_out")
    assert moment.date() == MONDAY and hour < moment.hour + moment.minute / 60 <= until


@pytest.mark.article("R8.6", "R9.3")
def test_cash_for_now_is_due_before_that_days_collection(
    manager: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        row.values = {**row.values, "order_day": "1"}
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, "3701")
    asked(manager, row.id, CASH)
    assert due(clerk, "carry_out").date() == MONDAY


@pytest.mark.article("R8.6", "I1")
def test_on_other_days_the_working_day_of_the_rule_stands(
    manager: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    row = shop(office, "4")
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, "3701")
    asked(manager, row, PHONE)
    assert due(clerk, "carry_out") == datetime(2026, 11, 24, 17, 30, tzinfo=SHANGHAI)


@pytest.mark.article("R12.7", "R17.1")
@pytest.mark.parametrize("day", [MONDAY, MONDAY + timedelta(days=4)])
def test_call_again_asked_for_at_night_is_due_in_working_time_and_not_late_at_birth(
    manager: TestClient, caller: Caller, office: Office, clock: Clock, day: date
) -> None:
    """Seen: 22:44, "call again", late before anybody could read it."""
    row = shop(office, "2")
    caller_desk = caller("calls", {Post.CALL_CLERK}, "3701")
    assert send(caller_desk, f"/customers/{row}/call-stop", why="两个电话都不通").is_success
    at(clock, day, 22, 44, client=manager)
    sign_in(caller_desk, "calls", PASSWORD)
    assert send(manager, f"/customers/{row}/call-again", why="已换电池").is_success
    moment = due(caller_desk, "call_again")
    assert moment > datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(days=1)
    assert moment.weekday() < 5 and (moment.hour, moment.minute) == (17, 30)


@pytest.mark.article("R7.2", "R7.5", "R17.1")
def test_a_list_of_saturday_with_the_first_order_on_monday_is_late_for_nobody(
    office: Office, caller: Caller, clock: Clock
) -> None:
    """Article 7 wants the quantities approved the day before the first order; that day was over before anybody could."""
    saturday = MONDAY - timedelta(days=2)
    at(clock, saturday, 10)
    entrant = arrived(office)
    with office.desk(people.CLERK) as desk:
        row = desk.customer(entrant)
        row.values = {**row.values, "order_day": "1"}
    clerk = caller("newcomers", {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.ACCOUNT_MANAGER}, "3701")
    for hour in (10, 11):
        at(clock, saturday, hour, client=clerk)
        office.perform(HUB, onboarding_steps.redate, frozenset({people.UNIT}))
        moments = {step["step"]: datetime.fromisoformat(step["due_at"]) for step in steps_of(clerk, entrant).values()}
        early = {"settle", "maintain", "quantify", "approve"}
        assert {moments[step].astimezone(SHANGHAI) for step in early} == {datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)}
    at(clock, MONDAY, 13, client=clerk)
    office.perform(HUB, onboarding_steps.redate, frozenset({people.UNIT}))
    late = {step["step"] for step in steps_of(clerk, entrant).values() if step["state"] == "late"}
    assert early <= late, "and then it is"
