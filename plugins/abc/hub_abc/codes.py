"""What each of ABC's return codes proves. Platform codes are published; those of the entrust business are our own convention."""

DONE = "0000"
# A certificate that has expired (published for the client's side; expected from the gateway too).
CLOCK = frozenset({"1005"})
# Merchant unknown or stopped, signature not verified.
LOGIN = frozenset({"APE002", "APE004", "APE400"})
RIGHT = frozenset({"APE003"})
# The gateway rejected the message before any business. Believed even unsigned, as it comes for a caller who is not
# known yet: it claims that nothing was done, and the hub tries again under the same serial.
NOT_TAKEN = CLOCK | LOGIN | RIGHT | {"APE009"}
# Calls too quick (own convention).
BUSY = frozenset({"EPS900"})
# The bank itself does not know (published), and its system error, which may also come after the work.
UNKNOWN = frozenset({"EUNKWN", "APE001"})

# The SignNo is known, with the same content, and waits for its SMS code.
WAITING = "EPS101"
# The SignNo was used with other content.
OTHER_CONTENT = "EPS102"
# The SignNo is known, with the same content, and in force. Not taken for a success: only the query tells with which
# card.
SIGNED = "EPS103"
# A code was sent a moment ago.
TOO_EARLY = "EPS104"
# No such SignNo or batch.
NO_RECORD = frozenset({"EPS110"})
# The SMS code is wrong and there are tries left.
WRONG_CODE = "EPS120"
# The SMS code is too old; another can be sent.
CODE_EXPIRED = "EPS121"
# Wrong too often: the request is closed.
NO_TRIES = "EPS122"
# An agreement that was to be ended is not in force (any more).
NOT_IN_FORCE = "EPS130"

# Refusals in neutral words (own convention).
REASONS = {
    NO_TRIES: "phone_mismatch",
    NOT_IN_FORCE: "no_agreement",
    "EPS201": "name_mismatch",
    "EPS202": "id_mismatch",
    "EPS203": "phone_mismatch",
    "EPS204": "account_closed",
    "EPS205": "account_blocked",
    "EPS206": "account_type",
    "EPS207": "limit",
    "EPS208": "expired",
    "EPS209": "other_card",
    "EPS210": "agreement_exists",
}
# Signed answers that are no success and that a talk may catch. Any other code is Unknown.
REFUSED = frozenset({WAITING, SIGNED, TOO_EARLY, WRONG_CODE, CODE_EXPIRED}) | NO_RECORD | REASONS.keys()


def reason(code: str) -> str:
    """The neutral reason of a refusal; "other" for one that is in no table."""
    return REASONS.get(code, "other")
