"""Article 12(2.4): a customer whose phone was changed is watched for a time, one with two changes more closely."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.customers import fields
from hub.operations.office import Office
from hub.operations.phones import checks, watch_list
from hub.ports import today
from tests.support import people
from tests.support.callers import PASSWORD, Caller, sign_in
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send

AMISS = {"way": "visit", "amiss": True, "finding": "电话由店主亲属代接", "done": ""}


@pytest.fixture
def control(caller: Caller) -> TestClient:
    """Internal control of the company."""
    return caller("control", {Post.INTERNAL_CONTROL}, "3701")


def changed(office: Office, *numbers: str) -> UUID:
    """A customer whose order phone was changed so many times."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        people.entering(desk, row)
        customer_id = row.id
    for number in numbers:
        with office.desk(people.CLERK) as desk:
            version = desk.customer(customer_id).version
            fields.change_fields(desk, customer_id, version, {"order_phone": number}, "客户来电")
    return customer_id


def entry(client: TestClient) -> dict[str, Any]:
    """The one entry of the list."""
    [watched] = read(client, "/watch-list")
    return dict(watched)


@pytest.mark.article("R12.9")
def test_one_change_is_watched_for_thirty_days_and_orders_checks_and_what_was_done_are_on_record(
    office: Office, control: TestClient, caller: Caller
) -> None:
    row = changed(office, "13900000061")
    watched = entry(control)
    assert (watched["level"], watched["until"]) == ("changed", (today() + timedelta(days=30)).isoformat())
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, "3701")
    assert send(caller("calls", {Post.CALL_CLERK}, "3701"), f"/customers/{row}/orders", way="phone").is_success
    path = f"/watch-list/{watched['id']}"
    nothing_done = send(manager, f"{path}/checks", **AMISS)
    assert (nothing_done.status_code, nothing_done.json()["code"]) == (409, "nothing_done")
    assert nothing_done.json()["article"] == "R12.9" and nothing_done.json()["advice"]
    found = send(manager, f"{path}/checks", **AMISS | {"done": "已请店主到场核实并改正"})
    assert found.status_code == 201, found.text
    page = read(control, path)
    assert [order["way"] for order in page["orders"]] == ["phone"]
    [check] = page["checks"]
    assert (check["by_name"], check["post"], check["amiss"], check["done"]) == (
        *("manager", "account_manager", True, "已请店主到场核实并改正"),
    )
    [shown] = read(control, f"/customers/{row}/watches")
    assert shown["checks"] == 1 and shown["id"] == watched["id"]
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, "3701")
    assert send(clerk, f"{path}/checks", **AMISS | {"done": "我来写"}).status_code == 403
    events = read(control, f"/customers/{row}/timeline?kind=watch")["rows"]
    assert {event["event"] for event in events} == {"entered", "checked"}


@pytest.mark.article("R12.9", "R12.6")
def test_a_second_change_is_watched_more_closely_until_internal_control_clears_it(
    office: Office, control: TestClient, clock: Clock
) -> None:
    changed(office, "13900000061", "13900000062")
    watched = entry(control)
    assert (watched["level"], watched["until"], len(watched["reasons"])) == ("often", None, 2)
    clock.on(days=8)
    assert office.perform(HUB, checks.keep_watches) == 1
    sign_in(control, "control", PASSWORD)
    [task] = [task for task in read(control, "/tasks") if task["kind"] == "check_watched"]
    assert task["article"] == "R12.9"
    quiet = {"way": "orders", "amiss": False, "finding": "订货正常", "done": ""}
    assert send(control, f"/watch-list/{watched['id']}/checks", **quiet).is_success
    assert "check_watched" not in [task["kind"] for task in read(control, "/tasks")]
    clock.on(days=60)
    assert entry_level(office) == "often"


def entry_level(office: Office) -> str:
    """Of the one entry."""
    [watched] = office.perform(HUB, watch_list.list_watched)
    return watched.level


@pytest.mark.article("R12.9")
def test_the_unit_sets_for_how_long_and_nobody_leaves_the_list_unchecked(
    office: Office, control: TestClient, caller: Caller, clock: Clock
) -> None:
    assert send(control, f"/units/{people.UNIT}/watch-term", "PUT", days=3).status_code == 422
    assert send(control, f"/units/{people.UNIT}/watch-term", "PUT", days=60).is_success
    changed(office, "13900000061")
    watched = entry(control)
    assert watched["until"] == (today() + timedelta(days=60)).isoformat()
    clock.on(days=61)
    office.perform(HUB, checks.keep_watches)
    sign_in(control, "control", PASSWORD)
    assert entry(control)["id"] == watched["id"], "over, and nobody has looked"
    assert "check_watched" in [task["kind"] for task in read(control, "/tasks")]
    quiet = {"way": "call", "amiss": False, "finding": "本人接听", "done": ""}
    assert send(control, f"/watch-list/{watched['id']}/checks", **quiet).is_success
    office.perform(HUB, checks.keep_watches)
    assert read(control, "/watch-list") == []
