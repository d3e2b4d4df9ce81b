"""ICBC's codes: which mean busy, which refuse, which prove nothing (protocol notes §1.2, §1.4, §1.5).

A code in none of these tables is Unknown, whatever its sign: the bank's own samples contain unexplained codes, and taking
one for a refusal would let our books drift from the bank's (ADR 0003).
"""

import re
from collections.abc import Mapping
from typing import Any

from hub.plugin import Busy, Refused, Unknown

# Rate or concurrency exceeded, business busy: nothing was let through.
BUSY = frozenset({"500031", "500032", "5205"})
# An illegal parameter; in a request that worked before, it can only be the clock.
CLOCK = frozenset({"400011"})
# App, key or signature not accepted.
LOGIN = frozenset({"400016", "400017", "400051", "80008009"})
# The interface is not there or not open to us.
PERMISSION = frozenset({"400019", "500018", "500020", "500052", "500091"})
# The gateway rejected the call: nothing was done, we have to repair it, and no customer is refused for it.
NOT_TAKEN = CLOCK | LOGIN | PERMISSION
# In answer to a package: the company's own contract is missing. Again nothing was done, and we have to repair it.
NO_COMPANY = frozenset({"80008006"})
# No such serial or agreement. 96110116 is our simulator's.
NO_RECORD = frozenset({"80008006", "8563", "B0116", "B2027", "96110116"})
# Serial used before: the first package under it may have been executed, so this proves nothing. 96110012 is our
# simulator's.
DUPLICATE = frozenset({"B0012", "B0033", "B0249", "96110012"})
# Calls that the bank refused for their content.
REFUSED = frozenset({"9990", "80008001", "80008002", "80008004", "80008010", "B0001", "B0110"}) | NO_RECORD
# Results of a row: done, failed, and open.
ROW_DONE = "7"
ROW_FAILED = frozenset({"6", "8", "11"})
# Not decided yet: query again, resend nothing. A result in none of the three sets proves nothing.
ROW_OPEN = frozenset({"0", "1", "2", "3", "4", "5", "9", "10", "20", "86", "95", "98"})
# Neutral reasons for the codes of rows and calls.
REASONS: Mapping[str, str] = {
    "B2043": "name_mismatch",
    "B2031": "id_mismatch",
    "B2037": "id_mismatch",
    "B2323": "id_mismatch",
    "2252": "id_mismatch",
    "B2303": "phone_mismatch",
    "B2028": "agreement_exists",
    "B2658": "other_card",
    "B2024": "other_card",
    "B2022": "no_agreement",
    "B2040": "no_agreement",
    "80008006": "no_agreement",
    "8563": "no_agreement",
    "B2636": "limit",
    "B2301": "limit",
    "B2616": "limit",
    "B2617": "limit",
    "B2618": "limit",
    "B2610": "limit",
    "5919": "limit",
}
NUMBER = re.compile(r"(-?)0*([0-9]{1,12})", re.ASCII)


def normal(code: object) -> str:
    """A code without leading zeros: "02313" and 2313 are one. Anything else stays as it came."""
    text = str(code).strip()
    number = NUMBER.fullmatch(text)
    return number[1] + number[2] if number else text


def reason(code: str) -> str:
    """The neutral reason for a row's or call's code; "other" for one that is not in the table."""
    return REASONS.get(normal(code), "other")


def judge(content: Mapping[str, Any]) -> None:
    """Judge by the return code: zero is an answer, negative is doubt, a known positive one is a refusal or busy.

    A missing code, a boolean or a fraction is doubt.
    """
    given = content.get("return_code")
    text = str(content.get("return_msg", ""))
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise Unknown("no_return_code", text)
    code = normal(given)
    if code == "0":
        return
    if code in BUSY or code in NOT_TAKEN:
        raise Busy(code, text)
    if code in DUPLICATE:
        raise Unknown(code, text)
    if code in REFUSED or code in REASONS:
        raise Refused(code, text)
    raise Unknown(code, text)
