"""Outages, calls and broken devices by the API (R11.1, R11.2, R12.2, I2)."""

from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.changes import temporary
from hub.operations.office import Office
from hub.operations.outages import batches
from hub.ports import new_id, now
from hub.registry.schema import Customer, Device
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send

CALL, CLERK, MANAGER = Post.CALL_CLERK, Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER


def shops(office: Office, *methods: str) -> list[UUID]:
    """Customers of the county who order so."""
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number, authorised=False) for number in range(1, len(methods) + 1)]
        for row, method in zip(rows, methods, strict=True):
            row.values = {"order_method": method, "order_day": "3"}
        return [row.id for row in rows]


def method(office: Office, customer_id: UUID) -> str:
    """How the customer orders now."""
    with office.store.transaction() as tx:
        row = tx.get(Customer, customer_id)
        assert row is not None
        return str(row.values["order_method"])


def reported(client: TestClient, *methods: str) -> str:
    """An outage in the county."""
    given = {
        "units": [people.UNIT],
        "methods": list(methods),
        "since": now().isoformat(),
        "known": "登录页打不开",
        "lasting": True,
    }
    answer = send(client, "/outages", **given)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["id"])


@pytest.mark.article("R11.1", "I2")
def test_an_outage_from_report_to_return(office: Office, caller: Caller) -> None:
    one, two, phone = shops(office, "web", "yanxintong", "phone")
    call, clerk = caller("call", {CALL}, people.UNIT), caller("clerk2", {CLERK}, people.UNIT)
    outage = reported(call, "web", "yanxintong")
    again = {"units": [people.UNIT], "methods": ["web"], "since": now().isoformat(), "known": "打不开", "lasting": True}
    refused = send(call, "/outages", **again)
    assert (refused.status_code, refused.json()["code"], refused.json()["article"]) == (409, "outage_known", "R11.1")
    preview = read(clerk, f"/outages/{outage}")
    assert (preview["outage"]["state"], preview["waiting"], preview["left_out"]) == ("reported", 2, 0)
    assert send(call, f"/outages/{outage}/switch", expected=2).status_code == 403
    moved = send(clerk, f"/outages/{outage}/switch", expected=1)
    assert (moved.status_code, moved.json()["code"]) == (409, "plan_moved")
    assert send(clerk, f"/outages/{outage}/switch", expected=2).json()["outage"]["state"] == "switching"
    assert send(clerk, f"/outages/{outage}/stop").status_code == 200
    assert send(clerk, f"/outages/{outage}/go-on").status_code == 200
    office.perform(HUB, batches.switch_batch)
    assert [method(office, each) for each in (one, two, phone)] == ["phone"] * 3
    rows = read(clerk, f"/outages/{outage}/customers?why=")
    assert [(row["customer_id"], row["state"], row["method"]) for row in rows] == [
        (str(one), "switched", "web"),
        (str(two), "switched", "yanxintong"),
    ]
    assert send(call, f"/outages/{outage}/end", why="机房已恢复").status_code == 200
    assert send(call, f"/customers/{one}/orders", way="phone").status_code in (200, 201)
    office.perform(HUB, temporary.return_all)
    assert (method(office, one), method(office, two)) == ("web", "phone")
    assert [(row["customer_id"], row["why"]) for row in read(clerk, f"/outages/{outage}/unreturned")] == [
        (str(two), "no_order")
    ]
    rows = read(clerk, f"/outages/{outage}/customers?why=")
    assert [row["state"] for row in rows] == ["returned", "switched"], "who is back is not on the phone any more"
    numbers = read(clerk, f"/outages/{outage}")
    assert (numbers["switched"], numbers["returned"]) == (1, 1)
    assert [row["state"] for row in read(call, "/outages")] == ["ended"]


@pytest.mark.article("R11.1", "R4.1")
def test_an_outage_of_another_county_does_not_exist(office: Office, caller: Caller) -> None:
    outage = reported(caller("call", {CALL}, people.UNIT), "web")
    other = caller("other", {CLERK, CALL}, "370102")
    assert read(other, "/outages") == []
    assert other.get(f"/api/v1/outages/{outage}").status_code == 404
    assert send(other, f"/outages/{outage}/switch", expected=0).status_code == 404


@pytest.mark.article("R12.2")
def test_the_call_desk_stops_is_asked_again_and_says_how_it_went(office: Office, caller: Caller) -> None:
    [shop] = shops(office, "phone")
    call, manager = caller("call", {CALL}, people.UNIT), caller("manager", {MANAGER}, people.UNIT)
    early = send(manager, f"/customers/{shop}/call-again", why="修好了")
    assert (early.status_code, early.json()["code"], early.json()["article"]) == (409, "not_stopped", "R12.2")
    tried = {"field": "order_phone", "reached": False, "words": "无人接听"}
    assert send(call, f"/customers/{shop}/calls", **tried).status_code == 201
    stop = send(call, f"/customers/{shop}/call-stop", why="两个电话都打不通").json()["id"]
    assert read(manager, f"/customers/{shop}/call-stop")["id"] == stop
    assert send(manager, f"/customers/{shop}/call-again", why="修好了").status_code == 200
    assert read(call, "/call-stops")[0]["asked_at"]
    assert send(call, f"/call-stops/{stop}/call", reached=True, said="已接通").status_code == 200
    assert read(call, "/call-stops") == [] and read(call, f"/customers/{shop}/call-stop") is None


@pytest.mark.article("R11.2")
def test_what_the_carrier_reported_of_a_device_and_what_is_missing(office: Office, caller: Caller) -> None:
    [shop] = shops(office, "handset")
    clerk = caller("clerk2", {CLERK}, people.UNIT)
    assert read(clerk, f"/customers/{shop}/device-reports") == []
    kept = {"channel": "telecom", "kind": "handset", "device_no": "860000000000009", "state": "failed"}
    with office.store.transaction() as tx:
        tx.add(Device(id=new_id(), customer_id=shop, repairable=True, bound_at=now(), **kept))
    [report] = read(clerk, f"/customers/{shop}/device-reports")
    assert not report["offered"]
    assert [each["missing"] for each in report["checks"]] == [None, "nothing_reported", None]
    with office.store.transaction() as tx:
        tx.query(Device).update({"repairable": False})
    [report] = read(clerk, f"/customers/{shop}/device-reports")
    assert report["offered"]


@pytest.mark.article("I2", "R11.1")
def test_many_orders_are_recorded_in_one_go_or_none_of_them(office: Office, caller: Caller) -> None:
    one, two = shops(office, "web", "web")
    call, clerk = caller("call", {CALL}, people.UNIT), caller("clerk2", {CLERK}, people.UNIT)
    outage = reported(call, "web")
    assert send(clerk, f"/outages/{outage}/switch", expected=2).status_code == 200
    while office.perform(HUB, batches.switch_batch):
        pass
    assert {each["customer_id"] for each in read(call, "/orders/awaited")} == {str(one), str(two)}
    unknown = send(call, "/orders", customer_ids=[str(one), str(new_id())], way="phone")
    assert unknown.status_code == 404 and len(read(call, "/orders/awaited")) == 2
    wrong = send(call, "/orders", customer_ids=[str(one)], way="pigeon")
    assert wrong.status_code == 422 or wrong.json()["article"]
    assert send(call, "/orders", customer_ids=[str(one), str(two)], way="phone").json() == {"orders": 2, "returning": 2}
    assert read(call, "/orders/awaited") == []
    office.perform(HUB, temporary.return_all)
    assert method(office, one) == method(office, two) == "web"
