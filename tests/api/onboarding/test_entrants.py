"""New entrants, grades, web ordering, fields, phones, load and exports by the API."""

from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.engine.scenarios import compute_next
from hub.operations.office import Office
from hub.operations.onboarding import steps as onboarding_steps
from hub.operations.onboarding import trainings, web_ordering
from hub.ports import new_id, today
from hub.registry.schema import Onboarding
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post."""
    return caller("entrants", set(Post), "3701")


@pytest.fixture
def entrant(office: Office) -> UUID:
    """A customer of today's list, whose steps are open."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        desk.tx.add(Onboarding(id=new_id(), customer_id=row.id, arrived_on=today(), state="open"))
    office.perform(HUB, onboarding_steps.begin_all)
    return row.id


@pytest.mark.article("R2.1", "R3.1", "R7.2", "R7.3", "R7.4", "R7.5")
def test_each_step_stands_with_its_post_its_day_and_what_is_missing(client: TestClient, entrant: UUID) -> None:
    [row] = read(client, "/onboardings")["rows"]
    steps = {step["step"]: step for step in row["steps"]}
    articles = {key: step["article"] for key, step in steps.items()}
    assert articles == {"settle": "R7.2", "maintain": "R7.2", "quantify": "R7.3", "approve": "R7.5", "grade": "R7.4",
                        "rest": "R7.4", "rest_clerk": "R7.4", "rest_licence": "R7.4", "rest_control": "R7.4",
                        "attitude": "R7.4"}  # fmt: skip
    dues = [steps[key]["due_at"] for key in ("settle", "maintain", "quantify", "grade", "rest", "attitude")]
    assert dues == sorted(dues) and "1 个工作日" in steps["settle"]["sum"]
    assert "order_method" in steps["maintain"]["lacking"]
    assert send(client, f"/onboardings/{row['id']}/settled", with_whom="客户经理甲").status_code == 200
    no = send(client, f"/onboardings/{row['id']}/approval", shown="9")
    assert no.status_code == 409 and no.json()["article"] == "R7.5"
    fields = {each["field"]: each for each in read(client, f"/customers/{entrant}")["fields"]}
    assert len(fields) > 40 and fields["order_method"]["missing"] and "*" in fields["order_phone"]["value"]


@pytest.mark.article("R14.1", "R7.4", "I9")
def test_a_grade_evaluation_is_entered_moves_steps_forward_and_is_reviewed(client: TestClient, entrant: UUID) -> None:
    def due(step: str) -> str:
        [row] = read(client, "/onboardings")["rows"]
        return next(str(each["due_at"]) for each in row["steps"] if each["step"] == step)

    before = due("grade")
    made = send(client, "/grade-evaluations", unit_code="3701", day=today().isoformat())
    assert made.status_code == 201, made.text
    assert due("grade") < before
    again = send(client, "/grade-evaluations", unit_code="3701", day=today().isoformat())
    assert again.status_code == 409 and again.json()["article"] == "R14.1"
    assert send(client, f"/grade-evaluations/{made.json()['id']}/review", why="全部核对").status_code == 200


@pytest.mark.article("R7.6", "R7.7", "R7.8")
def test_a_web_password_is_issued_delivered_and_followed_by_a_training(
    client: TestClient, entrant: UUID, office: Office
) -> None:
    with office.desk(people.CLERK) as desk:
        web = web_ordering.set_up(desk, desk.customer(entrant)).id
        held = trainings.plan_training(desk, desk.customer(entrant), "telecom", "R7.7", today(), "shop").id
    early = send(client, f"/web-orderings/{web}/delivery", way="phone")
    assert early.status_code == 409 and early.json()["article"] == "R7.6"
    assert send(client, f"/web-orderings/{web}/password").status_code == 200
    assert send(client, f"/web-orderings/{web}/delivery", way="phone").status_code == 200
    day = (today() + timedelta(days=1)).isoformat()
    agreed = send(client, f"/customers/{entrant}/trainings", day=day, way="shop")
    assert agreed.status_code in (200, 201), agreed.text
    assert {each["by_whom"] for each in read(client, "/trainings")} >= {"telecom"}
    assert send(client, f"/trainings/{held}/record", held=True).status_code == 200


@pytest.mark.article("R3.2")
def test_a_field_that_is_switched_off_is_no_longer_shown(client: TestClient, entrant: UUID) -> None:
    def keys() -> set[str]:
        return {each["field"] for each in read(client, f"/customers/{entrant}")["fields"]}

    assert "shop_sign" in keys()
    assert send(client, "/fields/shop_sign/switch", "PUT", off=True, why="不再采集").status_code == 200
    assert "shop_sign" not in keys()


@pytest.mark.article("R12.3", "R12.5", "R12.6")
def test_a_shared_phone_is_refused_permitted_and_two_changes_are_watched(
    client: TestClient, caller: Caller, office: Office
) -> None:
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in (1, 2)]
        for row in rows:
            row.values = {"order_method": "web"}
    second = rows[1]

    def told(phone: str) -> tuple[int, str]:
        version = read(client, f"/customers/{second.id}")["customer"]["version"]
        given = {"version": version, "rule": "phone_told", "values": {"order_phone": phone}, "why": "客户来电"}
        answer = send(client, f"/customers/{second.id}/changes", **given)
        return answer.status_code, answer.json().get("article", "")

    assert told("13900000001") == (409, "R12.3")
    reasons = {row.code: "夫妻两店" for row in rows}
    until = (today() + timedelta(days=60)).isoformat()
    asked = send(client, "/phone-permits", number="13900000001", reasons=reasons, why="共用", until=until)
    assert asked.status_code == 201, asked.text
    chief, deputy = (caller(name, {post}, "3701") for name, post in
                     (("chief", Post.SECTION_CHIEF), ("deputy", Post.DEPUTY_MANAGER)))  # fmt: skip
    [permit] = read(client, "/phone-permits")["permits"]
    assert "13900000001" not in str(permit)
    path = f"/phone-permits/{permit['id']}/signature"
    assert send(client, path, agree=True, shown=permit["shown"]).status_code == 409
    assert send(chief, path, agree=True, shown=permit["shown"]).status_code == 200
    assert send(deputy, path, agree=True, shown=permit["shown"]).status_code == 200
    assert send(client, f"/phone-permits/{permit['id']}/filing").status_code == 200
    visited = send(client, f"/phone-permits/{permit['id']}/visits/{second.id}", why="经营正常")
    assert visited.status_code == 200, visited.text
    assert told("13900000001")[0] == told("13811112222")[0] == 202
    [entry] = read(client, "/watch-list")
    assert entry["customer_id"] == str(second.id) and len(entry["reasons"]) == 2
    assert send(client, f"/watch-list/{entry['id']}/clear", why="核查属实").status_code == 200
    assert read(client, "/watch-list") == [] and len(read(client, "/watch-list?cleared=true")) == 1


@pytest.mark.article("R13.3", "R13.5")
def test_the_load_of_routes_and_a_scenario_and_a_strange_route(client: TestClient, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        for number in range(1, 7):
            row = people.customer(desk, number)
            row.values = {"delivery_route": "一线", "quantified_data": "10", "location": f"117.{number},36.6"}
    [load] = read(client, f"/route-loads/{people.UNIT}")
    assert (load["route"], load["customers"], load["quantity"]) == ("一线", 6, 60.0)
    day = (today() + timedelta(days=3)).isoformat()
    given = {
        "unit_code": people.UNIT,
        "sources": ["一线"],
        "targets": ["一线", "二线"],
        "title": "增车",
        "trigger": "vans_added",
    }
    given["upkeep_by"] = (today() + timedelta(days=30)).isoformat()
    made = send(client, "/route-scenarios", **given, cut_over=day)
    assert made.status_code == 201, made.text
    assert compute_next(office)
    scenario = read(client, f"/route-scenarios/{made.json()['id']}")
    assert [each["quantity"] for each in scenario["after"]] == [30.0, 30.0] and scenario["state"] == "computed"
    strange = send(client, "/my-routes/order", unit_code=people.UNIT, route="一线", order={})
    assert strange.status_code == 403 and strange.json()["article"] == "R13.5"


@pytest.mark.article("R18.1")
def test_an_export_leaves_after_another_has_permitted_it(client: TestClient, caller: Caller, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        people.customer(desk, 1)
    given = {"unit_code": people.UNIT, "fields": ["customer_code", "order_phone"], "purpose": "核对线路"}
    made = send(client, "/exports", **given)
    assert made.status_code == 201, made.text
    [export] = read(client, "/exports")
    own = send(client, f"/exports/{export['id']}/decision", permit=True, shown=export["shown"])
    assert own.status_code == 409 and own.json()["article"] == "R18.1"
    early = client.post(f"/api/v1/exports/{export['id']}/file")
    assert early.status_code == 403
    chief = caller("chief", {Post.SECTION_CHIEF}, "3701")
    assert send(chief, f"/exports/{export['id']}/decision", permit=True, shown=export["shown"]).status_code == 200
    file = client.post(f"/api/v1/exports/{export['id']}/file")
    assert file.status_code == 200 and file.content[:2] == b"PK" and b"13900000001" not in file.content
    [export] = read(client, "/exports")
    assert len(export["takings"]) == 1 and export["takings"][0]["rows"] == 1
