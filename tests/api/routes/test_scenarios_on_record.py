"""Article 13: a large change of routes names what caused it, is met about and computed repeatedly, and its upkeep has an end."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.engine.scenarios import compute_next
from hub.operations.office import Office
from hub.operations.routes import scenarios
from hub.ports import today
from tests.support import people
from tests.support.callers import PASSWORD, Caller, sign_in
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send

ROUTES = {"unit_code": people.UNIT, "sources": ["一线"], "targets": ["一线", "二线"], "title": "增加一辆送货车"}


@pytest.fixture
def clerk(caller: Caller, office: Office) -> TestClient:
    """The statistics clerk, with eight customers on one route."""
    with office.desk(people.CLERK) as desk:
        for number in range(1, 9):
            row = people.customer(desk, number)
            row.values = {"delivery_route": "一线", "quantified_data": "10", "location": f"117.{number:03d},36.6"}
            row.values |= {"stop_order": str(number)}
    return caller("clerk1", {Post.STATISTICS_CLERK}, "3701")


@pytest.fixture
def chief(caller: Caller) -> TestClient:
    return caller("chief", {Post.SECTION_CHIEF}, "3701")


@pytest.fixture
def deputy(caller: Caller) -> TestClient:
    return caller("deputy", {Post.DEPUTY_MANAGER}, "3701")


def asked(**changed: object) -> dict[str, Any]:
    days = {
        "cut_over": (today() + timedelta(days=2)).isoformat(),
        "upkeep_by": (today() + timedelta(days=9)).isoformat(),
    }
    return ROUTES | days | {"trigger": "vans_added"} | changed


def met(clerk: TestClient, chief: TestClient) -> str:
    """A route meeting that was held today."""
    called = send(clerk, "/route-meetings", unit_code=people.UNIT, held_on=today().isoformat())
    meeting = str(called.json()["id"])
    words = {"attendees": "营销:甲", "logistics": "物流:乙", "minutes": "讨论增车后的线路"}
    assert send(chief, f"/route-meetings/{meeting}/close", **words).is_success
    return meeting


def computed(clerk: TestClient, office: Office) -> str:
    made = send(clerk, "/route-scenarios", **asked())
    assert made.status_code == 201, made.text
    assert compute_next(office)
    return f"/route-scenarios/{made.json()['id']}"


def kinds(client: TestClient, path: str) -> list[str]:
    return [record["kind"] for record in read(client, path)["records"]]


@pytest.mark.article("R13.7")
@pytest.mark.parametrize(
    ("without", "named"),
    [({"trigger": ""}, "trigger"), ({"trigger": "moonlight"}, "trigger"), ({"upkeep_by": None}, "deadline"),
     ({"upkeep_by": "2026-01-01"}, "deadline")],
)  # fmt: skip
def test_a_scenario_without_its_trigger_or_deadline_is_refused_in_words(
    clerk: TestClient, without: dict[str, object], named: str
) -> None:
    no = send(clerk, "/route-scenarios", **asked(**without))
    assert no.status_code == 409 and no.json()["article"] == "R13.7", no.text
    assert named in no.json()["detail"] and no.json()["advice"]


@pytest.mark.article("R13.7")
def test_it_is_signed_only_after_several_meetings_that_were_held_about_it(
    clerk: TestClient, chief: TestClient, office: Office
) -> None:
    path = computed(clerk, office)
    shown = read(clerk, path)
    assert (shown["trigger"], shown["upkeep_by"]) == ("vans_added", asked()["upkeep_by"])
    called = send(clerk, "/route-meetings", unit_code=people.UNIT, held_on=today().isoformat()).json()["id"]
    assert send(clerk, f"{path}/meetings", meeting_id=called, why="待召开").status_code == 409, "it was not held yet"
    words = {"attendees": "营销:甲", "logistics": "物流:乙", "minutes": "讨论增车"}
    assert send(chief, f"/route-meetings/{called}/close", **words).is_success
    assert send(clerk, f"{path}/meetings", meeting_id=called, why="讨论分线").status_code == 201
    assert send(clerk, f"{path}/meetings", meeting_id=called, why="讨论分线").status_code == 409, "named already"
    early = send(chief, f"{path}/signature", agree=True, shown=shown["shown"])
    assert early.status_code == 409 and early.json()["article"] == "R13.7", early.text
    assert "meeting" in early.json()["detail"] and early.json()["advice"]
    assert send(clerk, f"{path}/meetings", meeting_id=met(clerk, chief), why="确定方案").status_code == 201
    assert send(chief, f"{path}/signature", agree=True, shown=shown["shown"]).is_success
    meetings = [record for record in read(clerk, path)["records"] if record["kind"] == "meeting"]
    assert [record["words"] for record in meetings] == ["讨论分线", "确定方案"]
    assert all(record["by_name"] and record["held_on"] == today().isoformat() for record in meetings)


@pytest.mark.article("R13.7")
def test_each_run_is_kept_with_who_asked_for_it_and_what_it_gave(clerk: TestClient, office: Office) -> None:
    path = computed(clerk, office)
    first = read(clerk, path)["shown"]
    again = {"targets": ["一线", "二线", "三线"], "why": "会议要求试算三条线"}
    assert send(clerk, f"{path}/runs", **again).is_success
    assert read(clerk, path)["state"] == "computing"
    assert compute_next(office)
    after = read(clerk, path)
    assert (after["state"], after["targets"]) == ("computed", sorted(again["targets"])) and after["shown"] != first
    runs = [record for record in after["records"] if record["kind"] == "run"]
    assert [record["words"] for record in runs] == ["", "会议要求试算三条线"]
    assert [record["figures"]["moved"] for record in runs] == [4, len(after["moves"])]
    assert all(record["by_name"] and record["figures"]["method"] for record in runs)


@pytest.mark.article("R13.7")
def test_upkeep_has_its_deadline_corrections_are_recorded_and_who_did_it(
    clerk: TestClient, chief: TestClient, deputy: TestClient, office: Office, clock: Clock
) -> None:
    path, until = computed(clerk, office), asked()["upkeep_by"]
    for _ in range(2):
        assert send(clerk, f"{path}/meetings", meeting_id=met(clerk, chief), why="讨论").status_code == 201
    shown = read(clerk, path)["shown"]
    for signer in (chief, deputy):
        assert send(signer, f"{path}/signature", agree=True, shown=shown).is_success
    moved = read(clerk, path)["moves"][0]
    early = {"code": moved["code"], "route": "一线", "why": "过河绕行"}
    assert send(clerk, f"{path}/corrections", **early).status_code == 409, "not applied yet"
    clock.on(days=2)
    with office.desk(HUB) as desk:
        assert scenarios.apply_due(desk) == 1
    sign_in(clerk, "clerk1", PASSWORD)
    [task] = [task for task in read(clerk, "/tasks") if task["kind"] == "keep_scenario"]
    assert task["due_at"][:10] == until
    for wrong in ({"route": "九线"}, {"route": "二线"}, {"why": " "}):
        assert send(clerk, f"{path}/corrections", **(early | wrong)).status_code == 422, wrong
    assert send(clerk, f"{path}/corrections", **early).status_code == 201
    there = read(clerk, f"/route-loads/{people.UNIT}/stops?route=一线")["stops"]
    assert there[-1]["code"] == moved["code"], "behind the last stop"
    correction = read(clerk, path)["records"][-1]
    assert (correction["kind"], correction["words"]) == ("correction", "过河绕行")
    assert correction["figures"] == {"code": moved["code"], "from": "二线", "to": "一线"}
    assert send(clerk, f"{path}/upkeep", words="运行正常").is_success
    assert kinds(clerk, path)[-3:] == ["applied", "correction", "upkeep"]
    assert read(clerk, path)["records"][-1]["by_name"]
    assert "keep_scenario" not in [task["kind"] for task in read(clerk, "/tasks")]
    assert send(clerk, f"{path}/upkeep", words="再次").status_code == 409
    later = {"code": moved["code"], "route": "二线", "why": "桥已修好"}
    assert send(clerk, f"{path}/corrections", **later).status_code == 201, "a later correction is recorded, too"


@pytest.mark.article("R13.7", "R13.4")
def test_an_urgent_change_says_why_no_meeting_can_be_called(caller: Caller, office: Office) -> None:
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, "3701")
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        row.values = {"delivery_route": "一线", "visit_route": "东片", "account_manager": "manager"}
        customer = row.id
    version = read(manager, f"/customers/{customer}")["customer"]["version"]
    wanted = {"version": version, "rule": "route_urgent", "values": {"delivery_route": "二线"}, "why": "修路"}
    for no_meeting in ({}, {"no_meeting": "  "}):
        no = send(manager, f"/customers/{customer}/changes", **wanted, **no_meeting)
        assert no.status_code == 409 and no.json()["article"] == "R13.7", no.text
        assert "meeting" in no.json()["detail"] and no.json()["advice"]
    sent = send(manager, f"/customers/{customer}/changes", **wanted, no_meeting="下次会议前已无法送货")
    assert sent.status_code == 202, sent.text
    page = read(manager, f"/applications/{sent.json()['id']}")
    assert any("下次会议前已无法送货" in line["text"] for line in page["lines"]), "the signers see it"
