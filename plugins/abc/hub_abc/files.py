"""The file exchange: GBK lines of fixed width in bytes; a header, details, a trailer (the whole of it our own convention).

Package:  H key(24) day(8) count(6) sum(16) | D row(6) SignNo(32) code(16) name(60) card(20) id(20) phone(16) limit(12) | T count(6) sum(16)
Reply:    H key(24) count(6)                | D row(6) SignNo(32) state(1) code(8) tail(4) text(60)                   | T count(6)
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hub.plugin import (
    BindingAccepted,
    BindingLive,
    Busy,
    Fact,
    Reply,
    Request,
    Secret,
    Unknown,
    get,
    put,
)

from .answers import row_facts
from .envelope import Settings
from .messages import BEIJING, AgreementRow, FiledRow, row_sign_no, total, unholdable

CHARSET = "GBK"
HEADER, DETAIL, TRAILER = (24, 8, 6, 16), (6, 32, 16, 60, 20, 20, 16, 12), (6, 16)
NAME = DETAIL[3]
REPLY_HEADER, REPLY_DETAIL, REPLY_TRAILER = (24, 6), (6, 32, 1, 8, 4, 60), (6,)
REPLY_NAMES = "SeqNo", "SignNo", "Status", "ReturnCode", "Last4CardNo", "ErrorMessage"


def send(key: str, rows: Sequence[AgreementRow], settings: Settings, now: datetime) -> Request:
    """The package as a file named after its serial: brought twice, it is the same file."""
    content = {
        "key": key,
        "day": now.astimezone(BEIJING).strftime("%Y%m%d"),
        "count": str(len(rows)),
        "sum": total(len(rows), settings),
        "rows": [
            (
                row.row_no,
                row_sign_no(key, row.row_no),
                row.customer_code,
                row.holder_name,
                row.card_number,
                row.id_number,
                row.phone,
                settings.payment_limit,
            )
            for row in rows
        ],
    }
    return put(f"{settings.out_folder}/{key}.txt", content)


def unfit(row: AgreementRow) -> str:
    """Why a row does not go into the file: a character that GBK cannot hold, or a name too long in bytes; else empty."""
    if wrong := unholdable(row.holder_name, CHARSET):
        return wrong
    raw = row.holder_name.encode(CHARSET)
    return "too long or with a control character" if len(raw) > NAME or any(byte < 32 for byte in raw) else ""


def fetch(key: str, settings: Settings) -> Request:
    """The reply file of a package."""
    return get(f"{settings.reply_folder}/{key}.rsp")


def line(kind: str, values: Sequence[str | Secret], widths: Sequence[int]) -> bytes:
    """A line of fixed width, counted in bytes of GBK. Raises ValueError for a value that does not fit."""
    made = kind.encode()
    for value, width in zip(values, widths, strict=True):
        raw = (value.reveal() if isinstance(value, Secret) else value).encode(CHARSET)
        if len(raw) > width or any(byte < 32 for byte in raw):
            raise ValueError("a value does not fit its field")
        made += raw.ljust(width)
    return made


def seal(request: Request, settings: Settings) -> Request:
    """The bytes of a package's file."""
    content = request.content
    made = [
        line("H", [content["key"], content["day"], content["count"], content["sum"]], HEADER),
        *(line("D", row, DETAIL) for row in content["rows"]),
        line("T", [content["count"], content["sum"]], TRAILER),
    ]
    end = b"\r\n" if settings.line_end == "CRLF" else b"\n"
    return request.sealed(b"".join(each + end for each in made))


def unseal(reply: Reply) -> dict[str, Any]:
    """Stored, missing, or the fields of a whole reply file. Raises Unknown for a file that is not whole."""
    if reply.status in (405, 503):
        raise Busy(f"file_{reply.status}")
    if reply.status == 201:
        return {"stored": True}
    if reply.status == 404:
        return {"missing": True}
    if reply.status != 200:
        raise Unknown(f"file_{reply.status}")
    if not reply.body:
        return {"empty": True}
    return parse(reply.body)


def parse(body: bytes) -> dict[str, Any]:
    """A reply file's fields; counts must agree and the trailer be there."""
    if not body.endswith(b"\n"):
        raise Unknown("half_written")
    found = [each.removesuffix(b"\r") for each in body[:-1].split(b"\n")]
    if len(found) < 2 or not found[-1].startswith(b"T"):
        raise Unknown("half_written")
    key, count = cut(found[0], b"H", REPLY_HEADER)
    rows = [dict(zip(REPLY_NAMES, cut(each, b"D", REPLY_DETAIL), strict=True)) for each in found[1:-1]]
    if cut(found[-1], b"T", REPLY_TRAILER) != [count] or count != str(len(rows)):
        raise Unknown("count")
    return {"key": key, "TotalCount": count, "Details": rows}


def cut(raw: bytes, kind: bytes, widths: Sequence[int]) -> list[str]:
    """The values of a line; raises Unknown for one of another kind, length or charset."""
    if raw[:1] != kind or len(raw) != 1 + sum(widths):
        raise Unknown("line")
    values, place = [], 1
    for width in widths:
        try:
            values.append(raw[place : place + width].decode(CHARSET).rstrip(" "))
        except UnicodeDecodeError:
            raise Unknown("charset") from None
        place += width
    return values


def taken(stored: Any, key: str, rows: Sequence[AgreementRow]) -> list[Fact]:
    """A file that was stored is taken, no more."""
    if not isinstance(stored, dict) or stored.get("stored") is not True:
        raise Unknown("not_stored")
    return [
        BindingAccepted(row.customer_code, reference=row_sign_no(key, row.row_no), row_no=row.row_no) for row in rows
    ]


def receipts(found: Any, key: str, rows: Sequence[FiledRow], settings: Settings) -> list[Fact]:
    """A receipt for each row that the reply names. No file yet: nothing is known; an empty one: by the setting."""
    if not isinstance(found, dict) or found.get("missing") is True:
        raise Unknown("no_reply_file")
    if found.get("empty") is True:
        if settings.empty_reply_means != "all_done":
            raise Unknown("empty_reply_file")
        return [whole(row, key) for row in rows]
    if found.get("key") != key:
        raise Unknown("other_batch")
    names = {row.row_no: row_sign_no(key, row.row_no) for row in rows}
    return row_facts(found, rows, names, final=True)


def whole(row: FiledRow, key: str) -> Fact:
    """Without failures all rows are done; the card is then the one that we sent."""
    return BindingLive(
        row.customer_code, row_sign_no(key, row.row_no), row.card_number.reveal()[-4:], row_no=row.row_no
    )
