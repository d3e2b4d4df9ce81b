"""Names of operations never change: what was written with them before still means the same (R6.1, S10)."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest

import hub.console
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, in_scope
from hub.operations.oversight import coverage
from hub.operations.staff.api_tokens import actor_behind
from hub.operations.table import load_operations
from hub.ports import new_id, now
from hub.registry import audit
from hub.registry.schema import ApiToken, User
from tests.support import people

NAMES = (Path(__file__).parent / "operation_names.txt").read_text().split()
"""Every name of the day on which functions and names were parted; new ones come, none of these goes."""
MAY = re.compile(r"""may\(\s*['"]([a-z_.]+)['"]""")
TOKEN = "ph_" + "a" * 43


def test_every_name_that_ever_was_still_names_an_operation() -> None:
    load_operations()
    assert len(NAMES) > 200 and [name for name in NAMES if name not in OPERATIONS] == []


def test_an_operation_carries_the_function_that_it_names() -> None:
    load_operations()
    assert all(name.endswith(f".{row.function.__name__}") for name, row in OPERATIONS.items())


def test_what_a_page_asks_for_is_an_operation() -> None:
    load_operations()
    templates = Path(hub.console.__file__).parent / "templates"
    named = {name for path in templates.rglob("*.html") for name in MAY.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 90 and named <= OPERATIONS.keys()


@pytest.mark.article("R6.1")
def test_a_token_made_before_covers_what_its_scopes_named(office: Office) -> None:
    load_operations()
    own = {"user_id": people.CLERK_ID, "name": "订货平台", "unit_code": "3701", "scopes": ["orders.*", "asks.cancel"]}
    made = {"made_by_name": "信息中心", "made_at": now(), "expires_at": now() + timedelta(days=9)}
    with office.store.transaction() as tx:
        tx.get_one(User, people.CLERK_ID).service = True
        tx.add(ApiToken(id=new_id(), token_hash=hashlib.sha256(TOKEN.encode()).digest(), **own, **made))
    actor = actor_behind(office, TOKEN)
    assert actor is not None
    covered = {name for name in NAMES if in_scope(actor, OPERATIONS[name])}
    orders = {name for name in NAMES if name.startswith("orders.") and not OPERATIONS[name].people_only}
    assert orders and covered == orders | {"asks.cancel"}


@pytest.mark.article("G5", "R17.1")
def test_an_audit_row_written_before_is_counted_and_has_its_title(office: Office) -> None:
    load_operations()
    since = now()
    refusal = {"refusal": {"article": "R4.1"}}
    who = {
        "user_id": people.CLERK_ID,
        "actor": "统计员",
        "posts": ["statistics_clerk"],
        "article": "R4.1",
        "about": None,
    }
    with office.store.transaction() as tx:
        for name in ("customers.reveal_field", "applications.decide"):
            audit.write(tx, audit.Line(operation=name, outcome="refused", detail=refusal, **who))
        assert audit.count(tx, people.CLERK_ID, "customers.reveal_", since) == 1
    exceptions = office.perform(people.CENTRE, coverage.list_exceptions, "R4.1")
    refused = {line.operation for line in exceptions.refusals}
    assert refused == {"customers.reveal_field", "applications.decide"} and refused <= OPERATIONS.keys()
