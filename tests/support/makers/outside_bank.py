"""A bank that nobody of us wrote a plugin for, as a small server, and plugins of its own making for it."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any
from uuid import UUID

from hub.channels import host
from hub.channels.reach import Reach
from hub.domain.staff.posts import HUB
from hub.engine.queue import Queue
from hub.engine.runtime import WorkerRuntime
from hub.operations.channels.control import save_settings
from hub.operations.office import Office
from hub.operations.privacy.authorisations import record_confidentiality
from hub.operations.settlement.bank_requests import end_at_bank
from hub.plugin import (
    Absent,
    Accepted,
    BindingEnded,
    BindingLive,
    Busy,
    Channel,
    Conversation,
    Listing,
    Page,
    Pending,
    ProbeLeg,
    Reply,
    Secret,
    Unknown,
    Url,
    hookimpl,
    post,
)
from hub.ports import new_id, now, today
from hub.registry.channels import state as channel_state
from hub.registry.schema import Account, Agreement
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.partners import MASTER

KEY = "harbour"


@dataclass
class Bank:
    """The bank's books: what it was asked, what it holds, and what it answers in the place of the books."""

    url: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    serials: dict[str, Any] = field(default_factory=dict)
    held: dict[str, dict[str, str]] = field(default_factory=dict)
    instead: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    kind: str = "application/json"
    busy: int = 0
    """So many filings are turned away."""
    retry_after: int = 0
    """Seconds for which a call that is turned away is to stay away."""
    final: bool = False
    """Whether the first answer to a serial is the answer to it for ever."""

    def answer(self, path: str, content: dict[str, Any]) -> tuple[int, bytes]:
        """One call: the serial's result, or what is in force for a customer."""
        self.asked.append((path, content))
        if path in self.instead:
            return self.instead[path]
        return 200, json.dumps(self._looked_up(path, content)).encode()

    def _looked_up(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        if path in ("/file", "/end"):
            return self._carried_out(path, content)
        if path == "/serial":
            known = self.serials.get(content["serial"])
            return known if known and known["state"] != "busy" else {"state": "no_such_serial"}
        if path == "/held":
            return self.held.get(content["customer"], {"state": "none"})
        return {"rows": [{"customer": code, **line} for code, line in self.held.items()]}

    def _carried_out(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        serial = content["serial"]
        if serial in self.serials and (self.final or self.serials[serial]["state"] != "busy"):
            return dict(self.serials[serial])
        if self.busy:
            self.busy -= 1
            self.serials[serial] = {"state": "busy", "seconds": self.retry_after}
        elif path == "/file":
            self.held[content["customer"]] = {"state": "live", "number": "H1", "ending": content["card"][-4:]}
            self.serials[serial] = self.held[content["customer"]]
        else:
            self.held.pop(content["customer"], None)
            self.serials[serial] = {"state": "ended"}
        return dict(self.serials[serial])

    def paths(self) -> list[str]:
        """Where it was called, in order."""
        return [path for path, _ in self.asked]


@contextmanager
def outside_bank() -> Iterator[Bank]:
    """The bank for the length of a block."""
    bank = Bank()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["content-length"])).decode(errors="replace") or "{}")
            status, body = bank.answer(self.path, content)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.send_header("content-type", bank.kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is written beside the test's own output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    bank.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield bank
    server.shutdown()
    server.server_close()
    thread.join(10)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where it is."""

    base_url: Url


@hookimpl
def channel() -> Channel:
    """As the first contract knows a bank."""
    return Channel(key=KEY, kind="bank", title="海港银行", settings=Settings, accounts=frozenset({"debit_card"}))


@hookimpl
def unseal(reply: Reply) -> Any:
    """JSON; its busy is the bank's word that the call was turned away."""
    if reply.status != 200:
        raise Unknown(f"http_{reply.status}")
    content = json.loads(reply.body)
    if content.get("state") == "busy":
        raise Busy(
            "busy", "系统繁忙", retry_after=timedelta(seconds=content["seconds"]) if content["seconds"] else None
        )
    return content


@hookimpl
def probe() -> Conversation:
    """A knock."""
    yield post("/held", {"customer": "0"})
    return [ProbeLeg("login", True)]


@hookimpl
def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
    """File a card."""
    yield post("/file", {"serial": key, "customer": customer_code, "card": card_number})
    return [Accepted(customer_code)]


@hookimpl
def query_binding(key: str, customer_code: str) -> Conversation:
    """What became of the serial?"""
    answer = yield post("/serial", {"serial": key})
    return [fact(answer, customer_code)]


@hookimpl
def unbind_card(key: str, customer_code: str) -> Conversation:
    """End it."""
    yield post("/end", {"serial": key, "customer": customer_code})
    return [Accepted(customer_code)]


@hookimpl
def query_unbinding(key: str, customer_code: str) -> Conversation:
    """What became of the serial of the ending?"""
    answer = yield post("/serial", {"serial": key})
    return [fact(answer, customer_code)]


@hookimpl
def query_binding_in_force(customer_code: str) -> Conversation:
    """What is in force for the customer?"""
    answer = yield post("/held", {"customer": customer_code})
    return [fact(answer, customer_code)]


@hookimpl
def list_bindings(since: datetime | None, cursor: str) -> Listing:
    """All that is in force."""
    answer = yield post("/list", {})
    lines = [(line["customer"], line) for line in answer["rows"]]
    yield Page(tuple(BindingLive(code, line["number"], line["ending"]) for code, line in lines), "")
    return []


def fact(answer: Mapping[str, str], customer_code: str) -> Any:
    """What an answer states."""
    match answer.get("state"):
        case "live":
            return BindingLive(customer_code, answer["number"], answer["ending"])
        case "ended" | "none":
            return BindingEnded(customer_code)
        case "no_such_serial":
            return Absent(customer_code)
        case "waiting":
            return Pending(customer_code, "W1", "处理中")
    raise Unknown("state")


OLD = (channel, unseal, probe, bind_card, query_binding, unbind_card, query_unbinding, list_bindings)


def plugin(*more: Any, **instead: Any) -> ModuleType:
    """A plugin as the first contract had it, with `more` hooks and some replaced."""
    made = ModuleType(f"hub_{KEY}")
    for hook in (*OLD, *more):
        setattr(made, hook.__name__, hook)
    for name, hook in instead.items():
        setattr(made, name, hook)
    return made


def works(store: Store, bank: Bank, module: ModuleType, **limits: str) -> WorkerRuntime:
    """Works whose only channel is this bank."""
    partners = host.load((), {KEY: module})
    assert not partners.quarantined, partners.quarantined
    office = Office(store, MASTER, Queue(store), host.capabilities(partners))
    people.found(office)
    with store.transaction() as tx:
        channel_state.ensure(tx, [KEY])
    quick = {"hub.rate": "500/s", "hub.deadline": "5", "hub.settles_within": "0.2", "hub.result_after": "0.05"}
    office.perform(HUB, save_settings, KEY, {"base_url": bank.url, **quick, **limits})
    with office.desk(people.CENTRE) as desk:
        record_confidentiality(desk, KEY, "保密-海港", date(2025, 1, 1), date(2999, 12, 31))
    runtime = WorkerRuntime(office, reach=Reach(loopback=True), partners=partners.partners)
    runtime.take_up()
    assert not runtime.not_ready, runtime.not_ready
    return runtime


def live_account(office: Office, number: int = 1, ending: str = "0018") -> tuple[UUID, str]:
    """A customer whose card is in force here: (customer, code)."""
    with office.desk(people.CLERK) as desk:
        customer = people.customer(desk, number, authorised=False)
        people.authorise(desk, customer, KEY)
        customer.settlement_method, customer.settlement_bank = "electronic", KEY
        account_id, card = new_id(), f"621214000000000{ending}"
        agreement = Agreement(
            id=new_id(),
            customer_id=customer.id,
            channel=KEY,
            kind="tri_party",
            agreement_no=f"H{number}",
            signed_on=today(),
            state="live",
            delivered_at=now(),
        )
        desk.tx.add(agreement)
        desk.tx.flush()
        account = Account(
            id=account_id,
            customer_id=customer.id,
            channel=KEY,
            kind="debit_card",
            number_sealed=desk.vault.seal(customer.id, f"accounts.number_sealed:{account_id}", card),
            number_digest=desk.vault.digest("card_number", card),
            ending=ending,
            payer_name=customer.licence_holder,
            agreement_id=agreement.id,
            evidence_id=people.paper(desk, customer, "deposit_slip").id,
            state="live",
            filed_at=now(),
            live_at=now(),
        )
        desk.tx.add(account)
        return customer.id, customer.code


def ending(runtime: WorkerRuntime) -> UUID:
    """A request to end the account of a new customer."""
    customer_id, _ = live_account(runtime.office)
    with runtime.office.desk(people.CLERK) as desk:
        [account] = accounts.open_accounts(desk.tx, customer_id)
        return end_at_bank(desk, desk.customer(customer_id), account, "R10.1").id
