"""What is shown instead of a sealed value that cannot be opened: destroyed on purpose, or unreadable now (G4)."""

from typing import Literal

from hub.registry.vault import Destroyed, Unreadable

Condition = Literal["readable", "destroyed", "unreadable"]
WORDS: dict[Condition, tuple[str, str]] = {
    "destroyed": ("(已销毁)", "(destroyed)"),
    "unreadable": ("(无法读取)", "(cannot be read)"),
}
"""Never confused: a destroyed value was erased by right, an unreadable one is an incident."""


def words_instead(no: Destroyed | Unreadable) -> tuple[str, str]:
    """What is shown, zh-CN and en."""
    return WORDS["destroyed" if isinstance(no, Destroyed) else "unreadable"]


def instead(no: Destroyed | Unreadable) -> str:
    """What is shown where a view holds one text; a page says it in its reader's language."""
    return words_instead(no)[0]


def condition_of(shown: str) -> Condition:
    """The condition that a masked value shows: no mask looks like the words shown in its place."""
    return next((condition for condition, words in WORDS.items() if words[0] == shown), "readable")
