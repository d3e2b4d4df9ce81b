"""The list of agreements with their handsets, page by page: never more than a page in memory."""

from datetime import datetime
from typing import Any

from hub.plugin import Absent, Listing, Refused, Unknown, page_of, plain_at, post

from .announcing import AREA, Told
from .codes import BEIJING, NO_RECORD, said
from .envelope import Settings
from .records import facts_of

AGREEMENTS, ONE = f"{AREA}/agreements/query", f"{AREA}/agreements/one"
# Most pages of a list; far more than any carrier has, so that no list is cut, and none is endless.
LONGEST = 10_000_000


def listed(since: datetime | None, cursor: str, settings: Settings, now: datetime) -> Listing:
    """All records, or those changed since a moment, or, after a cursor, what follows it.

    The last page's cursor is Telecom's tag for "the list as it is now": asked again with it, only later changes come,
    and nothing if there are none. Raises Unknown for a list that does not move on.
    """
    asked = {"changedSince": since.astimezone(BEIJING).isoformat(timespec="seconds") if since else ""}
    for _ in range(LONGEST):
        request = post(AGREEMENTS, {**asked, "cursor": cursor, "limit": settings.page_size})
        try:
            answer = yield from said(request, now)
        except Refused as no:
            if NO_RECORD.fullmatch(no.code):
                return []
            raise
        records, following, more = rows(answer), plain_at(answer, "cursor"), plain_at(answer, "more")
        if not following or more not in ("0", "1"):
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
    return plain_at(record, "agreementNo"), plain_at(record, "custCode")


def one(agreement_no: str, device_no: str, now: datetime) -> Told:
    """What Telecom holds under an agreement's number, or a handset's where there is none.

    Raises Unknown for an answer about something else.
    """
    try:
        answer = yield from said(post(ONE, {"agreementNo": agreement_no, "imei": device_no}), now)
    except Refused as no:
        if NO_RECORD.fullmatch(no.code):
            return [Absent("")]
        raise
    record = answer.get("record")
    # After a replacement the record is found under the former handset as well.
    handsets = (plain_at(record, "imei"), plain_at(record, "formerImei"))
    if plain_at(record, "agreementNo") != agreement_no if agreement_no else device_no not in handsets:
        raise Unknown("other_record")
    return facts_of(record, now)


def rows(answer: Any) -> list[Any]:
    """The records of a page. In XML a single record looks like an object, and no record like an empty text.

    Raises Unknown if there is no list, which does not mean "none".
    """
    records = answer.get("records")
    if isinstance(records, dict) and records:
        return [records]
    if records == "":
        return []
    if not isinstance(records, list):
        raise Unknown("no_records")
    return records


__all__ = ["AGREEMENTS", "ONE", "listed", "one"]
