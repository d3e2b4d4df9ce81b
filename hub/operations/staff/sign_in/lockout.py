"""Lockout: a login is locked by failed tries, but a stranger's failures never lock the person's own browser (R6.1).

A try counts against the browser if it has the cookie of an earlier sign-in, otherwise against the login. The command
line, which needs the installation's key, has a counter of its own, and so has each session: strangers cannot fill a
counter that the person uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.ports import now
from hub.registry.session import Transaction
from hub.registry.staff import tries
from hub.registry.staff.tries import Counted
from hub.registry.vault import MasterKey

from .known_devices import counter_digest, device_of, login_digest

# Wrong passwords in a row that lock a counter.
FAILURES = 5
LOCK = timedelta(minutes=15)
# How long a failure counts when no other follows.
KEPT = timedelta(days=1)
# Rows that one turn of the periodic step deletes.
AT_ONCE = 500


class Locked(Refusal):
    """Too many failures of this login from here (R6.1)."""

    article, status = "R6.1", 429
    says = (
        "连续 5 次登录失败,已暂时锁定,还有 {minutes} 分钟。",
        "Locked after five failures in a row; {minutes} minutes remain.",
    )
    then = (
        "请在 {minutes} 分钟后再试。急需办理的,请在您以前登录过的浏览器上登录,或请信息中心解除锁定。",
        "Try again in {minutes} minutes. If it is urgent, use a browser in which you have signed in before, or ask the "
        "information centre to unlock you.",
    )

    @classmethod
    def until(cls, moment: datetime) -> "Locked":
        """The refusal of a lock that ends at a moment."""
        seconds = max((moment - now()).total_seconds(), 1.0)
        refusal = cls(minutes=ceil(seconds / 60))
        refusal.retry_after = ceil(seconds)
        return refusal


@dataclass(frozen=True)
class Counter:
    """Where a try is counted, and for which login; both are digests."""

    digest: bytes
    login: bytes


def at_sign_in(master: MasterKey, login: str, kind: str, device: str) -> Counter:
    """The counter of a try to sign in."""
    whose = login_digest(master, login)
    known = device_of(master, login, device, now()) if device else None
    if known is not None:
        return Counter(counter_digest(master, "device", known), whose)
    return Counter(counter_digest(master, "command line", whose), whose) if kind == "cli" else Counter(whose, whose)


def in_session(master: MasterKey, login: str, session: bytes) -> Counter:
    """The counter of tries inside a session, by its token's hash."""
    return Counter(counter_digest(master, "session", session), login_digest(master, login))


def count(
    tx: Transaction, counter: Counter, *, most: int = FAILURES, lock: timedelta = LOCK, kept: timedelta = KEPT
) -> Counted:
    """Count a try as failed before it is verified; the caller clears the counter if it succeeds."""
    return tries.reserve(tx, counter.digest, counter.login, now(), most, lock, kept)


def clear(tx: Transaction, counter: Counter) -> None:
    """Forget the failures of this counter only, after a success."""
    tries.clear(tx, counter.digest)


def clear_login(desk: Desk, login: str) -> None:
    """Lift every lock of a login."""
    tries.clear_login(desk.tx, login_digest(desk.vault.master, login))


def locked(desk: Desk, logins: Sequence[str]) -> dict[str, datetime]:
    """Which of these logins are locked in any browser, and until when."""
    digests = {login_digest(desk.vault.master, login): login for login in logins}
    return {digests[digest]: until for digest, until in tries.locked(desk.tx, digests, now()).items()}


def forget(desk: Desk) -> int:
    """The hub's periodic step: delete counts that no longer matter; returns how many."""
    return tries.delete_old(desk.tx, now() - KEPT, now(), AT_ONCE)
