"""Web ordering by the API: form, two signatures, set-up, password on the second morning, delivery, training (R7.6)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.ports import SHANGHAI
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.newcomers import arrived, at, patch, steps_of

MONDAY, EAST = date(2026, 11, 23), people.UNIT


@pytest.fixture
def client(caller: Caller, clock: Clock) -> TestClient:
    """The clerk with every post, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", set(Post), "3701")


def form_of(client: TestClient, customer_id: UUID) -> str:
    """The customer's application form on file."""
    files, key = {"file": ("form.png", b"\x89PNG\r\n\x1a\n0000", "image/png")}, {"Idempotency-Key": uuid4().hex}
    about = {"kind": "web_ordering_form", "title": "网上订货申请表", "custodian": "资料员"}
    made = client.post(f"/api/v1/customers/{customer_id}/evidence", files=files, data=about, headers=key)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def ask(client: TestClient, customer_id: UUID, *papers: str) -> Any:
    """Apply for web ordering."""
    version = read(client, f"/customers/{customer_id}")["customer"]["version"]
    given = {"version": version, "rule": "web_ordering", "values": {"order_method": "web"}, "why": "客户到单位申请"}
    return send(client, f"/customers/{customer_id}/changes", **given, evidence_ids=list(papers), documents=["id_card"])


def signed(client: TestClient, caller: Caller, customer_id: UUID) -> dict[str, TestClient]:
    """The application signed by account manager and section chief, and set up by the clerk."""
    staff = {name: caller(name, {post}, EAST) for name, post in
             (("manager", Post.ACCOUNT_MANAGER), ("chief", Post.SECTION_CHIEF), ("office", Post.ORDER_DESK))}  # fmt: skip
    sent = ask(client, customer_id, form_of(client, customer_id))
    assert sent.status_code == 202 and sent.json()["chain"] == ["account_manager", "section_chief"], sent.text
    number, digest = sent.json()["id"], sent.json()["digest"]

    def decide(who: str) -> int:
        return send(staff[who], f"/applications/{number}/decision", decision="approve", digest=digest).status_code

    assert decide("chief") == 403, "the account manager signs first"
    assert decide("manager") == 200
    assert send(client, f"/applications/{number}/carry-out").status_code == 409
    assert decide("chief") == 200
    assert send(client, f"/applications/{number}/carry-out").json()["state"] == "carried_out"
    return staff


def case_of(client: TestClient, customer_id: UUID) -> dict[str, Any]:
    """The customer's case."""
    [case] = [row for row in read(client, "/web-orderings") if row["customer_id"] == str(customer_id)]
    return dict(case)


@pytest.mark.article("R7.6", "R7.2", "I3")
def test_from_the_form_to_the_training_with_the_password_on_the_second_morning(
    client: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    entrant = arrived(office)
    assert patch(client, entrant, order_day="5").status_code == 200
    assert patch(client, entrant, order_method="web").json()["article"] == "R7.6"
    bare = ask(client, entrant)
    assert bare.status_code == 409 and bare.json()["code"] == "paper_missing"
    staff = signed(client, caller, entrant)
    assert "order_method" not in steps_of(client, entrant)["maintain"]["lacking"]
    case = case_of(client, entrant)
    due = datetime.fromisoformat(case["password_due"]).astimezone(SHANGHAI)
    assert (due.date(), due.hour) == (MONDAY + timedelta(days=2), 12)
    [task] = [each for each in read(staff["office"], "/tasks") if each["kind"] == "issue_password"]
    assert datetime.fromisoformat(task["due_at"]) == due and "2 个工作日" in task["sum"]
    at(clock, MONDAY + timedelta(days=2), 9, client=client)
    path = f"/web-orderings/{case['id']}"
    assert send(client, f"{path}/delivery", way="manager").json()["article"] == "R7.6", "nothing has come yet"
    assert send(client, f"{path}/password").status_code == 200
    assert "deliver_password" in {each["kind"] for each in read(client, "/tasks")}
    assert send(client, f"{path}/delivery", way="manager").status_code == 200
    assert "agree_training" in {each["kind"] for each in read(client, "/tasks")}
    day = (MONDAY + timedelta(days=3)).isoformat()
    agreed = send(client, f"/customers/{entrant}/trainings", day=day, way="shop")
    assert agreed.status_code == 201, agreed.text
    assert send(client, f"/trainings/{agreed.json()['id']}/record", held=True).status_code == 200
    assert [row for row in read(client, "/web-orderings") if row["customer_id"] == str(entrant)] == []
    fields = {each["field"]: each["value"] for each in read(client, f"/customers/{entrant}")["fields"]}
    assert (fields["order_method"], fields["training_date"]) == ("web", day)


@pytest.mark.article("R7.6")
def test_when_no_password_came_the_account_manager_resets_it_and_nobody_before(
    client: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    entrant = arrived(office)
    staff = signed(client, caller, entrant)
    path = f"/web-orderings/{case_of(client, entrant)['id']}"
    early = send(staff["manager"], f"{path}/reset", why="没有收到")
    assert early.status_code == 409 and "2026-11-25 12:00" in early.json()["detail"]
    assert send(staff["office"], f"{path}/reset", why="没有收到").status_code == 403
    at(clock, MONDAY + timedelta(days=2), 12, 1, client=client)
    assert send(client, f"{path}/reset", why=" ").status_code == 422
    assert send(client, f"{path}/reset", why="系统原因未收到").status_code == 200
    assert case_of(client, entrant)["reset"] is True
    assert send(client, f"{path}/delivery", way="phone").status_code == 200


@pytest.mark.article("R7.6", "I3")
def test_a_rejected_application_leaves_the_customer_where_it_was(
    client: TestClient, caller: Caller, office: Office
) -> None:
    entrant = arrived(office)
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, EAST)
    sent = ask(client, entrant, form_of(client, entrant)).json()
    path = f"/applications/{sent['id']}/decision"
    assert send(manager, path, decision="reject", digest=sent["digest"], why="店内没有网络").status_code == 200
    assert send(client, f"/applications/{sent['id']}/carry-out").status_code == 409
    assert read(client, "/web-orderings") == []
    assert steps_of(client, entrant)["maintain"]["lacking"].count("order_method") == 1
