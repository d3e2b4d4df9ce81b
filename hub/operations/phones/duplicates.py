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
        "Use another, or apply for a shared phone with a reason for each customer; after two signatures, change it.",
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
    """The keyed digest under which a permit stores the number."""
    return desk.vault.digest("phone", number)


def look(desk: Desk, number: str, but: UUID | None) -> Hit:
    """Who has the number, in all units; `but` is left out."""
    holders = phone_numbers.holders(desk.tx, digests(desk, number), but)
    # Codes of other units' customers are not the reader's to see: only how many, and where.
    own = [customer for customer in holders if desk.units is None or customer.unit_code in desk.units]
    others = Counter(customer.unit_code for customer in holders if customer not in own)
    return Hit(tuple(own), tuple(sorted(others.items())))


def sharers(desk: Desk, customer: Customer, number: str) -> list[Customer]:
    """Who else has the number, in all units; none when a permit in force covers them all and this customer."""
    if desk.actor == HUB or not number:
        return []
    others = phone_numbers.holders(desk.tx, digests(desk, number), customer.id)
    # A permit must cover every holder: one who is not in it makes the number shared without one.
    allowed = phone_numbers.permitted(desk.tx, mark_of(desk, number), today()) if others else set()
    return [] if {customer.id, *(other.id for other in others)} <= allowed else others


def faults(desk: Desk, customer: Customer, number: str) -> Iterator[SharedPhone]:
    """The refusal when others have the number and not all may share it; none for a number that the hub restores."""
    if sharers(desk, customer, number):
        yield shared(desk, number, customer.id)


def hold(desk: Desk) -> None:
    """Take the lock under which a number is checked and then entered, until the transaction ends. Raises Stale."""
    try:
        phone_numbers.lock_numbers(desk.tx)
    except phone_numbers.Busy:
        raise Stale(what="电话号码") from None


def may_share(desk: Desk) -> Callable[[str, str], bool]:
    """A test for the lines of an import: whether a customer, by code, may share a number under a permit in force."""
    pairs = phone_numbers.permitted_codes(desk.tx, today())
    return lambda number, code: bool(pairs) and (mark_of(desk, number), code) in pairs


def shared(desk: Desk, number: str, but: UUID | None) -> SharedPhone:
    """The refusal, with who has the number: codes of the reader's units, of others only how many."""
    hit = look(desk, number, but)
    own = [customer.code for customer in hit.own[:5]]
    zh = own + [f"{unit} 单位 {count} 户" for unit, count in hit.elsewhere]
    en = own + [f"{count} of unit {unit}" for unit, count in hit.elsewhere]
    return SharedPhone(who="、".join(zh), who_en=", ".join(en))
