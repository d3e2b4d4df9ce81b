"""Reasons have words for both sides in both languages."""

import pytest

from hub.domain.reasons import NEXT_TITLES, REASONS, reason


@pytest.mark.parametrize("code", REASONS)
def test_each_reason_has_words_for_staff_and_customer_in_both_languages(code: str) -> None:
    words = (*REASONS[code].staff, *REASONS[code].customer, *NEXT_TITLES[REASONS[code].acts])
    assert len(words) == 6 and all(words)
    for zh in words[::2]:
        assert any("一" <= character <= "鿿" for character in zh)
    for en in words[1::2]:
        assert en.isascii()


def test_a_reason_that_is_not_in_the_table_reads_as_other() -> None:
    assert reason("never_heard_of") is REASONS["other"]
