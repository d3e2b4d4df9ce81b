"""Customers listed and found, by code, name, pinyin, or a whole phone or ID number (G4, G11)."""

import re

from hub.operations.desk import Desk
from hub.operations.operation import STAFF, audit_line, operation
from hub.registry import audit
from hub.registry.customers import customers
from hub.registry.schema import Customer

LIKE_A_NUMBER = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8}|\d{17}[\dXx]")
"""A mobile or fixed phone, or an ID number; customer codes and licences have other lengths."""


@operation(
    "customers.list_customers",
    article="G11",
    posts=STAFF,
    title=("查看客户一览表", "See the list of customers"),
    changes=False,
    audited=False,
)
def list_customers(desk: Desk, words: str = "", after: str = "", limit: int = 50) -> list[Customer]:
    """Customers of the caller's units by code; `words`: code, licence, part of a name, initials, pinyin of holder or
    shop, or a whole phone or ID number. Looking by such a number is audited, without the number (G4)."""
    plain = words.strip()
    return customers.search(desk.tx, desk.units, plain, digests_of(desk, plain), after, min(limit, 200))


@operation(
    "customers.find_customers",
    article="G11",
    posts=STAFF,
    title=("快速查找客户", "Find a customer"),
    changes=False,
    audited=False,
)
def find_customers(desk: Desk, words: str, limit: int = 8) -> list[Customer]:
    """The best few matches, exact code or licence first; looking by a phone or ID number is audited (G4)."""
    plain = words.strip()
    if not plain:
        return []
    return customers.find(desk.tx, desk.units, plain, digests_of(desk, plain), min(limit, 20))


def digests_of(desk: Desk, plain: str) -> list[bytes]:
    """The keyed digests of what may be a phone or ID number, [] for other words; that it was looked for is audited."""
    if not LIKE_A_NUMBER.fullmatch(plain):
        return []
    if desk.doing is not None:
        desk.audit_detail |= {"looked_by": "number"}
        audit.write(desk.tx, audit_line(desk, desk.doing, "done"))
    return [desk.vault.digest(key, plain) for key in customers.KEYED]
