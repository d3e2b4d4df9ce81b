"""The questions to ICBC about packages and agreements, page by page; none of them changes anything."""

from collections.abc import Generator, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from hub.plugin import BindingEnded, BindingLive, Fact, Listing, Refused, Request, Unknown, page_of, plain_at, post

from .answers import ENDED, IN_FORCE, Filed, Line, decided, in_force, lines
from .codes import NO_RECORD
from .messages import AREA, day, query_head
from .settings import Settings

# Most pages of the answer to one question; 20,000 rows by a hundred.
PAGES = 200
# Most pages of the whole list: as many as the five digits behind a serial can count.
LONGEST = 99_999
# Before any agreement that a bank could hold.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def pages(path: str, body: Mapping[str, Any]) -> Generator[Request, Any, list[Line]]:
    """All rows of a paged list. Raises Unknown if it does not end: half a list proves nothing about the rest."""
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
        # A tag that came before: the list goes in a circle.
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
    """The agreement in force for a customer, or None when the bank shows none.

    Raises Unknown for an answer about somebody else, in force without number or card, or of an unknown status, which
    is not "none" either.
    """
    their_lines = yield from _lines_about(key, customer_code, settings, now)
    held = in_force(their_lines or []).get(customer_code)
    if held is None and not _all_ended(their_lines or [], customer_code):
        raise Unknown("not_understood")
    return held


def held_now(key: str, customer_code: str, settings: Settings, now: datetime) -> Generator[Request, Any, Fact]:
    """What the bank holds for a customer now: the agreement in force, or its end.

    An end is the bank's "no record", or lines that have all ended. A list without lines is neither: raises Unknown.
    """
    their_lines = yield from _lines_about(key, customer_code, settings, now)
    held = in_force(their_lines or []).get(customer_code)
    if held is not None:
        return held
    if their_lines == [] or not _all_ended(their_lines or [], customer_code):
        raise Unknown("not_understood")
    return BindingEnded(customer_code)


def _lines_about(
    key: str, customer_code: str, settings: Settings, now: datetime
) -> Generator[Request, Any, list[Line] | None]:
    """The agreements of a customer; None when the bank says that it has no record."""
    body = query_head(settings, key, now) | {"contract_no": settings.contract_no, "pay_no": customer_code}
    try:
        answer = yield post(f"{AREA}/mepbprotocolsingleqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return None
        raise
    return lines(answer)


def _all_ended(their_lines: list[Line], customer_code: str) -> bool:
    return all(plain_at(line, "pay_no") == customer_code and plain_at(line, "status") == ENDED for line in their_lines)


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
        rows = answer.get("rd") if isinstance(answer, Mapping) else None
        if not isinstance(rows, list):
            raise Unknown("no_rows")
        yield page_of(rows, _in_force, _whose, following)
        if not following:
            return []
        if following == tag:
            break
        tag = following
    raise Unknown("endless_list")


def _in_force(line: Any) -> list[BindingLive]:
    """The agreement of a line that is in force; none of one that has ended. Raises Unknown for any other."""
    if not isinstance(line, Mapping):
        raise Unknown("record")
    live = list(in_force([line]).values())
    if not live and plain_at(line, "status") != ENDED:
        raise Unknown("record" if plain_at(line, "status") == IN_FORCE else "sign_status")
    return live


def _whose(line: Any) -> tuple[str, str]:
    return plain_at(line, "agreement_no"), plain_at(line, "pay_no")


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
