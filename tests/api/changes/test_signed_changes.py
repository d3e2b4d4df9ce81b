"""Changes that are signed, by the API, from the request to the end: asked, signed in order by real users, carried out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from hub.domain.changes import RULES, WITHOUT_MEETING
from hub.domain.staff.posts import HUB, Post
from hub.operations.asks.consequences import ended
from hub.operations.desk import Desk
from hub.operations.grades import evaluations
from hub.operations.office import Office
from hub.ports import today
from hub.registry.schema import Customer
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import electronic
from tests.support.makers.calls import cash, read, send

CITY = "3701"
SCAN = b"\x89PNG\r\n\x1a\nscan"
Made = Callable[[Desk], Customer]


@dataclass
class Clients:
    """One signed-in client for each post, made when it is first needed."""

    caller: Caller
    known: dict[str, TestClient]

    def __call__(self, post: str) -> TestClient:
        """The client of a post."""
        if post not in self.known:
            self.known[post] = self.caller(post.replace("_", ""), {Post(post)}, CITY)
        return self.known[post]


@pytest.fixture
def client(caller: Caller) -> Clients:
    """Real users: one a post."""
    return Clients(caller, {})


def uploaded(client: TestClient, customer: Customer, kind: str) -> str:
    """A paper that was taken in by the API."""
    form = {"kind": kind, "title": "扫描件", "custodian": "资料员"}
    file = {"file": ("scan.png", SCAN, "image/png")}
    key = {"Idempotency-Key": uuid4().hex}
    made = client.post(f"/api/v1/customers/{customer.id}/evidence", data=form, files=file, headers=key)
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found


def asked(client: Clients, by: str, customer: Customer, rule: str, **values: str) -> dict[str, Any]:
    """Planned, then sent as it was planned, with the papers that the plan names."""
    given: dict[str, Any] = {"version": customer.version, "rule": rule, "values": values, "why": "客户书面申请"}
    given["no_meeting"] = "等不到会议" if rule in WITHOUT_MEETING else ""
    given["evidence_ids"] = [uploaded(client("statistics_clerk"), customer, kind) for kind in RULES[rule].papers]
    given["documents"] = ["licence", "id_card"]
    plan = client(by).post(f"/api/v1/customers/{customer.id}/changes/plan", json=given)
    assert plan.status_code == 200 and plan.json()["missing"] == [], plan.text
    sent = send(client(by), f"/customers/{customer.id}/changes", **given, plan_digest=plan.json()["digest"])
    assert sent.status_code == 202, sent.text
    row: dict[str, Any] = sent.json()
    return row


def signed(client: Clients, row: dict[str, Any], chain: list[str]) -> dict[str, Any]:
    """Signed by each of the chain in order; before each its successor is refused, and nobody signs twice."""
    path = f"/applications/{row['id']}"
    assert row["chain"] == chain and row["state"] == "sent"
    for step, post in enumerate(chain):
        shown = read(client(post), path)
        decision = {"decision": "approve", "digest": shown["application"]["digest"], "step": step}
        for other in chain[step + 1 :]:
            assert send(client(other), f"{path}/decision", **decision).json()["code"] == "not_your_post"
        assert [each["subject_id"] for each in read(client(post), "/tasks") if each["kind"] == "sign"] == [row["id"]]
        answer = send(client(post), f"{path}/decision", **decision)
        assert answer.status_code == 200, answer.text
        assert send(client(post), f"{path}/decision", **decision).status_code in (403, 409)
    page = read(client(chain[0]), path)
    assert [each["post"] for each in page["signatures"]] == chain and page["application"]["state"] == "approved"
    return page


def carried_out(client: Clients, row: dict[str, Any], by: str, not_by: str, *, waits: bool = False) -> dict[str, Any]:
    """Carried out by who does it, and by nobody else; a task of theirs until then, or till the bank's word is there."""
    path = f"/applications/{row['id']}"
    assert send(client(not_by), f"{path}/carry-out").status_code == 403
    assert "carry_out" in [each["kind"] for each in read(client(by), "/tasks")]
    done = send(client(by), f"{path}/carry-out")
    assert done.status_code == 200, done.text
    assert ("carry_out" in [each["kind"] for each in read(client(by), "/tasks")]) is waits
    found: dict[str, Any] = done.json()
    return found


def value(client: Clients, customer: Customer, key: str) -> str:
    """A field as the API shows it."""
    fields = read(client("statistics_clerk"), f"/customers/{customer.id}")["fields"]
    return next(str(each["value"]) for each in fields if each["key"] == key)


def made(office: Office, make: Made) -> Customer:
    """A customer."""
    with office.desk(people.CLERK) as desk:
        return make(desk)


@pytest.mark.article("R11.4", "I3", "I4")
def test_a_web_customer_comes_to_another_method_by_paper_and_two_signatures(client: Clients, office: Office) -> None:
    row = made(office, lambda desk: cash(desk, order_method="web", order_day="3"))
    sent = asked(client, "account_manager", row, "leave_web", order_method="phone")
    signed(client, sent, ["section_chief", "deputy_manager"])
    done = carried_out(client, sent, "statistics_clerk", "section_chief")
    assert done["state"] == "carried_out"
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).values["order_method"] == "phone"
    told = [each["kind"] for each in read(client("account_manager"), "/staff-notices")]
    assert told == ["application_carried_out"]


@pytest.mark.article("R12.4", "I3")
def test_an_order_phone_is_changed_for_good_by_form_manager_and_chief(client: Clients, office: Office) -> None:
    row = made(office, lambda desk: cash(desk, order_method="phone", order_day="3"))
    sent = asked(client, "statistics_clerk", row, "phone_for_good", order_phone="13811112222")
    signed(client, sent, ["account_manager", "section_chief"])
    assert carried_out(client, sent, "statistics_clerk", "account_manager")["state"] == "carried_out"
    with office.desk(people.CLERK) as desk:
        token = desk.customer(row.id).sealed["order_phone"]
        assert desk.vault.open_field(row.id, "order_phone", token).reveal() == "13811112222"


@pytest.mark.article("R13.4", "I3")
def test_an_urgent_route_change_is_signed_by_deputy_chief_then_chief(client: Clients, office: Office) -> None:
    row = made(office, lambda desk: cash(desk, delivery_route="城北线", order_day="3"))
    sent = asked(client, "delivery_driver", row, "route_urgent", delivery_route="城南线")
    signed(client, sent, ["deputy_section_chief", "section_chief"])
    assert carried_out(client, sent, "statistics_clerk", "delivery_driver")["state"] == "carried_out"
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).values["delivery_route"] == "城南线"


@pytest.mark.article("R14.1", "I3")
def test_a_grade_change_is_signed_applied_by_the_chief_and_filed_with_internal_control(
    client: Clients, office: Office
) -> None:
    row = made(office, cash)
    with office.desk(HUB) as desk:
        evaluations.enter_evaluation(desk, people.UNIT, today())
    grade = "A"
    sent = asked(client, "account_manager", row, "grade_change", customer_grade=grade)
    signed(client, sent, ["section_chief", "deputy_manager"])
    assert carried_out(client, sent, "section_chief", "statistics_clerk")["state"] == "carried_out"
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).values["customer_grade"] == grade
    [task] = [each for each in read(client("internal_control"), "/tasks") if each["kind"] == "file"]
    assert (task["article"], task["subject_id"]) == ("R14.1", sent["id"])


@pytest.mark.article("R9.2", "I3", "I4")
def test_electronic_becomes_cash_for_good_by_paper_and_two_signatures(client: Clients, office: Office) -> None:
    row = made(office, electronic)
    sent = asked(client, "statistics_clerk", row, "cash_for_good", settlement_method="cash")
    page = signed(client, sent, ["section_chief", "deputy_manager"])
    assert any("ICBC ends the account ending in" in each["text"] for each in page["lines"])
    carried_out(client, sent, "statistics_clerk", "deputy_manager", waits=True)
    again = send(client("statistics_clerk"), f"/applications/{sent['id']}/carry-out")
    assert (again.status_code, again.json()["code"]) == (409, "bank_still_ending")
    with office.desk(HUB) as desk:
        assert [each.state for each in accounts.accounts_of(desk.tx, row.id)] == ["ending"]
        [ask] = [ask for ask in accounts.asks_of(desk.tx, row.id) if ask.verb != "bind_card"]
        assert (ask.verb, ask.article) == ("unbind_card", "R9.2")
        ended(desk, ask)
        assert desk.customer(row.id).settlement_method == "cash"
    assert read(client("section_chief"), f"/applications/{sent['id']}")["application"]["state"] == "carried_out"
    assert "carry_out" not in [each["kind"] for each in read(client("statistics_clerk"), "/tasks")]


@pytest.mark.article("R9.2", "I3", "R15.1")
def test_what_was_sent_back_goes_again_through_the_api_and_the_same_chief_signs(
    client: Clients, office: Office
) -> None:
    row = made(office, electronic)
    sent = asked(client, "account_manager", row, "cash_for_good", settlement_method="cash")
    path, chief = f"/applications/{sent['id']}", client("section_chief")
    no = send(chief, f"{path}/decision", decision="send_back", digest=sent["digest"], why="写明网点")
    assert no.json()["state"] == "sent_back"
    [task] = read(client("account_manager"), "/tasks")
    assert (task["kind"], task["subject_id"]) == ("mend", sent["id"])
    [notice] = read(client("account_manager"), "/staff-notices")
    assert (notice["kind"], notice["details"]["why"]) == ("application_sent_back", "写明网点")
    with office.desk(people.CLERK) as desk:
        papers = desk.customer(row.id) and [str(each.id) for each in accounts.papers_of(desk.tx, row.id)]
    given = {"version": row.version, "rule": "cash_for_good", "why": "城北网点撤销", "evidence_ids": papers}
    given["documents"] = ["licence"]
    given["values"] = {"settlement_method": "cash"}
    driver = send(client("delivery_driver"), f"{path}/again?customer_id={row.id}", **given)
    assert (driver.status_code, driver.json()["code"]) == (403, "not_your_post")
    stale = send(client("account_manager"), f"{path}/again?customer_id={row.id}", **given | {"version": 99})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    again = send(client("account_manager"), f"{path}/again?customer_id={row.id}", **given)
    assert again.status_code == 200 and again.json()["round"] == 2, again.text
    for step, post in enumerate(("section_chief", "deputy_manager")):
        digest = again.json()["digest"]
        ok = send(client(post), f"{path}/decision", decision="approve", digest=digest, step=step)
        assert ok.status_code == 200, ok.text
    assert carried_out(client, sent, "statistics_clerk", "account_manager", waits=True)["round"] == 2


@pytest.mark.article("I8", "R9.3", "R4.1")
def test_a_unit_sets_its_rules_by_the_api_and_nobody_but_the_chief_does(client: Clients, office: Office) -> None:
    path = f"/unit-rules/{people.UNIT}/cash_unit_choice"
    assert send(client("statistics_clerk"), path, choice="cash").status_code == 403
    done = send(client("section_chief"), path, choice="company_account")
    assert done.status_code == 200 and done.json() == {"voided": 0}
    [view] = read(client("statistics_clerk"), "/unit-rules")
    assert (view["article"], view["choice"], view["unit_code"]) == ("R9.3", "company_account", people.UNIT)
    looser = send(client("section_chief"), f"/unit-rules/{people.UNIT}/cash_for_good", due=5)
    assert (looser.status_code, looser.json()["code"], looser.json()["article"]) == (409, "looser", "R9.2")
    assert looser.json()["advice"]
    listed = read(client("section_chief"), f"/unit-rules?unit_code={people.UNIT}")
    assert len(listed) == len(RULES)
