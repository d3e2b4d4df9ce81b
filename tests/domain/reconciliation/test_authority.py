"""Whose word counts: one table for every field of a twin and every kind of difference (R7.9, R8.4, R11.2)."""

import pytest

from hub.domain.reconciliation.authority import ABOUT, AUTHORITY, Word, follows, settles
from hub.operations.reconciliation.comparison import FOUND_ELSEWHERE, SUGGESTIONS
from hub.registry.reconciliation.twins import Statement


@pytest.mark.article("R7.9", "R8.4", "R11.2")
def test_banks_are_asked_carriers_followed_and_who_somebody_is_is_ours_to_say() -> None:
    assert [settles("binding", what) for what in ("ended_there", "other_card")] == [Word.ASKED, Word.CUSTOMERS]
    assert follows("device") and follows("agreement") and not follows("binding")
    assert settles("device", "device_moved") == settles("agreement", "unknown_customer") == Word.ANNOUNCED


def test_every_difference_that_a_comparison_finds_is_about_a_field_of_the_table() -> None:
    assert ABOUT.keys() == SUGGESTIONS.keys() - FOUND_ELSEWHERE
    assert all(ABOUT[what] in {field for fields in AUTHORITY.values() for field in fields} for what in ABOUT)


def test_the_table_names_fields_that_twins_have_and_no_others() -> None:
    assert {field for fields in AUTHORITY.values() for field in fields} <= set(Statement._fields)


def test_a_difference_about_no_field_is_settled_by_nobodys_word() -> None:
    assert settles("run", "braked") is settles("list", "list_unreadable") is None
