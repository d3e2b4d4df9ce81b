"""What can be stored of a text, by Unicode's own table: everything but controls and what broke on its way (G3)."""

import sys
from unicodedata import category

import pytest

from hub.domain.plain_text import BROKEN, CONTROL, fault

EVERY = [chr(place) for place in range(sys.maxunicode + 1)]


def test_controls_are_refused_but_for_tabs_and_the_ends_of_lines() -> None:
    refused = {character for character in EVERY if fault(character) == CONTROL}
    assert refused == {character for character in EVERY if category(character) == "Cc"} - set("\t\n\r")


def test_halves_of_characters_and_what_stands_for_lost_bytes_are_refused() -> None:
    """Surrogates, the replacement character, and the last two places of each plane, which are no characters."""
    refused = {character for character in EVERY if fault(character) == BROKEN}
    last = {chr(plane * 0x10000 + place) for plane in range(17) for place in (0xFFFE, 0xFFFF)}
    assert refused == {character for character in EVERY if category(character) == "Cs"} | {"\ufffd"} | last


@pytest.mark.parametrize("text", ["", "张三\u00a0(二店)", "𠮷野家", "a\tb\r\nc", "\ue000"])
def test_names_in_rare_characters_and_with_other_spaces_are_kept(text: str) -> None:
    assert fault(text) is None


@pytest.mark.parametrize(("text", "problem"), [("好\x00", CONTROL), ("a\x9f", CONTROL), ("好\ufffd", BROKEN)])
def test_one_such_character_anywhere_is_enough(text: str, problem: str) -> None:
    assert fault(text) == problem
