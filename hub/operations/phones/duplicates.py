"""The duplicate check of order phones over all customers of all units (R12.3, R12.5)."""

from collections.abc import Callable, Iterable, Iterator
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
        "请换一个号码;确需共用的,逐户写明理由申请共用电话,经科长、副经理签字后再变更(其他单位的客户请市公司内管科核实)。",
        "Use another, or apply for a shared phone with a reason for each customer; after two signatures, change it. "
        "The company's internal control can find customers of other units.",
    )


def digests(desk: Desk, number: str) -> list[bytes]:
    """The number's index entries: one digest for each field, since the field's name is part of what is digested."""
    return [desk.vault.digest(field, number) for field in sorted(PHONES)]


def mark_of(desk: Desk, number: str) -> bytes:
    """The keyed digest under which a permit stores the number, whichever field it stands in."""
    return desk.vault.digest("phone", number)


def sharers(desk: Desk, customer: Customer, number: str) -> list[Customer]:
    """Who else has the number, in all units; none when a permit in force covers them all and this customer."""
    # The hub only restores a number that a person had entered; to refuse it would leave the customer unreachable.
    if desk.actor == HUB or not number:
        return []
    others = phone_numbers.holders(desk.tx, digests(desk, number), customer.id)
    # A permit must cover every holder: a single one outside it, and the number is shared without a permit.
    allowed = phone_numbers.permitted(desk.tx, mark_of(desk, number), today()) if others else set()
    return [] if {customer.id, *(other.id for other in others)} <= allowed else others


def faults(desk: Desk, customer: Customer, number: str, field: str = "") -> Iterator[SharedPhone]:
    """The refusal when others have the number and not all may share it; none for a number that the hub restores."""
    if sharers(desk, customer, number):
        yield shared(desk, number, customer.id, field)


def hold(desk: Desk) -> None:
    """Take the lock under which a number is checked and then entered, until the transaction ends. Raises Stale."""
    # No unique index can do this: permits allow some numbers to stand at several customers.
    try:
        phone_numbers.lock_numbers(desk.tx)
    except phone_numbers.Busy:
        raise Stale(what="电话号码") from None


def may_share(desk: Desk) -> Callable[[str, str], bool]:
    """A test for the lines of an import: whether a customer, by code, may share a number under a permit in force."""
    # All permits at once, as a list may have thousands of lines; without any, no number needs digesting.
    pairs = phone_numbers.permitted_codes(desk.tx, today())
    return lambda number, code: bool(pairs) and (mark_of(desk, number), code) in pairs


def shared(desk: Desk, number: str, but: UUID | None, field: str = "") -> SharedPhone:
    """The refusal, with who has the number in the reader's units."""
    zh, en = words_for(phone_numbers.holders(desk.tx, digests(desk, number), but), desk.units)
    return SharedPhone(who=zh, who_en=en, at=field)


def words_for(holders: Iterable[Customer], units: frozenset[str] | None) -> tuple[str, str]:
    """Who has a number: a few codes of these units (None: all); of other units not which, nor how many (G5)."""
    codes = [holder.code if units is None or holder.unit_code in units else "" for holder in holders]
    own, elsewhere = [code for code in codes if code][:5], "" in codes
    return "、".join(own + ["其他单位的客户"] * elsewhere), ", ".join(own + ["a customer of another unit"] * elsewhere)
