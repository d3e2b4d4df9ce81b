"""The bodies of ABC's entrust messages (protocol notes §2.1 A; what is not published is marked in the README)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.plugin import Request, Secret, post

from .envelope import SERVLET, Settings

BEIJING = ZoneInfo("Asia/Shanghai")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# `CustomAccType`: debit (1) or credit (3), whichever the card is (R7.11).
EITHER = "A"


@dataclass(frozen=True)
class AgreementRow:
    """What ABC is given of each customer in a package."""

    row_no: str
    customer_code: str
    holder_name: str
    card_number: Secret
    id_number: Secret
    phone: Secret


@dataclass(frozen=True)
class FiledRow:
    """What a question about a package needs of each row; nothing of it is sent."""

    row_no: str
    customer_code: str
    card_number: Secret


def call(kind: str, **fields: Any) -> Request:
    """A request of a kind; all kinds have one address."""
    return post(SERVLET, {"TrxType": kind, **fields})


def day(moment: datetime) -> str:
    """A moment as the bank's day."""
    return moment.astimezone(BEIJING).strftime("%Y/%m/%d")


def base36(key: str) -> str:
    """A serial of 24 digits in the 20 characters that a BatchNo may have; 16 are enough, so nothing of it is lost."""
    number, text = int(key), ""
    while number:
        number, place = divmod(number, 36)
        text = DIGITS[place] + text
    return text or "0"


def row_sign_no(key: str, row_no: str) -> str:
    """A row's own SignNo: the package's serial and the row's number, padded so that no two rows can share one."""
    return f"{key}{row_no:0>5}"


def sign_request(
    sign_no: str, customer_code: str, name: str, card: Secret, id_number: Secret, phone: Secret, settings: Settings
) -> dict[str, Any]:
    """The fields of one agreement."""
    return {
        "SignNo": sign_no,
        "BusinessCode": settings.business_code,
        "SignChannel": "1",
        "SinglePaymentLimit": settings.payment_limit,
        "InValidDate": settings.invalid_date,
        # With PayStep 1: deductions daily, the shortest of the published periods.
        "PayUnit": "07",
        "PayStep": "1",
        "CustomAccType": EITHER,
        "CustomAccNo": card,
        "CustomPhone": phone,
        "CustomName": name,
        "CustomCertType": "I",
        "CustomCertNo": id_number,
        "SignDesc": customer_code,
    }


def package(key: str, rows: Sequence[AgreementRow], settings: Settings, now: datetime) -> Request:
    """A package with its count and sum."""
    local = now.astimezone(BEIJING)
    details = [
        {"SeqNo": agreement.row_no}
        | sign_request(
            row_sign_no(key, agreement.row_no),
            agreement.customer_code,
            agreement.holder_name,
            agreement.card_number,
            agreement.id_number,
            agreement.phone,
            settings,
        )
        for agreement in rows
    ]
    return call(
        "EntrustSignBatch",
        BatchNo=base36(key),
        BatchDate=local.strftime("%Y/%m/%d"),
        BatchTime=local.strftime("%H:%M:%S"),
        TotalCount=str(len(rows)),
        TotalAmount=total(len(rows), settings),
        Details=details,
    )


def total(count: int, settings: Settings) -> str:
    """The sum of the rows' limits, in yuan with two decimals; counted in cents, since floats would round."""
    whole, _, cents = settings.payment_limit.partition(".")
    amount = count * (int(whole) * 100 + int(f"{cents:0<2}"[:2]))
    return f"{amount // 100}.{amount % 100:02d}"


def unholdable(name: str, charset: str) -> str:
    """The first character that the charset lacks, with its code point; empty if it has them all."""
    for character in name:
        try:
            character.encode(charset)
        except UnicodeEncodeError:
            return f"{character} (U+{ord(character):04X})"
    return ""
