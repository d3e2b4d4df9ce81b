"""The rule table by the API: what each row lets be asked for, who signs, what is missing, what is refused."""

from typing import Any

import pytest
from pytest import mark, param
from starlette.testclient import TestClient

from hub.domain.changes import WITHOUT_MEETING
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.ports import new_id, today
from hub.registry.schema import Agreement, Customer
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import electronic
from tests.support.makers.calls import cash, read, send

CHIEF, DEPUTY, MANAGER = "section_chief", "deputy_manager", "account_manager"


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post."""
    return caller("rules", set(Post), "3701")


def account(kind: str) -> Any:
    """Makes a customer who settles electronically by such an account."""

    def make(desk: Desk) -> Customer:
        row = electronic(desk)
        [there] = accounts.open_accounts(desk.tx, row.id)
        there.kind = kind
        desk.tx.flush()
        return row

    return make


def in_term(desk: Desk) -> Customer:
    """A handset customer whose agreement is in force."""
    row = cash(desk, order_method="handset")
    desk.tx.add(
        Agreement(
            id=new_id(),
            customer_id=row.id,
            channel="telecom",
            kind="tri_party",
            agreement_no="T1",
            signed_on=today(),
            term_until=today().replace(year=today().year + 1),
            state="live",
        )
    )
    desk.tx.flush()
    return row


CASH = {"settlement_method": "cash"}


def ordering(method: str) -> Any:
    """Makes a customer who orders so."""
    return lambda desk: cash(desk, order_method=method)


def on_route(desk: Desk) -> Customer:
    """A customer with a delivery route."""
    return cash(desk, delivery_route="一线")


@mark.parametrize(("row", "make", "rule", "values", "reason", "chain", "missing"), [
    param("R8.1", account("debit_card"), "cash_card_reported", CASH, "reported_lost",
          [], ["no_card_case"], marks=mark.article("R8.1")),
    param("R8.2", account("debit_card"), "cash_card_unreported", CASH, "lost_not_reported",
          [], ["risk_not_told", "no_card_case"], marks=mark.article("R8.2")),
    param("R8.4", account("passbook"), "cash_passbook_password", CASH, "password_forgotten",
          [], ["no_card_case"], marks=mark.article("R8.4")),
    param("R8.5", account("credit_card"), "cash_credit_card", CASH, "reported_lost",
          [], ["no_card_case"], marks=mark.article("R8.5")),
    param("R9.2", account("debit_card"), "cash_for_good", CASH, "",
          [CHIEF, DEPUTY], ["paper_missing"], marks=mark.article("R9.2", "I3")),
    param("R9.3", account("debit_card"), "cash_password_locked", CASH, "password_locked",
          [], [], marks=mark.article("R9.3")),
    param("R11.3", in_term, "method_after_term", {"order_method": "phone"}, "",
          [], ["in_term"], marks=mark.article("R11.3")),
    param("R11.4", ordering("web"), "leave_web", {"order_method": "phone"}, "",
          [CHIEF, DEPUTY], ["paper_missing"], marks=mark.article("R11.4", "I3")),
    param("R12.4", ordering("phone"), "phone_for_good", {"order_phone": "13811112222"}, "",
          [MANAGER, CHIEF], ["paper_missing"], marks=mark.article("R12.4", "I3")),
    param("R13.4", on_route, "route_urgent", {"delivery_route": "二线"}, "",
          ["deputy_section_chief", CHIEF], [], marks=mark.article("R13.4", "I3")),
    param("R14.1", cash, "grade_change", {"customer_grade": "A"}, "",
          [CHIEF, DEPUTY], ["no_evaluation", "paper_missing"], marks=mark.article("R14.1", "I3")),
])  # fmt: skip
def test_a_rule_tells_its_article_its_signers_and_what_is_missing(
    client: TestClient,
    office: Office,
    row: str,
    make: Any,
    rule: str,
    values: dict[str, str],
    reason: str,
    chain: list[str],
    missing: list[str],
) -> None:
    with office.desk(people.CLERK) as desk:
        customer = make(desk)
    given = {"version": customer.version, "rule": rule, "values": values, "why": "客户来电", "reason": reason}
    given["documents"] = ["licence"]
    given["no_meeting"] = "等不到会议" if rule in WITHOUT_MEETING else ""
    answer = client.post(f"/api/v1/customers/{customer.id}/changes/plan", json=given)
    assert answer.status_code == 200, answer.text
    plan = answer.json()
    assert plan["chain"] == chain and [each["code"] for each in plan["missing"]] == missing
    assert row in {line["article"] for line in plan["lines"]}
    sent = send(client, f"/customers/{customer.id}/changes", **given)
    if missing:
        assert sent.status_code == 409 and sent.json()["code"] == missing[0] and sent.json()["advice"]
    else:
        assert sent.status_code == 202, sent.text
        assert sent.json()["state"] == ("sent" if chain else "carried_out")


@pytest.mark.article("R8.1", "R8.3")
def test_a_damaged_card_keeps_electronic_settlement_and_its_case_is_listed(client: TestClient, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
    given = {"version": row.version, "event": "damaged", "choice": "transfer", "why": "磁条坏了"}
    made = send(client, f"/customers/{row.id}/cards", **given)
    assert made.status_code == 201, made.text
    [case] = read(client, "/cards")["cases"]
    assert (case["article"], case["choice"]) == ("R8.3", "transfer")
    assert read(client, f"/customers/{row.id}")["customer"]["settlement_method"] == "electronic"


@pytest.mark.article("R7.11", "R9.1")
def test_a_credit_card_without_its_grade_certificate_is_refused_and_cash_to_electronic_has_the_same_rules(
    client: TestClient, office: Office
) -> None:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        made = people.request(desk, row, 1)
    given = {
        "version": row.version,
        "channel": "icbc",
        "kind": "credit_card",
        "number": made.number.reveal(),
        "payer_name": "别人",
        "agreement_no": "XY1",
        "signed_on": today().isoformat(),
        "agreement_evidence_id": str(made.agreement_evidence_id),
        "documents": ["licence", "id_card"],
        "evidence_id": str(made.evidence_id),
    }
    answer = client.post(f"/api/v1/customers/{row.id}/accounts/plan", json=given)
    assert answer.status_code == 200, answer.text
    articles = {each["article"] for each in answer.json()["missing"]}
    assert {"R7.11", "R7.12"} <= articles
    assert send(client, f"/customers/{row.id}/accounts", **given).status_code == 409
