"""Article 12 (2): who is not reached on the order phone is called on the backup, before an order counts as missed."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.newcomers import at

from .test_numbers_to_call import shop

MONDAY = date(2026, 11, 23)
NO_ANSWER = {"reached": False, "words": "无人接听"}


@pytest.fixture
def calls(caller: Caller, clock: Clock) -> TestClient:
    """A call clerk of the county, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", {Post.CALL_CLERK}, people.UNIT)


@pytest.mark.article("R12.7", "R12.2")
def test_an_order_counts_as_missed_only_after_the_backup_was_tried(
    calls: TestClient, caller: Caller, office: Office
) -> None:
    row = shop(office)
    for tried in ((), ("order_phone",)):
        for field in tried:
            assert send(calls, f"/customers/{row}/calls", field=field, **NO_ANSWER).status_code == 201
        no = send(calls, f"/customers/{row}/missed-order")
        assert no.status_code == 409 and no.json()["article"] == "R12.7", no.text
        assert "backup" in no.json()["detail"] and no.json()["advice"]
        stop = send(calls, f"/customers/{row}/call-stop", why="两个电话都不通")
        assert stop.status_code == 409 and stop.json()["article"] == "R12.7", stop.text
    assert send(calls, f"/customers/{row}/calls", field="backup_phone", **NO_ANSWER).status_code == 201
    assert send(calls, f"/customers/{row}/missed-order").status_code == 201
    assert send(calls, f"/customers/{row}/missed-order").status_code == 409, "once a day"
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, people.UNIT)
    assert "order_missed" in [notice["kind"] for notice in read(manager, "/staff-notices")]
    assert send(calls, f"/customers/{row}/call-stop", why="两个电话都不通").is_success


@pytest.mark.article("R12.7")
def test_who_was_reached_has_not_missed_the_order(calls: TestClient, office: Office) -> None:
    row = shop(office)
    assert send(calls, f"/customers/{row}/calls", field="order_phone", **NO_ANSWER).status_code == 201
    assert send(calls, f"/customers/{row}/calls", field="backup_phone", reached=True, words="已订货").status_code == 201
    assert send(calls, f"/customers/{row}/missed-order").status_code == 409


@pytest.mark.article("R12.7")
def test_the_call_clerk_sees_the_order_days_customers_with_both_numbers_and_what_was_tried(
    calls: TestClient, office: Office
) -> None:
    row = shop(office)
    with office.desk(people.CLERK) as desk:
        other = people.customer(desk, 9)
        other.values = {"order_method": "phone", "order_day": "2"}
    assert send(calls, f"/customers/{row}/calls", field="order_phone", **NO_ANSWER).status_code == 201
    [line] = read(calls, "/calls")
    assert line["customer_id"] == str(row) and not line["ordered"] and not line["missed"]
    assert [line["order_phone"][-4:], line["backup_phone"][-4:]] == ["0001", "0001"] and "*" in line["order_phone"]
    assert [(call["field"], call["reached"]) for call in line["calls"]] == [("order_phone", False)]


@pytest.mark.article("R12.7", "G5")
def test_a_call_is_recorded_only_for_who_is_called_today(calls: TestClient, office: Office) -> None:
    row = shop(office, order_day="2")
    no = send(calls, f"/customers/{row}/calls", field="order_phone", **NO_ANSWER)
    assert no.status_code == 409 and no.json()["article"] == "R12.7", no.text
