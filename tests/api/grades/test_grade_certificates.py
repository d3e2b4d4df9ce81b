"""Article 7 (5): who wants a credit card first fetches the proof of the grade from the clerk, who issues it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.ports import today
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send


@pytest.fixture
def clerk(caller: Caller) -> TestClient:
    """The county's clerk."""
    return caller("clerk1", {Post.STATISTICS_CLERK}, people.UNIT)


def shop(office: Office, number: int = 1, grade: str = "B") -> Customer:
    """A customer with a grade on record, none if empty."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        row.values = {"customer_grade": grade} if grade else {}
        desk.tx.flush()
        return row


def graded(office: Office, row: Customer, grade: str) -> None:
    """After an evaluation the grade is another one."""
    with office.desk(people.CLERK) as desk:
        desk.customer(row.id).values = {"customer_grade": grade}


def issue(client: TestClient, row: Customer) -> Any:
    """The clerk issues a certificate."""
    return send(client, f"/customers/{row.id}/grade-certificates")


def pending(client: TestClient, row: Customer) -> Any:
    """The customer applies for a credit card at the bank."""
    version = read(client, f"/customers/{row.id}")["customer"]["version"]
    said = {"version": version, "event": "credit_pending", "choice": "interim_debit", "why": "申请贷记卡"}
    return send(client, f"/customers/{row.id}/cards", **said)


@pytest.mark.article("R7.21", "R7.11")
def test_the_hub_numbers_it_from_the_grade_on_record(office: Office, clerk: TestClient, caller: Caller) -> None:
    row, other = shop(office), shop(office, 2, "A")
    first, second = issue(clerk, row), issue(clerk, other)
    assert first.status_code == second.status_code == 201, first.text
    assert first.json()["number"] == f"DJ{today().year}000001" and second.json()["number"] == f"DJ{today().year}000002"
    assert (first.json()["grade"], second.json()["grade"]) == ("B", "A")
    assert issue(clerk, row).json() == first.json(), "what is true already has its number"
    shown = read(clerk, f"/grade-certificates/{first.json()['id']}")
    assert (shown["customer_code"], shown["grade"], shown["current"]) == (row.code, "B", True)
    manager = caller("manager1", {Post.ACCOUNT_MANAGER}, people.UNIT)
    assert issue(manager, row).status_code == 403, "the clerk issues it"
    elsewhere = caller("clerk2", {Post.STATISTICS_CLERK}, "370102")
    assert elsewhere.get(f"/api/v1/grade-certificates/{first.json()['id']}").status_code == 404


@pytest.mark.article("R7.21", "R14.2")
def test_without_a_grade_on_record_there_is_nothing_to_certify(office: Office, clerk: TestClient) -> None:
    no = issue(clerk, shop(office, grade=""))
    assert (no.status_code, no.json()["article"]) == (409, "R7.21") and "evaluation" in no.json()["advice"]


@pytest.mark.article("R7.21", "R7.11")
def test_a_credit_card_needs_the_customers_own_and_it_must_still_be_true(office: Office, clerk: TestClient) -> None:
    row, other = shop(office), shop(office, 2)
    assert issue(clerk, other).status_code == 201
    no = pending(clerk, row)
    assert (no.status_code, no.json()["article"]) == (409, "R7.11") and "issue" in no.json()["advice"].lower()
    assert issue(clerk, row).status_code == 201
    graded(office, row, "C")
    no = pending(clerk, row)
    assert (no.status_code, no.json()["article"]) == (409, "R7.21") and "DJ" in no.json()["detail"]
    assert issue(clerk, row).json()["grade"] == "C"
    assert pending(clerk, row).is_success


@pytest.mark.article("R7.21", "R7.11")
def test_a_paper_that_somebody_uploads_is_none(office: Office, clerk: TestClient) -> None:
    row = shop(office)
    with office.desk(people.CLERK) as desk:
        people.paper(desk, desk.customer(row.id), "grade_certificate")
        made = people.request(desk, desk.customer(row.id), 1, kind="credit_card")
    assert pending(clerk, row).json()["article"] == "R7.11"
    given = {"version": made.version, "channel": "icbc", "kind": "credit_card", "number": made.number.reveal()}
    given |= {"payer_name": row.licence_holder, "agreement_no": "XY1", "signed_on": today().isoformat()}
    papers = {"evidence_id": str(made.evidence_id), "agreement_evidence_id": str(made.agreement_evidence_id)}
    plan = clerk.post(f"/api/v1/customers/{row.id}/accounts/plan", json=given | papers | {"documents": ["id_card"]})
    assert "R7.11" in [lack["article"] for lack in plan.json()["missing"]], plan.text
    files, form = (
        {"file": ("a.png", b"\x89PNG\r\n\x1a\n0000", "image/png")},
        {"kind": "grade_certificate", "title": "x"},
    )
    taken = clerk.post(
        f"/api/v1/customers/{row.id}/evidence",
        data=form | {"custodian": "资料员"},
        files=files,
        headers={"Idempotency-Key": "grade-paper"},
    )
    assert taken.status_code == 409 and taken.json()["article"] == "R7.21", taken.text
