"""Article 7 (4): who signed at the carrier and has its device orders by it, and nobody else does, by whatever way."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from hub.domain.facts import AgreementSigned, DeviceBound, DeviceFailed
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.ports import now, today
from hub.registry.schema import Change, Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import customer
from tests.support.makers.calls import read, send
from tests.support.makers.stated import DEVICE, field, signed_there, stated
from tests.support.newcomers import arrived, patch

CODE = "370101000001"
METHODS = pytest.mark.parametrize("method", ["handset", "yanxintong"])


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post."""
    return caller("newcomers", set(Post), "3701")


def registered(office: Office, **values: str) -> UUID:
    """A customer who is no new entrant any more."""
    with office.desk(people.CLERK) as desk:
        return customer(desk, **values).id


@pytest.mark.article("R7.19", "R7.7", "R7.8")
@METHODS
@pytest.mark.parametrize("before", ["", "phone"])
def test_agreement_and_device_in_force_make_it_the_order_method(
    client: TestClient, office: Office, method: str, before: str
) -> None:
    """The customer pays, takes the device home and signs; the clerk then keeps the system: the method is the device's."""
    shop = registered(office, order_day="3", **({"order_method": before} if before else {}))
    signed_there(office, CODE, method)
    assert field(client, shop, "order_method") == method
    with office.store.transaction() as tx:
        [change] = tx.scalars(select(Change).where(Change.customer_id == shop, Change.changes.has_key("order_method")))
        assert change.article == "R7.19" and change.by_name == "partnerhub"


@pytest.mark.article("R7.19")
def test_one_of_the_two_alone_changes_nothing(client: TestClient, office: Office) -> None:
    shop = registered(office, order_method="phone", order_day="3")
    stated(office, "telecom", AgreementSigned(CODE, "TX0000000003", at=now()))
    assert field(client, shop, "order_method") == "phone", "no device yet"
    stated(office, "telecom", DeviceBound(CODE, DEVICE, "TX0000000003", at=now()))
    assert field(client, shop, "order_method") == "handset"


@pytest.mark.article("R7.19", "R11.3")
def test_an_agreement_whose_term_is_over_brings_nobody_back(client: TestClient, office: Office) -> None:
    shop = registered(office, order_method="phone", order_day="3")
    signed_there(office, CODE, until=today() - timedelta(days=1))
    assert field(client, shop, "order_method") == "phone"


@pytest.mark.article("R7.19", "R11.4")
def test_a_web_customer_who_signs_there_stays_on_the_web_until_the_application(
    client: TestClient, office: Office
) -> None:
    """Article 11: from the web to another method only by application, section chief and deputy manager."""
    shop = registered(office, order_method="web", order_day="3")
    signed_there(office, CODE)
    assert field(client, shop, "order_method") == "web"


@pytest.mark.article("R7.19", "R11.2")
def test_who_is_on_the_phone_for_now_is_left_until_the_return(client: TestClient, office: Office) -> None:
    shop = registered(office, order_day="3", order_method="phone")
    signed_there(office, CODE)
    stated(office, "telecom", DeviceFailed(CODE, DEVICE, repairable=False, at=now()))
    version = read(client, f"/customers/{shop}")["customer"]["version"]
    wanted = {"version": version, "rule": "phone_device", "values": {"order_method": "phone"}, "why": "设备坏了"}
    sent = send(client, f"/customers/{shop}/changes", **wanted, reason="device_failed")
    assert sent.status_code == 202, sent.text
    stated(office, "telecom", DeviceBound(CODE, DEVICE, "TX-0001-handset", at=now()))
    assert field(client, shop, "order_method") == "phone"


@pytest.mark.article("R7.19")
@METHODS
def test_without_them_the_form_refuses_it_for_a_new_entrant_too(
    client: TestClient, office: Office, method: str
) -> None:
    entrant = arrived(office)
    no = patch(client, entrant, order_method=method)
    assert no.status_code == 409 and no.json()["article"] == "R7.19", no.text
    assert "agreement" in no.json()["detail"] and no.json()["advice"]
    assert patch(client, entrant, order_method="phone").status_code == 200
    signed_there(office, CODE, method)
    assert field(client, entrant, "order_method") == method


@pytest.mark.article("R7.19", "R11.4", "R11.7")
@METHODS
def test_leaving_the_web_for_a_device_needs_its_agreement_and_its_device(
    client: TestClient, office: Office, method: str
) -> None:
    """Article 11: the formalities belong to it; a customer without handset cannot order by handset."""
    shop = registered(office, order_method="web", order_day="3")
    with office.desk(people.CLERK) as desk:
        paper = str(people.paper(desk, desk.tx.get_one(Customer, shop), "written_application").id)
    wanted = {"rule": "leave_web", "values": {"order_method": method}, "why": "客户申请", "evidence_ids": [paper]}
    wanted["documents"] = ["licence"]
    version = read(client, f"/customers/{shop}")["customer"]["version"]
    no = send(client, f"/customers/{shop}/changes", version=version, **wanted)
    assert no.status_code == 409 and no.json()["article"] == "R7.19", no.text
    signed_there(office, CODE, method)
    sent = send(client, f"/customers/{shop}/changes", version=version, **wanted)
    assert sent.status_code == 202 and sent.json()["chain"] == ["section_chief", "deputy_manager"], sent.text


@pytest.mark.article("R11.7", "R7.6")
def test_after_the_term_the_web_is_reached_by_its_form_signatures_and_password_alone(
    client: TestClient, office: Office
) -> None:
    """Article 11: after the term the web is suggested; article 7 (4): by form, manager, chief, and a password."""
    shop = registered(office, order_method="handset", order_day="3")
    signed_there(office, CODE, until=date(2026, 1, 1))
    version = read(client, f"/customers/{shop}")["customer"]["version"]
    wanted = {"version": version, "values": {"order_method": "web"}, "why": "协议期满", "documents": ["licence"]}
    no = send(client, f"/customers/{shop}/changes", rule="method_after_term", **wanted)
    assert no.status_code in (409, 422) and no.json()["article"] == "R7.6", no.text
    assert "form" in no.json()["advice"]
    plan = send(client, f"/customers/{shop}/changes/plan", rule="web_ordering", **wanted).json()
    assert plan["chain"] == ["account_manager", "section_chief"]
    assert [each["code"] for each in plan["missing"]] == ["paper_missing"]
    phone = {**wanted, "values": {"order_method": "phone"}}
    assert send(client, f"/customers/{shop}/changes", rule="method_after_term", **phone).status_code == 202


@pytest.mark.article("R11.7", "R7.6")
def test_a_new_retailer_does_not_come_to_the_web_around_the_form(client: TestClient, office: Office) -> None:
    """What was done by hand: handset typed without an agreement, then `method_after_term` to the web at once."""
    entrant = arrived(office)
    assert patch(client, entrant, order_method="handset").status_code == 409
    version = read(client, f"/customers/{entrant}")["customer"]["version"]
    wanted = {"version": version, "values": {"order_method": "web"}, "why": "想上网"}
    no = send(client, f"/customers/{entrant}/changes", rule="method_after_term", **wanted)
    assert no.status_code in (409, 422), no.text
    assert field(client, entrant, "order_method") in ("", None)


@pytest.mark.article("R11.8", "R11.2")
@pytest.mark.parametrize("method", ["phone", "web", "handset"])
def test_a_report_beyond_repair_is_taken_and_shown_whatever_the_order_method_says(
    client: TestClient, office: Office, method: str
) -> None:
    shop = registered(office, order_method=method, order_day="3")
    stated(office, "telecom", AgreementSigned(CODE, "TX1", at=now() - timedelta(hours=2)))
    stated(office, "telecom", DeviceFailed(CODE, DEVICE, repairable=False, at=now()))
    assert "device_failed" in [each["kind"] for each in read(client, "/tasks")]
    [report] = read(client, f"/customers/{shop}/device-reports")
    assert report["device_no"] and report["repairable"] is False
