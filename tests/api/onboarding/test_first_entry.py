"""What the form may still do to a new entrant: first entries and corrections, never the web, never after the first order."""

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.newcomers import BUSINESS, arrived, at, patch

MONDAY = date(2026, 11, 23)


@pytest.fixture
def client(caller: Caller, clock: Clock) -> TestClient:
    """Somebody with every post, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", set(Post), "3701")


@pytest.mark.article("R7.6", "R4.1")
@pytest.mark.parametrize("typed", ["web", "网上订货", " Web "])
def test_nobody_sets_a_customer_to_the_web_by_the_form_and_the_application_is_offered(
    client: TestClient, office: Office, typed: str
) -> None:
    entrant = arrived(office)
    no = patch(client, entrant, order_method=typed)
    assert no.status_code == 409 and no.json()["article"] == "R7.6" and "application form" in no.json()["advice"]
    assert patch(client, entrant, order_method="phone").status_code == 200
    assert patch(client, entrant, order_method=typed).json()["article"] == "R7.6"
    version = client.get(f"/api/v1/customers/{entrant}").json()["customer"]["version"]
    given = {"version": version, "rule": "web_ordering", "values": {"order_method": "web"}, "why": "客户申请"}
    plan = client.post(f"/api/v1/customers/{entrant}/changes/plan", json=given).json()
    assert plan["chain"] == ["account_manager", "section_chief"]
    assert [each["code"] for each in plan["missing"]] == ["paper_missing"]


@pytest.mark.article("R7.2", "R4.1")
def test_what_was_typed_may_be_corrected_until_its_step_is_done(client: TestClient, office: Office) -> None:
    entrant = arrived(office)
    most = {key: value for key, value in BUSINESS.items() if key != "call_clerk"}
    assert patch(client, entrant, **most).status_code == 200
    assert patch(client, entrant, delivery_route="四线", order_phone="13900000077").status_code == 200
    assert patch(client, entrant, call_clerk="电访丙").status_code == 200
    for key, value in {"delivery_route": "五线", "order_phone": "13900000078", "order_method": "handset"}.items():
        no = patch(client, entrant, **{key: value})
        assert no.status_code == 409 and no.json()["code"] == "by_rule", key
    assert patch(client, entrant, location="城郊").status_code == 200


@pytest.mark.article("R7.2", "R14.1", "R12.4", "R4.1")
def test_an_empty_field_keeps_nothing_free_beyond_the_first_order_day(
    client: TestClient, office: Office, clock: Clock
) -> None:
    entrant = arrived(office)
    most = {key: value for key, value in BUSINESS.items() if key != "call_clerk"}
    assert patch(client, entrant, **most, customer_grade="A").status_code == 200
    assert patch(client, entrant, customer_grade="B").json()["code"] == "by_rule"
    at(clock, MONDAY + timedelta(days=2), client=client)  # Wednesday is the order day.
    for key, value in {"delivery_route": "五线", "order_phone": "13900000078", "visit_batch": "二批"}.items():
        assert patch(client, entrant, **{key: value}).json()["code"] == "by_rule", key
    assert patch(client, entrant, call_clerk="电访丙").status_code == 200, "what is empty is still a first entry"


@pytest.mark.article("R7.2", "R4.1")
def test_without_an_order_day_it_ends_with_the_last_step(client: TestClient, office: Office, clock: Clock) -> None:
    entrant = arrived(office)
    assert patch(client, entrant, delivery_route="三线").status_code == 200
    at(clock, MONDAY + timedelta(days=24), client=client)
    assert patch(client, entrant, delivery_route="四线").status_code == 200
    at(clock, MONDAY + timedelta(days=28), client=client)
    assert patch(client, entrant, delivery_route="五线").json()["code"] == "by_rule"


@pytest.mark.article("R7.6", "R11.4")
def test_who_is_on_the_web_or_a_device_does_not_leave_it_by_the_form(client: TestClient, office: Office) -> None:
    entrant = arrived(office)
    for method in ("web", "handset", "yanxintong"):
        with office.desk(people.CLERK) as desk:
            desk.tx.get_one(Customer, entrant).values = {"order_method": method}
        assert patch(client, entrant, order_method="phone").json()["code"] == "by_rule"
