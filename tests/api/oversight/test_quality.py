"""Article 17: data are in time, objective and complete; what wrong data did to customers is counted beside it."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.customers import fields
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.ports import new_id, now
from hub.registry.reconciliation.differences import DifferenceFound, open_difference
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send
from tests.support.posts import as_now

WRONG = {"field": "order_day", "correct": False, "source": "visit", "note": "客户说是周四"}


@pytest.fixture
def control(caller: Caller) -> TestClient:
    """Internal control of the company."""
    return caller("control", {Post.INTERNAL_CONTROL}, "3701")


def typed_by(office: Office, caller: Caller, login: str) -> tuple[UUID, TestClient]:
    """A customer whose order day a clerk typed, and that clerk."""
    clerk = caller(login, {Post.STATISTICS_CLERK}, "3701")
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        people.entering(desk, row)
        row.settlement_bank = "icbc"
        customer_id, version = row.id, row.version
    actor = as_now(office, login)
    with office.desk(actor) as desk:
        version = desk.tx.get_one(Customer, customer_id).version
        fields.change_fields(desk, customer_id, version, {"order_day": "3"}, "新入网")
    return customer_id, clerk


def counted(client: TestClient, of: str, key: str) -> dict[str, Any]:
    """A post's or a channel's figures of the month."""
    [figures] = [each for each in read(client, "/timeliness")[of] if each["key"] == key]
    return dict(figures)


@pytest.mark.article("R17.2")
def test_a_field_is_checked_by_a_second_person_and_a_wrong_one_counts_and_is_put_right(
    office: Office, caller: Caller, control: TestClient
) -> None:
    row, clerk = typed_by(office, caller, "typist")
    own = send(clerk, f"/customers/{row}/spot-checks", **WRONG)
    assert (own.status_code, own.json()["code"], own.json()["article"]) == (403, "typed_by_you", "R17.2")
    assert own.json()["advice"]
    checked = send(control, f"/customers/{row}/spot-checks", **WRONG)
    assert checked.status_code == 201, checked.text
    right = send(control, f"/customers/{row}/spot-checks", field="shop_name", correct=True, source="paper", note="")
    assert right.status_code == 201, right.text
    [shown, _] = sorted(read(control, f"/customers/{row}/spot-checks"), key=lambda check: check["field"])
    assert (shown["field"], shown["correct"], shown["typed_by_name"], shown["typed_post"], shown["by_name"]) == (
        *("order_day", False, "typist", "statistics_clerk", "control"),
    )
    figures = counted(control, "quality_of_posts", "statistics_clerk")
    assert (figures["checked"], figures["wrong"]) == (1, 1)
    [task] = [task for task in read(clerk, "/tasks") if task["kind"] == "wrong_field"]
    assert (task["article"], task["details"]["field"]) == ("R17.2", "order_day")


@pytest.mark.article("R17.2")
def test_a_check_needs_a_field_a_source_and_words_for_what_is_wrong(
    office: Office, caller: Caller, control: TestClient
) -> None:
    row, _ = typed_by(office, caller, "typist")
    path = f"/customers/{row}/spot-checks"
    assert send(control, path, **WRONG | {"source": "rumour"}).status_code == 422
    assert send(control, path, **WRONG | {"note": ""}).status_code == 422
    assert send(control, path, **WRONG | {"field": "no_such_field"}).status_code == 422


@pytest.mark.article("R17.2", "R16.1")
def test_papers_not_handed_in_and_complaints_about_wrong_data_count_by_post(
    office: Office, caller: Caller, control: TestClient
) -> None:
    row, clerk = typed_by(office, caller, "typist")
    said = {"words": "送货日期不对,等了一天", "bad_data": "order_day"}
    assert send(clerk, f"/customers/{row}/matters", **said).status_code == 201
    assert send(clerk, f"/customers/{row}/matters", words="想办贷记卡").status_code == 201
    nonsense = send(clerk, f"/customers/{row}/matters", words="不对", bad_data="no_such_field")
    assert nonsense.status_code == 422
    form = {"kind": "deposit_slip", "title": "小票", "custodian": "资料员"}
    file = {"file": ("scan.png", b"\x89PNG\r\n\x1a\nscan", "image/png")}
    path, key = f"/api/v1/customers/{row}/evidence", {"Idempotency-Key": str(new_id())}
    paper = clerk.post(path, data=form, files=file, headers=key).json()["id"]
    before = counted(control, "quality_of_posts", "statistics_clerk")
    assert (before["papers"], before["papers_missing"], before["complaints"]) == (1, 1, 1)
    assert send(clerk, f"/evidence/{paper}/hand-in", holder="typist", scanned=True).status_code == 201
    after = counted(control, "quality_of_posts", "statistics_clerk")
    assert (after["papers"], after["papers_missing"]) == (1, 0)


def differs(desk: Desk, customer_id: UUID) -> None:
    """The bank's list says something else, and two people found the bank right."""
    row = desk.customer(customer_id)
    found = DifferenceFound(
        "binding", row.code, "other_card", row.id, row.code, None, {"ending": "0001"}, {"ending": "0002"}
    )
    difference = open_difference(desk.tx, "icbc", found, "ask_customer", now())
    difference.proposed, difference.confirmed_at = "theirs", now()


@pytest.mark.article("R17.2")
def test_what_a_second_source_found_counts_by_channel(office: Office, caller: Caller, control: TestClient) -> None:
    row, clerk = typed_by(office, caller, "typist")
    with office.desk(people.CLERK) as desk:
        differs(desk, row)
    said = {"words": "电子结算方式登记错了", "bad_data": "settlement_method"}
    assert send(clerk, f"/customers/{row}/matters", **said).status_code == 201
    figures = counted(control, "quality_of_channels", "icbc")
    assert (figures["checked"], figures["wrong"], figures["complaints"]) == (1, 1, 1)
