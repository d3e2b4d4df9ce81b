"""Article 12 (2): the call desk rings the order phone and then the backup; so it must be able to read both."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.registry.schema import AuditRow
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.applications import customer
from tests.support.makers.calls import read, send
from tests.support.newcomers import at

MONDAY = date(2026, 11, 23)
NUMBERS = {"order_phone": "13900000001", "backup_phone": "13700000001"}


@pytest.fixture
def desk_of_calls(caller: Caller, clock: Clock) -> TestClient:
    """A call clerk of the county, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", {Post.CALL_CLERK}, people.UNIT)


def shop(office: Office, method: str = "phone", order_day: str = "1") -> UUID:
    """A customer with two numbers."""
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method=method, order_day=order_day)
        token = desk.vault.seal_field(row.id, "backup_phone", NUMBERS["backup_phone"])
        row.sealed = {**row.sealed, "backup_phone": token}
        return row.id


def shown(client: TestClient, row: UUID, field: str) -> tuple[int, str]:
    """The answer's status, and the number or the article."""
    answer = client.post(f"/api/v1/customers/{row}/number-to-call", json={"field": field})
    return answer.status_code, answer.json().get("value") or answer.json().get("article")


@pytest.mark.article("R12.7", "R12.2")
@pytest.mark.parametrize("field", sorted(NUMBERS))
def test_the_call_desk_reads_both_numbers_of_who_orders_today_and_it_is_recorded(
    desk_of_calls: TestClient, office: Office, field: str
) -> None:
    row = shop(office)
    assert shown(desk_of_calls, row, field) == (200, NUMBERS[field])
    with office.store.transaction() as tx:
        [line] = tx.scalars(select(AuditRow).where(AuditRow.operation == "calling.show_number"))
        assert (line.outcome, line.detail["field"]) == ("done", field)


@pytest.mark.article("R12.7", "G5")
@pytest.mark.parametrize(("method", "order_day"), [("phone", "2"), ("web", "1")])
def test_nor_any_number_that_it_does_not_dial(
    desk_of_calls: TestClient, office: Office, method: str, order_day: str
) -> None:
    row = shop(office, method, order_day)
    assert shown(desk_of_calls, row, "order_phone") == (409, "R12.7")
    assert shown(desk_of_calls, row, "id_number")[0] == 404


@pytest.mark.article("R12.7", "R12.2")
def test_who_is_to_be_called_again_is_shown_on_any_day(
    desk_of_calls: TestClient, caller: Caller, office: Office
) -> None:
    row = shop(office, order_day="2")
    assert send(desk_of_calls, f"/customers/{row}/call-stop", why="两个电话都不通").is_success
    assert shown(desk_of_calls, row, "order_phone")[0] == 409
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, "3701")
    assert send(clerk, f"/customers/{row}/call-again", why="已换电池").is_success
    assert shown(desk_of_calls, row, "order_phone") == (200, NUMBERS["order_phone"])
    assert read(desk_of_calls, "/tasks")
