"""The duplicate check of order phones over all customers of all units (R12.3, R12.5)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from hub.domain.refusals import Refusal, Stale
from hub.domain.staff.posts import HUB
from hub.operations.desk import Desk
from hub.ports import today
from hub.registry.phones import numbers as phone_numbers
from hub.registry.schema import Customer

from .watch_list import PHONES


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
    found = phone_numbers.holders(desk.tx, digests(desk, number), but)
    own = [row for row in found if desk.units is None or row.unit_code in desk.units]
    others = Counter(row.unit_code for row in found if row not in own)
    return Hit(tuple(own), tuple(sorted(others.items())))


def sharers(desk: Desk, customer: Customer, number: str) -> list[Customer]:
    """Who else has the number, of all units; nobody when a permit in force covers them all and this customer too."""
    if desk.actor == HUB or not number:
        return []
    found = phone_numbers.holders(desk.tx, digests(desk, number), customer.id)
    allowed = phone_numbers.permitted(desk.tx, mark_of(desk, number), today()) if found else set()
    return [] if {customer.id, *(row.id for row in found)} <= allowed else found


def faults(desk: Desk, customer: Customer, number: str) -> Iterator[SharedPhone]:
    """The refusal when somebody else has the number and not all of them may share it; none for what the hub returns."""
    if sharers(desk, customer, number):
        yield shared(desk, number, customer.id)


def hold(desk: Desk) -> None:
    """Before a number is looked for and entered: nobody else does so until this is done. Raises Stale."""
    try:
        phone_numbers.lock_numbers(desk.tx)
    except phone_numbers.Busy:
        raise Stale(what="电话号码") from None


def may_share(desk: Desk) -> Callable[[str, str], bool]:
    """Whether a customer, by code, may share a number under a permit in force; asked of the lines of a list."""
    pairs = phone_numbers.permitted_codes(desk.tx, today())
    return lambda number, code: bool(pairs) and (mark_of(desk, number), code) in pairs


def shared(desk: Desk, number: str, but: UUID | None) -> SharedPhone:
    """The refusal, with who has the number: codes of the reader's units, of others only how many."""
    hit = look(desk, number, but)
    own = [f"{row.code}" for row in hit.own[:5]]
    zh = own + [f"{unit} 单位 {count} 户" for unit, count in hit.elsewhere]
    en = own + [f"{count} of unit {unit}" for unit, count in hit.elsewhere]
    return SharedPhone(who="、".join(zh), who_en=", ".join(en))
