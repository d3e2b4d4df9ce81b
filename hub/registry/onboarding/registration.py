"""Writing many new customers at once, by COPY inside the transaction."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import errors

from hub.domain.customers import name_search
from hub.registry.session import Transaction, driver_connection


class Collided(Exception):
    """Another transaction has just inserted one of the codes or licences; nothing was written."""


class TooBusy(Exception):
    """Another transaction holds one of them for longer than we wait; this transaction must be rolled back."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """All rows of one new customer."""

    customer_id: UUID
    columns: dict[str, Any]
    values: dict[str, str]
    sealed: dict[str, str]
    digests: dict[str, bytes]
    changes: dict[str, list[Any]]
    change_id: UUID
    onboarding_id: UUID
    import_id: UUID | None
    arrived_on: date
    at: datetime
    by_user: UUID | None
    by_name: str


def write(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Insert customers, index, history and onboardings of all entries, or of none. Raises Collided, TooBusy."""
    try:
        # A savepoint: without it a failed COPY would take the caller's transaction with it.
        with tx.begin_nested():
            _write(tx, entries)
    except errors.UniqueViolation:
        raise Collided from None
    # Two imports that insert the same codes wait for each other's rows, up to lock_timeout or in a circle.
    except (errors.LockNotAvailable, errors.DeadlockDetected):
        raise TooBusy from None


def _write(tx: Transaction, entries: Sequence[Entry]) -> None:
    # Customers first: the other rows refer to them.
    _copy(tx, CUSTOMERS, (_customer(entry) for entry in entries))
    _copy(
        tx,
        "customer_index (customer_id, field, digest)",
        ((entry.customer_id, name, digest) for entry in entries for name, digest in entry.digests.items()),
    )
    _copy(tx, CHANGES, (_change(entry) for entry in entries))
    _copy(
        tx,
        "onboardings (id, customer_id, import_id, arrived_on, state)",
        ((line.onboarding_id, line.customer_id, line.import_id, line.arrived_on, "open") for line in entries),
    )


CUSTOMERS = (
    "customers (id, code, licence_no, licence_holder, shop_name, unit_code, stage, chain_customer, settlement_method,"
    ' "values", sealed, version, created_at, updated_at, find_text, find_grams)'
)
CHANGES = "changes (id, customer_id, at, by_user, by_name, post, article, why, version, changes)"


def _customer(entry: Entry) -> tuple[Any, ...]:
    columns = entry.columns
    return (
        entry.customer_id,
        columns["code"],
        columns["licence_no"],
        columns["licence_holder"],
        columns["shop_name"],
        columns["unit_code"],
        "registered",
        columns["chain_customer"],
        "",
        json.dumps(entry.values, ensure_ascii=False),
        json.dumps(entry.sealed),
        1,
        entry.at,
        entry.at,
        name_search.text(columns["shop_name"], columns["licence_holder"]),
        name_search.grams(columns["shop_name"], columns["licence_holder"]),
    )


def _change(entry: Entry) -> tuple[Any, ...]:
    changes = json.dumps(entry.changes, ensure_ascii=False)
    return (
        entry.change_id,
        entry.customer_id,
        entry.at,
        entry.by_user,
        entry.by_name,
        "licence_officer",
        "R7.1",
        "新入网",
        1,
        changes,
    )


# By the driver, past the column types that redact (schema/words.py): a house test knows what is written here.
def _copy(tx: Transaction, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with driver_connection(tx).cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for line in rows:
            copy.write_row(line)
