"""What stands in the place of a sealed value that does not open: destroyed on purpose, or not to be read now (G4)."""

from typing import Literal

from hub.registry.vault import Destroyed, Unreadable

Condition = Literal["readable", "destroyed", "unreadable"]
WORDS: dict[Condition, tuple[str, str]] = {
    "destroyed": ("(已销毁)", "(destroyed)"),
    "unreadable": ("(无法读取)", "(cannot be read)"),
}
"""Two things, and never one for the other: what was destroyed is gone by right, what cannot be read is an incident."""


def words_instead(no: Destroyed | Unreadable) -> tuple[str, str]:
    """What is shown, zh-CN and en."""
    return WORDS["destroyed" if isinstance(no, Destroyed) else "unreadable"]


def instead(no: Destroyed | Unreadable) -> str:
    """What is shown where a view holds one text; a page says it in its reader's language."""
    return words_instead(no)[0]


def condition_of(shown: str) -> Condition:
    """What a masked value says of itself: masks never look like the words that stand in their place."""
    return next((condition for condition, words in WORDS.items() if words[0] == shown), "readable")
