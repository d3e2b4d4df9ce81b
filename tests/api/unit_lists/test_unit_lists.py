"""Lists of a unit by the API: kept by clerk and chief, and nothing else enters a customer's record (R2.2)."""

from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import customer
from tests.support.makers.calls import read, send
from tests.support.newcomers import arrived, patch

UNIT, OTHER = people.UNIT, "370102"


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post in the company."""
    return caller("newcomers", set(Post), "3701")


def made(office: Office, number: int = 1, **values: str) -> UUID:
    with office.desk(people.CLERK) as desk:
        return customer(desk, number, **values).id


def value(client: TestClient, customer_id: UUID, field: str) -> str | None:
    fields = read(client, f"/customers/{customer_id}")["fields"]
    return next(entry["value"] for entry in fields if entry["field"] == field)


@pytest.mark.article("R2.2")
@pytest.mark.parametrize("field", ["visit_batch", "delivery_route", "visit_route"])
def test_a_value_that_the_units_list_lacks_is_refused_until_the_unit_lists_it(
    client: TestClient, office: Office, field: str
) -> None:
    """Article 7 (1) determines batch and route for each new entrant: one of those that exist, never any text."""
    entrant = arrived(office)
    no = patch(client, entrant, **{field: "新线"})
    assert no.status_code == 422 and no.json()["article"] == "R2.2", no.text
    assert "list" in no.json()["detail"] and value(client, entrant, field) is None
    added = send(client, f"/unit-lists/{UNIT}/{field}", value="新线", why="新增一车")
    assert added.status_code == 200, added.text
    assert patch(client, entrant, **{field: "新线"}).status_code == 200
    assert value(client, entrant, field) == "新线"


@pytest.mark.article("R2.2")
def test_another_units_list_does_not_count_and_that_of_a_unit_above_does(client: TestClient, office: Office) -> None:
    """The list is the customer's own unit's; what the company keeps holds for all of its departments."""
    entrant = arrived(office)
    send(client, f"/unit-lists/{OTHER}/delivery_route", value="邻县线", why="邻县")
    assert patch(client, entrant, delivery_route="邻县线").json()["article"] == "R2.2"
    send(client, "/unit-lists/3701/delivery_route", value="全市线", why="全市")
    assert patch(client, entrant, delivery_route="全市线").status_code == 200


@pytest.mark.article("R2.2")
def test_a_withdrawn_value_has_no_new_use_and_who_has_it_keeps_it_and_is_listed(
    client: TestClient, office: Office
) -> None:
    """A van is given up: its route takes no customers any more; those still on it are seen and moved."""
    stays, comes = made(office, 1, delivery_route="九线"), arrived(office, 2)
    gone = send(client, "/unit-lists/3701/delivery_route/withdraw", value="九线", why="减一车")
    assert gone.status_code == 200, gone.text
    no = patch(client, comes, delivery_route="九线")
    assert no.status_code == 422 and no.json()["article"] == "R2.2"
    assert value(client, stays, "delivery_route") == "九线"
    assert patch(client, stays, shop_sign="有").status_code == 200, "the rest of the record can be kept up"
    [entry] = [entry for entry in lists(client)["delivery_route"]["entries"] if entry["value"] == "九线"]
    assert (entry["active"], entry["customers"]) == (False, 1)
    having = read(client, f"/unit-lists/{UNIT}/delivery_route/customers?value=九线")
    assert [row["id"] for row in having] == [str(stays)]
    history = read(client, "/unit-lists/3701/delivery_route/history")
    assert [(line["value"], line["active"], line["why"], line["by_name"]) for line in history[:1]] == [
        ("九线", False, "减一车", "newcomers")
    ]


def lists(client: TestClient, unit: str = UNIT) -> dict[str, dict[str, object]]:
    return {shown["field"]: shown for shown in read(client, f"/unit-lists/{unit}")}


@pytest.mark.article("R2.2", "R7.2")
@pytest.mark.parametrize(
    ("field", "post"),
    [
        ("account_manager", Post.ACCOUNT_MANAGER),
        ("delivery_driver", Post.DELIVERY_DRIVER),
        ("call_clerk", Post.CALL_CLERK),
    ],
)
def test_service_staff_are_holders_of_the_post_in_the_unit_and_nobody_else(
    client: TestClient, caller: Caller, office: Office, field: str, post: Post
) -> None:
    """Article 7 (1) names the staff who serve the customer: people of the unit at that post."""
    entrant = arrived(office)
    caller("right", {post}, UNIT)
    caller("elsewhere", {post}, OTHER)
    caller("otherpost", {Post.INSPECTOR}, UNIT)
    for name in ("王某某", "elsewhere", "otherpost"):
        no = patch(client, entrant, **{field: name})
        assert no.status_code == 422 and no.json()["article"] == "R2.2", (name, no.text)
    assert patch(client, entrant, **{field: "right"}).status_code == 200
    assert [person["name"] for person in lists(client)[field]["people"] if person["login"] == "right"] == ["right"]


@pytest.mark.article("R2.2", "R7.3")
def test_market_type_and_format_are_those_that_the_unit_uses(client: TestClient, office: Office) -> None:
    """Article 7 (2): the unit may use fewer of the types than there are; a new one is then refused, cell and form."""
    entrant = arrived(office)
    send(client, f"/unit-lists/{UNIT}/business_format/withdraw", value="mall", why="本县没有商场")
    no = patch(client, entrant, business_format="商场")
    assert no.status_code == 422 and no.json()["article"] == "R2.2", no.text
    assert patch(client, entrant, business_format="超市").status_code == 200
    line = {"customer_code": "370101000777", "licence_no": "370100000777", "licence_holder": "测试七"}
    line |= {"shop_name": "示例七店", "unit_code": UNIT, "id_number": people.id_number(77)}
    cell = send(client, "/customers", values=line | {"business_format": "mall"})
    assert cell.status_code == 422 and cell.json()["article"] == "R2.2", cell.text
    other = send(client, "/customers", values=line | {"business_format": "mall", "unit_code": OTHER})
    assert other.status_code == 201, "another unit has malls"
    unknown = send(client, f"/unit-lists/{UNIT}/business_format", value="飞机", why="试")
    assert unknown.status_code == 422, "a unit narrows the catalogue's choices and adds none"


@pytest.mark.article("R2.2", "R13.4", "R14.2")
@pytest.mark.parametrize(
    ("rule", "values"), [("route_urgent", {"delivery_route": "新线"}), ("grade_change", {"customer_grade": "Z"})]
)
def test_an_application_for_a_value_without_a_list_is_not_planned(
    client: TestClient, office: Office, rule: str, values: dict[str, str]
) -> None:
    row = made(office, 1, delivery_route="一线", customer_grade="A")
    version = read(client, f"/customers/{row}")["customer"]["version"]
    given = {"version": version, "rule": rule, "values": values, "why": "修路"}
    plan = client.post(f"/api/v1/customers/{row}/changes/plan", json=given).json()
    assert "not_listed" in [missing["code"] for missing in plan["missing"]], plan


@pytest.mark.article("R2.2", "R13.1", "R13.3")
def test_proposals_and_scenarios_name_listed_routes_alone(client: TestClient, office: Office) -> None:
    """Article 13: the meeting moves customers between the routes that there are."""
    row = made(office, 1, delivery_route="一线")
    no = send(client, f"/customers/{row}/route-proposals", values={"delivery_route": "新线"}, why="顺路")
    assert no.status_code == 422 and no.json()["article"] == "R2.2", no.text
    given = {
        "unit_code": UNIT,
        "sources": ["一线"],
        "targets": ["一线", "新线"],
        "title": "加车",
        "trigger": "vans_added",
    }
    given["upkeep_by"] = "2027-01-20"
    spread = send(client, "/route-scenarios", **given, cut_over="2026-12-20")
    assert spread.status_code == 422 and spread.json()["article"] == "R2.2", spread.text


@pytest.mark.article("R2.2", "R4.1")
def test_the_clerk_and_the_chief_of_the_unit_keep_its_lists_and_the_chief_alone_the_grades(
    caller: Caller, office: Office
) -> None:
    """Article 14 has the section chief change grades; batches and routes are the clerk's daily work (articles 7, 13)."""
    clerk, chief = caller("listclerk", {Post.STATISTICS_CLERK}, UNIT), caller("listchief", {Post.SECTION_CHIEF}, UNIT)
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, UNIT)
    batch, grade = f"/unit-lists/{UNIT}/visit_batch", f"/unit-lists/{UNIT}/customer_grade"
    assert send(manager, batch, value="四批", why="加一批").status_code == 403
    assert send(clerk, batch, value="四批", why="加一批").status_code == 200
    assert send(clerk, grade, value="D", why="加一级").status_code == 403
    assert send(chief, grade, value="D", why="加一级").status_code == 200
    assert send(clerk, f"/unit-lists/{OTHER}/visit_batch", value="四批", why="加").status_code == 404
    again = send(clerk, batch, value="四批", why="再加一批")
    assert again.status_code == 409 and again.json()["article"] == "R2.2", again.text
    for bad in ("", " ", "=1+1", "13900000001", "长" * 61):
        assert send(clerk, batch, value=bad, why="试").status_code == 422, bad
    unknown = send(clerk, f"{batch}/withdraw", value="没有的", why="试")
    assert unknown.status_code == 404
