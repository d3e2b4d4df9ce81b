"""Article 16: papers and records of changes have a keeper; who hands them in says so, who takes them confirms it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB
from hub.operations.grades import evaluations
from hub.operations.office import Office
from hub.operations.tasks import escalation, notices
from hub.ports import today
from tests.api.changes.test_signed_changes import Clients, asked, carried_out, signed, uploaded
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import cash, read, send
from tests.support.posts import as_now


@pytest.fixture
def client(caller: Caller) -> Clients:
    """Real users: one a post."""
    return Clients(caller, {})


def tasks(client: TestClient, kind: str) -> list[dict[str, Any]]:
    """What somebody has to do, of one kind."""
    return [task for task in read(client, "/tasks") if task["kind"] == kind]


def handed_in(client: Clients, office: Office) -> str:
    """A paper that the account manager took and handed to the clerk; the hand-in's id."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
    client("statistics_clerk")
    paper = uploaded(client("account_manager"), row, "deposit_slip")
    sent = send(client("account_manager"), f"/evidence/{paper}/hand-in", holder="statisticsclerk", scanned=True)
    assert sent.status_code == 201 and sent.json()["confirmed_at"] is None, sent.text
    return str(sent.json()["id"])


@pytest.mark.article("R16.2", "R16.1")
def test_who_takes_a_paper_confirms_it_and_nobody_else(client: Clients, office: Office) -> None:
    hand_in = handed_in(client, office)
    [task] = tasks(client("statistics_clerk"), "confirm_hand_in")
    assert (task["subject_id"], task["days"], task["article"]) == (hand_in, 1, "R16.2")
    for other in ("account_manager", "section_chief"):
        refused = send(client(other), f"/hand-ins/{hand_in}/confirm")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_the_taker")
        assert refused.json()["article"] == "R16.2" and "statisticsclerk" in refused.json()["detail"]
    assert send(client("statistics_clerk"), f"/hand-ins/{hand_in}/confirm").is_success
    [view] = read(client("account_manager"), "/custody")["handed_in"]
    assert (view["by_name"], view["holder_name"], view["confirmed_by_name"]) == (
        *("accountmanager", "statisticsclerk", "statisticsclerk"),
    )
    assert tasks(client("statistics_clerk"), "confirm_hand_in") == []
    again = send(client("statistics_clerk"), f"/hand-ins/{hand_in}/confirm")
    assert (again.status_code, again.json()["code"]) == (409, "stale")


@pytest.mark.article("R16.2")
def test_what_did_not_arrive_is_missing_again_and_its_taker_has_it_to_hand_in(client: Clients, office: Office) -> None:
    hand_in = handed_in(client, office)
    assert send(client("statistics_clerk"), f"/hand-ins/{hand_in}/decline", why=" ").status_code == 422
    assert send(client("statistics_clerk"), f"/hand-ins/{hand_in}/decline", why="没有收到原件").is_success
    [task] = tasks(client("account_manager"), "hand_in")
    page = read(client("account_manager"), "/custody")
    assert [paper["evidence_id"] for paper in page["missing"]] == [task["subject_id"]]
    path = f"/evidence/{task['subject_id']}/hand-in"
    assert send(client("account_manager"), path, holder="statisticsclerk", scanned=True).status_code == 201
    assert len(tasks(client("statistics_clerk"), "confirm_hand_in")) == 1


@pytest.mark.article("R16.2", "R17.1")
def test_an_unconfirmed_hand_in_is_chased(client: Clients, office: Office, clock: Clock) -> None:
    client("section_chief")
    handed_in(client, office)
    clock.on(days=5)
    with office.desk(HUB) as desk:
        escalation.escalate(desk)
    told = [notice.details["task"] for notice in office.perform(as_now(office, "sectionchief"), notices.list_notices)]
    assert "confirm_hand_in" in told


@pytest.mark.article("R16.2")
def test_the_record_of_a_change_reaches_its_keeper_within_a_working_day(client: Clients, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = cash(desk)
    with office.desk(HUB) as desk:
        evaluations.enter_evaluation(desk, people.UNIT, today())
    sent = asked(client, "account_manager", row, "grade_change", customer_grade="A")
    early = send(client("section_chief"), f"/applications/{sent['id']}/hand-in", holder="statisticsclerk")
    assert (early.status_code, early.json()["code"], early.json()["article"]) == (409, "no_record_yet", "R16.2")
    signed(client, sent, ["section_chief", "deputy_manager"])
    carried_out(client, sent, "section_chief", "statistics_clerk")
    [task] = tasks(client("section_chief"), "hand_in_record")
    assert (task["subject_id"], task["days"]) == (sent["id"], 1)
    [missing] = read(client("section_chief"), "/custody")["missing_records"]
    assert (missing["application_id"], missing["post"]) == (sent["id"], "statistics_clerk")
    wrong = send(client("section_chief"), f"/applications/{sent['id']}/hand-in", holder="deputymanager")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "not_the_custodian")
    done = send(client("section_chief"), f"/applications/{sent['id']}/hand-in", holder="statisticsclerk")
    assert done.status_code == 201 and done.json()["kind"] == "change_record", done.text
    assert tasks(client("section_chief"), "hand_in_record") == []
    assert send(client("statistics_clerk"), f"/hand-ins/{done.json()['id']}/confirm").is_success
    assert read(client("section_chief"), "/custody")["missing_records"] == []


@pytest.mark.article("R16.2")
def test_a_unit_names_who_keeps_records_of_changes(client: Clients, office: Office) -> None:
    path = f"/units/{people.UNIT}/custodians"
    assert send(client("section_chief"), path, "PUT", kind="change_record", post="internal_control").is_success
    named = read(client("section_chief"), "/custody")["custodians"]
    assert {"unit_code": people.UNIT, "kind": "change_record", "post": "internal_control"} in named
