"""The bank's answer codes. Only 000000 and 900010 are published; a code that stands in no table here is Unknown."""

from collections.abc import Mapping

from hub.plugin import Busy, Refused, Unknown

DONE = "000000"
# Signature, message key or message not readable: rejected before anything was done.
LOGIN = frozenset({"900001", "900002", "900010"})
CLOCK = frozenset({"900003"})
# Merchant, app or method not open to us.
PERMISSION = frozenset({"900004", "900005"})
# Rejected at the door: nothing was done, it is ours to repair, and no customer is refused for it.
NOT_TAKEN = LOGIN | CLOCK | PERMISSION
BUSY = frozenset({"900006"})
NO_AGREEMENT = "710001"
NO_SERIAL = "710003"
# Refusals of the business, in the hub's neutral words.
REASONS: Mapping[str, str] = {NO_AGREEMENT: "no_agreement", "710005": "other_card", "710006": "account_blocked"}
REFUSED = frozenset(REASONS) | {NO_SERIAL}


def reason(code: str) -> str:
    """The neutral reason for a code."""
    return REASONS.get(code, "other")


def judge(code: str, text: str) -> None:
    """Judge by a code: an answer, or the setback that it proves."""
    if code == DONE:
        return
    if code in BUSY or code in NOT_TAKEN:
        raise Busy(code, text)
    if code in REFUSED:
        raise Refused(code, text)
    raise Unknown(code, text)
