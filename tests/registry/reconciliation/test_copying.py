"""Rows that are copied as text arrive as they were, whatever a partner's words hold; few words and many end alike."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from psycopg import DataError
from sqlalchemy import text

from hub.domain.facts import AgreementSigned, BindingLive, DeviceBound, DeviceFailed, Fact
from hub.ports import now
from hub.registry.reconciliation import twins
from hub.registry.session import Store
from tests.support.databases import by_owner
from tests.support.selection import examples

AT = datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=UTC)
ROWS = f"SELECT {twins.COLUMNS}, details_at, run_no, absences FROM twins ORDER BY kind, number"
ODD = [
    "\\N",
    "\\.",
    "a\\b",
    "tab\there",
    "new\nline",
    "re\rturn",
    "\x0b\x0c\x08",
    " ",
    "",
    "N",
    "中文\u3000空格",
    "'\";--",
    "\\\\N",
]


def held(store: Store, facts: list[Fact], all_new: bool) -> list[tuple[object, ...]]:
    """What stands after these words, the tables empty before."""
    by_owner(store, "DELETE FROM twins")
    with store.transaction() as tx:
        twins.merge(tx, "telecom", facts, seen_at=now(), run_no=7, all_new=all_new)
        return [tuple(row) for row in tx.execute(text(ROWS))]


@pytest.mark.parametrize("all_new", [True, False])
def test_odd_words_arrive_as_they_were(store: Store, monkeypatch: pytest.MonkeyPatch, all_new: bool) -> None:
    facts: list[Fact] = [
        AgreementSigned(odd, f"N{no}{odd}", odd, date(2029, 1, 4), at=AT) for no, odd in enumerate(ODD)
    ]
    facts += [
        DeviceFailed("C1", "D1", repairable=False),
        DeviceBound("", "D2", "A\\N", at=AT),
        BindingLive("C2", "A2", "\\N"),
    ]
    few = held(store, facts, all_new)
    monkeypatch.setattr(twins, "MANY", 1)
    assert held(store, facts, all_new) == few and len(few) == len(ODD) + 3
    by_number = {row[1]: row for row in few}
    for no, odd in enumerate(ODD):
        assert by_number[f"N{no}{odd}"][2:5] == (odd, odd, f"N{no}{odd}")
        assert by_number[f"N{no}{odd}"][7:10] == (date(2029, 1, 4), AT, AT)
    assert by_number["D1"][8:10] == (None, None) and by_number["C2"][5] == "\\N"


def test_any_text_arrives_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "MANY", 1)
    words = strategies.text(strategies.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)

    @settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategies.lists(words, unique=True, min_size=1, max_size=5), words)
    def check(numbers: list[str], code: str) -> None:
        found = held(store, [DeviceBound(code, number, "A", at=AT) for number in numbers], True)
        assert {(row[1], row[2]) for row in found} == {(number, code) for number in numbers}

    check()


@pytest.mark.thorough
def test_a_nul_is_refused_and_a_wrong_guess_costs_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "MANY", 1)
    with pytest.raises(DataError), store.transaction() as tx:
        twins.merge(tx, "telecom", [DeviceBound("C", "a\x00b")], seen_at=now(), all_new=True)
    with store.transaction() as tx:
        first = twins.merge(tx, "telecom", [DeviceBound("C", "1"), DeviceBound("C", "2")], seen_at=now(), all_new=True)
        again = twins.merge(tx, "telecom", [DeviceBound("C", "2"), DeviceBound("C", "3")], seen_at=now(), all_new=True)
    assert (first, again) == ((2, 0), (1, 1))
