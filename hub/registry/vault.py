"""Sensitive fields at rest: a key for each customer, wrapped by the master key; equality search by a keyed index."""

import base64
import hmac
import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hub.domain.privacy import Secret
from hub.ports import new_bytes, now

from .schema import CustomerKey
from .session import Transaction

NONCE = 12
VERSION = b"\x01"
"""First byte of every token: AES-256-GCM, nonce, ciphertext and tag (GB/T 39786 installations add their own)."""
SYSTEM = UUID(int=0)
"""Owner of what belongs to no customer: channel settings, uploaded lists."""


class Unreadable(Exception):
    """A token that the vault cannot open: erased customer, wrong master key, or tampering."""


class MasterKey:
    """The installation's key: wraps the customers' keys, feeds the keyed index and the audit chain."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the master key must be 32 bytes")
        self.wrapping = AESGCM(hmac.digest(key, b"wrap", "sha256"))
        self.index = hmac.digest(key, b"index", "sha256")
        self.chain = hmac.digest(key, b"audit chain", "sha256")
        self.pepper = hmac.digest(key, b"password marks", "sha256")[:16]
        self.devices = hmac.digest(key, b"known devices", "sha256")
        self.system = AESGCM(hmac.digest(key, b"system", "sha256"))

    @classmethod
    def load(cls, given: str | None, folder: Path) -> "MasterKey":
        """From the setting, else from `master.key` (mode 0600) in the data folder, made at first start."""
        if given:
            return cls(base64.b64decode(given))
        path = folder / "master.key"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(base64.b64decode(path.read_bytes()))
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(new_bytes(32)))
        return cls(base64.b64decode(path.read_bytes()))


def _encrypt(cipher: AESGCM, place: str, value: bytes) -> bytes:
    nonce = new_bytes(NONCE)
    return VERSION + nonce + cipher.encrypt(nonce, value, place.encode())


def _decrypt(cipher: AESGCM, place: str, token: bytes) -> bytes:
    if token[:1] != VERSION:
        raise Unreadable("unknown token version")
    try:
        return cipher.decrypt(token[1 : NONCE + 1], token[NONCE + 1 :], place.encode())
    except (InvalidTag, ValueError):
        raise Unreadable(f"a token at {place.split(':')[0]} cannot be opened") from None


class Vault:
    """Seals and opens values inside one transaction. `place` is "table.column:row id" and is bound to the token."""

    def __init__(self, master: MasterKey, tx: Transaction) -> None:
        self.master, self.tx = master, tx
        self._keys: dict[UUID, AESGCM] = {SYSTEM: master.system}

    def new_keys(self, customer_ids: list[UUID]) -> None:
        """Make data keys for new customers, many at once."""
        rows = []
        for customer_id in customer_ids:
            key = AESGCM.generate_key(256)
            self._keys[customer_id] = AESGCM(key)
            wrapped = _encrypt(self.master.wrapping, f"customer_keys.wrapped:{customer_id}", key)
            rows.append({"customer_id": customer_id, "wrapped": wrapped, "made_at": now()})
        if rows:
            self.tx.execute(insert(CustomerKey), rows)

    def _cipher(self, owner: UUID) -> AESGCM:
        if owner not in self._keys:
            wrapped = self.tx.scalar(select(CustomerKey.wrapped).where(CustomerKey.customer_id == owner))
            if wrapped is None:
                raise Unreadable("the customer's key does not exist any more")
            self._keys[owner] = AESGCM(_decrypt(self.master.wrapping, f"customer_keys.wrapped:{owner}", wrapped))
        return self._keys[owner]

    def load_keys(self, owners: list[UUID]) -> None:
        """Fetch the keys of many customers in one question."""
        missing = [owner for owner in owners if owner not in self._keys]
        rows = self.tx.execute(
            select(CustomerKey.customer_id, CustomerKey.wrapped).where(CustomerKey.customer_id.in_(missing))
        )
        for owner, wrapped in rows:
            if wrapped is not None:
                self._keys[owner] = AESGCM(_decrypt(self.master.wrapping, f"customer_keys.wrapped:{owner}", wrapped))

    def seal(self, owner: UUID, place: str, value: str | bytes | Secret) -> bytes:
        """Encrypt under the owner's key; the token opens only at the same place."""
        if isinstance(value, Secret):
            value = value.reveal()
        return _encrypt(self._cipher(owner), place, value.encode() if isinstance(value, str) else value)

    def open(self, owner: UUID, place: str, token: bytes) -> bytes:
        """Decrypt; raises Unreadable."""
        return _decrypt(self._cipher(owner), place, token)

    def open_text(self, owner: UUID, place: str, token: bytes) -> Secret:
        """Decrypt a text into a Secret; raises Unreadable."""
        return Secret(self.open(owner, place, token).decode())

    def seal_field(self, owner: UUID, field: str, value: str | Secret) -> str:
        """A catalogue field's token for the JSON column `customers.sealed`."""
        return base64.b64encode(self.seal(owner, f"customers.sealed.{field}:{owner}", value)).decode()

    def open_field(self, owner: UUID, field: str, token: str) -> Secret:
        """Open a token of `customers.sealed`; raises Unreadable."""
        try:
            raw = base64.b64decode(token, validate=True)
        except ValueError:
            raise Unreadable(f"a token at customers.sealed.{field} cannot be opened") from None
        return self.open_text(owner, f"customers.sealed.{field}:{owner}", raw)

    def digest(self, field: str, value: str | Secret) -> bytes:
        """The keyed index of a value: equal values of one field give equal digests, and nothing else is learnt."""
        text = value.reveal() if isinstance(value, Secret) else value
        return hmac.digest(self.master.index, f"{field}\0{text}".encode(), "sha256")
