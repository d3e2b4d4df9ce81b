"""The list of signed retailers with their devices, page by page: never more than a page in memory."""

from datetime import datetime
from typing import Any

from hub.plugin import Absent, Listing, Refused, Unknown, page_of, post, text_at

from .announcing import AREA, Told
from .codes import NO_RECORD
from .envelope import BEIJING
from .records import facts_of
from .visits import Visit, said

SIGNED, ONE = f"{AREA}/query/signed", f"{AREA}/query/signed-one"
# Most pages of a list; far more than any carrier has, so that no list is cut, and none is endless.
LONGEST = 10_000_000


def listed(visit: Visit, since: datetime | None, cursor: str, now: datetime) -> Listing:
    """All records, or those changed since a moment, or, after a cursor, what follows it.

    The last page's cursor stands for "the list as it is now": asked again with it, only later changes come.
    Raises Unknown for a list that does not go on.
    """
    asked = {"changedSince": f"{since.astimezone(BEIJING):%Y%m%d%H%M%S}" if since else ""}
    for _ in range(LONGEST):
        request = post(SIGNED, {**asked, "cursor": cursor, "limit": visit.settings.page_size})
        answer = yield from said(visit, request)
        records, following, more = answer.get("records"), text_at(answer, "cursor"), text_at(answer, "more")
        if not isinstance(records, list) or not following or more not in ("0", "1"):
            raise Unknown("no_records")
        # A page that does not move on would be asked for again and again.
        if more == "1" and (following == cursor or not records):
            break
        yield page_of(records, lambda record: facts_of(record, now), whose, following)
        if more == "0":
            return []
        cursor = following
    raise Unknown("endless_list")


def whose(record: Any) -> tuple[str, str]:
    """The agreement's number and the customer's code of a record that cannot be read otherwise."""
    return text_at(record, "agreementNo"), text_at(record, "custCode")


def one(visit: Visit, agreement_no: str, device_no: str, now: datetime) -> Told:
    """What Mobile holds under an agreement's number, or a device's where there is none.

    Raises Unknown for an answer about something else.
    """
    try:
        answer = yield from said(visit, post(ONE, {"agreementNo": agreement_no, "terminalId": device_no}))
    except Refused as no:
        if no.code == NO_RECORD:
            return [Absent("")]
        raise Unknown(no.code, no.text) from None
    record = answer.get("record")
    # After a replacement the record is found under the former device as well.
    devices = (text_at(record, "terminalId"), text_at(record, "preTerminalId"))
    if text_at(record, "agreementNo") != agreement_no if agreement_no else device_no not in devices:
        raise Unknown("other_record")
    return facts_of(record, now)


__all__ = ["ONE", "SIGNED", "listed", "one"]
