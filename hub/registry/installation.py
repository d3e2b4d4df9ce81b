"""The master key at start: recognised, proved, or made for an empty database; refused before anything is written.

The key's file is on disk before the row that names it is committed. A crash leaves a file without a row, which the next
start uses, or both; never a row whose key is lost.
"""

import hmac
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from hub.ports import now

from .data_folder.key_file import NAME, SETTING, UNCHANGED, KeyPlace, KeyUnusable
from .oversight.audit_chain import HeadForged, head_link
from .schema import AuditHead, CustomerKey, Installation
from .session import Store, StoreUnusable, Transaction, reason
from .vault import SYSTEM, MasterKey, Unreadable, Vault

# Advisory lock under which a key is made or first used, by one of all processes that share the database.
ONE_AT_A_TIME = 7_204_114
# One of these tables has a row as soon as anybody did anything, or anything was sealed.
FIRST_FILLED = (
    *("users", "units", "customers", "customer_keys", "audit", "audit_head"),
    *("channel_settings", "callbacks", "import_runs", "idempotency_keys", "exchanges", "evidence"),
)
# Where tokens lie that belong to no customer: table, its key, the token's column.
SEALED_BY_SYSTEM = (
    ("channel_settings", "channel", "values_sealed"),
    ("callbacks", "id", "raw_sealed"),
    ("import_runs", "id", "file_sealed"),
)
BACK = (
    f"Put the installation's {NAME} back into its data folder from its backup, or set {SETTING} to its content; "
    "a second machine needs the key of the first."
)


@dataclass(frozen=True)
class Standing:
    """What a database says about its key: the check value on file, and whether anything was ever entered."""

    check: bytes | None
    empty: bool


def look(store: Store, place: KeyPlace) -> None:
    """Raise KeyUnusable if this key is not the database's. Writes nothing, so it may run before the schema's upgrade."""
    # Tables may be missing here: an older schema, or none, is judged as far as it goes.
    store.check_server()
    with store.transaction() as tx:
        _judged(tx, _standing(tx), place)


def settle(store: Store, place: KeyPlace) -> MasterKey:
    """The key, recognised by its check value, which is stored on first use; a new key for an empty database.

    Raises KeyUnusable, and StoreUnusable when the schema is older than this.
    """
    with store.transaction() as tx:
        if not _is_there(tx, "installation"):
            raise StoreUnusable("The database's schema is older than this code. Run partnerhub db upgrade.")
        standing = _standing(tx)
        master = _judged(tx, standing, place)
    if master is not None and standing.check is not None:
        return master
    try:
        return _first_use(store, place)
    except OperationalError as error:
        raise StoreUnusable(
            f"The master key could not be entered in the database: {reason(error)}. Start again."
        ) from None


def _first_use(store: Store, place: KeyPlace) -> MasterKey:
    """Look again under the lock; then write the key's file, then the row: the next start recovers from a crash in between."""
    with store.transaction() as tx:
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        # Under the lock: the unfinished files are a crash's, not those of a process that is writing one.
        place.tidy()
        standing = _standing(tx)
        master = _judged(tx, standing, place) or place.make()
        if standing.check is None:
            tx.add(Installation(id=1, key_check=master.check, made_at=now()))
        return master


def _standing(tx: Transaction) -> Standing:
    """What the database says about its key; a database without tables is empty."""
    check = tx.scalar(select(Installation.key_check)) if _is_there(tx, "installation") else None
    if check is not None:
        return Standing(check, empty=False)
    there = [name for name in FIRST_FILLED if _is_there(tx, name)]
    filled = any(tx.scalar(text(f"SELECT EXISTS (SELECT FROM {name})")) for name in there)
    return Standing(None, empty=not filled)


def _is_there(tx: Transaction, table: str) -> bool:
    return tx.scalar(text("SELECT to_regclass(:name)"), {"name": table}) is not None


def _judged(tx: Transaction, standing: Standing, place: KeyPlace) -> MasterKey | None:
    """The key, if it is the database's; None if there is none and a new one may be made. Raises KeyUnusable."""
    master = place.read()
    if master is None and standing.empty:
        return None
    if master is None:
        raise KeyUnusable(
            f"There is no master key: {place.name} does not exist and {SETTING} is not set, "
            f"but this database was sealed with one. {UNCHANGED} {BACK}"
        )
    if standing.check is None:
        fits = standing.empty or _proved(tx, master)
    else:
        # Compared in constant time, as all keyed digests are.
        fits = hmac.compare_digest(master.check, standing.check)
    if not fits:
        raise KeyUnusable(
            f"The master key in {place.name} is another than the one that this database was sealed with. "
            f"{UNCHANGED} {BACK}"
        )
    return master


def _proved(tx: Transaction, master: MasterKey) -> bool:
    """Whether the key opens what a database without a check value holds; a database that sealed nothing accepts any key.

    The first customer's key and the audit's head decide, if there are any: they were made with the first key.
    """
    vault = Vault(master, tx)
    proofs = {_signed_head(tx, master), _first_customer(tx, vault)} - {None}
    return True in proofs if proofs else all(_opens(vault, *sealed) for sealed in _sealed_by_system(tx))


def _signed_head(tx: Transaction, master: MasterKey) -> bool | None:
    head = tx.get(AuditHead, 1) if _is_there(tx, "audit_head") else None
    if head is None:
        return None
    try:
        head_link(master, head)
    except HeadForged:
        return False
    return True


def _first_customer(tx: Transaction, vault: Vault) -> bool | None:
    held = select(CustomerKey.customer_id).where(CustomerKey.wrapped.is_not(None)).order_by(CustomerKey.customer_id)
    owner = tx.scalar(held.limit(1)) if _is_there(tx, "customer_keys") else None
    return vault.holds(owner) if owner is not None else None


def _sealed_by_system(tx: Transaction) -> list[tuple[str, bytes]]:
    """The first token of each kind that belongs to no customer, with its place."""
    sealed = [
        (place, tx.execute(text(f"SELECT {key}, {token} FROM {table} WHERE {token} IS NOT NULL LIMIT 1")).first())
        for table, key, token in SEALED_BY_SYSTEM
        if _is_there(tx, table)
        for place in [f"{table}.{token}"]
    ]
    return [(f"{place}:{first[0]}", bytes(first[1])) for place, first in sealed if first is not None]


def _opens(vault: Vault, place: str, token: bytes) -> bool:
    try:
        vault.open(SYSTEM, place, token)
    except Unreadable:
        return False
    return True
