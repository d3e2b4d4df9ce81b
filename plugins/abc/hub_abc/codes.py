"""ABC's return codes: what each proves. Platform codes are published; those of the entrust business are our own convention."""

DONE = "0000"
CLOCK = frozenset({"1005"})
"""A certificate that is past its day (published for the client's side; expected from the gateway too)."""
LOGIN = frozenset({"APE002", "APE004", "APE400"})
"""Merchant unknown or stopped, signature not verified."""
RIGHT = frozenset({"APE003"})
NOT_TAKEN = CLOCK | LOGIN | RIGHT | {"APE009"}
"""The gateway turned the message away before any business: certain even when the answer is not signed."""
BUSY = frozenset({"EPS900"})
"""Calls too quick (own convention)."""
UNKNOWN = frozenset({"EUNKWN", "APE001"})
"""The bank itself does not know (published), and its system error, which may come after the work too."""

WAITING = "EPS101"
"""The SignNo is known, with the same content, and waits for its SMS code."""
OTHER_CONTENT = "EPS102"
"""The SignNo was used with other content."""
SIGNED = "EPS103"
"""The SignNo is known, with the same content, and in force."""
TOO_EARLY = "EPS104"
"""A code was sent a moment ago."""
NO_RECORD = frozenset({"EPS110"})
"""No such SignNo or batch."""
WRONG_CODE = "EPS120"
"""The SMS code is wrong and there are tries left."""
CODE_EXPIRED = "EPS121"
"""The SMS code is too old; another can be sent."""
NO_TRIES = "EPS122"
"""Wrong too often: the request is closed."""
NOT_IN_FORCE = "EPS130"
"""To be ended, but not in force (any more)."""

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
"""Refusals in neutral words (own convention)."""
REFUSED = frozenset({WAITING, SIGNED, TOO_EARLY, WRONG_CODE, CODE_EXPIRED}) | NO_RECORD | REASONS.keys()
"""Verified answers that are no success and that a talk may catch."""


def reason(code: str) -> str:
    """The neutral reason of a refusal; "other" for one that is in no table."""
    return REASONS.get(code, "other")
