"""What happens at Telecom's counter: agreements signed and ended, handsets bound, broken, repaired, numbers stopped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .ledger import Ledger, Verdict, record
from .orders import Orders
from .scenarios import AT_ONCE, IN_EFFECT

# What the hub is told about each action, and what the handset's state becomes.
STATES = {
    "break": ("HANDSET_BROKEN", "BROKEN"),
    "beyond_repair": ("HANDSET_BEYOND_REPAIR", "BEYOND_REPAIR"),
    "mend": ("HANDSET_BOUND", "BOUND"),
    "stop": ("NUMBER_STOPPED", "STOPPED"),
    "resume": ("NUMBER_RESUMED", "BOUND"),
    "release": ("HANDSET_RELEASED", "RELEASED"),
}
ACTIONS = frozenset({"sign", "bind", "end", "confirm", "refuse", "push_again", *STATES})
# An agreement's term, unless the clerk says otherwise (our own convention).
TERM = timedelta(days=730)


@dataclass
class Counter:
    """The clerk's desk."""

    ledger: Ledger
    orders: Orders

    def act(self, name: str, given: Mapping[str, Any], moment: datetime) -> None:
        """What the clerk does; raises ValueError when it makes no sense."""
        values = {key: str(text).strip() for key, text in given.items()}
        if name == "sign":
            self.sign(values, moment)
        elif name == "push_again":
            self.orders.pusher.send(int(values.get("id", "0")))
        elif name in ("confirm", "refuse"):
            self.decide(values.get("serial", ""), name, moment)
        elif name in ACTIONS:
            self.change(name, values, moment)
        else:
            raise ValueError(f"there is no action {name}")

    def sign(self, values: Mapping[str, str], moment: datetime) -> None:
        """A tri-party agreement, with a handset at once if there is one."""
        if not re.fullmatch(r"\d{12}", values.get("licence", ""), re.ASCII):
            raise ValueError("a licence number has 12 digits")
        if not re.fullmatch(r"1\d{10}", values.get("phone", ""), re.ASCII):
            raise ValueError("a number has 11 digits")
        self.free(values.get("imei", ""), "")
        until = values.get("until") or (moment.date() + TERM).isoformat()
        number = self.ledger.sign({**values, "until": until}, moment)
        self.tell("AGREEMENT_SIGNED", number)

    def change(self, name: str, values: Mapping[str, str], moment: datetime) -> None:
        """Something about an agreement or its handset."""
        number = values.get("no", "")
        self.orders.unfold(number)
        agreement = self.ledger.one("SELECT * FROM agreements WHERE no = ?", number)
        if agreement is None or agreement["state"] != "SIGNED":
            raise ValueError(f"there is no agreement {number} in force")
        if name == "bind":
            self.bind(agreement, values.get("imei", ""), moment)
        elif name == "end":
            # The end of an agreement releases its handset, in one record: the hub hears of both.
            handset = {"device": "RELEASED"} if agreement["imei"] else {}
            self.ledger.change(number, moment, state="ENDED", **handset)
            self.tell("AGREEMENT_ENDED", number)
        else:
            if not agreement["imei"] or agreement["device"] == "RELEASED":
                raise ValueError("there is no handset on this agreement")
            kind, state = STATES[name]
            self.ledger.change(number, moment, device=state)
            self.tell(kind, number)

    def bind(self, row: Mapping[str, Any], imei: str, moment: datetime) -> None:
        """A handset, or another in its place: the one before is told as such."""
        self.free(imei, row["no"])
        if not imei:
            raise ValueError("an IMEI has 15 digits")
        former = row["imei"] if row["imei"] != imei and row["device"] != "RELEASED" else ""
        # Otherwise the handset would be reported as returned by the customer before, again with each list.
        self.ledger.do("UPDATE agreements SET former = '' WHERE former = ?", imei)
        self.ledger.change(row["no"], moment, imei=imei, device="BOUND", former=former)
        self.tell("HANDSET_BOUND", row["no"])

    def free(self, imei: str, number: str) -> None:
        """Raises ValueError for an IMEI that is none, or that is bound elsewhere."""
        if imei and not re.fullmatch(r"\d{15}", imei, re.ASCII):
            raise ValueError("an IMEI has 15 digits")
        query = "SELECT no FROM agreements WHERE imei = ? AND no != ? AND device NOT IN ('', 'RELEASED')"
        if imei and (other := self.ledger.one(query, imei, number)):
            raise ValueError(f"the handset is bound to {other['no']}")

    def decide(self, serial: str, name: str, moment: datetime) -> None:
        """The clerk decides an announcement by hand."""
        announcement = self.ledger.announcement(serial)
        if announcement is None or announcement["state"] not in ("10", "11"):
            raise ValueError(f"there is no open announcement {serial}")
        verdict = IN_EFFECT if name == "confirm" else Verdict("30", *AT_ONCE["real_name_missing"])
        self.orders.end(announcement, verdict, moment)

    def tell(self, kind: str, number: str) -> None:
        """Push the record as it is now."""
        agreement = self.ledger.ask("SELECT * FROM agreements WHERE no = ?", number)[0]
        self.orders.pusher.tell(kind, agreement["cust"], record(agreement))
