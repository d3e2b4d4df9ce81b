"""No way round the guard: every operation that can write a visit batch or an order day refuses a double visit (R13.2)."""

import ast
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import hub
from hub.domain.changes import RULES
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import Actor, Post
from hub.operations.changes import effects
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import record
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.onboarding.files.columns import COLUMNS
from hub.operations.routes import implementation, meetings
from hub.operations.visits.guard import DoubleVisit
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.schema import Application, Order
from tests.support import people
from tests.support.clocks import Clock

CHIEF = Actor(new_id(), "科长", frozenset({(Post.SECTION_CHIEF, "3701")}))
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
CLASHES = {"order_day": "5", "visit_batch": "周五批"}
"""On a Tuesday, for who was visited on Monday."""
OPERATIONS = Path(hub.__file__).parent / "operations"
Way = Callable[[Office, UUID, dict[str, str]], object]


@pytest.fixture
def monday(office: Office, clock: Clock) -> UUID:
    """A customer of the Monday batch, on a Tuesday; another one makes what the Friday batch is."""
    clock.ahead += TUESDAY - now()
    with office.desk(people.CLERK) as desk:
        row, other = people.customer(desk, 1), people.customer(desk, 2)
        row.values = {"order_day": "1", "visit_batch": "周一批"}
        other.values = {"order_day": "5", "visit_batch": "周五批"}
        ordered(desk, row.id)
        return row.id


def ordered(desk: Desk, row: UUID) -> None:
    """The customer was visited yesterday, and ordered."""
    desk.tx.add(Order(id=new_id(), customer_id=row, at=now() - timedelta(days=1), way="phone", by_name="电访"))


def by_form(office: Office, row: UUID, values: dict[str, str]) -> object:
    """The form, which a new entrant's clerk has."""
    with office.desk(people.CLERK) as desk:
        people.entering(desk, desk.customer(row))
    with office.desk(people.CLERK) as desk:
        return customer_fields.change_fields(desk, row, desk.customer(row).version, values, "改")


def by_meeting(office: Office, row: UUID, values: dict[str, str]) -> object:
    """A meeting that accepted it for a later day, carried out too early."""
    one = office.perform(people.CLERK, meetings.propose, row, values, "更顺路")
    meeting = office.perform(people.CLERK, meetings.call_meeting, people.UNIT, today())
    office.perform(CHIEF, meetings.decide_proposal, meeting, one, "accepted")
    office.perform(CHIEF, meetings.close_meeting, meeting, "科长", "司机", "已议")
    return office.perform(people.CLERK, implementation.carry_route, one)


def application(row: UUID, rule: str, values: dict[str, str]) -> Application:
    """An approved one, however it came to be so."""
    return Application(id=new_id(), rule=rule, customer_id=row, proposed=values, sealed={}, why="改")


def by_rule(rule: str) -> Way:
    """Carrying an approved application out."""

    def way(office: Office, row: UUID, values: dict[str, str]) -> object:
        with office.desk(people.CLERK) as desk:
            customer = desk.customer(row)
            return effects.set_fields(desk, application(row, rule, values), RULES[rule], customer)

    return way


WRITING_RULES = sorted(rule.key for rule in RULES.values() if set(rule.sets) & set(CLASHES))
WAYS: dict[str, Way] = {
    "customers.fields.change_fields": by_form,
    "routes.implementation.carry_route": by_meeting,
    **{f"changes.effects.set_fields {key}": by_rule(key) for key in WRITING_RULES},
}
OTHER_FIELDS = {
    "changes.temporary._return": "only what a rule that returns sets, and none of them sets a guarded field",
    "routes.scenario_moves._set": "the route, the place on it, the account manager",
    "outages.batches._set": "the order method",
    "customers.order_methods.follow_carriers": "the order method",
    "changes.card_cases.cash_goes_on": "how the customer settles",
    "routes.stop_order.reorder": "the place in the delivery order",
}
"""What sets fields and never one of these; it goes through the same function all the same."""


@pytest.mark.article("R13.2")
@pytest.mark.parametrize("field", sorted(CLASHES))
@pytest.mark.parametrize("way", sorted(WAYS))
def test_no_way_brings_two_visits_in_one_cycle(
    office: Office, monday: UUID, clock: Clock, way: str, field: str
) -> None:
    with pytest.raises(DoubleVisit) as refused:
        WAYS[way](office, monday, {field: CLASHES[field]})
    assert refused.value.article == "R13.2" and "2026-11-27" in refused.value.advice()
    with office.desk(people.CLERK) as desk:
        assert desk.customer(monday).values["order_day"] == "1"
        assert desk.customer(monday).values["visit_batch"] == "周一批"


@pytest.mark.article("R13.2")
@pytest.mark.parametrize("field", sorted(CLASHES))
def test_on_the_day_that_was_told_the_change_goes_through(
    office: Office, monday: UUID, clock: Clock, field: str
) -> None:
    clock.ahead += timedelta(days=3)
    by_form(office, monday, {field: CLASHES[field]})
    with office.desk(people.CLERK) as desk:
        assert desk.customer(monday).values[field] == CLASHES[field]


def taken_away(office: Office, row: UUID) -> None:
    """The customer's order day is gone from the record, however; its history says so."""
    with office.desk(people.CLERK) as desk:
        customer = desk.customer(row)
        customer.values = {}
        record.touch(desk, customer, "R4.1", "清空", {"order_day": ["1", ""]})


@pytest.mark.article("R13.2")
@pytest.mark.parametrize("field", sorted(CLASHES))
def test_taking_the_day_away_first_is_no_way_round(office: Office, monday: UUID, clock: Clock, field: str) -> None:
    """Visited on Monday; the day is gone on Tuesday; it may not be Friday on Wednesday."""
    taken_away(office, monday)
    clock.ahead += timedelta(days=1)
    with pytest.raises(DoubleVisit) as refused:
        by_form(office, monday, {field: CLASHES[field]})
    assert "2026-11-27" in refused.value.advice()


@pytest.mark.article("R13.2")
@pytest.mark.parametrize("field", sorted(CLASHES))
def test_no_form_takes_a_day_or_batch_away(office: Office, monday: UUID, field: str) -> None:
    with pytest.raises(BadInput):
        by_form(office, monday, {field: ""})


@pytest.mark.article("R13.2")
def test_a_day_that_was_taken_away_more_than_a_cycle_ago_holds_nobody(
    office: Office, monday: UUID, clock: Clock
) -> None:
    taken_away(office, monday)
    clock.ahead += timedelta(days=8)
    by_form(office, monday, {"order_day": "5"})


@pytest.mark.article("R13.2")
def test_who_has_no_day_of_their_own_is_visited_with_their_batch(office: Office, monday: UUID, clock: Clock) -> None:
    with office.desk(people.CLERK) as desk:
        other = people.customer(desk, 3)
        other.values = {"visit_batch": "周一批"}
        ordered(desk, other.id)
    with pytest.raises(DoubleVisit):
        by_form(office, other.id, {"visit_batch": "周五批"})


@pytest.mark.article("R13.2")
def test_a_longer_cycle_counts_from_the_last_order(office: Office, monday: UUID, clock: Clock) -> None:
    clock.ahead += timedelta(days=3)
    with office.desk(people.CLERK) as desk:
        row = desk.customer(monday)
        row.values = {**row.values, "order_cycle": "14"}
        desk.tx.add(Order(id=new_id(), customer_id=monday, at=now() - timedelta(days=4), way="phone", by_name="电访"))
    with pytest.raises(DoubleVisit) as refused:
        by_form(office, monday, {"order_day": "5"})
    assert refused.value.fields["allowed"] == datetime(2026, 12, 4).date()


def calls(path: Path) -> set[str]:
    """ "module.function" of each function of a file that sets fields of a customer."""
    place, found = ".".join(path.relative_to(OPERATIONS).with_suffix("").parts), set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            names = {
                each.func.id
                for each in ast.walk(node)
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
            }
            if "set_field" in names:
                found.add(f"{place}.{node.name}")
    return found


@pytest.mark.article("R13.2")
def test_whatever_sets_fields_is_tried_above() -> None:
    setting = set().union(*(calls(path) for path in OPERATIONS.rglob("*.py")))
    assert setting == {way.partition(" ")[0] for way in WAYS} | set(OTHER_FIELDS)
    assert not [rule.key for rule in RULES.values() if rule.temporary and set(rule.sets) & set(CLASHES)]


@pytest.mark.article("R13.2")
def test_only_the_guarded_way_writes_a_customers_values() -> None:
    """Elsewhere they are written for a customer that is new, or under one fixed other key."""
    found: dict[str, list[Any]] = {}
    for path in Path(hub.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(each, ast.Attribute) and each.attr == "values" for each in targets):
                keys = [
                    ast.unparse(key)
                    for each in ast.walk(node)
                    if isinstance(each, ast.Dict)
                    for key in each.keys
                    if key
                ]
                found.setdefault(path.relative_to(Path(hub.__file__).parent).as_posix(), []).extend(keys)
    assert found.pop("operations/customers/fields.py") == ["field.key"]
    assert not {key for keys in found.values() for key in keys} & {repr(key) for key in CLASHES}
    assert found["operations/staff/leavers_customers.py"] == ["'account_manager'"]
    assert set(found) == {
        "operations/onboarding/trainings.py",
        "operations/phones/watch_list.py",
        "operations/staff/leavers_customers.py",
    }


@pytest.mark.article("R13.2")
def test_no_list_of_new_entrants_has_a_column_for_a_day_or_batch() -> None:
    assert not set(COLUMNS) & set(CLASHES)
