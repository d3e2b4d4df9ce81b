"""Routes by the API: a proposal through a meeting to the record, and what the guard refuses (R13.1, R13.2, R7.14)."""

from datetime import timedelta
from uuid import UUID

import pytest
from httpx import Response
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.engine.scenarios import compute_next
from hub.operations.customers import fields as customer_fields
from hub.operations.office import Office
from hub.operations.routes import scenarios
from hub.operations.tasks import tasks
from hub.operations.tasks.due_dates import due_after
from hub.ports import now, today
from hub.registry.schema import Change
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.makers.routes import meet


@pytest.fixture
def client(caller: Caller) -> TestClient:
    return caller("routes", set(Post), "3701")


def placed(office: Office, *, entrant: bool = True, **values: str) -> UUID:
    """A customer on a route; a new entrant still, unless told otherwise."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        row.values = {"delivery_route": "一线", "visit_batch": "一批", **values}
        if entrant:
            people.entering(desk, row)
        return row.id


@pytest.fixture
def chief(caller: Caller) -> TestClient:
    """A section chief, who decides and closes."""
    return caller("chief", {Post.SECTION_CHIEF}, "3701")


@pytest.fixture
def clerk(caller: Caller) -> TestClient:
    """A statistics clerk, who calls meetings and carries out."""
    return caller("clerk1", {Post.STATISTICS_CLERK}, "3701")


@pytest.mark.article("R13.1", "R7.14")
def test_a_disagreement_goes_through_a_meeting_to_the_record(
    client: TestClient, chief: TestClient, office: Office
) -> None:
    row = placed(office)
    given = {"values": {"delivery_route": "二线"}, "why": "司机与经理意见不一"}
    one = send(client, f"/customers/{row}/route-proposals", **given).json()["id"]
    meeting = send(client, "/route-meetings", unit_code=people.UNIT, held_on=today().isoformat()).json()["id"]
    own = send(client, f"/route-meetings/{meeting}/proposals/{one}", decision="accepted", why="更顺路")
    assert (own.status_code, own.json()["article"]) == (403, "R13.1")
    decided = send(chief, f"/route-meetings/{meeting}/proposals/{one}", decision="accepted", why="更顺路")
    assert decided.status_code == 200, decided.text
    said = {"attendees": "科长", "logistics": "司机", "minutes": "逐项讨论"}
    closed = send(chief, f"/route-meetings/{meeting}/close", **said)
    assert closed.status_code == 200, closed.text
    assert send(chief, f"/route-meetings/{meeting}/close", **said | {"minutes": "改写"}).status_code == 409
    [waiting] = read(client, "/route-proposals/to-carry")
    assert (waiting["id"], waiting["disputed"]) == (one, False), "proposed, not disputed"
    assert send(client, f"/route-proposals/{one}/carry").status_code == 200
    assert read(client, "/route-proposals/to-carry") == []


@pytest.mark.article("R13.1", "R13.3")
def test_a_meeting_from_proposal_to_record_is_due_in_a_day_and_keeps_what_was_seen(
    client: TestClient, chief: TestClient, clerk: TestClient, office: Office
) -> None:
    """Proposed, called, refused to close without logistics, decided, closed, carried out by the clerk with history."""
    row = placed(office)
    given = {"values": {"delivery_route": "二线"}, "why": "顺路"}
    one = send(client, f"/customers/{row}/route-proposals", **given).json()["id"]
    meeting = send(clerk, "/route-meetings", unit_code=people.UNIT, held_on=today().isoformat()).json()["id"]
    twice = send(clerk, "/route-meetings", unit_code=people.UNIT, held_on=today().isoformat())
    assert (twice.status_code, twice.json()["article"]) == (409, "R13.1")
    assert send(clerk, f"/route-meetings/{meeting}/proposals/{one}", decision="accepted").status_code == 403
    said = {"attendees": "科长", "logistics": "司机", "minutes": "逐项讨论"}
    assert send(chief, f"/route-meetings/{meeting}/close", **said).status_code == 409
    assert send(chief, f"/route-meetings/{meeting}/proposals/{one}", decision="accepted").status_code == 200
    missing = send(chief, f"/route-meetings/{meeting}/close", **said | {"logistics": " "})
    assert (missing.status_code, missing.json()["article"]) == (409, "R13.1")
    assert send(chief, f"/route-meetings/{meeting}/close", **said).json() == {"count": 1}
    with office.desk(people.CLERK) as desk:
        [todo] = [view for view in tasks.inbox(desk).views if view.task.kind == "carry_route"]
        assert todo.task.due_at == due_after(desk.tx, now(), 1).moment
    before = read(clerk, f"/route-meetings/{meeting}")["load"]
    assert send(clerk, f"/route-proposals/{one}/carry").status_code == 200
    page = read(clerk, f"/route-meetings/{meeting}")
    assert page["load"] == before
    assert [each["customers"] for each in before["delivery_route"]["after"]] == [0, 1]
    assert page["agenda"][0]["present"] == {"delivery_route": "一线"}
    with office.store.transaction() as tx:
        [change] = tx.query(Change).filter_by(customer_id=row)
        assert (change.article, change.changes) == ("R13.1", {"delivery_route": ["一线", "二线"]})
    again = send(chief, f"/route-meetings/{meeting}/cancel", why="改期")
    assert again.status_code == 409
    with office.desk(people.CLERK) as desk:
        assert "carry_route" not in [view.task.kind for view in tasks.inbox(desk).views]


@pytest.mark.article("R13.3", "I3")
def test_a_scenario_is_computed_by_the_worker_signed_twice_applied_on_its_day_and_reversed(
    caller: Caller, chief: TestClient, clerk: TestClient, office: Office, clock: Clock
) -> None:
    deputy = caller("deputy", {Post.DEPUTY_MANAGER}, "3701")
    with office.desk(people.CLERK) as desk:
        for number in range(1, 9):
            row = people.customer(desk, number)
            row.values = {"delivery_route": "一线", "quantified_data": "10", "location": f"117.{number:03d},36.6"}
            row.values |= {"stop_order": str(number)}
    given = {"unit_code": people.UNIT, "sources": ["一线"], "targets": ["一线", "二线"], "title": "增车"}
    given |= {"cut_over": (today() + timedelta(days=2)).isoformat(), "trigger": "vans_added"}
    given |= {"upkeep_by": (today() + timedelta(days=9)).isoformat()}
    made = send(clerk, "/route-scenarios", **given)
    assert made.status_code == 201, made.text
    path = f"/route-scenarios/{made.json()['id']}"
    waiting = read(clerk, path)
    assert (waiting["state"], waiting["moves"]) == ("computing", [])
    early = send(chief, f"{path}/signature", agree=True, shown="00", why="")
    assert early.status_code == 409
    assert compute_next(office)
    shown = read(clerk, path)
    assert [load["quantity"] for load in shown["before"]] == [80, 0]
    assert [load["quantity"] for load in shown["after"]] == [40, 40]
    assert all(load["km"] < shown["before"][0]["km"] for load in shown["after"])
    wrong = send(deputy, f"{path}/signature", agree=True, shown=shown["shown"])
    assert (wrong.status_code, wrong.json()["article"]) == (403, "R4.1")
    with office.desk(people.CLERK) as desk:
        meet(desk, UUID(made.json()["id"]))
    for signer in (chief, deputy):
        assert send(signer, f"{path}/signature", agree=True, shown=shown["shown"]).status_code == 200
    with office.desk(HUB) as desk:
        assert scenarios.apply_due(desk) == 0
    clock.on(days=2)
    with office.desk(HUB) as desk:
        assert scenarios.apply_due(desk) == 1
    clerk = caller("clerk2", {Post.STATISTICS_CLERK}, "3701")
    assert read(clerk, path)["state"] == "applied"
    there = read(clerk, f"/route-loads/{people.UNIT}/stops?route=二线")
    assert [stop["stop_order"] for stop in there["stops"]] == ["1", "2", "3", "4"]
    assert {stop["code"] for stop in there["stops"]} == {move["code"] for move in shown["moves"]}
    assert send(clerk, f"{path}/reversal", why="运行不顺").json() == {"codes": []}
    back = read(clerk, f"/route-loads/{people.UNIT}/stops?route=一线")["stops"]
    assert [stop["stop_order"] for stop in back] == [str(number) for number in range(1, 9)]
    assert client_status(clerk, f"/route-loads/{people.UNIT}/stops?route=二线") == 404


def client_status(client: TestClient, path: str) -> int:
    return client.get(f"/api/v1{path}").status_code


@pytest.mark.article("R13.5")
def test_a_drivers_refusal_reaches_internal_control_who_clears_it(
    caller: Caller, clerk: TestClient, office: Office
) -> None:
    """Numbers with gaps; the shop in the middle moved: its place stays, the refusal reports it, the others go on."""
    driver = caller("driver1", {Post.DELIVERY_DRIVER}, people.UNIT)
    control = caller("control", {Post.INTERNAL_CONTROL}, "3701")
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in (1, 2, 3)]
        for at, row in enumerate(rows, 1):
            row.values = {"delivery_route": "一线", "stop_order": str(10 * at)}
    first, second, third = (row.id for row in rows)
    named = {"unit_code": people.UNIT, "route": "一线", "login": "driver1"}
    assert send(clerk, "/route-drivers", **named).status_code == 200
    for place in ("示例路 1 号", "示例路 9 号"):
        with office.desk(HUB) as desk:
            customer_fields.change_fields(desk, second, desk.customer(second).version, {"address": place}, "登记")

    def order(*ids: UUID) -> Response:
        given = {str(each): at for at, each in enumerate(ids, 1)}
        return send(driver, "/my-routes/order", unit_code=people.UNIT, route="一线", order=given)

    assert order(third, second, first).json() == {"count": 2}
    no = order(second, third, first)
    assert (no.status_code, no.json()["article"]) == (409, "R13.5")
    [report] = read(control, "/address-reports")
    assert report["code"] == rows[1].code and report["told"]["route"] == "一线"
    assert send(driver, f"/customers/{second}/address-check", finding="没事").status_code == 403
    assert send(control, f"/customers/{second}/address-check", finding="已到店核实").status_code == 200
    assert read(control, "/address-reports") == []
    assert order(second, third, first).json() == {"count": 2}
    [mine] = read(driver, "/my-routes")
    assert [(stop["stop_order"], stop["moved"]) for stop in mine["stops"]] == [
        ("10", False),
        ("20", False),
        ("30", False),
    ]
    told = {"unit_code": people.UNIT, "route": "一线", "customer_id": str(first), "what": "店已搬"}
    assert send(driver, "/my-routes/address", **told).status_code == 200
    assert order(first, second, third).status_code == 409


@pytest.mark.article("R13.2")
def test_the_guard_names_its_article_and_the_first_day(caller: Caller, office: Office) -> None:
    around = [today() + timedelta(days=n) for n in range(-3, 4)]
    old = max(day for day in around if day <= today() and day.isoweekday() <= 5)
    new = min(day for day in around if day > today() and day.isoweekday() <= 5)
    row = placed(office, entrant=False, order_day=str(old.isoweekday()))
    with office.desk(people.CLERK) as desk:
        version = desk.customer(row).version
    urgent = {"version": version, "rule": "route_urgent", "values": {"order_day": str(new.isoweekday())}, "why": "改"}
    urgent["no_meeting"] = "等不到会议"
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, "3701")
    plan = manager.post(f"/api/v1/customers/{row}/changes/plan", json=urgent).json()
    [refusal] = [refusal for refusal in plan["missing"] if refusal["code"] == "double_visit"]
    assert refusal["article"] == "R13.2" and new.isoformat() in str(refusal), refusal
