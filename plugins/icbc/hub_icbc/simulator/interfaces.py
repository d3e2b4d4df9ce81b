"""What the bank does with a genuine call: agreements in packages, their results, the list in force, the card check."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stdnum import luhn

from hub.simulation import Script

from .gateway import BEIJING, Turned
from .ledger import Ledger, Verdict
from .notices import stamp
from .scenarios import verdicts

Content = dict[str, Any]
# Own convention: no package with that serial (after the older channel's B0116).
NO_SERIAL = "96110116"
# Own convention: the package's serial was used before (after the older channel's B0012).
REPEATED = "96110012"
# Too much to do; nothing of the package was taken (notes §1.2).
LATER = (5205, "busy, try later")
# Most rows of a package.
MOST_ROWS = 500
TEST_BINS = ("621214", "622424")
ICBC_BINS = ("6222", "6212", "6217", "6215", "6214", "6216", "9558", "6200", "6230", "6231", "427", "4518", "5240")


@dataclass
class Company:
    """What the bank has on file of the company."""

    cis: str
    contract_no: str
    account: str
    login_id: str


@dataclass
class Bank:
    """The bank's business: books, scenarios, the company, and how long a row takes."""

    ledger: Ledger
    script: Script
    company: Company
    settle: float = 0.5
    page: int = 100
    turned_away: set[str] = field(default_factory=set)
    """Serials of packages whose first answer was "busy", which is their answer for ever."""

    def call(self, interface: str, content: Content, at: float) -> Content:
        """Answer one call; raises Turned."""
        interfaces: dict[str, Callable[[Content, float], Content]] = {
            "mepbprotocolsubmit": self.submit,
            "mepbprotocolimpinstrqry": self.import_results,
            "mepbprotocoldel": self.delete,
            "mepbprotocoldelinstrqry": self.results,
            "mepbprotocolqry": self.in_force,
            "mepbprotocolsingleqry": self.one_in_force,
            "icbccardauth": self.check_card,
        }
        if interface not in interfaces:
            raise Turned(500018, "no such API")
        if interface != "icbccardauth":
            self._check_head(content)
        # The first answer to a serial is its answer for ever.
        if content.get("f_seq_no") in self.turned_away:
            raise Turned(*LATER)
        return interfaces[interface](content, at)

    def turn_away(self, content: Content) -> None:
        """Say "busy" to a package, now and whenever its serial comes again; raises Turned."""
        self.turned_away.add(str(content.get("f_seq_no")))
        raise Turned(*LATER)

    def _check_head(self, content: Content) -> None:
        if content.get("cis") != self.company.cis or content.get("login_id") != self.company.login_id:
            raise Turned(500091, "cis or login_id has no right")
        if not content.get("f_seq_no") or len(str(content["f_seq_no"])) > 35:
            raise Turned(9990, "f_seq_no")

    def _package(self, content: Content, kind: str, at: float) -> list[Content]:
        rows = content.get("rd")
        if (
            not isinstance(rows, list)
            or not 0 < len(rows) <= MOST_ROWS
            or str(content.get("total_num")) != str(len(rows))
        ):
            raise Turned(9990, "total_num differs from the rows, or too many rows")
        if content.get("contract_no") != self.company.contract_no or content.get("acct_no") != self.company.account:
            raise Turned(80008006, "partner agreement does not exist")
        # Last, after all checks: a package that is refused does not use its serial up.
        if not self.ledger.receive_package(str(content["f_seq_no"]), kind, at):
            raise Turned(REPEATED, "f_seq_no was used before")
        return rows

    def submit(self, content: Content, at: float) -> Content:
        """Import agreements: each row is entered and decided now or later."""
        serial = str(content.get("f_seq_no"))
        rows = self._package(content, "import", at)
        number = self.ledger.execute(serial)
        answered = []
        # One commit for the package, not one for each row, which would be slow.
        self.ledger.do("BEGIN")
        for entry in rows:
            now, then = self._judge(entry)
            placed = self.ledger.add_row(serial, entry, now, then, at)
            answered.append(
                {"i_seqno": entry.get("i_seqno"), "pay_no": entry.get("pay_no"), "result": now.result}
                | placed
                | {"i_ret_code": now.code, "i_ret_msg": now.text}
            )
        self.ledger.do("COMMIT")
        return {"serial_no": number, "rd": answered}

    def _judge(self, row: Content) -> tuple[Verdict, Verdict | None]:
        pay_no, card = str(row.get("pay_no", "")), str(row.get("pay_acc_no", ""))
        if not pay_no or not row.get("pay_acct_name"):
            return Verdict("6", "9990", "字段缺失"), None
        if not good_card(card):
            return Verdict("6", "B2024", "账号不存在"), None
        # One agreement for each payer: the same card is "exists", another card a refusal.
        held = self.ledger.in_force(pay_no)
        if held is not None:
            code = ("B2028", "协议已存在") if held["card"] == card else ("B2658", "客户已用其他卡签约")
            return Verdict("6", *code), None
        return verdicts(self.script.of(pay_no, "agreement_activated"), self.settle)

    def delete(self, content: Content, at: float) -> Content:
        """Delete agreements."""
        serial = str(content.get("f_seq_no"))
        rows = self._package(content, "delete", at)
        number = self.ledger.execute(serial)
        answered = []
        for entry in rows:
            held = self.ledger.in_force(str(entry.get("pay_no", "")))
            if held is None:
                now, then = Verdict("6", "B2022", "无此协议"), None
            else:
                now, then = Verdict("0"), Verdict("7", after=self.settle)
            placed = self.ledger.add_row(serial, entry, now, then, at)
            answered.append({"i_seqno": entry.get("i_seqno"), "result": now.result, "i_ret_code": now.code} | placed)
        return {"serial_no": number, "rd": answered}

    def import_results(self, content: Content, at: float) -> Content:
        """How the rows of an import stand, if it came on one of the days that are asked about."""
        first, last = days(content, "start_date", "end_date")
        package = self.ledger.ask("SELECT at FROM packages WHERE serial = ?", str(content.get("qryf_seqno", "")))
        if not package or not first <= day(package[0]["at"]) <= last:
            raise Turned(NO_SERIAL, "no record matches")
        return self.results(content, at)

    def results(self, content: Content, at: float) -> Content:
        """How the rows of a package stand, page by page."""
        serial = str(content.get("qryf_seqno", ""))
        if not self.ledger.ask("SELECT 1 FROM packages WHERE serial = ? AND executed > 0", serial):
            raise Turned(NO_SERIAL, "no record matches")
        rows = self.ledger.ask("SELECT * FROM rows WHERE serial = ? AND hidden = 0 ORDER BY id", serial)
        return self._paged(
            content,
            [
                {
                    "qry_order_no": entry["order_no"],
                    "order_no": entry["order_no"],
                    "pay_no": entry["pay_no"],
                    "acct_no": self.company.account,
                    "pay_acct_no": entry["card"],
                    "result": entry["result"],
                    "i_ret_code": entry["code"],
                    "i_ret_msg": entry["text"],
                }
                for entry in rows
            ],
        )

    def _paged(self, content: Content, rows: list[Content]) -> Content:
        tag = str(content.get("next_tag", "") or "0")
        start = int(tag) if tag.isdigit() else 0
        end = start + self.page
        return {"rd": rows[start:end], "next_tag": str(end) if end < len(rows) else ""}

    def _check_contract(self, content: Content) -> None:
        if content.get("contract_no") != self.company.contract_no:
            raise Turned(80008006, "partner agreement does not exist")

    def in_force(self, content: Content, at: float) -> Content:
        """The agreements in force that were signed on the days asked about, page by page."""
        self._check_contract(content)
        first, last = days(content, "begin_date", "end_date")
        held = self.ledger.ask("SELECT * FROM agreements WHERE status = '1' ORDER BY no")
        held = [agreement for agreement in held if first <= day(agreement["signed_at"]) <= last]
        if not held:
            raise Turned(NO_SERIAL, "no record matches")
        return self._paged(content, [shown(agreement) for agreement in held])

    def one_in_force(self, content: Content, at: float) -> Content:
        """The agreement in force for one payer."""
        self._check_contract(content)
        held = self.ledger.in_force(str(content.get("pay_no", "")))
        if held is None:
            raise Turned("80008006", "agreement does not exist")
        return {"rd": [shown(held)]}

    def check_card(self, content: Content, at: float) -> Content:
        """Whether a card exists and is the holder's."""
        if not good_card(str(content.get("cardno", ""))):
            raise Turned("B2024", "no such account")
        return {"crdeflag": "0", "cardkind": "021", "cardstat": "0"}


def shown(row: Content) -> Content:
    """An agreement in force as the list shows it."""
    return {
        "agreement_no": row["no"],
        "pay_no": row["pay_no"],
        "pay_acct_no": row["card"],
        "blv_name": row["name"],
        "status": row["status"],
        "s_channel": "3",
        "s_time": stamp(row["signed_at"]),
    }


def days(content: Content, begin: str, end: str) -> tuple[str, str]:
    """The first and last day that a question is about; raises Turned for what are no days, or the wrong way round."""
    first, last = (str(content.get(name, "")) for name in (begin, end))
    for written in (first, last):
        try:
            datetime.strptime(written, "%Y%m%d").replace(tzinfo=BEIJING)
        except ValueError:
            raise Turned(9990, f"{begin} and {end} are days, yyyyMMdd") from None
    if first > last:
        raise Turned(80008004, "the days are the wrong way round")
    return first, last


def day(at: float) -> str:
    """A moment of the books as the bank's day."""
    return stamp(at)[:8]


def good_card(number: str) -> bool:
    """A card number with the right Luhn digit and a BIN of this bank or a test BIN."""
    known = number.startswith(TEST_BINS + ICBC_BINS)
    return known and number.isdecimal() and 15 <= len(number) <= 19 and bool(luhn.is_valid(number))
