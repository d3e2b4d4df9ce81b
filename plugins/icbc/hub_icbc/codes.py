"""ICBC's codes: which are busy, which refuse, which prove nothing (notes §1.2, §1.4, §1.5)."""

from collections.abc import Mapping
from typing import Any

from hub.plugin import Busy, Refused, Unknown

BUSY = frozenset({"500031", "500032", "5205"})
"""Rate or concurrency exceeded, business busy: the gateway let nothing through."""
NOT_TAKEN = frozenset({"400011", "400016", "400017", "400019", "500018", "500020", "500091", "400051", "500052"})
"""The gateway turned the call away at the door (clock, key, signature, right): nothing was done, mending is ours."""
NO_RECORD = frozenset({"80008006", "96110116", "B0116"})
"""No such serial or agreement."""
DUPLICATE = frozenset({"B0012", "96110012"})
"""Serial used before: the first one with it may have been done, so this proves nothing."""
ROW_DONE = frozenset({"7", "10"})
ROW_FAILED = frozenset({"6", "8", "11"})
REASONS: Mapping[str, str] = {
    "B2043": "name_mismatch",
    "B2031": "id_mismatch",
    "B2037": "id_mismatch",
    "B2323": "id_mismatch",
    "B2303": "phone_mismatch",
    "B2028": "agreement_exists",
    "B2658": "other_card",
    "B2024": "other_card",
    "B2022": "no_agreement",
    "B2040": "no_agreement",
    "80008006": "no_agreement",
    "80008010": "account_closed",
    "B2636": "limit",
    "B2301": "limit",
    "B2616": "limit",
    "B2617": "limit",
    "B2618": "limit",
}


def reason(code: str) -> str:
    """The neutral reason for a row's or call's code; "other" for one that is not in the table."""
    return REASONS.get(code, "other")


def judge(content: Mapping[str, Any]) -> None:
    """Let the return code speak: zero is an answer, negative is doubt, positive a refusal or busy.

    A missing code, a boolean, or one that is no number is doubt; text with leading zeros is read as its number would
    be, because the bank's own samples carry such.
    """
    given = content.get("return_code")
    text = str(content.get("return_msg", ""))
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise Unknown("no_return_code", text)
    code = str(given).strip()
    if code.lstrip("-").strip("0") == "" and code not in ("", "-"):
        return
    if code in BUSY or code in NOT_TAKEN:
        raise Busy(code, text)
    if code.startswith("-") or not code[-1:].isdigit():
        raise Unknown(code, text)
    raise Refused(code, text)
