"""Signing in and out: argon2id, lock after failures, sessions of which only a hash is kept (R6.1)."""

import hashlib
import threading
from dataclasses import dataclass, replace
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

from hub.domain.passwords import DAYS
from hub.domain.people import Actor
from hub.domain.refusals import Refusal
from hub.ports import new_token, now
from hub.registry import audit, people
from hub.registry.schema import AddressTries, LoginSession, User
from hub.registry.session import Transaction

from .grants import held_by
from .office import Office

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
AT_ONCE = threading.BoundedSemaphore(4)
"""Password checks at once: each takes 19 MiB."""
DUMMY = HASHER.hash("no such user")
FAILURES = 5
"""Wrong passwords in a row that lock a login."""
FAILURES_HERE = 20
"""Failures that lock a network address: an office stands behind one, and one person's typing must not lock it."""
LOCK = timedelta(minutes=15)
IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
SEEN_EVERY = timedelta(seconds=30)
"""How often a session's last use is written down."""


class NotSignedIn(Refusal):
    """Login or password wrong, or the account is closed: one answer for all (R6.1)."""

    article, status = "R6.1", 401
    says = ("账号或密码不正确。", "Login or password is wrong.")
    then = ("请重试;连续 5 次错误将锁定 15 分钟。", "Try again; five failures lock it for 15 minutes.")


class Locked(Refusal):
    """Too many failures of this account or address (R6.1)."""

    article, status = "R6.1", 429
    says = ("连续多次登录失败,已暂时锁定。", "Locked after too many failures.")
    then = ("请在 15 分钟后再试,或联系信息中心。", "Try again in 15 minutes, or ask the information centre.")


@dataclass(frozen=True)
class SignedIn:
    """A new session; the token is shown once and stored nowhere."""

    token: str
    csrf: str
    actor: Actor
    must_change: bool


@dataclass(frozen=True)
class Signed:
    """A valid session."""

    actor: Actor
    csrf: str
    must_change: bool
    token_hash: bytes


def hash_password(password: str) -> str:
    """argon2id; at most four at once in this process."""
    with AT_ONCE:
        return HASHER.hash(password)


def mark_of(password: str, pepper: bytes) -> bytes:
    """As slow to guess as a hash, and the same for the same password: told apart only by who has the master key."""
    with AT_ONCE:
        cost = {"time_cost": HASHER.time_cost, "memory_cost": HASHER.memory_cost, "parallelism": HASHER.parallelism}
        return hash_secret_raw(password.encode(), pepper, hash_len=32, type=Type.ID, **cost)


def matches(stored: str, password: str) -> bool:
    """Whether the password is the one behind the hash."""
    with AT_ONCE:
        try:
            return HASHER.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def actor_of(tx: Transaction, user: User) -> Actor:
    """The user with what they hold at this moment."""
    grants, covers = held_by(tx, user.id)
    return Actor(user.id, user.name, grants, covers=covers, company_units=people.top_units(tx))


def sign_in(office: Office, login: str, password: str, address: str, kind: str = "browser") -> SignedIn:
    """Open a session. Raises NotSignedIn or Locked; failures are counted and recorded although nothing else happens."""
    with office.store.transaction() as tx:
        answer = _judge(tx, login, password, address, kind)
    if isinstance(answer, Refusal):
        raise answer
    return answer


def _judge(tx: Transaction, login: str, password: str, address: str, kind: str) -> SignedIn | Refusal:
    tries = people.tries(tx, address)
    user = people.by_login(tx, login, lock=True)
    moment, named = now(), login if user else f"{login[:2]}…"
    if _locked(tries, moment) or (user is not None and _locked(user, moment)):
        _line(tx, named, address, "locked")
        return Locked()
    unknown = people.tries(tx, _nobody(login)) if user is None else None
    if unknown is not None and _locked(unknown, moment):
        _line(tx, login, address, "locked")
        return Locked()
    good = matches(user.password_hash if user else DUMMY, password)
    if user is None or not good or not user.active or user.service:
        _failed(tries, FAILURES_HERE)
        _failed(user or unknown, FAILURES)
        _line(tx, named, address, "refused")
        return NotSignedIn()
    tries.failed, tries.locked_until = 0, None
    clear_failures(user)
    if HASHER.check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    _line(tx, named, address, "done")
    return _open(tx, user, address, kind)


def _nobody(login: str) -> str:
    """The row that counts for a login that nobody has: it locks like any other, so that none can be told apart."""
    return "login " + hashlib.sha256(login.encode(errors="replace")).hexdigest()


def clear_failures(user: User) -> None:
    """Forget a user's wrong passwords, and lift the lock."""
    user.failed_logins, user.locked_until = 0, None


def _locked(row: User | AddressTries, moment: object) -> bool:
    return row.locked_until is not None and row.locked_until > moment  # type: ignore[operator]


def _failed(row: User | AddressTries | None, most: int) -> None:
    """One more failure; the last one locks."""
    if row is None:
        return
    if isinstance(row, User):
        row.failed_logins += 1
        failed = row.failed_logins
    else:
        row.failed += 1
        failed = row.failed
    if failed >= most:
        row.locked_until = now() + LOCK
        if isinstance(row, User):
            row.failed_logins = 0
        else:
            row.failed = 0


def _open(tx: Transaction, user: User, address: str, kind: str) -> SignedIn:
    token, csrf, moment = new_token(), new_token(), now()
    tx.add(
        LoginSession(
            token_hash=token_hash(token),
            user_id=user.id,
            kind=kind,
            csrf=csrf,
            address=address,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + ABSOLUTE,
        )
    )
    tx.flush()
    return SignedIn(token, csrf, replace(actor_of(tx, user), session=token_hash(token)), must_change(user))


def must_change(user: User) -> bool:
    """Whether the password is a first one or too old (R6.1)."""
    return user.must_change or now() - user.password_set_at > timedelta(days=DAYS)


def token_hash(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def _line(tx: Transaction, login: str, address: str, outcome: str) -> None:
    """Of a login that nobody has only the beginning is kept: people type their password into the wrong field."""
    line = audit.Line(None, login, [], "staff.sign_in", "R6.1", ("user", login), outcome, {}, None, address)
    audit.write(tx, line)


def session_of(office: Office, token: str) -> Signed | None:
    """The session behind a token; None when it is unknown, idle for 15 minutes, 8 hours old, or its user is gone."""
    with office.store.transaction() as tx:
        row = people.session(tx, token_hash(token))
        moment = now()
        if row is None:
            return None
        user = people.user(tx, row.user_id)
        if row.expires_at <= moment or moment - row.seen_at > IDLE or user is None or not user.active:
            tx.delete(row)
            return None
        if moment - row.seen_at > SEEN_EVERY:
            row.seen_at = moment
        actor = replace(actor_of(tx, user), session=row.token_hash)
        return Signed(actor, row.csrf, must_change(user), row.token_hash)


def sign_out(office: Office, token: str) -> None:
    """End a session; ending it twice changes nothing."""
    with office.store.transaction() as tx:
        row = people.session(tx, token_hash(token))
        if row is not None:
            tx.delete(row)
