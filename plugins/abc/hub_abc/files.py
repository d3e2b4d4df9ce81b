"""The file exchange: GBK lines of fixed width in bytes; a header, details, a trailer (the whole of it our own convention).

Package:  H key(24) day(8) count(6) sum(16)
          D row(6) action(1) SignNo(32) customer(16) name(60) card(20) id(20) phone(16) limit(12)
          T count(6) sum(16)
Reply:    H key(24) count(6) | D row(6) SignNo(32) state(1) code(8) tail(4) text(60) | T count(6)

`action` is A (enter an agreement) or D (end one: only SignNo and customer are given). The sum is that of the limits.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hub.plugin import (
    Busy,
    Reply,
    Request,
    Secret,
    Unknown,
    get,
    put,
)

from .envelope import Settings
from .messages import BEIJING, AgreementRow, row_sign_no, total, unholdable

CHARSET = "GBK"
ENTER, END = "A", "D"
# Widths in bytes of GBK, behind the letter that tells the kind of line.
HEADER, DETAIL, TRAILER = (24, 8, 6, 16), (6, 1, 32, 16, 60, 20, 20, 16, 12), (6, 16)
# The customer's fields among them: those that can be too long.
FIELDS = DETAIL[3:8]
REPLY_HEADER, REPLY_DETAIL, REPLY_TRAILER = (24, 6), (6, 32, 1, 8, 4, 60), (6,)
REPLY_NAMES = "SeqNo", "SignNo", "Status", "ReturnCode", "Last4CardNo", "ErrorMessage"


def send(key: str, rows: Sequence[AgreementRow], settings: Settings, now: datetime) -> Request:
    """A package of agreements to enter."""
    made = [
        (
            agreement.row_no,
            ENTER,
            row_sign_no(key, agreement.row_no),
            *fields(agreement),
            settings.payment_limit,
        )
        for agreement in rows
    ]
    return brought(key, made, total(len(rows), settings), settings, now)


def send_end(key: str, customer_code: str, sign_no: str, settings: Settings, now: datetime) -> Request:
    """A package that ends one agreement."""
    return brought(key, [("1", END, sign_no, customer_code, "", "", "", "", "")], "0.00", settings, now)


def brought(
    key: str, rows: Sequence[Sequence[str | Secret]], amount: str, settings: Settings, now: datetime
) -> Request:
    """The package as a file named after its serial: uploaded twice, it is the same file."""
    day = now.astimezone(BEIJING).strftime("%Y%m%d")
    content = {"key": key, "day": day, "count": str(len(rows)), "sum": amount, "rows": rows}
    return put(f"{settings.out_folder}/{key}.txt", content)


def unfit(row: AgreementRow) -> tuple[str, str] | None:
    """Why a row cannot go into the file, as code and words: a character that GBK lacks, or a value that is too long."""
    if wrong := unholdable(row.holder_name, CHARSET):
        return "charset", wrong
    try:
        line("D", [row.row_no, *fields(row)], (6, *FIELDS))
    except ValueError as no:
        return "length", str(no)
    return None


def fields(row: AgreementRow) -> tuple[str | Secret, ...]:
    """The customer's fields of a detail line."""
    return row.customer_code, row.holder_name, row.card_number, row.id_number, row.phone


def fetch(key: str, settings: Settings) -> Request:
    """The reply file of a package."""
    return get(f"{settings.reply_folder}/{key}.rsp")


def look(key: str, settings: Settings) -> Request:
    """Our own package, if the bank has not taken it away yet."""
    return get(f"{settings.out_folder}/{key}.txt")


def line(kind: str, values: Sequence[str | Secret], widths: Sequence[int]) -> bytes:
    """A line of fixed width, counted in bytes of GBK. Raises ValueError for a value that does not fit."""
    made = kind.encode()
    for place, (cell, width) in enumerate(zip(values, widths, strict=True), start=1):
        raw = (cell.reveal() if isinstance(cell, Secret) else cell).encode(CHARSET)
        if len(raw) > width or any(byte < 32 for byte in raw):
            raise ValueError(f"field {place} has more than {width} bytes, or a control character")
        made += raw.ljust(width)
    return made


def seal(request: Request, settings: Settings) -> Request:
    """The bytes of a package's file."""
    content = request.content
    made = [
        line("H", [content["key"], content["day"], content["count"], content["sum"]], HEADER),
        *(line("D", agreement, DETAIL) for agreement in content["rows"]),
        line("T", [content["count"], content["sum"]], TRAILER),
    ]
    end = b"\r\n" if settings.line_end == "CRLF" else b"\n"
    return request.sealed(b"".join(written + end for written in made))


def unseal(reply: Reply) -> dict[str, Any]:
    """Stored, missing, or the fields of a complete reply file. Raises Unknown for an incomplete one."""
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
    """A reply file's fields, or whose package it is; counts must agree and the trailer be there."""
    # The bank may still be writing: without its last line end and trailer nothing of the file is believed.
    if not body.endswith(b"\n"):
        raise Unknown("half_written")
    # Split as bytes, so that a damaged character cannot swallow a line end; no byte of a GBK character is one.
    lines = [raw.removesuffix(b"\r") for raw in body[:-1].split(b"\n")]
    if len(lines) < 2 or not lines[-1].startswith(b"T"):
        raise Unknown("half_written")
    # A package's header is longer than a reply's: this is our own file, fetched to see whether it still lies there.
    if len(lines[0]) == 1 + sum(HEADER):
        return package_of(lines)
    key, count = cut(lines[0], b"H", REPLY_HEADER)
    rows = [dict(zip(REPLY_NAMES, cut(raw, b"D", REPLY_DETAIL), strict=True)) for raw in lines[1:-1]]
    if cut(lines[-1], b"T", REPLY_TRAILER) != [count] or count != str(len(rows)):
        raise Unknown("count")
    return {"key": key, "TotalCount": count, "Details": rows}


def package_of(found: Sequence[bytes]) -> dict[str, Any]:
    """The serial of a package of ours that still lies where we put it; it must be whole."""
    key, _, count, amount = cut(found[0], b"H", HEADER)
    if cut(found[-1], b"T", TRAILER) != [count, amount] or count != str(len(found) - 2):
        raise Unknown("count")
    return {"package": key}


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
