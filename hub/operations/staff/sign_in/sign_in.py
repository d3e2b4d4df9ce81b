"""Signing in and out: argon2id, sessions stored as a hash; failures are counted by `lockout` (R6.1)."""

import threading
from dataclasses import dataclass, replace
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.domain.plain_text import refuse_unwritable
from hub.domain.refusals import Refusal
from hub.domain.staff.passwords import DAYS
from hub.domain.staff.posts import Actor
from hub.operations.grants import held_by
from hub.operations.office import Office
from hub.ports import new_token, now, token_hash
from hub.registry import audit
from hub.registry.schema import LoginSession, User
from hub.registry.session import Transaction
from hub.registry.staff import leave_cover, users

from . import lockout, slowing
from .known_devices import issue

# One of OWASP's settings for argon2id: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Password checks at once: each takes 19 MiB and a core.
AT_ONCE = threading.BoundedSemaphore(4)
# Verified for an unknown login, so that the answer takes as long as for a known one.
DUMMY = HASHER.hash("no such user")
IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
# How often a session's last use is stored: at every request, a page's parallel requests would queue for its row.
SEEN_EVERY = timedelta(seconds=30)


class NotSignedIn(Refusal):
    """Wrong login or password, or a closed account: one answer for all (R6.1)."""

    article, status = "R6.1", 401
    says = ("账号或密码不正确。", "Login or password is wrong.")
    then = ("请重试;连续 5 次错误将锁定 15 分钟。", "Try again; five failures lock it for 15 minutes.")


@dataclass(frozen=True)
class SignedIn:
    """A new session; the token is shown once and stored nowhere."""

    token: str
    csrf: str
    actor: Actor
    must_change: bool
    device: str
    """What the browser sends the next time, so that it is recognised."""


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
    away = leave_cover.away_until(tx, user.id, now())
    return Actor(user.id, user.name, grants, covers=covers, away_until=away, company_units=users.top_units(tx))


def sign_in(
    office: Office, login: str, password: str, address: str, kind: str = "browser", device: str = ""
) -> SignedIn:
    """Open a session. Raises NotSignedIn or Locked, after the failure is counted and recorded.

    `device` is what an earlier success returned.
    """
    refuse_unwritable(("账号", "Login"), login)
    refuse_unwritable(("密码", "Password"), password)
    counter = lockout.at_sign_in(office.master, login, kind, device)
    # Counted first, verified outside any transaction, then recorded: many tries at once hold neither rows nor
    # connections while they are verified, and no more of them are verified than may fail.
    with office.store.transaction() as tx:
        counted = lockout.count(tx, counter)
        user = users.by_login(tx, login)
    named = login if user else f"{login[:2]}…"
    if counted.locked_until is not None:
        raise _refused(office, named, address, "locked", lockout.Locked.until(counted.locked_until))
    good = matches(user.password_hash if user else DUMMY, password)
    opened: SignedIn | None = None
    if user is not None and good and user.active and not user.service:
        opened = _admit(office, user, password, address, kind, counter)
    if opened is None:
        raise _refused(office, named, address, "refused", NotSignedIn())
    return opened


def _refused(office: Office, named: str, address: str, outcome: str, refusal: Refusal) -> Refusal:
    """The refusal, recorded, and delayed when its address fails too often."""
    with office.store.transaction() as tx:
        _line(tx, named, address, outcome)
        refusal.hold = slowing.count(office, tx, address)
    return refusal


def _admit(
    office: Office, judged: User, password: str, address: str, kind: str, counter: lockout.Counter
) -> SignedIn | None:
    """Open the session of a user whose password was right; None when it was changed meanwhile or the account is closed."""
    # Before the transaction: a hash is slow on purpose, and no row lock is held for so long.
    fresh = hash_password(password) if HASHER.check_needs_rehash(judged.password_hash) else judged.password_hash
    with office.store.transaction() as tx:
        # Read again under a lock: the password may have been changed while the old one was verified.
        user = users.user(tx, judged.id, lock=True)
        if user is None or user.password_hash != judged.password_hash or not user.active or user.service:
            return None
        user.password_hash = fresh
        lockout.clear(tx, counter)
        _line(tx, user.login, address, "done")
        token, csrf = _open(tx, user, address, kind)
        actor = replace(actor_of(tx, user), session=token_hash(token))
        return SignedIn(token, csrf, actor, must_change(user), issue(office.master, user.login, now()))


def _open(tx: Transaction, user: User, address: str, kind: str) -> tuple[str, str]:
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
    return token, csrf


def must_change(user: User) -> bool:
    """Whether the password is a first one or too old (R6.1)."""
    return user.must_change or now() - user.password_set_at > timedelta(days=DAYS)


def _line(tx: Transaction, login: str, address: str, outcome: str) -> None:
    """Write the audit line. Of an unknown login only the beginning is kept: people type passwords into the wrong field."""
    line = audit.Line(None, login, [], "staff.sign_in", "R6.1", ("user", login), outcome, {}, None, address)
    audit.write(tx, line)


def session_of(office: Office, token: str) -> Signed | None:
    """The session behind a token; None when it is unknown, idle for 15 minutes, 8 hours old, or its user is gone."""
    with office.store.transaction() as tx:
        session = users.session(tx, token_hash(token))
        moment = now()
        if session is None:
            return None
        user = users.user(tx, session.user_id)
        if session.expires_at <= moment or moment - session.seen_at > IDLE or user is None or not user.active:
            tx.delete(session)
            return None
        if moment - session.seen_at > SEEN_EVERY:
            session.seen_at = moment
        actor = replace(actor_of(tx, user), session=session.token_hash)
        return Signed(actor, session.csrf, must_change(user), session.token_hash)


def sign_out(office: Office, token: str) -> None:
    """End a session; ending it twice changes nothing."""
    with office.store.transaction() as tx:
        session = users.session(tx, token_hash(token))
        if session is not None:
            tx.delete(session)
