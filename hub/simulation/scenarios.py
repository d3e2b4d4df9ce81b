"""Named scenarios: how the partner decides about a customer, and what goes wrong in an exchange."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

# Faults of one exchange that the wire plays for every partner (notes §14).
WIRE = frozenset(
    {
        "drop_before_work",
        "drop_after_work",
        "answer_late",
        "drip",
        "http_502_html",
        "http_503",
        "html_200",
        "cut_body",
        "empty_body",
        "huge_body",
        "wrong_charset",
    }
)


@dataclass
class Script:
    """What will go wrong, for whom, and how often."""

    rows: frozenset[str]
    """The partner's own scenarios, by customer; they stay set."""
    faults: frozenset[str] = frozenset()
    """Faults of one exchange that this partner plays besides those of the wire."""
    by_customer: dict[str, str] = field(default_factory=dict)
    by_number: dict[int, str] = field(default_factory=dict)
    """Faults by request number, from 1."""
    by_path: dict[str, deque[str]] = field(default_factory=dict)
    """Faults for the next calls of an interface."""
    wire_customers: dict[str, deque[str]] = field(default_factory=dict)
    """Faults for the next calls that name a customer."""
    outage_until: float = 0.0

    def names(self) -> list[str]:
        """All scenarios that can be set."""
        return sorted(self.rows) + sorted(WIRE | self.faults)

    def set(
        self, scenario: str, *, customer_code: str = "", request_no: int = 0, path: str = "", times: int = 1
    ) -> None:
        """Enter a scenario; raises ValueError for a name that is not known."""
        if scenario in self.rows:
            self.by_customer[customer_code] = scenario
        elif scenario not in WIRE | self.faults:
            raise ValueError(f"there is no scenario {scenario}")
        elif request_no:
            self.by_number[request_no] = scenario
        elif customer_code:
            self.wire_customers.setdefault(customer_code, deque()).extend([scenario] * times)
        else:
            self.by_path.setdefault(path, deque()).extend([scenario] * times)

    def fault(self, number: int, interface: str, customers: Iterable[str]) -> str | None:
        """The fault of this exchange, which uses it up. The most specific goes first: number, customer, interface."""
        if number in self.by_number:
            return self.by_number.pop(number)
        for customer in customers:
            if self.wire_customers.get(customer):
                return self.wire_customers[customer].popleft()
        if self.by_path.get(interface):
            return self.by_path[interface].popleft()
        return None

    def of(self, customer_code: str, usual: str) -> str:
        """The scenario of a customer."""
        return self.by_customer.get(customer_code, usual)
