"""The questions that ICBC answers about packages and agreements, page by page; none of them changes anything."""

from collections.abc import Generator, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from hub.plugin import BindingLive, Fact, Listing, Page, Refused, Request, Unknown, plain_at, post

from .answers import Filed, Line, decided, in_force, lines
from .codes import NO_RECORD
from .messages import AREA, day, query_head
from .settings import Settings

# Most pages that one question is followed for.
PAGES = 200
# Most pages of a list of everything.
LONGEST = 99_999
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def pages(path: str, body: Mapping[str, Any]) -> Generator[Request, Any, list[Line]]:
    """All rows of a paged list. Raises Unknown when it does not end: half a list is no list."""
    rows: list[Line] = []
    tags = {""}
    tag = ""
    for number in range(PAGES):
        serial = f"{body['f_seq_no']}{number:03d}"
        answer = yield post(path, {**body, "f_seq_no": serial, "next_tag": tag})
        rows += lines(answer)
        tag = plain_at(answer, "next_tag")
        if not tag:
            return rows
        if tag in tags:
            break
        tags.add(tag)
    raise Unknown("endless_list")


def results(
    key: str, rows: Iterable[Filed], settings: Settings, asked_at: datetime, now: datetime
) -> Generator[Request, Any, list[Fact] | None]:
    """What the bank decided about our rows of the package with this serial; None: it knows no such serial."""
    body = query_head(settings, key, now) | {"start_date": day(asked_at), "end_date": day(now), "qryf_seqno": key}
    try:
        their_lines = yield from pages(f"{AREA}/mepbprotocolimpinstrqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return None
        raise
    return decided(their_lines, rows)


def one_in_force(
    key: str, customer_code: str, settings: Settings, now: datetime
) -> Generator[Request, Any, BindingLive | None]:
    """The agreement in force for a customer, or None when the bank says that there is none.

    Raises Unknown for an answer about somebody else or without status: that is not "none" either.
    """
    body = query_head(settings, key, now) | {"contract_no": settings.contract_no, "pay_no": customer_code}
    try:
        answer = yield post(f"{AREA}/mepbprotocolsingleqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return None
        raise
    their_lines = lines(answer)
    held = in_force(their_lines).get(customer_code)
    ended = all(plain_at(line, "pay_no") == customer_code and plain_at(line, "status") for line in their_lines)
    if held is None and not ended:
        raise Unknown("not_understood")
    return held


def list_in_force(
    key: str, settings: Settings, since: datetime, now: datetime
) -> Generator[Request, Any, dict[str, BindingLive]]:
    """The agreements in force that were signed since a day, by customer code."""
    body = query_head(settings, key, now) | {
        "contract_no": settings.contract_no,
        "query_type": "1",
        "begin_date": day(since),
        "end_date": day(now),
    }
    try:
        their_lines = yield from pages(f"{AREA}/mepbprotocolqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return {}
        raise
    return in_force(their_lines)


def listed(key: str, settings: Settings, since: datetime | None, cursor: str, now: datetime) -> Listing:
    """The agreements in force, a Page at a time; the cursor is the bank's own tag. Raises Unknown for an endless list."""
    body = query_head(settings, key, now) | {
        "contract_no": settings.contract_no,
        "query_type": "1",
        "begin_date": day(since or BEGINNING),
        "end_date": day(now),
    }
    tag = cursor
    for number in range(LONGEST):
        try:
            answer = yield post(
                f"{AREA}/mepbprotocolqry/V1", {**body, "f_seq_no": f"{body['f_seq_no']}{number:05d}", "next_tag": tag}
            )
        except Refused as no:
            if no.code in NO_RECORD:
                return []
            raise
        following = plain_at(answer, "next_tag")
        yield Page(tuple(in_force(lines(answer)).values()), following)
        if not following:
            return []
        if following == tag:
            break
        tag = following
    raise Unknown("endless_list")


def deletion(key: str, settings: Settings, now: datetime) -> Generator[Request, Any, list[Line] | None]:
    """The results of a deletion package; None: the bank knows no such serial."""
    body = query_head(settings, key, now) | {"qryf_seqno": key}
    try:
        their_lines = yield from pages(f"{AREA}/mepbprotocoldelinstrqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return None
        raise
    return their_lines
