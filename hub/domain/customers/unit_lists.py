"""Values that a unit keeps lists of, the posts whose holders a record names, and the refusals of any other (R2.2)."""

import re
from collections.abc import Mapping, Sequence

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import Field, check_value
from hub.domain.identifiers import Finding
from hub.domain.refusals import AboutThing, BadInput
from hub.domain.staff.posts import POST_TITLES, Post

# Lists in the unit's own words: empty until the unit enters something.
OWN = ("customer_grade", "visit_batch", "delivery_route", "visit_route")
# Choices of the catalogue: all are in use until the unit withdraws some.
NARROWED = ("market_type", "business_format")
LISTED = (*OWN, *NARROWED)
# People who serve the customer, by name, and the post that they hold in the customer's unit (R7.2).
PEOPLE: Mapping[str, Post] = {
    "account_manager": Post.ACCOUNT_MANAGER,
    "delivery_driver": Post.DELIVERY_DRIVER,
    "call_clerk": Post.CALL_CLERK,
}
# Grades are the section chief's (R14.1), the other lists the clerk's daily work too (R7.2, R13.1).
KEEPERS: Mapping[str, frozenset[Post]] = {
    key: frozenset({Post.SECTION_CHIEF} if key == "customer_grade" else {Post.SECTION_CHIEF, Post.STATISTICS_CLERK})
    for key in LISTED
}
LONGEST = 60
# How many values a refusal names.
NAMED = 12
DIGITS = " 一二三四五六七八九"
NUMBER = re.compile(f"([{DIGITS[1:]}]?)十([{DIGITS[1:]}]?)|([{DIGITS[1:]}])|([0-9]+)")
# The ten heavenly stems, which number things as letters do.
STEMS = str.maketrans("甲乙丙丁戊己庚辛壬癸", "abcdefghij")


class NotListed(BadInput):
    """A value that no list of the unit has, or a person who does not hold the post there (R2.2)."""

    article = "R2.2"


class ListedAlready(AboutThing):
    """The value is on the list and in use (R2.2)."""

    article = "R2.2"
    says = ("清单中已有这个{what}。", "This {what_en} is on the list already.")
    then = ("可直接选用,无需重复登记。", "It can be chosen as it is.")


def not_listed(field: Field, values: Sequence[str]) -> NotListed:
    """The refusal of a value, with some of those that the list has, in words."""
    shown = [field.choices[value] if field.choices else (value, value) for value in values[:NAMED]]
    zh = f"请从清单中选择:{'、'.join(pair[0] for pair in shown)}。" if shown else "清单中还没有内容。"
    en = f"Choose from the list: {', '.join(pair[1] for pair in shown)}." if shown else "The list is still empty."
    keepers = [POST_TITLES[post] for post in sorted(KEEPERS[field.key])]
    named, named_en = "、".join(title[0] for title in keepers), " or ".join(title[1] for title in keepers)
    return NotListed(
        field=field.title,
        problem=("不在本单位的清单中", "not on the unit's list"),
        mend=(f"{zh}确需新增的,请{named}先登记到“单位清单”。", f"{en} If it is new, {named_en} enters it first."),
        at=field.key,
    )


def not_of_the_post(field: Field, names: Sequence[str]) -> NotListed:
    """The refusal of a person, with some of those who hold the post."""
    post = POST_TITLES[PEOPLE[field.key]]
    some, some_en = "、".join(names[:NAMED]), ", ".join(names[:NAMED])
    return NotListed(
        field=field.title,
        problem=(f"不是本单位在岗的{post[0]}", f"does not hold the post {post[1]} in this unit"),
        mend=(
            f"请选择:{some}。" if names else f"本单位没有在岗的{post[0]},请信息中心先授予岗位。",
            f"Choose one of: {some_en}." if names else "Nobody holds it here: the information centre grants the post.",
        ),
        at=field.key,
    )


def check_entry(key: str, text: str) -> Finding:
    """A value for a list, in its normal form: of the catalogue's choices their code, else a short text."""
    if len(text.strip()) > LONGEST:
        return Finding(problem="text")
    return check_value(FIELDS[key], text)


def place(value: str) -> str:
    """What values are sorted by, as people count: 一批 二批 三批, 甲线 乙线, 9线 10线; by their characters 三 precedes 二."""
    return NUMBER.sub(lambda number: f"{_counted(number):09}", value.translate(STEMS))


def _counted(number: re.Match[str]) -> int:
    tens, ones, digit, figures = number.groups("")
    if figures:
        return int(figures[:9])
    return DIGITS.index(digit) if digit else 10 * (DIGITS.index(tens) if tens else 1) + DIGITS.index(ones or " ")


def in_use(key: str, entries: Sequence[Mapping[str, bool]]) -> list[str]:
    """The values that may be chosen, in order; `entries`: {value: in use} of the unit and each above it, nearest first.

    The nearest unit with an entry for a value decides.
    """
    # From the top down, so that a nearer unit's entry overwrites that of a unit above.
    standing = dict.fromkeys(FIELDS[key].choices or (), True) if key in NARROWED else {}
    for unit in reversed(entries):
        standing |= unit
    kept = [value for value, active in standing.items() if active]
    return kept if key in NARROWED else sorted(kept, key=place)
