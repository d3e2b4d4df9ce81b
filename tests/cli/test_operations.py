"""Every operation at the terminal: listed, carried out as oneself, refused in words, nothing sealed printed."""

import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS
from hub.operations.staff import users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.operations.table import load_operations, row_named
from hub.registry.schema import Export, ExportTaking
from hub.registry.staff.users import by_login
from tests.support import people

from .conftest import Command

PASSWORD = "Correct-horse-9-battery"


@pytest.fixture
def clerk(office: Office) -> dict[str, str]:
    """A clerk whose password is set, and a customer."""
    people.found(office)
    office.perform(HUB, users.create_user, "clerk9", "统计员", "3701")
    with office.desk(HUB) as desk:
        user = by_login(desk.tx, "clerk9")
        assert user is not None
        users.grant_post(desk, user.id, Post.STATISTICS_CLERK, "3701")
        user.must_change, user.password_hash = False, hash_password(PASSWORD)
        people.customer(desk, 1)
    return {"PARTNERHUB_LOGIN": "clerk9", "PARTNERHUB_PASSWORD": PASSWORD, "COLUMNS": "200"}


def test_every_operation_can_be_named() -> None:
    load_operations()
    assert len(OPERATIONS) > 150 and all(callable(row_named(name).function) for name in OPERATIONS)


@pytest.mark.article("R4.1")
def test_an_operation_is_found_done_and_refused_by_name(command: Command, clerk: dict[str, str]) -> None:
    listed = command("operation", "list", "R13.1", **clerk)
    assert listed.returncode == 0 and "route_meetings.call_meeting" in listed.stdout
    found = command("operation", "do", "customers.list_customers", "words=示例", **clerk)
    assert found.returncode == 0, found.stderr
    [row] = json.loads(found.stdout)
    assert row["code"] == "370101000001" and "sealed" not in row and "find_text" not in row
    day = {"unit_code": "370101", "held_on": "2000-01-01"}
    refused = command("operation", "do", "route_meetings.call_meeting", *(f"{k}={v}" for k, v in day.items()), **clerk)
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    wrong = command("operation", "do", "route_meetings.call_meeting", "held_on=someday", "unit_code=1", **clerk)
    assert wrong.returncode == 1 and "held_on" in wrong.stderr and "someday" not in wrong.stderr
    assert command("operation", "do", "grading.list_evaluations", **clerk).returncode in (0, 1)
    nothing = command("operation", "do", "no.such", **clerk)
    assert nothing.returncode == 1 and "Traceback" not in nothing.stderr


@pytest.mark.article("R18.1")
def test_a_file_goes_to_a_new_file_or_nothing_is_taken(
    command: Command, clerk: dict[str, str], office: Office, tmp_path: Path
) -> None:
    wanted = ("unit_code=370101", 'fields=["customer_code"]', "filters={}", "purpose=核对线路")
    asked = command("operation", "do", "exports.ask_export", *wanted, **clerk)
    assert asked.returncode == 0, asked.stderr
    export_id = json.loads(asked.stdout)
    with office.desk(HUB) as desk:
        row = desk.tx.get(Export, UUID(export_id))
        assert row is not None
        row.state, row.until = "permitted", date(2999, 12, 31)
    take = ("operation", "do", "exports.take_export", f"export_id={export_id}")
    nowhere, there = command(*take, **clerk), tmp_path / "list.xlsx"
    assert nowhere.returncode == 1 and "--to" in nowhere.stderr
    assert command(*take, "--to", str(there), **clerk).returncode == 0 and there.read_bytes()[:2] == b"PK"
    assert command(*take, "--to", str(there), **clerk).returncode == 1
    with office.store.transaction() as tx:
        assert tx.scalar(select(func.count()).select_from(ExportTaking)) == 1


def test_a_table_holds_every_code_whole(command: Command, clerk: dict[str, str], office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        customer = people.customer(desk, 2)
        code, number = customer.code, str(customer.id)
    narrow = command("customers", "list", **clerk | {"COLUMNS": "60"}).stdout
    assert "\u2026" not in narrow, "a code that is cut cannot be used"
    piped = command("customers", "list", **clerk | {"COLUMNS": ""}).stdout
    assert code in piped and number in piped, "where no terminal says how wide it is, a line goes whole"
