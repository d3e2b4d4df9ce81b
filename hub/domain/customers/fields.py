"""A customer's fields: group, owner post, class, type, deadline (R2.1, R3.1); the table itself is in `catalogue`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.domain.identifiers import (
    UNPRINTED,
    Finding,
    amount_of,
    check_credit_code,
    check_id_number,
    check_licence_no,
    check_phone,
    plain,
)
from hub.domain.privacy.redaction import redact
from hub.domain.staff.posts import Post


class Group(StrEnum):
    """The six groups of information (R2.1)."""

    IDENTIFICATION = "identification"
    BASIC = "basic"
    BUSINESS = "business"
    OPERATING = "operating"
    COMPLIANCE = "compliance"
    IMAGE = "image"


GROUP_TITLES: dict[Group, tuple[str, str]] = {
    Group.IDENTIFICATION: ("识别信息", "Identification"),
    Group.BASIC: ("基本信息", "Basic"),
    Group.BUSINESS: ("业务信息", "Business"),
    Group.OPERATING: ("经营信息", "Operating"),
    Group.COMPLIANCE: ("守法信息", "Compliance"),
    Group.IMAGE: ("形象信息", "Image"),
}
# Data classes that are sealed at rest and masked on screens (G4).
SENSITIVE = frozenset({"identity", "contact", "bank"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field. `deadline` is working days after the list arrived (R7.2–R7.4); without one `undated` says why."""

    key: str
    group: Group
    title: tuple[str, str]
    owner: Post
    kind: str = "text"
    data_class: str = "preference"
    deadline: int | None = None
    undated: tuple[str, str] | None = None
    """Why it has no deadline, with the row that says when it is filled in instead."""
    article: str = "R3.1"
    required: bool = False
    choices: Mapping[str, tuple[str, str]] | None = None
    """Its values with their words; those of kind `bank` are the channels in use (`Desk.known_field`)."""
    core: bool = False
    """Whether it has a column of its own."""

    @property
    def sensitive(self) -> bool:
        """Whether it is sealed and masked."""
        return self.data_class in SENSITIVE and not self.core


TEXT_LIMIT = 200
# What a spreadsheet would calculate, because exports are opened in one. A leading sign alone is no formula: -1层, +号店.
FORMULA = re.compile(r"=|[+@-].*([|!]|[A-Za-z]\()")


def _text(value: str) -> Finding:
    text = value.strip()
    bad = (
        not text
        or len(text) > TEXT_LIMIT
        or not all(character.isprintable() for character in text.replace("\u3000", " "))
    )
    return Finding(problem="text") if bad or FORMULA.match(text) else Finding(text)


# 2026-01-03, and 2026/1/3 as a Chinese Excel writes it into a CSV.
DAY = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")


def _day(value: str) -> Finding:
    digits = plain(value)
    parts = DAY.fullmatch(digits) or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", digits)
    try:
        return Finding(date(*map(int, parts.groups())).isoformat()) if parts else Finding(problem="date")
    except ValueError:
        return Finding(problem="date")


def _number(value: str) -> Finding:
    digits = amount_of(value)
    return Finding(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else Finding(problem="number")


def _yes(value: str) -> Finding:
    known = {"是": "yes", "否": "no", "yes": "yes", "no": "no", "true": "yes", "false": "no"}
    code = known.get(value.strip().lower())
    return Finding(code) if code else Finding(problem="yes_no")


def _key(value: str) -> Finding:
    key = value.strip()
    return Finding(key) if re.fullmatch(r"[a-z][a-z0-9_]{0,31}", key) else Finding(problem="choice")


CHECKS: dict[str, Callable[[str], Finding]] = {
    "text": _text,
    "date": _day,
    "number": _number,
    "yes_no": _yes,
    "id_number": check_id_number,
    "credit_code": check_credit_code,
    "phone": check_phone,
    "licence_no": check_licence_no,
    "bank": _key,
}


def without_numbers(found: Finding) -> Finding:
    """Refuse a card, phone or ID number in a text that is not sealed; masking it instead would spoil the text (G4)."""
    return found if redact(found.value) == found.value else Finding(problem="number_in_text")


YES_NO = {"yes": ("是", "Yes"), "no": ("否", "No")}


def check_value(field: Field, text: str) -> Finding:
    """A value in its normal form, or the problem's key. A choice may be given by its code word or its title."""
    if UNPRINTED.search(text):
        return Finding(problem="unprinted")
    if field.choices is None:
        checked = CHECKS[field.kind](text)
        return without_numbers(checked) if field.kind == "text" and not field.sensitive else checked
    typed = text.strip()
    # Both languages and the code: lists come from forms, spreadsheets and programs.
    for key, titles in field.choices.items():
        if typed == key or typed in titles:
            return Finding(key)
    return Finding(problem="choice")


def words_of(field: Field, value: str) -> tuple[str, str]:
    """A plain value as people read it (zh-CN, en): a choice by its title, yes and no in words, any other as it is."""
    choices = field.choices or (YES_NO if field.kind == "yes_no" else {})
    return choices.get(value, (value, value))
