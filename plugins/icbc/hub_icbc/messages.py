"""The bodies of ICBC's agreement messages, field by field (notes §1.3)."""

from datetime import datetime
from typing import Any, Protocol

from hub.plugin import Secret

from .settings import BEIJING, Settings

# Paths of the published interfaces for batch deductions and for the card check.
AREA = "/api/mybank/enterprise/pay/batchpersonaldeduct"
CARD_AREA = "/api/cert/cardauth"
ID_CARD = "0"


class Row(Protocol):
    """The fields of one agreement."""

    @property
    def row_no(self) -> str:
        """The row's number in its package."""

    @property
    def customer_code(self) -> str:
        """The payer's number at the company."""

    @property
    def holder_name(self) -> str:
        """The payer's name."""

    @property
    def card_number(self) -> Secret:
        """The payer's card."""

    @property
    def id_number(self) -> Secret:
        """The payer's ID number; may be empty."""


def day(moment: datetime) -> str:
    """A moment as the bank's day, yyyyMMdd in Beijing."""
    return moment.astimezone(BEIJING).strftime("%Y%m%d")


def head(settings: Settings, serial: str, now: datetime) -> dict[str, Any]:
    """The head of every enterprise call; `serial` is the package's and never repeated for another package."""
    local = now.astimezone(BEIJING)
    return {
        "trans_code": "",
        "cis": settings.cis,
        "bank_code": "102",
        "login_id": settings.login_id,
        "tran_date": local.strftime("%Y%m%d"),
        # Milliseconds are part of it (HHmmssSSS).
        "tran_time": local.strftime("%H%M%S") + f"{local.microsecond // 1000:03d}",
        "f_seq_no": serial,
    }


def query_head(settings: Settings, key: str, now: datetime) -> dict[str, Any]:
    """The head of a question, under a serial of its own, since a package's must never come twice (own convention).

    29 characters; pages of a list add up to five, and the bank takes 35.
    """
    moment = now.astimezone(BEIJING).strftime("%y%m%d%H%M%S%f")
    return head(settings, f"Q{moment}{key[-10:]}", now)


def import_row(row: Row) -> dict[str, str | Secret]:
    """One agreement to import. The ID number goes only when the hub has given one."""
    line: dict[str, str | Secret] = {
        "i_seqno": row.row_no,
        "pay_no": row.customer_code,
        "pay_acct_name": row.holder_name,
        "pay_acc_no": row.card_number,
    }
    return line | ({"cert_type": ID_CARD, "cert_no": row.id_number} if row.id_number else {})


def delete_row(customer_code: str, holder_name: str, card_number: Secret) -> dict[str, str | Secret]:
    """One agreement to delete."""
    return {
        "i_seqno": "1",
        "pay_no": customer_code,
        "pay_acct_name": holder_name,
        "pay_acc_no": card_number,
    }


def unholdable(name: str, settings: Settings) -> str:
    """The first character that the bank's charset lacks, with its code point; empty if it has them all."""
    for character in name:
        try:
            character.encode(settings.names_in)
        except UnicodeEncodeError:
            return f"{character} (U+{ord(character):04X})"
    return ""
