"""Cards, phones and ID numbers typed into every free text of every operation: none of them lies anywhere in clear."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from sqlalchemy import text

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import check_value
from hub.operations.office import Office
from hub.operations.onboarding.files.columns import COLUMNS, check_cell
from hub.operations.onboarding.files.sheet import Cell
from hub.operations.operation import OPERATIONS
from hub.operations.table import load_operations, row_named
from hub.registry.session import Transaction
from tests.support import people
from tests.support.scenes import Scene

from .typed import EVERYBODY, TYPED, Typed

CARD, ID, PHONE = people.card(735_918_264_077), people.id_number(735), "13791826407"
SAYS = "原话"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
WORDS = (
    f"{SAYS}{CARD},{PHONE}",
    f"{SAYS} {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}",
    f"{SAYS}{ID},+86 {PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}",
)
"""None is longer than the shortest of the texts may be."""
CHOSEN = frozenset(
    {
        *("arranged", "cause", "channel", "choice", "decision", "event", "field", "fields", "holder", "how", "kind"),
        *("documents", "seen", "seen_by", "login", "media_type", "methods", "more_approvals", "outcome", "parent_code"),
        *("bad_data", "post", "purpose", "reason", "source"),
        *("rule", "rule_key", "scope", "scopes", "to", "trigger", "unit_code", "units", "verb", "way"),
    }
)
"""Arguments, by their last name, that name one of a list, or something that is there: anything else is refused."""
COMPARED = frozenset({"digest", "plan_digest", "shown"})
"""What a person was shown, said again."""
EXACT = {
    "announcing.announce_by_hand.agreement_no": "looked for among the agreements",
    "applications.send_again.request.cc": "posts and logins that are there",
    "applications.send_change.request.cc": "posts and logins that are there",
    "channel_desk.record_probe.legs.leg": "a plugin's word; in the same column as the text",
    "channel_desk.save_settings.legs.leg": "a plugin's word; in the same column as the text",
    "channel_desk.save_settings.values": "sealed",
    "customers.keep_search.words": "sealed",
    "driving.name_driver.route": "a route that customers have",
    "driving.reorder.route": "a route that has a driver",
    "driving.report_address.seen.route": "a route that has a driver",
    "entrant_lists.set_hour.hour": "an hour, checked",
    "help_records.record_help_by_code.code": "looked for among the customers",
    "mails.set_address.address": "a mail address, checked",
    "rights.record_confidentiality.agreement_no": "a contract's number",
    "route_scenarios.correct_customer.code": "looked for among the customers",
    "route_scenarios.correct_customer.route": "one of the scenario's routes",
    "route_scenarios.compute_scenario.managers": "routes of the unit's list, and holders of the post",
    "route_scenarios.compute_scenario.targets": "routes of the unit's list",
    "schedules.pause_schedule.name": "a schedule that is there",
    "schedules.resume_schedule.name": "a schedule that is there",
    "schedules.run_now.name": "a schedule that is there",
    "settlement.bind_account.request.agreement_no": "an agreement's number",
    "settlement.bind_account.request.payer_name": "the licence holder's name, compared",
    "settlement.hold_binding.request.agreement_no": "sealed",
    "settlement.hold_binding.request.payer_name": "sealed",
    "settlement.take_binding.ticket": "compared by its hash",
    "staff.create_unit.code": "a code, checked",
    "unit_lists.add_entry.value": "a value of a customer's field, checked as there",
    "unit_lists.withdraw_entry.value": "a value of the list",
}
CATALOGUE = frozenset({"values"})
"""Values of a customer's fields: `test_no_plain_field_takes_a_number`."""


class Undone(Exception):
    """Ends a try without leaving anything behind."""


def rows(tx: Transaction) -> list[str]:
    """Every row of every table as text, after the table's name."""
    tables = tx.scalars(text(TABLES)).all()
    return [f"{name}: {row}" for name in tables for row in tx.scalars(text(f'SELECT t::text FROM "{name}" t'))]


def in_clear(row: str) -> bool:
    """Whether a canary shows, or its last eight characters, whatever stands between its digits."""
    shown = re.sub(r"[\s\-+]", "", row)
    return any(value in shown or value[-8:] in shown for value in (CARD, ID, PHONE))


def kept(office: Office, scene: Scene, typed: Typed, words: str) -> list[str]:
    """The rows that are there after the words were typed; then it is as if nothing had happened."""
    there: list[str] = []
    try:
        with office.desk(EVERYBODY) as desk:
            typed(desk, scene, words)
            desk.tx.flush()
            there = rows(desk.tx)
            raise Undone
    except Undone:
        return there


@pytest.mark.article("G4")
@pytest.mark.parametrize("names", sorted(TYPED), ids=lambda names: names[0])
def test_what_is_typed_there_is_kept_without_its_numbers(office: Office, scene: Scene, names: tuple[str, ...]) -> None:
    for words in WORDS:
        there = kept(office, scene, TYPED[names], words)
        assert any(SAYS in row for row in there), "the words were kept nowhere: this proves nothing"
        shown = sorted({row.split(":")[0] for row in there if in_clear(row)})
        assert not shown, (words[:4] + "…", shown)


def texts(name: str, kind: Any) -> Iterator[str]:
    """The names of the texts in an argument, those of a structure's fields too."""
    if kind is str:
        yield name
    elif is_dataclass(kind):
        hints = get_type_hints(kind)
        yield from (each for field in fields(kind) for each in texts(f"{name}.{field.name}", hints[field.name]))
    else:
        yield from {each: None for inner in get_args(kind) for each in texts(name, inner)}


def test_no_text_of_a_changing_operation_is_forgotten() -> None:
    load_operations()
    there = {
        each
        for name, row in OPERATIONS.items()
        if row.changes
        for argument, kind in list(get_type_hints(row_named(name).function).items())
        if argument not in ("desk", "return")
        for each in texts(f"{name}.{argument}", kind)
    }
    named = {name for names in TYPED for name in names if name.count(".") > 1}
    assert named - there <= {f"customers.reveal_{what}.reason" for what in ("field", "account_number")}, "no such text"
    assert EXACT.keys() <= there, "no such text"
    last = {name: name.rpartition(".")[2] for name in there - named - EXACT.keys()}
    unknown = sorted(name for name, word in last.items() if word not in CHOSEN | COMPARED | CATALOGUE)
    assert not unknown, "a case in typed.py for it, or why it needs none"


@pytest.mark.article("G4")
@pytest.mark.parametrize("key", sorted(key for key, each in FIELDS.items() if each.kind == "text" and not each.choices))
def test_no_plain_field_takes_a_number(key: str) -> None:
    """Neither the form nor a list: what is not sealed refuses it, so that nothing of a shop's name is lost by a mask."""
    field = FIELDS[key]
    for words in WORDS:
        for found in (check_value(field, words), check_cell(key, Cell(words)) if key in COLUMNS else None):
            assert found is None or (found.problem is None) == field.sensitive, "only what is sealed takes a number"


def test_the_search_sees_a_planted_number(office: Office, scene: Scene) -> None:
    """A search that sees nothing would be green for ever."""
    with office.desk(EVERYBODY) as desk:
        desk.tx.execute(text("UPDATE evidence SET custodian = :words"), {"words": WORDS[1]})
        assert any(in_clear(row) for row in rows(desk.tx))
