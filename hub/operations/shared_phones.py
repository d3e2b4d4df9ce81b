"""The duplicate check of order phones over all customers of all units (R12.3, R12.5)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from hub.domain.people import HUB
from hub.domain.refusals import Refusal
from hub.ports import today
from hub.registry import phones
from hub.registry.schema import Customer

from .desk import Desk
from .watching import PHONES


class SharedPhone(Refusal):
    """Another customer has this number, and no permit covers both (R12.3, R12.5)."""

    article = "R12.3"
    says = ("该号码已被其他客户使用:{who}。", "Other customers have this number: {who_en}.")
    then = (
        "请换一个号码;确需共用的,逐户写明理由申请共用电话,经科长、副经理签字后再变更。",
        "Use another, or apply for a shared phone with a reason for each customer; two sign, then change it.",
    )


@dataclass(frozen=True)
class Hit:
    """Who else has a number: customers of the reader's units by code, others by unit and count."""

    own: tuple[Customer, ...]
    elsewhere: tuple[tuple[str, int], ...]


def digests(desk: Desk, number: str) -> list[bytes]:
    """The number's index entries, in either field."""
    return [desk.vault.digest(field, number) for field in sorted(PHONES)]


def mark_of(desk: Desk, number: str) -> bytes:
    """By what a permit knows the number."""
    return desk.vault.digest("phone", number)


def look(desk: Desk, number: str, but: UUID | None) -> Hit:
    """Who has the number, over all units."""
    found = phones.holders(desk.tx, digests(desk, number), but)
    own = [row for row in found if desk.units is None or row.unit_code in desk.units]
    others = Counter(row.unit_code for row in found if row not in own)
    return Hit(tuple(own), tuple(sorted(others.items())))


def faults(desk: Desk, customer: Customer, number: str) -> Iterator[SharedPhone]:
    """The refusal when somebody else has the number and not all of them may share it; none for what the hub returns."""
    if desk.actor == HUB or not number:
        return
    hit = look(desk, number, customer.id)
    if not hit.own and not hit.elsewhere:
        return
    allowed = phones.permitted(desk.tx, mark_of(desk, number), today())
    if customer.id in allowed and not hit.elsewhere and all(row.id in allowed for row in hit.own):
        return
    own = [f"{row.code}" for row in hit.own[:5]]
    zh = own + [f"{unit} 单位 {count} 户" for unit, count in hit.elsewhere]
    en = own + [f"{count} of unit {unit}" for unit, count in hit.elsewhere]
    yield SharedPhone(who="、".join(zh), who_en=", ".join(en))
