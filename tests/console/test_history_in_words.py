"""History, timeline, tasks and notices word every code, in both languages (F, 3.7): walked from the tables of codes."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from fastapi import Request

from hub.console.customers import timeline as page
from hub.console.labels import kinds
from hub.domain import reasons, states
from hub.domain.cards import EVENTS
from hub.domain.changes import RULES
from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals.phrases import in_both
from hub.domain.settlement.accounts import AccountKind
from hub.operations.changes import plan
from hub.operations.customers import timeline
from hub.operations.customers.profile import TITLES, entry
from hub.operations.customers.timeline import Happened
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.registry.schema import Change
from tests.house.sources import Source, product
from tests.support import people

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CODE = re.compile(r"[A-Za-z]*[a-z]{2,}[A-Za-z_]*")
HAN = re.compile("[\u4e00-\u9fff]")
NUMBER = "TX0000000003"


def unworded(zh: str, en: str, *, known: bool = False) -> list[str]:
    """What is a code in the Chinese, or Chinese in the English; the fallback for unknown words too."""
    lacking = [] if zh and en else [f"no words: {zh!r} {en!r}"]
    unknown = [zh] if (zh, en) == ("其他", "Other") and not known else []
    return lacking + unknown + ([zh] if CODE.search(zh) else []) + ([en] if HAN.search(en) or "_" in en else [])


def sources(place: str) -> list[Source]:
    return [source for source in product() if source.path.startswith(place)]


def keys_written() -> set[str]:
    """The keys under which operations and statements write changes into the history."""
    pairs = [
        (key.value, value)
        for source in sources("hub/operations")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]
    lists = [(key, value.elts) for key, value in pairs if isinstance(value, ast.List) and len(value.elts) == 2]
    in_python = {key for key, pair in lists if not all(isinstance(part, ast.Constant) for part in pair)}
    followed = next(source.text for source in product() if source.path == "hub/registry/carriers/devices.py")
    return in_python | set(re.findall(r"_id, '(\w+)'", followed))


VALUES = {
    "account": [*states.AccountState, *(f"icbc {kind}" for kind in AccountKind)],
    "agreement": [*states.AgreementState],
    "device": [*states.DeviceState, "860000000000011"],
    "announced": [NUMBER],
}


def told(desk: Desk, key: str, value: object) -> list[str]:
    change = Change(at=AT, by_name="甲", article="R4.1", why="", changes={key: [None, value]})
    words = entry(desk, change)
    return unworded(words.what_zh, words.what_en.replace("_", ""))


def test_the_keys_of_the_history_are_fields_or_have_a_title() -> None:
    written = keys_written()
    assert {"account", "announced", "device", "agreement", "settlement_method"} <= written
    assert {key for key in written if key not in FIELDS and key not in TITLES} == {"subject"}
    assert set(TITLES) == set(VALUES)


@pytest.mark.parametrize("key", VALUES)
def test_every_state_stands_in_the_history_in_words(office: Office, key: str) -> None:
    with office.desk(people.CENTRE) as desk:
        wrong = [words for value in VALUES[key] for words in told(desk, key, value)]
    assert wrong == []


def test_every_choice_of_a_field_stands_in_the_history_in_words(office: Office) -> None:
    with office.desk(people.CENTRE) as desk:
        for field in FIELDS.values():
            known = desk.known_field(field)
            for value in [*(known.choices or ()), *(("yes", "no") if field.kind == "yes_no" else ())]:
                assert told(desk, field.key, value) == [], field.key
                assert unworded(*(plan.word(desk, field.key, value, tongue) for tongue in (0, 1)), known=True) == [], (
                    field.key
                )


@pytest.mark.parametrize("code", reasons.REASONS)
def test_a_banks_reason_stands_in_the_history_in_words(code: str) -> None:
    assert unworded(*in_both(f"银行未予办理: {code}")) == []


def asked(tongue: int) -> Request:
    office = SimpleNamespace(channels={})
    app = SimpleNamespace(state=SimpleNamespace(hub=SimpleNamespace(office=office)))
    cookies = b"ph_language=en" if tongue else b""
    return Request({"type": "http", "headers": [(b"cookie", cookies)], "app": app})


def constants(source: Source, called: str, place: int) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(called) and len(node.args) > place:
            yield from (part.value for part in ast.walk(node.args[place]) if isinstance(part, ast.Constant))


def happenings() -> set[tuple[str, str]]:
    """Each kind of event with what can happen to it, from the queries and the tables of states."""
    [queries] = sources("hub/registry/customers/timeline.py")
    calls = [node for node in ast.walk(queries.tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "part"]
    pairs = [(str(call.args[0].value), call.args[3]) for call in calls if isinstance(call.args[0], ast.Constant)]
    fixed = {(kind, str(event.value)) for kind, event in pairs if isinstance(event, ast.Constant)}
    [ends] = sources("hub/operations/changes/temporary.py")
    ended = {
        value.value
        for node in ast.walk(ends.tree)
        if isinstance(node, ast.Assign) and "ended_how" in ast.unparse(node.targets[0])
        for value in ast.walk(node.value)
        if isinstance(value, ast.Constant)
    } | set(constants(ends, "_not_returned", 2))
    assert {"returned", "new_account"} <= ended
    return (
        fixed
        | {("ask", str(state)) for state in states.AskState}
        | {("application", decision) for decision in kinds.KINDS["decision"]}
        | {("temporary", how) for how in ended}
    )


@pytest.mark.parametrize(("kind", "event"), sorted(happenings()))
def test_whatever_happened_is_told_in_words(kind: str, event: str) -> None:
    happened = Happened(AT, kind, UUID(int=0), event, "", "", "", ("", ""))
    assert kind in timeline.KINDS
    assert unworded(kinds.title("timeline", kind, 0), kinds.title("timeline", kind, 1)) == []
    assert unworded(*(page.outcome(happened, tongue) for tongue in (0, 1))) == []


def opened(called: str) -> set[str]:
    """The kinds of task or notice that operations make."""
    made = {kind for source in sources("hub/operations") for kind in constants(source, called, 1)}
    return {kind for kind in made if re.fullmatch(r"[a-z_]*[a-z]", kind)}


ABOUT = {
    "application": list(RULES),
    "temporary": list(RULES),
    "card": list(EVENTS),
    "ask": list(kinds.KINDS["verb"]),
    "task": sorted(opened("open_task") | set(kinds.KINDS["task"])),
    "notice": list(kinds.KINDS["notice"]),
    "staff_notice": sorted(opened("tell") | set(kinds.KINDS["staff_notice"])),
    "paper": list(kinds.KINDS["evidence"]),
    "order": list(kinds.KINDS["ordered"]),
    "power_cut": list(kinds.KINDS["arranged"]),
}


@pytest.mark.parametrize("kind", ABOUT)
def test_what_it_is_about_is_told_in_words(kind: str) -> None:
    for what in ABOUT[kind]:
        happened = Happened(AT, kind, UUID(int=0), "made", what, "", "", ("", ""))
        words = [page.what(asked(tongue), happened) for tongue in (0, 1)]
        assert unworded(*words) == [], (kind, what)
