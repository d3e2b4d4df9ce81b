"""The bank on the wire: its gateway in front of its business, and the faults that are its own."""

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hub.simulation import Call, Said, Simulated

from . import page
from .gateway import Gateway, Turned, read_form
from .interfaces import Bank
from .notices import Notices

# Faults that answer in place of the work: nothing of the call is done.
NOT_DONE: dict[str, tuple[int | str, str]] = {
    "system_code_not_done": (-500041, "proxy error"),
    "rate_limit": (500031, "rate exceeded"),
    "concurrency_limit": (500032, "concurrency exceeded"),
    "duplicate_serial": ("96110012", "f_seq_no was used before"),
}


class Icbc(Simulated):
    """The simulated bank."""

    def __init__(self, bank: Bank, gateway: Gateway, callback_url: str = "") -> None:
        super().__init__(bank.ledger, bank.script)
        self.bank, self.gateway = bank, gateway
        self.notices = Notices(gateway, bank.script, bank.company.contract_no, callback_url, self.now)
        bank.ledger.changed = self.notices.tell

    def interface(self, call: Call) -> str:
        """The last part of the path before the version."""
        return call.path.split("/")[-2] if call.path.count("/") > 1 else ""

    def customers(self, call: Call) -> Iterable[str]:
        """The payer numbers that a call names."""
        with suppress(Turned, ValueError, AttributeError):
            content = self.gateway.content.open(read_form(call.body))
            rows = content.get("rd") or [content]
            return [str(entry.get("pay_no", "")) for entry in rows if isinstance(entry, dict)]
        return []

    def answer(self, call: Call) -> Said:
        """Check the envelope, do the business, sign the answer."""
        if call.fault in NOT_DONE:
            return self._refusal(*NOT_DONE[call.fault])
        moment = self.now() + (timedelta(minutes=10) if call.fault == "clock_off" else timedelta())
        try:
            content = self.gateway.open(call.path, call.body, moment, self.bank.ledger.new_message)
            if call.fault == "first_answer_final":
                self.bank.turn_away(content)
            answer = self.bank.call(self.interface(call), content, call.at)
        except Turned as turned:
            return self._refusal(turned.code, turned.text)
        if call.fault == "push_early":
            self._early()
        return self._disturbed({"return_code": 0, "return_msg": "success", "msg_id": ""} | answer, call.fault)

    def _early(self) -> None:
        """Put what was just accepted into force and tell it, before the answer to it leaves."""
        self.bank.ledger.changed = self.notices.at_once
        # Seconds, some thirty years: everything is due by then.
        self.bank.ledger.ripen(time.time() + 10**9)
        self.bank.ledger.changed = self.notices.tell

    def _refusal(self, code: int | str, text: str) -> Said:
        return Said(self.gateway.answer({"return_code": code, "return_msg": text, "msg_id": ""}))

    def _disturbed(self, content: dict[str, Any], fault: str | None) -> Said:
        """The answer as the fault leaves it; the work is done by now."""
        rows = content.get("rd")
        if fault == "row_missing_in_reply" and rows:
            content["rd"] = rows[:-1]
        if fault == "rows_reordered_in_reply" and rows:
            content["rd"] = rows[::-1]
        if fault == "system_code":
            return self._refusal(-500042, "proxy timeout")
        if fault == "return_code_string":
            content["return_code"] = "02313"
        if fault == "unsigned_body":
            return Said(json.dumps({"response_biz_content": content}).encode())
        wrong_key = fault in ("wrong_signature", "rotated_key")
        return Said(self.gateway.answer(content, wrong_key=wrong_key, reorder=fault == "reordered_json"))

    def ripen(self, at: float) -> None:
        """Decide the rows whose moment has come."""
        self.bank.ledger.ripen(at)

    def report(self) -> dict[str, Any]:
        """The bank's ledger."""
        notices = {"sent": self.notices.sent, "heard": self.notices.heard}
        return self.bank.ledger.report() | {"notices": notices, "gateway_public_key": self.gateway.signer.public()}

    def command(self, name: str, values: dict[str, Any], at: float) -> None:
        """`end`, `sign`: a customer ends an agreement at the counter, or signs one there. `notify`: tell it once more.

        `rotate_key`: the gateway signs with another key from now on; the ledger shows its public half.
        """
        code = str(values.get("customer_code", ""))
        if name == "end":
            self.bank.ledger.end(code, at)
        elif name == "sign":
            self.bank.ledger.agree(code, str(values["name"]), str(values["card"]), at)
        elif name == "rotate_key":
            self.gateway.signer.rotate()
        elif name == "notify":
            for held in self.bank.ledger.ask("SELECT * FROM agreements WHERE pay_no = ? ORDER BY no", code):
                self.notices.tell(held)
        else:
            super().command(name, values, at)

    def page(self, at: float) -> str:
        """The clerk's page."""
        return page.render(self.bank)

    def act(self, path: str, fields: Mapping[str, str], at: float) -> None:
        """What the clerk pressed."""
        page.act(self.bank, path, fields, at)
