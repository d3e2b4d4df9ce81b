"""Taking new entrants into the registry, many at once: customer, key, index, history, onboarding (R7.1)."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hub.domain.catalogue import FIELDS
from hub.ports import new_id, now, today
from hub.registry import customers, entrants
from hub.registry.schema import Customer

from .desk import Desk
from .imports.new_entrants import CellProblem, NewEntrant

COLUMNS = {"customer_code": "code", "licence_no": "licence_no", "licence_holder": "licence_holder"}
COLUMNS |= {"shop_name": "shop_name", "unit_code": "unit_code"}
INDEXED = frozenset({"id_number", "order_phone", "backup_phone"})


@dataclass
class Entered:
    """What became of a batch of lines."""

    new: int = 0
    unchanged: int = 0
    clashes: dict[int, tuple[CellProblem, ...]] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)


def enter(desk: Desk, found: list[NewEntrant], import_id: UUID | None) -> Entered:
    """Enter what is new; a line that is there already changes nothing, one that clashes is given back."""
    entered = Entered()
    known = {row.code: row for row in customers.by_codes(desk.tx, [each.values["customer_code"] for each in found])}
    licences = customers.licence_owners(desk.tx, [each.values["licence_no"] for each in found])
    fresh: list[NewEntrant] = []
    for each in found:
        code, licence = each.values["customer_code"], each.values["licence_no"]
        held = known.get(code)
        if held is not None:
            _compare(desk, entered, each, held)
        elif licence in licences:
            entered.clashes[each.line] = (CellProblem(each.line, "licence_no", "taken_licence"),)
        else:
            fresh.append(each)
    _write(desk, entered, fresh, import_id)
    return entered


def _compare(desk: Desk, entered: Entered, each: NewEntrant, held: Customer) -> None:
    """The same content is no change; other content is not overwritten by a list."""
    same = all(getattr(held, column) == each.values[key] for key, column in COLUMNS.items())
    if same and (desk.units is None or held.unit_code in desk.units):
        entered.unchanged += 1
        entered.ids[held.code] = held.id
    else:
        entered.clashes[each.line] = (CellProblem(each.line, "customer_code", "taken_code"),)


def _write(desk: Desk, entered: Entered, fresh: list[NewEntrant], import_id: UUID | None) -> None:
    if not fresh:
        return
    ids = [new_id() for _ in fresh]
    desk.vault.new_keys(ids)
    rows = [_rows(desk, customer_id, each, import_id) for customer_id, each in zip(ids, fresh, strict=True)]
    entrants.write(desk.tx, rows)
    entered.new = len(fresh)
    entered.ids |= {each.values["customer_code"]: customer_id for customer_id, each in zip(ids, fresh, strict=True)}


def _rows(desk: Desk, customer_id: UUID, each: NewEntrant, import_id: UUID | None) -> entrants.Entry:
    """All rows of one new customer."""
    moment = now()
    plain: dict[str, str] = {}
    sealed: dict[str, str] = {}
    digests: dict[str, bytes] = {}
    for key, value in each.values.items():
        row = FIELDS[key]
        if row.sensitive:
            sealed[key] = desk.vault.seal_field(customer_id, key, value)
            if key in INDEXED:
                digests[key] = desk.vault.digest(key, value)
        elif not row.core:
            plain[key] = value
    columns: dict[str, Any] = {column: each.values[key] for key, column in COLUMNS.items()}
    columns["chain_customer"] = each.values.get("chain_customer") == "yes"
    changes = {key: [None, sealed.get(key, value)] for key, value in each.values.items()}
    return entrants.Entry(
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
