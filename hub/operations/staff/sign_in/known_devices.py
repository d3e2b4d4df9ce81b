"""Browsers from which a login has signed in before: a signed cookie gives each its own counter (OWASP device cookies).

Without it anyone could lock a person out by typing wrong passwords; with it a stranger locks only unknown browsers. The
cookie grants nothing: a thief gets the five guesses of its counter, for the one login that it was issued to.
"""

import base64
import binascii
import hmac
from datetime import datetime, timedelta

from hub.domain.staff.passwords import DAYS
from hub.ports import new_bytes
from hub.registry.vault import MasterKey

# How the cookie's name begins; a digest of the login follows, so that a shared browser keeps one for each person.
PREFIX = "ph_device_"
VALID = timedelta(days=DAYS)
DAY = 86_400
# Bytes of the cookie: which browser, the day it was made, and a seal that only this installation can write. 12 random
# bytes never collide by chance; 16 of the digest cannot be guessed, and half of it keeps the cookie short.
NONCE, MOMENT, SEAL = 12, 4, 16


def login_digest(master: MasterKey, login: str) -> bytes:
    """The digest under which the tables of tries store a login, known or not."""
    return _digest(master, "login", login.encode(errors="surrogatepass"))


def cookie_name(master: MasterKey, login: str) -> str:
    """The name of the cookie of a login."""
    return PREFIX + _digest(master, "name", login.encode(errors="surrogatepass"))[:8].hex()


def issue(master: MasterKey, login: str, moment: datetime) -> str:
    """A new cookie for a browser in which the login has just signed in."""
    body = new_bytes(NONCE) + int(moment.timestamp() // DAY).to_bytes(MOMENT, "big")
    return base64.urlsafe_b64encode(body + _seal(master, login, body)).decode()


def device_of(master: MasterKey, login: str, cookie: str, moment: datetime) -> bytes | None:
    """The browser that the cookie identifies; None when it is not ours, not this login's, or too old."""
    raw = _raw(cookie)
    # The seal covers the login too: a cookie copied to another login does not verify.
    body, seal = raw[: NONCE + MOMENT], raw[NONCE + MOMENT :]
    if not hmac.compare_digest(seal, _seal(master, login, body)):
        return None
    return body[:NONCE] if moment.timestamp() < made_on(cookie) * DAY + VALID.total_seconds() else None


def made_on(cookie: str) -> int:
    """The day, counted from 1970, on which a cookie says that it was made; 0 when it cannot be read."""
    return int.from_bytes(_raw(cookie)[NONCE : NONCE + MOMENT], "big")


def _raw(cookie: str) -> bytes:
    try:
        return base64.b64decode(cookie.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return b""


def counter_digest(master: MasterKey, kind: str, which: bytes) -> bytes:
    """The name of a counter in the tables of tries."""
    return _digest(master, f"counter {kind}", which)


def _seal(master: MasterKey, login: str, body: bytes) -> bytes:
    return _digest(master, "device", body + login.encode(errors="surrogatepass"))[:SEAL]


def _digest(master: MasterKey, purpose: str, value: bytes) -> bytes:
    # The purpose goes in first: what is computed for one use can never stand for another.
    return hmac.digest(master.devices, purpose.encode() + b"\0" + value, "sha256")
