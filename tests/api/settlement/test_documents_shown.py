"""Article 7 (4, 5): the customer applies and signs with licence and identity card in hand, and somebody looks at them."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.ports import today
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller, new_user
from tests.support.makers.applications import electronic
from tests.support.makers.calls import read, send

SHOWN = {"documents": ["licence", "id_card"]}


@pytest.fixture
def clerk(caller: Caller) -> TestClient:
    """The county's clerk."""
    return caller("clerk1", {Post.STATISTICS_CLERK}, people.UNIT)


def binding(office: Office) -> tuple[Customer, dict[str, Any]]:
    """A customer, and a binding that lacks nothing but the documents shown."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        made = people.request(desk, row, 1)
        papers = {"evidence_id": str(made.evidence_id), "agreement_evidence_id": str(made.agreement_evidence_id)}
        desk.tx.flush()
        account = {"channel": "icbc", "kind": "debit_card", "number": people.card(1), "payer_name": row.licence_holder}
        return row, account | papers | {"version": row.version, "agreement_no": "XY1", "signed_on": today().isoformat()}


def application(office: Office) -> tuple[Customer, dict[str, Any]]:
    """A customer's written application for cash, which lacks nothing but the documents shown."""
    with office.desk(people.CLERK) as desk:
        row = electronic(desk, 2)
        paper = str(people.paper(desk, row, "written_application").id)
        given = {"version": row.version, "rule": "cash_for_good", "why": "银行网点撤销", "evidence_ids": [paper]}
        return row, given | {"values": {"settlement_method": "cash"}}


def tried(client: TestClient, of: tuple[Customer, dict[str, Any]], **more: Any) -> Any:
    """A binding or an application, sent."""
    row, given = of
    path = "accounts" if "channel" in given else "changes"
    return send(client, f"/customers/{row.id}/{path}", **given, **more)


@pytest.mark.article("R7.22")
@pytest.mark.parametrize("make", [binding, application])
def test_without_what_was_shown_it_is_refused_at_the_field(office: Office, clerk: TestClient, make: Any) -> None:
    of = make(office)
    for missing in ({}, {"documents": []}):
        no = tried(clerk, of, **missing)
        assert (no.status_code, no.json()["article"]) == (422, "R7.22"), no.text
        assert no.json()["detail"].startswith("Documents shown") and "licence" in no.json()["advice"].lower()
    assert tried(clerk, of, **SHOWN).status_code == 202


@pytest.mark.article("R7.22")
@pytest.mark.parametrize("make", [binding, application])
def test_kinds_and_who_saw_them_are_kept_and_never_a_number(office: Office, clerk: TestClient, make: Any) -> None:
    new_user(office, "manager1", {Post.ACCOUNT_MANAGER}, people.UNIT)
    of = make(office)
    typed = tried(clerk, of, documents=[people.id_number(1)])
    assert typed.status_code == 422 and people.id_number(1) not in typed.text
    sent = tried(clerk, of, **SHOWN, seen_by="manager1")
    assert sent.status_code == 202, sent.text
    if "channel" in of[1]:
        [known] = read(clerk, f"/customers/{of[0].id}")["accounts"]
    else:
        known = read(clerk, f"/applications/{sent.json()['id']}")
    [shown] = known["documents_shown"]
    assert (shown["kinds"], shown["seen_by_name"]) == (["id_card", "licence"], "manager1")
    assert shown["recorded_by_name"] == "clerk1" and "number" not in shown


@pytest.mark.article("R7.22")
def test_who_saw_them_is_a_colleague_of_the_customers_unit(office: Office, clerk: TestClient) -> None:
    new_user(office, "elsewhere", {Post.ACCOUNT_MANAGER}, "370102")
    new_user(office, "driver1", {Post.DELIVERY_DRIVER}, people.UNIT)
    of = binding(office)
    for login in ("elsewhere", "driver1", "nobody9"):
        no = tried(clerk, of, **SHOWN, seen_by=login)
        assert (no.status_code, no.json()["article"]) == (422, "R7.22"), (login, no.text)
        assert no.json()["detail"].startswith("Seen by")
    assert tried(clerk, of, **SHOWN).status_code == 202, "else it was the clerk"


@pytest.mark.article("R7.22")
def test_a_change_told_by_telephone_needs_none(office: Office, clerk: TestClient) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk, 3)
    given = {"version": row.version, "rule": "cash_password_locked", "reason": "password_locked", "why": "来电"}
    sent = send(clerk, f"/customers/{row.id}/changes", **given, values={"settlement_method": "cash"})
    assert sent.status_code == 202, sent.text
