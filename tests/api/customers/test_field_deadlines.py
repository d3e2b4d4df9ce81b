"""Deadlines of fields after registration: counted from the day a field was switched on or emptied (R3.3)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.customers.catalogue import CATALOGUE
from hub.domain.staff.posts import HUB, Post
from hub.operations import periodic
from hub.operations.customers import completeness
from hub.operations.office import Office
from hub.ports import SHANGHAI, today
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.newcomers import at, patch

MONDAY, UNIT = date(2026, 11, 23), people.UNIT
FULL = {field.key: "1" for field in CATALOGUE if field.deadline and not field.sensitive}


@pytest.fixture
def client(caller: Caller, clock: Clock) -> TestClient:
    """Somebody with every post, on a Monday."""
    at(clock, MONDAY)
    return caller("newcomers", set(Post), "3701")


def registered(office: Office, number: int = 1, **values: str) -> UUID:
    """A customer who is no new entrant and whose record is complete but for what is told as empty."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        row.values = FULL | values
        keys = [field.key for field in CATALOGUE if field.deadline and field.sensitive]
        row.sealed = row.sealed | {key: desk.vault.seal_field(row.id, key, "13900000001") for key in keys}
        return row.id


def kept(office: Office) -> None:
    """The hub's step, until it finds nothing more to do."""
    assert completeness.keep_gaps in periodic.STEPS
    for _ in range(40):
        if not office.perform(HUB, completeness.keep_gaps):
            return


def field_of(client: TestClient, customer_id: UUID, key: str) -> dict[str, Any]:
    fields = read(client, f"/customers/{customer_id}")["fields"]
    return dict(next(entry for entry in fields if entry["field"] == key))


def tasks_of(client: TestClient) -> list[dict[str, Any]]:
    return [task for task in read(client, "/tasks") if task["kind"] == "fill_field"]


def day_of(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).date()


@pytest.mark.article("R3.3", "R3.2")
def test_a_field_that_is_switched_on_is_due_for_all_from_that_day_and_a_task_opens_by_itself(
    client: TestClient, office: Office, clock: Clock
) -> None:
    """Article 3: all fields are kept up within their time; what was hidden and is shown again has its time from then."""
    row = registered(office, 1, shop_sign="")
    send(client, "/fields/shop_sign/switch", "PUT", off=True, why="暂不维护")
    kept(office)
    assert tasks_of(client) == []
    at(clock, MONDAY + timedelta(days=7), client=client)
    send(client, "/fields/shop_sign/switch", "PUT", off=False, why="恢复维护")
    assert day_of(field_of(client, row, "shop_sign")["due_at"]) == date(2026, 12, 21), "fifteen working days from then"
    kept(office)
    [task] = tasks_of(client)
    assert (task["post"], task["article"]) == ("account_manager", "R3.3")
    assert day_of(task["due_at"]) == date(2026, 12, 21)
    assert (task["details"]["field"], task["details"]["customers"]) == ("shop_sign", 1)


@pytest.mark.article("R3.3")
def test_a_field_that_is_emptied_is_due_from_that_day_late_afterwards_and_done_when_filled(
    client: TestClient, office: Office, clock: Clock
) -> None:
    """Article 3 knows no end of the obligation: a record that lost a value is complete again within the field's time."""
    row = registered(office, 1, shop_sign="有")
    kept(office)
    assert tasks_of(client) == []
    at(clock, MONDAY + timedelta(days=1), client=client)
    assert patch(client, row, shop_sign="").status_code == 200
    kept(office)
    [task] = tasks_of(client)
    assert day_of(task["due_at"]) == date(2026, 12, 15)
    assert field_of(client, row, "shop_sign")["late_days"] == 0
    at(clock, date(2026, 12, 18), client=client)
    lacking = field_of(client, row, "shop_sign")
    assert lacking["missing"] and lacking["late_days"] == 3
    [gap] = [gap for gap in read(client, f"/completeness/{UNIT}") if gap["field"] == "shop_sign"]
    assert (gap["customers"], gap["owner"], gap["late_days"]) == (1, "account_manager", 3)
    [whose] = read(client, f"/completeness/{UNIT}/shop_sign")
    assert (whose["id"], day_of(whose["due_at"]), whose["late_days"]) == (str(row), date(2026, 12, 15), 3)
    assert patch(client, row, shop_sign="有").status_code == 200
    at(clock, date(2026, 12, 18), 10, client=client)
    kept(office)
    assert tasks_of(client) == [] and not read(client, f"/completeness/{UNIT}/shop_sign")


@pytest.mark.article("R3.3")
def test_what_was_missing_before_the_hub_knew_the_field_counts_from_then(
    client: TestClient, office: Office, clock: Clock
) -> None:
    """A new field of the catalogue, or a hub that learns of this rule: nobody is years late on the first day."""
    row = registered(office, 1, industry="")
    with office.store.transaction() as tx:
        tx.get_one(Customer, row).created_at -= timedelta(days=900)
    kept(office)
    due = field_of(client, row, "industry")
    assert day_of(due["due_at"]) == date(2026, 12, 14) and due["late_days"] == 0
    assert today() == MONDAY


@pytest.mark.article("R3.3", "R7.16")
def test_the_gap_is_the_own_account_managers_and_no_others(client: TestClient, caller: Caller, office: Office) -> None:
    own, other = (caller(login, {Post.ACCOUNT_MANAGER}, UNIT) for login in ("own", "other"))
    registered(office, 1, shop_sign="", account_manager="own")
    kept(office)
    assert len(tasks_of(own)) == 1 and tasks_of(other) == []


@pytest.mark.article("R3.3", "R7.4")
def test_a_new_entrant_has_the_steps_of_its_onboarding_and_no_second_task(client: TestClient, office: Office) -> None:
    row = registered(office, 1, shop_sign="")
    with office.desk(people.CLERK) as desk:
        people.entering(desk, desk.customer(row))
    kept(office)
    assert tasks_of(client) == []
