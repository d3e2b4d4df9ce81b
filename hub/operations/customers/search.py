"""Customers listed and found, by code, name, pinyin, or a whole phone or ID number (G4, G11)."""

import re
from typing import Annotated

from pydantic import Field

from hub.domain.identifiers import search_words
from hub.domain.inputs import Label, Limit, OptionalText
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, audit_line, operation
from hub.operations.views import views
from hub.registry import audit
from hub.registry.customers import customers

from .profile_views import CustomerRow

# A mobile or landline, or an ID number; customer codes and licences have other lengths, so they are not taken for one.
LIKE_A_NUMBER = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8}|\d{17}[\dXx]")


Words = Annotated[OptionalText, Label("查找", "Find")]


@operation(
    "customers.list_customers",
    article="G11",
    posts=STAFF,
    title=("查看客户一览表", "See the list of customers"),
    changes=False,
    audited=False,
)
def list_customers(desk: Desk, words: Words = "", after: OptionalText = "", limit: Limit = 50) -> list[CustomerRow]:
    """Customers of the caller's units by code, behind the code `after`.

    `words`: code, licence, part of a name, initials, pinyin of holder or shop, or a whole phone or ID number. Looking
    by such a number is audited, without the number (G4).
    """
    plain = search_words(words)
    digests = number_digests(desk, plain)
    if digests:
        audit_search(desk)
    listed = customers.search(desk.tx, desk.units, plain, digests, after, limit)
    return views(CustomerRow, listed)


@operation(
    "customers.find_customers",
    article="G11",
    posts=STAFF,
    title=("快速查找客户", "Find a customer"),
    changes=False,
    audited=False,
)
def find_customers(desk: Desk, words: Words, limit: Annotated[int, Field(ge=1, le=20)] = 8) -> list[CustomerRow]:
    """The best few matches, exact code or licence first; looking by a phone or ID number is audited (G4)."""
    plain = search_words(words)
    if not plain:
        return []
    digests = number_digests(desk, plain)
    if digests:
        audit_search(desk)
    best = customers.find(desk.tx, desk.units, plain, digests, limit)
    return views(CustomerRow, best)


def number_digests(desk: Desk, plain: str) -> list[bytes]:
    """The keyed digests of what may be a phone or ID number; [] for other words."""
    # Sealed values can only be found whole, by digest: under each field's own, as the word does not say which it is.
    return [desk.vault.digest(key, plain) for key in customers.KEYED] if LIKE_A_NUMBER.fullmatch(plain) else []


def audit_search(desk: Desk) -> None:
    """Record in the audit trail that a phone or ID number was searched for, never which one (G4)."""
    if desk.doing is not None:
        desk.audit_detail |= {"looked_by": "number"}
        audit.write(desk.tx, audit_line(desk, desk.doing, "done"))
