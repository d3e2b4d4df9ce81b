"""What stands in place of a sealed value that does not open: destroyed on purpose, or unreadable at present (G4)."""

from typing import Literal

from hub.registry.vault import Destroyed, Unreadable

Condition = Literal["readable", "destroyed", "unreadable"]
# Never to be confused: what was destroyed is rightly gone, what cannot be read is an incident.
WORDS: dict[Condition, tuple[str, str]] = {
    "destroyed": ("(已销毁)", "(destroyed)"),
    "unreadable": ("(无法读取)", "(cannot be read)"),
}


class Instead(str):
    """The text shown instead of a value (zh-CN); it carries its condition, so that nobody has to recognise the text."""

    condition: Condition

    def __new__(cls, condition: Condition) -> "Instead":
        """The words of a condition."""
        text = super().__new__(cls, WORDS[condition][0])
        text.condition = condition
        return text


def condition(no: Destroyed | Unreadable) -> Condition:
    """Which of the two a refusal means."""
    return "destroyed" if isinstance(no, Destroyed) else "unreadable"


def words_instead(no: Destroyed | Unreadable) -> tuple[str, str]:
    """What is shown, zh-CN and en."""
    return WORDS[condition(no)]


def instead(no: Destroyed | Unreadable) -> Instead:
    """What is shown where a view holds one text; a page shows it in its reader's language."""
    return Instead(condition(no))


def condition_of(shown: str) -> Condition:
    """Whether a text is a value, or stands instead of one."""
    return shown.condition if isinstance(shown, Instead) else "readable"
