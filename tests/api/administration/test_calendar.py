"""A notice of the State Council moves every due moment that is counted in working days, of whatever kind (I1)."""

from datetime import date, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.operations.onboarding import trainings, web_ordering
from hub.ports import SHANGHAI, new_id, now
from hub.registry.schema import CardCase, Task, Temporary, WebOrdering
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.newcomers import arrived, at, patch

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))
BEFORE = {
    "issue_password": (WEDNESDAY, 12),
    "training": (WEDNESDAY, 17),
    "enter_card": (WEDNESDAY, 17),
    "revisit": (WEDNESDAY, 17),
    "onboarding_approve": (WEDNESDAY, 17),
    "onboarding_settle": (TUESDAY, 17),
    "sign": (TUESDAY, 17),
}
"""Counted on Monday: two working days after it; one after Tuesday; Wednesday itself; before Thursday; one after it."""
AFTER = {
    "issue_password": (FRIDAY, 12),
    "training": (THURSDAY, 17),
    "enter_card": (THURSDAY, 17),
    "revisit": (MONDAY, 17),
    "onboarding_approve": (MONDAY, 17),
    "onboarding_settle": (MONDAY, 17),
    "sign": (THURSDAY, 17),
}
"""Tuesday and Wednesday are days of rest."""


@pytest.fixture
def client(caller: Caller, clock: Clock) -> TestClient:
    """Somebody with every post, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", set(Post), "3701")


def dues(client: TestClient) -> dict[str, tuple[date, int]]:
    """By kind of task, the day and hour at which it is due."""
    found = {}
    for task in read(client, "/tasks"):
        due = datetime.fromisoformat(task["due_at"]).astimezone(SHANGHAI) if task["due_at"] else None
        if due and task["kind"] in BEFORE:
            found[task["kind"]] = (due.date(), due.hour)
    return found


def counted(client: TestClient, office: Office) -> None:
    """One open moment of each kind."""
    entrant = arrived(office)
    assert patch(client, entrant, order_day="4").status_code == 200
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 2)
        row.values = {"order_method": "phone", "order_day": "1", "account_manager": "经理甲"}
        web_ordering.set_up(desk, people.customer(desk, 3))
        trainings.plan_training(desk, row, "telecom", "R7.7", TUESDAY, "shop")
        case = CardCase(id=new_id(), event="damaged", article="R8.3", choice="pay_in", opened_at=now(), why="卡损坏",
                        opened_by_name="统计员", customer_id=row.id, unit_code=row.unit_code)  # fmt: skip
        desk.tx.add(case)
    assert send(
        client, f"/cards/{case.id}/booking", card_on=TUESDAY.isoformat(), entry_on=WEDNESDAY.isoformat()
    ).is_success
    made = send(client, "/grade-evaluations", unit_code="370101", day=THURSDAY.isoformat())
    assert made.status_code == 201, made.text
    version = read(client, f"/customers/{row.id}")["customer"]["version"]
    given = {"version": version, "rule": "phone_for_now", "values": {"order_phone": "13811112222"}, "why": "都坏了"}
    assert send(client, f"/customers/{row.id}/changes", **given).json()["state"] == "carried_out"
    assert send(client, f"/customers/{row.id}/orders", way="phone").is_success
    version = read(client, f"/customers/{row.id}")["customer"]["version"]
    urgent = {"version": version, "rule": "route_urgent", "values": {"delivery_route": "九线"}, "why": "修路"}
    urgent["no_meeting"] = "等不到会议"
    assert send(client, f"/customers/{row.id}/changes", **urgent).status_code == 202


@pytest.mark.article("I1", "R7.6", "R7.2", "R7.4", "R7.5", "R8.3", "I9", "I2")
def test_a_notice_moves_each_kind_of_counted_moment_and_its_withdrawal_moves_it_back(
    client: TestClient, office: Office
) -> None:
    counted(client, office)
    assert dues(client) == BEFORE
    days = [TUESDAY.isoformat(), WEDNESDAY.isoformat()]
    moved = send(client, "/calendar/days", days=days, working=False, why="国办发明电〔2026〕9号")
    assert moved.status_code == 200 and moved.json()["moved"] >= len(BEFORE), moved.text
    assert dues(client) == AFTER
    with office.store.transaction() as tx:
        [back], [web] = tx.query(Temporary).all(), tx.query(WebOrdering).all()
        assert back.due_at is not None
        assert back.due_at.astimezone(SHANGHAI).date() == THURSDAY
        assert web.password_due.astimezone(SHANGHAI) == datetime(2026, 11, 27, 12, tzinfo=SHANGHAI)
    sums = {task["kind"]: task["sum"] for task in read(client, "/tasks")}
    assert "休息:11月24日、11月25日" in sums["issue_password"] and "首个订货日" in sums["onboarding_approve"]
    for day in days:
        assert send(client, f"/calendar/days/{day}/withdraw", why="通知有误").is_success
    assert dues(client) == BEFORE


@pytest.mark.article("R7.6", "I1")
def test_after_a_notice_the_password_is_not_reset_before_its_new_morning(
    client: TestClient, office: Office, clock: Clock
) -> None:
    with office.desk(people.CLERK) as desk:
        web = web_ordering.set_up(desk, people.customer(desk, 3)).id
    days = [TUESDAY.isoformat(), WEDNESDAY.isoformat()]
    assert send(client, "/calendar/days", days=days, working=False, why="放假通知").is_success
    at(clock, THURSDAY, client=client)
    no = send(client, f"/web-orderings/{web}/reset", why="没有收到")
    assert no.status_code == 409 and "2026-11-27 12:00" in no.json()["detail"]
    at(clock, FRIDAY, 13, client=client)
    assert send(client, f"/web-orderings/{web}/reset", why="没有收到").is_success


def test_who_was_told_that_it_is_late_is_told_anew_when_it_moved(client: TestClient, office: Office) -> None:
    arrived(office)
    with office.store.transaction() as tx:
        task = tx.query(Task).filter_by(kind="onboarding_maintain").one()
        task.escalated_to = ["reminder"]
    assert send(client, "/calendar/days", days=[TUESDAY.isoformat()], working=False, why="放假通知").is_success
    [task_now] = [each for each in read(client, "/tasks") if each["kind"] == "onboarding_maintain"]
    assert task_now["escalated_to"] == []
