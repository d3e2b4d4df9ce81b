"""What an article says of a customer's order or settlement method is the customer's own, not what stands in for it now."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import asked, customer, electronic
from tests.support.makers.calls import read, send


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post."""
    return caller("anybody", set(Post), "3701")


def on_the_phone(office: Office, method: str) -> UUID:
    """A customer who orders so, and is on the phone while the ordering system is down."""
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method=method, order_day="3")
        asked(desk, row, "phone_outage", order_method="phone", reason="system_outage")
        return row.id


def wanted(client: TestClient, shop: UUID, rule: str, path: str = "", **values: str) -> Any:
    """A change is asked for."""
    version = read(client, f"/customers/{shop}")["customer"]["version"]
    return send(client, f"/customers/{shop}/changes{path}", version=version, rule=rule, values=values, why="来电")


@pytest.mark.article("R12.1", "R11.1")
@pytest.mark.parametrize("method", ["web", "handset", "yanxintong"])
def test_who_is_on_the_phone_for_an_outage_still_tells_a_new_number_by_telephone(
    client: TestClient, office: Office, method: str
) -> None:
    """Seen: refused as 客户不是网上、手机或烟信通订货, and sent to the form with two signatures (article 12 (2))."""
    shop = on_the_phone(office, method)
    done = wanted(client, shop, "phone_told", order_phone="13811112222")
    assert done.status_code == 202 and done.json()["state"] == "carried_out", done.text
    for rule in ("phone_for_good", "phone_for_now"):
        plan = wanted(client, shop, rule, "/plan", order_phone="13811113333").json()
        assert plan["missing"][0]["article"] == "R12.2", "that is the way of those who order by phone"


@pytest.mark.article("R11.4", "I2")
def test_who_is_on_the_phone_for_an_outage_is_a_web_customer_still(client: TestClient, office: Office) -> None:
    shop = on_the_phone(office, "web")
    assert "not_this_customer" not in codes(wanted(client, shop, "leave_web", "/plan", order_method="phone"))[:1]
    assert codes(wanted(client, shop, "web_ordering", "/plan", order_method="web"))[0] == "not_this_customer"
    helped = {"kind": "on_behalf", "note": "客户电脑损坏"}
    assert send(client, f"/customers/{shop}/help-records", **helped).is_success


@pytest.mark.article("R9.2", "R9.3", "I2")
def test_who_pays_cash_for_now_settles_electronically_still(client: TestClient, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        asked(desk, row, "cash_unit_choice", settlement_method="cash", reason="no_time")
    answer = wanted(client, row.id, "cash_for_good", "/plan", settlement_method="cash")
    assert codes(answer)[0] == "held_for_now", answer.text


def codes(answer: Any) -> list[str]:
    """What stands against a plan."""
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()["missing"]]
