"""Registers new entrants, many at once: customer, key, index, history, onboarding (R7.1)."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.phones.duplicates import digests
from hub.ports import new_id, now, today
from hub.registry.customers import customers
from hub.registry.onboarding import registration
from hub.registry.phones import numbers as phone_numbers
from hub.registry.schema import Customer
from hub.registry.vault import Destroyed, Unreadable

from .files.columns import PHONES, CellProblem, NewEntrant

COLUMNS = {"customer_code": "code", "licence_no": "licence_no", "licence_holder": "licence_holder"}
COLUMNS |= {"shop_name": "shop_name", "unit_code": "unit_code"}
# A collision takes another list with the same customers at the same moment: a third in a row is no coincidence.
TRIES = 3
INDEXED = frozenset({"id_number", "order_phone", "backup_phone"})


@dataclass
class Entered:
    """What became of a batch of lines."""

    new: int = 0
    unchanged: int = 0
    clashes: dict[int, tuple[CellProblem, ...]] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)


class ListsCollide(Refusal):
    """Two lists bring the same customers or numbers at the same moment (R7.1)."""

    article = "R7.1"
    says = (
        "另一份名单正在导入,本次没有导入。",
        "Another list is being imported; nothing was imported from this one.",
    )
    then = ("请等一分钟后再试。", "Wait a minute and try again.")


def enter(desk: Desk, entrants: list[NewEntrant], import_id: UUID | None) -> Entered:
    """Register the new customers; a known one does not change, and one that clashes is reported. Raises ListsCollide."""
    try:
        phone_numbers.lock_numbers(desk.tx)
    except phone_numbers.Busy:
        raise ListsCollide() from None
    # The same customer may be entered by somebody else between the query and the write: then all are sorted again.
    for _ in range(TRIES):
        entered, fresh = _sort(desk, entrants)
        try:
            _write(desk, entered, fresh, import_id)
        except registration.Collided:
            continue
        except registration.TooBusy:
            break
        return entered
    raise ListsCollide()


def _sort(desk: Desk, entrants: list[NewEntrant]) -> tuple[Entered, list[NewEntrant]]:
    """Split into customers who are known or clash, and those who are new."""
    entered = Entered()
    known = {
        customer.code: customer
        for customer in customers.by_codes(desk.tx, [entrant.values["customer_code"] for entrant in entrants])
    }
    licences = customers.licence_owners(desk.tx, [entrant.values["licence_no"] for entrant in entrants])
    # All keys in one query; comparing a line opens sealed values one by one.
    desk.vault.load_keys([customer.id for customer in known.values()])
    taken = _phones_held(desk, [entrant for entrant in entrants if entrant.values["customer_code"] not in known])
    fresh: list[NewEntrant] = []
    for entrant in entrants:
        code, licence = entrant.values["customer_code"], entrant.values["licence_no"]
        held = known.get(code)
        if held is not None:
            _compare(desk, entered, entrant, held)
        elif licence in licences:
            entered.clashes[entrant.line] = (CellProblem(entrant.line, "licence_no", "taken_licence"),)
        elif entrant.line in taken:
            entered.clashes[entrant.line] = taken[entrant.line]
        else:
            fresh.append(entrant)
    return entered, fresh


def _phones_held(desk: Desk, fresh: list[NewEntrant]) -> dict[int, tuple[CellProblem, ...]]:
    """By line, the phones of new customers that another customer has already, in either field (R12.3)."""
    asked = {
        (entrant.line, key): digests(desk, entrant.values[key])
        for entrant in fresh
        for key in PHONES
        if key in entrant.values
    }
    held = phone_numbers.held(desk.tx, sorted({digest for both in asked.values() for digest in both}))
    problems: dict[int, tuple[CellProblem, ...]] = {}
    for (line, key), both in asked.items():
        if held.intersection(both):
            problems[line] = (*problems.get(line, ()), CellProblem(line, key, "phone_held"))
    return problems


def _compare(desk: Desk, entered: Entered, entrant: NewEntrant, held: Customer) -> None:
    """Compare a line with the customer it names: a list never overwrites, and other content is reported as a clash."""
    if desk.units is not None and held.unit_code not in desk.units:
        # Nothing is compared: the caller must not learn what another unit has on file, nor whether it can be read.
        entered.clashes[entrant.line] = (CellProblem(entrant.line, "customer_code", "taken_code"),)
        return
    shut = [key for key in entrant.values if _held_value(desk, held, key) is None]
    same = not shut and all(_held_value(desk, held, key) == text for key, text in entrant.values.items())
    if shut:
        entered.clashes[entrant.line] = tuple(CellProblem(entrant.line, key, "held_unreadable") for key in shut)
    elif same:
        entered.unchanged += 1
        entered.ids[held.code] = held.id
    else:
        entered.clashes[entrant.line] = (CellProblem(entrant.line, "customer_code", "taken_code"),)


def _held_value(desk: Desk, held: Customer, key: str) -> str | None:
    """What the registry holds in a column, as a list would write it; None when that cannot be read."""
    if key in COLUMNS:
        return str(getattr(held, COLUMNS[key]))
    if key == "chain_customer":
        return "yes" if held.chain_customer else "no"
    if not FIELDS[key].sensitive:
        return str(held.values.get(key, ""))
    token = held.sealed.get(key)
    try:
        return desk.vault.open_field(held.id, key, token).reveal() if token else ""
    except Destroyed:
        return ""
    except Unreadable:
        return None


def _write(desk: Desk, entered: Entered, fresh: list[NewEntrant], import_id: UUID | None) -> None:
    if not fresh:
        return
    ids = [new_id() for _ in fresh]
    desk.vault.new_keys(ids)
    rows = [_rows(desk, customer_id, entrant, import_id) for customer_id, entrant in zip(ids, fresh, strict=True)]
    registration.write(desk.tx, rows)
    entered.new = len(fresh)
    entered.ids |= {
        entrant.values["customer_code"]: customer_id for customer_id, entrant in zip(ids, fresh, strict=True)
    }


def _rows(desk: Desk, customer_id: UUID, entrant: NewEntrant, import_id: UUID | None) -> registration.Entry:
    """All rows of one new customer."""
    moment = now()
    plain: dict[str, str] = {}
    sealed: dict[str, str] = {}
    digests: dict[str, bytes] = {}
    for key, text in entrant.values.items():
        known = FIELDS[key]
        if known.sensitive:
            sealed[key] = desk.vault.seal_field(customer_id, key, text)
            if key in INDEXED:
                digests[key] = desk.vault.digest(key, text)
        elif not known.core:
            plain[key] = text
    columns: dict[str, Any] = {column: entrant.values[key] for key, column in COLUMNS.items()}
    columns["chain_customer"] = entrant.values.get("chain_customer") == "yes"
    # The history gets tokens, not values: it must become unreadable with the customer's key (G6).
    changes = {key: [None, sealed.get(key, text)] for key, text in entrant.values.items()}
    return registration.Entry(
        customer_id=customer_id,
        columns=columns,
        values=plain,
        sealed=sealed,
        digests=digests,
        changes=changes,
        change_id=new_id(),
        onboarding_id=new_id(),
        import_id=import_id,
        arrived_on=today(),
        at=moment,
        by_user=desk.actor.user_id,
        by_name=desk.actor.name,
    )
