"""Named scenarios: how the bank decides about a row, and what goes wrong on the wire, by customer or request number."""

from collections import deque
from dataclasses import dataclass, field

from .ledger import Verdict

DONE = Verdict("7")
ACCEPTED = Verdict("0")
ROWS: dict[str, tuple[Verdict, Verdict | None]] = {
    "agreement_activated": (ACCEPTED, DONE),
    "agreement_name_mismatch": (ACCEPTED, Verdict("6", "B2043", "户名不符")),
    "agreement_id_mismatch": (ACCEPTED, Verdict("6", "B2031", "证件号码不符")),
    "agreement_exists": (Verdict("6", "B2028", "协议已存在"), None),
    "agreement_other_card": (Verdict("6", "B2658", "客户已用其他卡签约"), None),
    "account_closed": (Verdict("6", "B2024", "账户已销户"), None),
    "account_lost": (Verdict("6", "B2024", "卡片已挂失"), None),
    "limit_zero": (Verdict("6", "B2636", "限额为零"), None),
    "refused_at_once": (Verdict("6", "B2043", "户名不符"), None),
    "accepted_then_refused": (ACCEPTED, Verdict("6", "B2043", "户名不符", after=1.5)),
    "agreement_pending": (Verdict("4"), Verdict("7", after=3.0)),
    "agreement_pending_long": (Verdict("9"), None),
    "agreement_doubtful_then_done": (Verdict("98"), Verdict("7", after=2.0)),
    "agreement_doubtful_then_refused": (Verdict("98"), Verdict("6", "B9998", "处理失败", after=2.0)),
}
WIRE = frozenset(
    {
        "drop_before_work",
        "drop_after_work",
        "answer_late",
        "system_code",
        "system_code_not_done",
        "http_502_html",
        "http_503",
        "wrong_signature",
        "reordered_json",
        "clock_off",
        "duplicate_serial",
        "rate_limit",
        "rotated_key",
        "unsigned_body",
        "cut_body",
        "return_code_string",
        "drip",
        "huge_body",
        "empty_body",
        "wrong_charset",
        "row_missing_in_reply",
        "rows_reordered_in_reply",
        "html_200",
    }
)
"""Faults of one exchange (notes §14)."""


@dataclass
class Script:
    """What is to go wrong, for whom, and how often."""

    by_customer: dict[str, str] = field(default_factory=dict)
    """Row scenarios by customer code (pay_no)."""
    by_number: dict[int, str] = field(default_factory=dict)
    """Wire faults by request number, from 1."""
    by_path: dict[str, deque[str]] = field(default_factory=dict)
    """Wire faults for the next calls of an interface (the last part of its path before V1)."""
    wire_customers: dict[str, deque[str]] = field(default_factory=dict)
    """Wire faults for the next calls that name a customer."""
    outage_until: float = 0.0

    def set(
        self, scenario: str, *, customer_code: str = "", request_no: int = 0, path: str = "", times: int = 1
    ) -> None:
        """Enter a scenario; raises ValueError for a name that is not known."""
        if scenario in ROWS:
            self.by_customer[customer_code] = scenario
        elif scenario not in WIRE:
            raise ValueError(f"there is no scenario {scenario}")
        elif request_no:
            self.by_number[request_no] = scenario
        elif customer_code:
            self.wire_customers.setdefault(customer_code, deque()).extend([scenario] * times)
        else:
            self.by_path.setdefault(path, deque()).extend([scenario] * times)

    def fault(self, number: int, path: str, customers: list[str]) -> str | None:
        """The fault of this exchange, used up by it."""
        if number in self.by_number:
            return self.by_number.pop(number)
        for customer in customers:
            if self.wire_customers.get(customer):
                return self.wire_customers[customer].popleft()
        interface = path.split("/")[-2] if path.count("/") > 1 else path
        if self.by_path.get(interface):
            return self.by_path[interface].popleft()
        return None

    def verdicts(self, pay_no: str, name: str, settle: float) -> tuple[Verdict, Verdict | None]:
        """How the bank decides about a row: at once, and later. The default is accepted, then in force."""
        now, then = ROWS[self.by_customer.get(pay_no, "agreement_activated")]
        if then is not None and then.after == 0.0:
            then = Verdict(then.result, then.code, then.text, settle)
        return now, then
