"""What happens at the bank's counter: an agreement signed, its passbook changed, an agreement ended (R7.9, R8.4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.simulation import Script

from .ledger import ENDED, IN_FORCE, Ledger
from .pushes import Pusher
from .scenarios import USUAL

ACTIONS = frozenset({"sign", "change", "end", "push_again"})
CARD, PASSBOOK = "00", "01"


@dataclass
class Counter:
    """The clerk's desk."""

    ledger: Ledger
    script: Script
    pusher: Pusher

    def act(self, name: str, given: Mapping[str, Any], moment: datetime) -> None:
        """What the clerk does; raises ValueError when it makes no sense."""
        values = {key: str(text).strip() for key, text in given.items()}
        if name == "sign":
            self.sign(values, moment)
        elif name == "push_again":
            self.pusher.send(int(values.get("id", "0")))
        elif name in ACTIONS:
            self.change(name, values, moment)
        else:
            raise ValueError(f"there is no action {name}")

    def sign(self, values: Mapping[str, str], moment: datetime) -> None:
        """The retailer is here with the agreement: enter customer code and passbook, or mistype them."""
        customer, medium = values.get("customer_code", ""), self.medium(values.get("medium", ""))
        if not re.fullmatch("[0-9]{12}", customer):
            raise ValueError("a customer code has 12 digits")
        scenario = self.script.of(customer, USUAL)
        if scenario == "not_at_counter":
            raise ValueError(f"customer {customer} is not at the counter")
        # Mistakes of the clerk, which only the comparison with our books can find.
        if scenario == "wrong_customer_code":
            customer = customer[:-1] + str((int(customer[-1]) + 1) % 10)
        if scenario == "other_passbook_entered":
            medium = medium[:-4] + medium[-4:][::-1]
        if self.ledger.in_force(customer):
            raise ValueError(f"customer {customer} has an agreement in force; change its passbook or end it first")
        agreement = self.ledger.sign(customer, values.get("name", ""), medium, kind(medium), moment)
        self.pusher.tell("AGR_SIGN", agreement)

    def change(self, name: str, values: Mapping[str, str], moment: datetime) -> None:
        """Another passbook on the agreement, or its end."""
        agreement = self.ledger.agreement(values.get("no", ""))
        if agreement["state"] != IN_FORCE:
            raise ValueError(f"agreement {agreement['no']} is not in force")
        if name == "end":
            self.pusher.tell("AGR_END", self.ledger.change(agreement["no"], moment, state=ENDED))
            return
        medium = self.medium(values.get("medium", ""))
        self.pusher.tell("AGR_CHANGE", self.ledger.change(agreement["no"], moment, medium=medium, kind=kind(medium)))

    def medium(self, given: str) -> str:
        """A passbook's or card's number; its length is not published."""
        if not re.fullmatch("[0-9]{12,30}", given):
            raise ValueError("a passbook or card has 12 to 30 digits")
        return given


def kind(medium: str) -> str:
    """A card by its first digits, else a passbook (our own convention)."""
    return CARD if medium.startswith(("62", "9551")) else PASSBOOK
