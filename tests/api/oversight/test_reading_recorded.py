"""Who looked at which customer is on record: a list, a page, a timeline, a past moment (G5)."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS
from hub.ports import now
from hub.registry.schema import AuditRow
from tests.access.matrix.customer_things import SCENES
from tests.access.matrix.judged import holder
from tests.support import lists, people
from tests.support.callers import PASSWORD, Caller, sign_in
from tests.support.clocks import Clock
from tests.support.makers.applications import customer
from tests.support.makers.calls import read, send
from tests.support.scenes import Scene


def readings(office: Office, operation: str) -> list[tuple[str, Any, Any]]:
    """(who, kind, number) of the recorded readings."""
    with office.store.transaction() as tx:
        rows = tx.scalars(select(AuditRow).where(AuditRow.operation == operation).order_by(AuditRow.id))
        return [(row.actor, row.object_kind, row.object_id) for row in rows]


@pytest.fixture
def reader(caller: Caller) -> TestClient:
    """An account manager of the county."""
    return caller("reader", {Post.ACCOUNT_MANAGER}, people.UNIT)


@pytest.mark.article("G5")
def test_reading_a_page_a_timeline_and_a_past_moment_leaves_a_record(reader: TestClient, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_day="3")
    read(reader, f"/customers/{row.id}")
    read(reader, f"/customers/{row.id}/timeline")
    reader.get(f"/api/v1/customers/{row.id}/as-of", params={"moment": now().isoformat()})
    for operation in ("customers.show_customer", "timelines.show_timeline", "customers.as_of"):
        assert readings(office, operation) == [("reader", "customer", row.code)], operation


@pytest.mark.article("G5")
def test_reading_a_list_records_from_where_to_where(reader: TestClient, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        first, last = customer(desk, 1).code, customer(desk, 2).code
    read(reader, "/customers")
    assert readings(office, "customers.list_customers") == [("reader", "customers", f"{first}…{last}")]


@pytest.mark.article("G5")
def test_the_same_reading_within_an_hour_is_one_line(reader: TestClient, office: Office, clock: Clock) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_day="3")
    for _ in range(3):
        read(reader, f"/customers/{row.id}")
    assert len(readings(office, "customers.show_customer")) == 1
    clock.ahead += timedelta(hours=1, minutes=1)
    sign_in(reader, "reader", PASSWORD)
    read(reader, f"/customers/{row.id}")
    assert len(readings(office, "customers.show_customer")) == 2


@pytest.mark.article("G5")
def test_the_hub_reading_for_itself_is_no_reading(office: Office) -> None:
    assert readings(office, "customers.show_customer") == []


@pytest.mark.article("G5")
def test_whoever_takes_a_file_is_on_record_each_time(caller: Caller, office: Office) -> None:
    """A scan is about its customer; a list that came back, and an export, have numbers of their own."""
    clerk = caller("clerk", {Post.STATISTICS_CLERK}, people.UNIT)
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_day="3")
    paper = clerk.post(
        f"/api/v1/customers/{row.id}/evidence",
        data={"kind": "deposit_slip", "title": "小票", "custodian": "资料员"},
        files={"file": ("x.pdf", b"%PDF-1")},
        headers={"Idempotency-Key": "paper"},
    ).json()["id"]
    listed = lists.as_csv([lists.line(1), lists.line(2, order_phone="12")])
    taken_in = clerk.post(
        "/api/v1/imports", files={"file": ("list.csv", listed)}, headers={"Idempotency-Key": "list"}
    ).json()["id"]
    assert send(clerk, f"/imports/{taken_in}/apply").status_code == 200
    for _ in range(2):
        assert clerk.get(f"/api/v1/evidence/{paper}").content == b"%PDF-1"
        assert clerk.get(f"/api/v1/imports/{taken_in}/returned").status_code == 200
    assert readings(office, "evidence.read_evidence") == [("clerk", "customer", row.code)] * 2
    assert readings(office, "onboarding.returned_file") == [("clerk", "import", taken_in)] * 2


@pytest.mark.article("G5")
def test_looking_for_a_customer_records_who_was_shown(reader: TestClient, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        first, last = customer(desk, 1).code, customer(desk, 2).code
    assert reader.post("/api/v1/customers/find", json={"words": first[:6]}).json()
    assert readings(office, "customers.find_customers") == [("reader", "customers", f"{first}…{last}")]


@pytest.mark.article("G5")
@pytest.mark.parametrize("name", sorted(name for name in SCENES if not OPERATIONS[name].changes))
def test_whoever_reads_something_of_one_customers_is_on_record(office: Office, scene: Scene, name: str) -> None:
    actor = holder(min(OPERATIONS[name].posts), people.UNIT)
    # A refusal leaves a line of its own.
    with suppress(Refusal), office.desk(actor) as desk:
        SCENES[name](desk, scene)
    assert readings(office, name), name
