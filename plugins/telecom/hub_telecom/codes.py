"""What each of Telecom's answer codes proves. One in none of the tables is Unknown, whatever it looks like."""

import re
from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hub.plugin import Busy, Refused, Request, Unknown, plain_at

from .reading import LONGEST_CODE, LONGEST_TEXT

BEIJING = ZoneInfo("Asia/Shanghai")
# Published: the message was received; nothing has been done with it yet.
TAKEN = "0000"
# Published: the business check failed, for instance because the card's calls of this month are used up.
CHECK_FAILED = "-5"
# Published: how a missing customer is named. It may stand in the code or in the words, so both are searched.
NO_RECORD = re.compile(r"C0300103-\w{1,12}", re.ASCII)
# Published as a refusal in words ("already ordered, do not order again"); the number is our own convention.
ALREADY = "-8"
# Refusals and their neutral reasons. Below -8 they are our own convention: no agreement, another number, agreement
# over, real name missing, number stopped, the agreement belongs to another customer.
REASONS: Mapping[str, str] = {
    CHECK_FAILED: "other",
    ALREADY: "agreement_exists",
    "-11": "no_agreement",
    "-12": "phone_mismatch",
    "-13": "expired",
    "-14": "id_mismatch",
    "-15": "account_blocked",
    "-16": "agreement_exists",
}
# The words by which a failed business check means the monthly limit and not the customer; the code is the same. The
# gaps are bounded, so that the pattern cannot run long.
LIMIT = re.compile(r"月.{0,20}(上限|超过|超出|超限|用完)|month.{0,40}(exceed|limit)", re.IGNORECASE)


def judge(content: Mapping[str, Any]) -> None:
    """Judge by the head of the answer: accepted, a known refusal, or nothing proven."""
    head = content.get("Response")
    kind, code, words = (plain_at(head, name) for name in ("RspType", "RspCode", "RspDesc"))
    code, words = code[:LONGEST_CODE], words[:LONGEST_TEXT]
    if kind == "0" and code == TAKEN:
        return
    if kind == "1" and (missing := NO_RECORD.search(code) or NO_RECORD.search(words)):
        raise Refused(missing[0], words)
    if kind == "1" and code in REASONS:
        raise Refused(code, words)
    raise Unknown(code or "no_code", words)


def reason(code: str) -> str:
    """The neutral reason for a code; "other" for one that is not in the table."""
    return "no_agreement" if NO_RECORD.fullmatch(code) else REASONS.get(code, "other")


def said(request: Request, now: datetime) -> Generator[Request, Any, Any]:
    """One exchange. Raises Busy until next month if the monthly calls are used up: nothing was done, nobody refused."""
    try:
        answer = yield request
    except Refused as no:
        if no.code == CHECK_FAILED and LIMIT.search(no.text):
            raise Busy(no.code, no.text, retry_after=until_next_month(now)) from None
        raise
    return answer


def until_next_month(now: datetime) -> timedelta:
    """The time until the first of the next month in Beijing."""
    here = now.astimezone(BEIJING)
    first = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    # 32 days after the first lie in the next month, however long this one is.
    return (first + timedelta(days=32)).replace(day=1) - here


__all__ = ["ALREADY", "BEIJING", "CHECK_FAILED", "NO_RECORD", "REASONS", "judge", "reason", "said", "until_next_month"]
