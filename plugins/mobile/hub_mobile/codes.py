"""What each of Mobile's status strings proves. One in none of the tables is Unknown, whatever it looks like.

Published are "0" and "12021"; those of Yanxintong (121…) are our own convention, since nothing is published.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hub.plugin import Busy, Refused, Unknown

DONE = "0"
TOKEN_OVER = "12021"
# A number was changed less than thirty minutes ago; with it the whole batch is refused (published rule).
LOCKED = "12100"
# A shorter wait would only collect refusals.
LOCK = timedelta(minutes=30)
TOO_MANY_CALLS = "12050"
# Account, password, clock or permission not accepted: nothing was done, and it is ours to repair, not the customer's.
LOGIN, CLOCK, RIGHT = frozenset({"12002", "12004"}), frozenset({"12006"}), frozenset({"12007"})
# Wait after our account, clock or permission was not accepted: only a person can repair that.
MENDING = timedelta(minutes=5)
ALREADY = "12101"
NO_RECORD = "12107"
# Refusals: held already, no agreement, deposit not paid, another number, term over, another customer's agreement, too
# many rows, number stopped.
REASONS: Mapping[str, str] = {
    ALREADY: "agreement_exists",
    "12102": "no_agreement",
    "12103": "other",
    "12104": "phone_mismatch",
    "12105": "expired",
    "12106": "agreement_exists",
    "12108": "other",
    "12109": "account_blocked",
}
REFUSALS = frozenset({TOKEN_OVER, NO_RECORD, *REASONS})
# Characters of what the partner says that are kept.
LONGEST_CODE, LONGEST_TEXT = 40, 200


def judge(content: Mapping[str, Any]) -> None:
    """Judge by the status: done, a known refusal, not now, or nothing proven."""
    status, words = content.get("status"), content.get("message")
    code = status[:LONGEST_CODE] if isinstance(status, str) else ""
    text = words[:LONGEST_TEXT] if isinstance(words, str) else ""
    if code == DONE:
        return
    if code == LOCKED:
        raise Busy(code, text, retry_after=LOCK)
    if code == TOO_MANY_CALLS:
        raise Busy(code, text)
    if code in LOGIN | CLOCK | RIGHT:
        raise Busy(code, text, retry_after=MENDING)
    if code in REFUSALS:
        raise Refused(code, text)
    raise Unknown(code or "no_status", text)


def reason(code: str) -> str:
    """The neutral reason for a code; "other" for one that is not in the table."""
    return REASONS.get(code, "other")


__all__ = [
    "ALREADY",
    "CLOCK",
    "LOCK",
    "LOCKED",
    "LOGIN",
    "MENDING",
    "NO_RECORD",
    "REASONS",
    "RIGHT",
    "TOKEN_OVER",
    "judge",
    "reason",
]
