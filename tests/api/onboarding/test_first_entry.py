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
from tests.support.newcomers import BUSINESS, arrived, at, patch, steps_of

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
    given["documents"] = ["licence"]
    plan = client.post(f"/api/v1/customers/{entrant}/changes/plan", json=given).json()
    assert plan["chain"] == ["account_manager", "section_chief"]
    assert [each["code"] for each in plan["missing"]] == ["paper_missing"]


@pytest.mark.article("R7.18", "R7.2", "R4.1")
def test_a_first_entry_is_corrected_freely_until_the_first_order_day(
    client: TestClient, office: Office, clock: Clock
) -> None:
    """Article 7 (1): the arrangements are settled before the first order; until then nobody has been served by them."""
    entrant = arrived(office)
    assert patch(client, entrant, **BUSINESS).status_code == 200
    corrections = {"delivery_route": "五线", "order_phone": "13900000078", "visit_batch": "二批", "stop_order": "7"}
    for key, value in corrections.items():
        assert patch(client, entrant, **{key: value}).status_code == 200, key
    at(clock, MONDAY + timedelta(days=2), client=client)  # Wednesday is the order day.
    for key, value in {"delivery_route": "六线", "visit_batch": "三批"}.items():
        assert patch(client, entrant, **{key: value}).json()["code"] == "by_rule", key


@pytest.mark.article("R7.18", "R13.2")
@pytest.mark.parametrize("days", [("4", "1"), ("1", "4"), ("2", "3")])
def test_who_was_never_visited_is_not_held_by_a_visit_that_never_was(
    client: TestClient, office: Office, days: tuple[str, str]
) -> None:
    """Article 13 forbids two visits in one cycle; the newcomer of today has had none, whatever day is typed first."""
    entrant = arrived(office)
    for day in days:
        answer = patch(client, entrant, order_day=day)
        assert answer.status_code == 200, answer.text


@pytest.mark.article("R7.18", "R13.2")
def test_after_the_first_order_day_the_visits_are_guarded_and_no_second_first_day_frees_them(
    client: TestClient, office: Office, clock: Clock
) -> None:
    entrant = arrived(office)
    assert patch(client, entrant, order_day="3", delivery_route="三线").status_code == 200
    at(clock, MONDAY + timedelta(days=3), client=client)  # Visited on Wednesday, to be visited on Friday as well.
    for day in ("5", "6"):
        version = client.get(f"/api/v1/customers/{entrant}").json()["customer"]["version"]
        given = {"version": version, "rule": "route_urgent", "values": {"order_day": day}, "why": "司机要求"}
        given["no_meeting"] = "等不到会议"
        plan = client.post(f"/api/v1/customers/{entrant}/changes/plan", json=given).json()
        assert "double_visit" in [each["code"] for each in plan["missing"]]


@pytest.mark.article("R7.2", "R14.1", "R12.4", "R4.1")
def test_an_empty_field_keeps_nothing_free_beyond_the_first_order_day(
    client: TestClient, office: Office, clock: Clock
) -> None:
    entrant = arrived(office)
    most = {key: value for key, value in BUSINESS.items() if key != "call_clerk"}
    assert patch(client, entrant, **most).status_code == 200
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


@pytest.mark.article("R7.17", "R7.2")
def test_settlement_has_no_value_until_somebody_settles_it(client: TestClient, office: Office) -> None:
    """Article 7 (1): clerk and account manager settle how a newcomer pays; until then nothing is assumed."""
    entrant = arrived(office)
    assert client.get(f"/api/v1/customers/{entrant}").json()["customer"]["settlement_method"] == ""
    without = {key: value for key, value in BUSINESS.items() if key != "settlement_method"}
    assert patch(client, entrant, **without).status_code == 200
    steps = steps_of(client, entrant)
    assert {steps["settle"]["state"], steps["maintain"]["state"]} == {"open"}
    assert patch(client, entrant, settlement_method="cash").status_code == 200
    steps = steps_of(client, entrant)
    assert {steps["settle"]["state"], steps["maintain"]["state"]} == {"done"}


@pytest.mark.article("R7.17", "R9.1")
@pytest.mark.parametrize("method", ["electronic", "电子结算", "company_account"])
def test_only_cash_is_typed_and_what_is_settled_is_changed_by_its_procedure(
    client: TestClient, office: Office, method: str
) -> None:
    """Article 7 (2): electronic settlement begins when both sides have the account, not when somebody types it."""
    entrant = arrived(office)
    assert patch(client, entrant, settlement_method=method).json()["code"] == "own_way"
    assert patch(client, entrant, settlement_method="cash").status_code == 200
    assert patch(client, entrant, settlement_method=method).json()["code"] == "own_way"
