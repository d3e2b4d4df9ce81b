"""Encryption at rest: a key for each customer, wrapped by the master key; equality search by a keyed index."""

import base64
import hmac
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.logs import logger
from hub.ports import new_bytes, now

from .schema import CustomerKey
from .session import Transaction

# Bytes of a nonce: the length that GCM is defined for (96 bits).
NONCE = 12
# Bytes of the master key.
KEY_SIZE = 32
# First byte of every token: AES-256-GCM as nonce, ciphertext and tag. Installations under GB/T 39786 add their own.
VERSION = b"\x01"
# Owner of what belongs to no customer: channel settings, uploaded lists.
SYSTEM = UUID(int=0)
log = logger("vault")


class Unreadable(Refusal):
    """A key or token that does not open although it was not destroyed: wrong master key, lost row, tampering.

    Neither "empty" nor Destroyed: what needs the value stops, and people look into it.
    """

    article = "G4"
    says = (
        "有加密内容无法读取(密钥不符、缺失或数据被改动),未办理。该内容并未销毁。",
        "A sealed value cannot be read (its key does not fit or is missing, or it was changed); nothing was done. "
        "It was not destroyed.",
    )
    then = (
        "请勿重新录入,立即告知信息中心:按日志 vault.unreadable 核对主密钥和数据库备份。",
        "Do not enter it again; tell the information centre at once: it compares the master key and the database's "
        "backup by the log's vault.unreadable.",
    )


class Destroyed(Refusal):
    """The customer's key was destroyed on purpose: what it sealed is gone for good, and nothing new is sealed under it."""

    article = "G4"
    says = (
        "该客户的加密资料已销毁,不能再读取或填写,未办理。",
        "This customer's sealed values were destroyed: they can be neither read nor entered; nothing was done.",
    )
    then = (
        "客户重新入网的,请作为新客户登记。",
        "A customer who comes back is entered as a new one.",
    )


class MasterKey:
    """The installation's key: wraps the customers' keys, feeds the keyed index and the audit chain."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_SIZE:
            raise ValueError(f"the master key must be {KEY_SIZE} bytes")
        # A key for each use, derived from one: what leaks of one tells nothing about the others.
        self.wrapping = AESGCM(hmac.digest(key, b"wrap", "sha256"))
        self.index = hmac.digest(key, b"index", "sha256")
        self.chain = hmac.digest(key, b"audit chain", "sha256")
        self.devices = hmac.digest(key, b"known devices", "sha256")
        self.system = AESGCM(hmac.digest(key, b"system", "sha256"))
        self.check = hmac.digest(key, b"installation check", "sha256")
        """Tells this key from another, and nothing about it: kept in the database, compared at each start."""


def _encrypt(cipher: AESGCM, place: str, value: bytes) -> bytes:
    # Random: no key seals anything like the 2**32 values up to which random nonces of 96 bits are safe.
    nonce = new_bytes(NONCE)
    return VERSION + nonce + cipher.encrypt(nonce, value, place.encode())


def _decrypt(cipher: AESGCM, place: str, token: bytes) -> bytes | None:
    """The plain bytes of a token; None if it does not open."""
    if token[:1] != VERSION:
        return None
    try:
        return cipher.decrypt(token[1 : NONCE + 1], token[NONCE + 1 :], place.encode())
    except (InvalidTag, ValueError):
        return None


class Vault:
    """Seals and opens values inside one transaction. `place` is "table.column:row id" and is bound to the token.

    Whatever needs a key or a token that does not open raises Unreadable, or Destroyed when it was destroyed.
    """

    def __init__(self, master: MasterKey, tx: Transaction) -> None:
        self.master, self.tx = master, tx
        self._keys: dict[UUID, AESGCM] = {SYSTEM: master.system}
        # One line in the log for each owner and transaction: a list of 100,000 customers must not write as many.
        self._logged: set[UUID] = set()

    def new_keys(self, customer_ids: list[UUID]) -> None:
        """Make data keys for many new customers at once."""
        rows = []
        for customer_id in customer_ids:
            key = AESGCM.generate_key(256)
            self._keys[customer_id] = AESGCM(key)
            # Bound to its customer: a wrapped key moved to another row does not open there.
            wrapped = _encrypt(self.master.wrapping, _place_of_key(customer_id), key)
            rows.append({"customer_id": customer_id, "wrapped": wrapped, "made_at": now()})
        if rows:
            self.tx.execute(insert(CustomerKey), rows)

    def _cipher(self, owner: UUID) -> AESGCM:
        if owner not in self._keys:
            query = select(CustomerKey.wrapped, CustomerKey.destroyed_at).where(CustomerKey.customer_id == owner)
            kept = self.tx.execute(query).first()
            if kept is None:
                raise self._unreadable(owner, f"{_place_of_key(owner)} (no row)")
            # The row stays when a key is destroyed, to tell that from a lost row.
            if kept.wrapped is None:
                raise Destroyed() if kept.destroyed_at else self._unreadable(owner, f"{_place_of_key(owner)} (no key)")
            key = _decrypt(self.master.wrapping, _place_of_key(owner), kept.wrapped)
            if key is None:
                raise self._unreadable(owner, _place_of_key(owner))
            self._keys[owner] = AESGCM(key)
        return self._keys[owner]

    def _unreadable(self, owner: UUID, place: str) -> Unreadable:
        """The refusal; the log names the place, once for each owner, never the value."""
        if owner not in self._logged:
            self._logged.add(owner)
            log.error("vault.unreadable", place=place, owner=str(owner))
        return Unreadable()

    def load_keys(self, owners: list[UUID]) -> None:
        """Fetch the keys of many customers in one query; a key that does not open raises only when it is used."""
        missing = [owner for owner in owners if owner not in self._keys]
        rows = self.tx.execute(
            select(CustomerKey.customer_id, CustomerKey.wrapped).where(CustomerKey.customer_id.in_(missing))
        )
        for owner, wrapped in rows:
            key = _decrypt(self.master.wrapping, _place_of_key(owner), wrapped) if wrapped is not None else None
            if key is not None:
                self._keys[owner] = AESGCM(key)

    def holds(self, owner: UUID) -> bool:
        """Whether the owner's key opens."""
        try:
            self._cipher(owner)
        except (Unreadable, Destroyed):
            return False
        return True

    def seal(self, owner: UUID, place: str, plain: str | bytes | Secret) -> bytes:
        """Encrypt under the owner's key; the token opens only at the same place."""
        if isinstance(plain, Secret):
            plain = plain.reveal()
        return _encrypt(self._cipher(owner), place, plain.encode() if isinstance(plain, str) else plain)

    def open(self, owner: UUID, place: str, token: bytes) -> bytes:
        """Decrypt."""
        opened = _decrypt(self._cipher(owner), place, token)
        if opened is None:
            raise self._unreadable(owner, place)
        return opened

    def open_text(self, owner: UUID, place: str, token: bytes) -> Secret:
        """Decrypt a text into a Secret."""
        return Secret(self.open(owner, place, token).decode())

    def seal_field(self, owner: UUID, field: str, value: str | Secret) -> str:
        """A catalogue field's token for the JSON column `customers.sealed`."""
        return base64.b64encode(self.seal(owner, _place_of_field(owner, field), value)).decode()

    def open_field(self, owner: UUID, field: str, token: str) -> Secret:
        """Open a token of `customers.sealed`."""
        try:
            raw = base64.b64decode(token, validate=True)
        except ValueError:
            # No token at all: refused below like one that does not open.
            raw = b""
        return self.open_text(owner, _place_of_field(owner, field), raw)

    def digest(self, field: str, value: str | Secret) -> bytes:
        """The keyed digest of a value: equal values of one field have equal digests, and they reveal nothing else."""
        text = value.reveal() if isinstance(value, Secret) else value
        # With the field's name, so that equal values of two fields have different digests.
        return hmac.digest(self.master.index, f"{field}\0{text}".encode(), "sha256")


def _place_of_key(owner: UUID) -> str:
    return f"customer_keys.wrapped:{owner}"


def _place_of_field(owner: UUID, field: str) -> str:
    return f"customers.sealed.{field}:{owner}"
