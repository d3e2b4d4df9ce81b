"""What happens at Mobile's counter: retailers sign and leave, deposits, devices bound, broken, swapped, separated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .business import Business
from .ledger import Ledger, record
from .pushes import CHANGED, LEFT, SIGNED
from .scenarios import AT_ONCE, IN_EFFECT, Verdict

DEVICE_STATES: Mapping[str, Mapping[str, str]] = {
    "break": {"condition": "3"},
    "beyond_repair": {"condition": "4"},
    "mend": {"condition": "1", "together": "1"},
    "return": {"condition": "2"},
    "separate": {"together": "0"},
    "join": {"together": "1"},
}
ACTIONS = frozenset({"sign", "bind", "pay", "leave", "confirm", "refuse", "show", "push_again", *DEVICE_STATES})
# Of an agreement, unless the clerk says otherwise (our own convention).
TERM = timedelta(days=730)


@dataclass
class Counter:
    """The clerk's desk."""

    ledger: Ledger
    business: Business

    def act(self, name: str, given: Mapping[str, object], moment: datetime) -> None:
        """What the clerk does; raises ValueError when it makes no sense."""
        values = {key: str(text).strip() for key, text in given.items()}
        if name == "sign":
            self.sign(values, moment)
        elif name == "push_again":
            self.business.pusher.send(int(values.get("id", "0")))
        elif name == "show":
            self.business.show(values.get("serial", ""), values.get("row", "1"))
        elif name in ("confirm", "refuse"):
            self.decide(values, name, moment)
        elif name in ACTIONS:
            self.change(name, values, moment)
        else:
            raise ValueError(f"there is no action {name}")

    def sign(self, values: Mapping[str, str], moment: datetime) -> None:
        """A two-party agreement, with a device at once if there is one."""
        if not re.fullmatch(r"\d{12}", values.get("licence", ""), re.ASCII):
            raise ValueError("a licence number has 12 digits")
        if not re.fullmatch(r"1\d{10}", values.get("phone", ""), re.ASCII):
            raise ValueError("a number has 11 digits")
        if values.get("deposit", "1") not in ("0", "1"):
            raise ValueError("a deposit is paid, 1, or not, 0")
        self.check(values.get("device", ""))
        self.ledger.forget(values.get("device", ""))
        until = values.get("until") or (moment.date() + TERM).isoformat()
        self.tell(SIGNED, self.ledger.sign({**values, "until": until}, moment))

    def change(self, name: str, values: Mapping[str, str], moment: datetime) -> None:
        """Something about an agreement or its device."""
        agreement = self.business.find(values.get("no", ""))
        if agreement is None or agreement["state"] != "1":
            raise ValueError("there is no such agreement in force")
        number = agreement["no"]
        if name == "leave":
            # Leaving returns the device as well, in one record: the hub hears of both.
            self.ledger.change(number, moment, state="2", **({"condition": "2"} if agreement["device"] else {}))
            self.tell(LEFT, number)
            return
        if name == "pay":
            self.ledger.change(number, moment, deposit="1")
        elif name == "bind":
            device = values.get("device", "")
            self.check(device)
            if not device:
                raise ValueError("a device has 15 digits")
            self.ledger.forget(device)
            # The record names the device before, which is how the hub learns that it was returned.
            former = agreement["device"] if agreement["device"] != device else ""
            self.ledger.change(number, moment, device=device, condition="1", former=former, together="1")
        elif not agreement["device"]:
            raise ValueError("there is no device")
        else:
            self.ledger.change(number, moment, **DEVICE_STATES[name])
        self.tell(CHANGED, number)

    def check(self, device: str) -> None:
        """A device's form; two customers may well hold one device (a fact to be played)."""
        if device and not re.fullmatch(r"\d{15}", device, re.ASCII):
            raise ValueError("a device has 15 digits")

    def decide(self, values: Mapping[str, str], name: str, moment: datetime) -> None:
        """An announcement decided by hand."""
        announcement = self.business.row(values.get("serial", ""), values.get("row", "1"))
        if announcement["state"] != "1":
            raise ValueError("it is decided already")
        code, text = AT_ONCE["deposit_not_paid"]
        self.business.end(announcement, IN_EFFECT if name == "confirm" else Verdict("3", code, text), moment)

    def tell(self, action: str, number: str) -> None:
        """Push the record as it is now."""
        agreement = self.ledger.ask("SELECT * FROM agreements WHERE no = ?", number)[0]
        self.business.pusher.tell(action, agreement["cust"], record(agreement))
