"""Slowing: refusals to a network address that fails repeatedly are delayed, and internal control is told (R6.1).

An address is never locked and no right password is delayed: a whole office, or all users behind a proxy, may share one
address. A delay does not stop guesses over many connections; the lock of each login and the notice do.
"""

from datetime import datetime, timedelta

from hub.domain.staff.client_address import place_of
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.tasks.notify import tell
from hub.ports import now
from hub.registry.session import Transaction
from hub.registry.staff import tries, users

# Failures without a wait.
FREE = 10
# Seconds of the first wait; each doubles the one before, up to the longest.
FIRST, LONGEST = 0.25, 4.0
# One failure is forgotten in this time, whatever succeeds meanwhile: a success must not wipe out a guesser's count.
FORGOTTEN_EVERY = timedelta(minutes=5)
# The count stops here, so that the worst address has a clean slate after a working day (100 times 5 minutes).
MOST = 100.0
# Failures at which internal control is told.
TOLD_AT = 20
TOLD_EVERY = timedelta(days=1)
# How many addresses are reported within that time: an attacker with many must not bury the reader in notices.
MOST_TOLD = 20


# A leaky bucket: failures drain at a constant rate, so that one number and one moment replace a list of failures.
def count(office: Office, tx: Transaction, address: str) -> float:
    """Count a failure of an address; returns by how many seconds its answer is delayed."""
    place, moment = place_of(address), now()
    failures = tries.of_address(tx, place, moment)
    forgotten = max(moment - failures.failed_at, timedelta()) / FORGOTTEN_EVERY
    failures.failed = min(max(failures.failed - forgotten, 0.0) + 1, MOST)
    failures.failed_at = moment
    due = failures.failed >= TOLD_AT and not _told_lately(failures.told_at, moment)
    if due and tries.addresses_told(tx, moment - TOLD_EVERY) < MOST_TOLD:
        _tell(office, tx, place)
        # Only a notice counts: one that was not sent must not stand in the way of the next address's.
        failures.told_at = moment
    return wait_of(failures.failed)


def fail(office: Office, address: str) -> float:
    """Like `count`, in a transaction of its own."""
    with office.store.transaction() as tx:
        return count(office, tx, address)


def wait_of(failed: float) -> float:
    """Seconds of the wait after so many failures."""
    over = int(failed) - FREE
    return min(FIRST * 2.0 ** (over - 1), LONGEST) if over > 0 else 0.0


def _told_lately(told_at: datetime | None, moment: datetime) -> bool:
    return told_at is not None and moment - told_at < TOLD_EVERY


def _tell(office: Office, tx: Transaction, place: str) -> None:
    desk = office.desk_in(tx, HUB)
    for unit_code in sorted(users.top_units(tx)):
        tell(desk, "address_failing", "R6.1", [Post.INTERNAL_CONTROL], unit_code, name=place, failures=TOLD_AT)
