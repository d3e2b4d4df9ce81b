"""A hub with its API, and banks that run: what a clerk does by HTTP, and what the workers do meanwhile."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine.runtime import WorkerRuntime
from hub.operations import periodic
from hub.operations.desk import Desk
from hub.ports import today
from hub.registry.customers import customers
from hub.registry.schema import Ask, Customer
from hub.registry.settlement import accounts as stored_accounts
from tests.support import people
from tests.support.makers.driving import drive
from tests.support.sims import Sim

PNG = b"\x89PNG\r\n\x1a\n" + b"scan" * 10
PASSBOOK = "600000000000{:06d}0"
SMS_CODE = "246810"


@dataclass
class ApiTown:
    """The clerk's client, the works behind it, and the banks by their keys."""

    runtime: WorkerRuntime
    client: TestClient
    banks: dict[str, Sim]
    methods: list[str] = field(default_factory=list)
    """Each settlement method that the customer had between two steps of the workers."""

    def send(self, path: str, /, status: int | None = None, client: TestClient | None = None, **given: Any) -> Any:
        """A change with a key of its own; its answer must have the status, or be a success."""
        body = json.loads(json.dumps(given, default=str))
        key = {"Idempotency-Key": uuid4().hex}
        answer = (client or self.client).post(f"/api/v1{path}", json=body or None, headers=key)
        assert answer.status_code == status if status else answer.is_success, answer.text
        return answer.json()

    def read(self, path: str) -> Any:
        """What a reading route says."""
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def customer(self, number: int, *banks: str, **values: str) -> UUID:
        """A customer who authorised these banks."""
        with self.runtime.office.desk(people.CLERK) as desk:
            row = people.customer(desk, number, authorised=False)
            row.values = values
            for bank in banks:
                people.authorise(desk, row, bank)
            return row.id

    def shown(self, customer_id: UUID) -> dict[str, Any]:
        """The customer's own row."""
        return dict(self.read(f"/customers/{customer_id}")["customer"])

    def pays(self, customer_id: UUID) -> tuple[str, str | None]:
        """Settlement method and bank."""
        row = self.shown(customer_id)
        return row["settlement_method"], row["settlement_bank"]

    def accounts(self, customer_id: UUID) -> list[tuple[str, str]]:
        """(bank, state) of each account, the oldest first."""
        found = self.read(f"/customers/{customer_id}")["accounts"]
        return [(each["channel"], each["state"]) for each in reversed(found)]

    def upload(self, customer_id: UUID, kind: str) -> str:
        """A paper taken in."""
        form = {"kind": kind, "title": "扫描件", "custodian": "资料员"}
        files = {"file": ("scan.png", PNG, "image/png")}
        url, headers = f"/api/v1/customers/{customer_id}/evidence", {"Idempotency-Key": uuid4().hex}
        made = self.client.post(url, data=form, files=files, headers=headers)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def tasks(self, customer_id: UUID) -> set[str]:
        """Kinds of what is to be done about the customer."""
        return {each["kind"] for each in self.read("/tasks") if each["customer_id"] == str(customer_id)} - {"hand_in"}

    def report(self, customer_id: UUID, event: str, choice: str, **more: Any) -> str:
        """What happened to the card; the case."""
        said = {"event": event, "choice": choice, "why": "客户来电", **more}
        return str(self.send(f"/customers/{customer_id}/cards", 201, version=self.version(customer_id), **said)["id"])

    def version(self, customer_id: UUID) -> int:
        """Of the record as it is read now."""
        return int(self.shown(customer_id)["version"])

    def binding(self, customer_id: UUID, bank: str, which: int, **more: Any) -> dict[str, Any]:
        """A binding with its papers, as the clerk enters it."""
        postal = bank == "postal"
        return {
            "channel": bank,
            "kind": "passbook" if postal else "debit_card",
            "number": PASSBOOK.format(which) if postal else people.card(which),
            "payer_name": self.holder(customer_id),
            "agreement_no": f"XY{which:08d}",
            "signed_on": today().isoformat(),
            "evidence_id": self.upload(customer_id, "passbook_copy" if postal else "deposit_slip"),
            "agreement_evidence_id": self.upload(customer_id, "tri_party_agreement"),
            "documents": ["licence", "id_card"],
            **more,
            "version": self.version(customer_id),
        }

    def holder(self, customer_id: UUID) -> str:
        """The licence holder."""
        return self.row(customer_id).licence_holder

    def row(self, customer_id: UUID) -> Customer:
        """The registry's row."""
        with self.runtime.office.store.transaction() as tx:
            found = customers.get(tx, customer_id)
            assert found is not None
            return found

    def bind(self, customer_id: UUID, bank: str, which: int, status: int = 202, **more: Any) -> Any:
        """File an account: what the API answers."""
        given = self.binding(customer_id, bank, which, **more)
        return self.send(f"/customers/{customer_id}/accounts", status, **given)

    def settle(self, customer_id: UUID) -> None:
        """Workers carry on until nothing is open about the customer; an SMS code is handed in by the clerk."""
        for _ in range(60):
            found = [ask for ask in self.asks(customer_id) if ask.ended_at is None]
            self.methods.append(self.row(customer_id).settlement_method)
            if not found:
                return
            for ask in found:
                if (ask.waits_for or "").startswith("input:"):
                    self.send(f"/asks/{ask.id}/code", code=SMS_CODE)
                drive(self.runtime, ask.id, 0.4)
        raise AssertionError([(ask.verb, ask.state, ask.waits_for) for ask in found])

    def settle_until(self, customer_id: UUID, verb: str, count: int) -> None:
        """Workers carry on until so many asks of a verb have been made."""
        for _ in range(60):
            for ask in self.asks(customer_id):
                if ask.ended_at is None:
                    drive(self.runtime, ask.id, 0.4)
            if [each for _, each in self.verbs(customer_id)].count(verb) >= count:
                return
        raise AssertionError(self.verbs(customer_id))

    def asks(self, customer_id: UUID) -> list[Ask]:
        """The customer's asks, the oldest first."""
        with self.runtime.office.store.transaction() as tx:
            return stored_accounts.asks_of(tx, customer_id)[::-1]

    def verbs(self, customer_id: UUID) -> list[tuple[str, str]]:
        """What was asked of which bank, in order."""
        return [(ask.channel, ask.verb) for ask in self.asks(customer_id)]

    def certify(self, customer_id: UUID) -> None:
        """The customer has a grade on record, and the clerk issues its certificate."""
        with self.runtime.office.desk(people.CLERK) as desk:
            people.certify(desk, desk.customer(customer_id))

    def electronic(self, number: int, bank: str, *more: str, **values: Any) -> UUID:
        """A customer who settles electronically, by the same way as everybody."""
        customer_id = self.customer(number, bank, *more)
        if values.get("kind") == "credit_card":
            self.certify(customer_id)
        self.bind(customer_id, bank, number, **values)
        if bank == "postal":
            self.at_counter(customer_id, number)
        self.settle(customer_id)
        assert self.pays(customer_id) == ("electronic", bank)
        return customer_id

    def at_counter(self, customer_id: UUID, which: int) -> None:
        """The customer signs at Postal's counter."""
        row = self.row(customer_id)
        self.banks["postal"].post(
            "/_sim/sign", customer_code=row.code, medium=PASSBOOK.format(which), name=row.licence_holder
        )

    def told(self, customer_id: UUID) -> None:
        """The clerk tells the customer to pay electronically."""
        for each in self.read(f"/customers/{customer_id}")["notices"]:
            if each["told_at"] is None:
                self.send(f"/notices/{each['id']}/told", way="phone")

    def keep(self, step: Callable[[Desk], int]) -> int:
        """A step of the upkeep."""
        assert step in periodic.STEPS
        return int(self.runtime.office.perform(HUB, step))

    def open_asks(self, customer_id: UUID) -> list[AskState]:
        """States of what is under way."""
        return [AskState(ask.state) for ask in self.asks(customer_id) if ask.ended_at is None]


def in_force(town: ApiTown, bank: str) -> list[str]:
    """The last digits of what the bank holds."""
    ledger = town.banks[bank].ledger()
    if bank == "icbc":
        return [each["ending"] for each in ledger["agreements"] if each["status"] == "1"]
    if bank == "postal":
        return [each["ending"] for each in ledger["agreements"] if each["state"] == "1"]
    return [each["status"] for each in ledger["signs"] if each["status"] == "1"]
