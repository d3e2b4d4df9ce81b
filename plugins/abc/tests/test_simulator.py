"""The ABC plugin against the bank's own process: what it states under each scenario and fault, and what it hears."""

import itertools
import json
import queue
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import hub_abc
import pytest

from hub.channels.host import examine
from hub.channels.settings_form import read_settings
from hub.domain.facts import Setback
from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Busy,
    Forged,
    Heard,
    NeedsInput,
    Reply,
    Request,
    Secret,
    Unknown,
)
from hub.testing.play import drive

PARTNER = examine("abc", hub_abc)
NUMBERS = itertools.count(1)
WHO = {
    "customer_code": "370100000001",
    "holder_name": "张三",
    "card_number": "6212140000000000014",
    "id_number": "37010019900101001X",
    "phone": "18900000001",
}
OTHER = {**WHO, "customer_code": "370100000002", "holder_name": "李四", "card_number": "6212140000000000022"}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The hub follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        """No."""


OPENER = urllib.request.build_opener(NoRedirect)


class Ear(BaseHTTPRequestHandler):
    """Hears callbacks."""

    heard: "queue.Queue[bytes]" = queue.Queue()

    def do_POST(self) -> None:
        """Keep the body."""
        self.heard.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Silent."""


@dataclass
class Bank:
    """A running simulator and a plain caller of it: one request, one reply, no retries."""

    url: str
    data: Path

    def __post_init__(self) -> None:
        self.settings = read_settings(PARTNER, json.loads((self.data / "settings.json").read_text()))

    def post(self, target: str, /, **values: Any) -> None:
        """Command it."""
        with urllib.request.urlopen(self.url + target, json.dumps(values).encode(), timeout=10) as answer:
            answer.read()

    def scenario(self, name: str, **where: Any) -> None:
        """Set a scenario."""
        self.post("/_sim/scenario", scenario=name, **where)

    def ledger(self) -> Any:
        """Its books."""
        with urllib.request.urlopen(self.url + "/_sim/ledger", timeout=10) as answer:
            return json.load(answer)

    def ask(self, verb: str, key: str, **values: Any) -> tuple[Any, ...]:
        """A verb carried through; raises Setbacks."""
        now = datetime.now(UTC)
        given = {"key": key, "now": now, "asked_at": now, "reference": key, **values}
        talk = PARTNER.talk(verb, settings=self.settings, **given)
        return drive(talk, lambda request: self.exchange(request, key)).facts

    def exchange(self, request: Request, key: str) -> Any:
        """One exchange."""
        sealed = PARTNER.seal(request, self.settings, key, str(next(NUMBERS)), datetime.now(UTC))
        sent = urllib.request.Request(self.url + sealed.path, sealed.body, dict(sealed.headers), method="POST")
        try:
            with OPENER.open(sent, timeout=10) as answer:
                reply = Reply(answer.status, {}, answer.read())
        except urllib.error.HTTPError as error:
            reply = Reply(error.code, {}, error.read())
        return PARTNER.unseal(reply, self.settings)

    def live(self) -> str:
        """A serial whose agreement is in force."""
        serial = key()
        self.ask("bind_card", serial, **WHO)
        self.ask("confirm_binding", serial, customer_code=WHO["customer_code"], code=Secret("246810"))
        return serial


def key() -> str:
    """A serial."""
    return f"20261123{next(NUMBERS):016d}"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder: making RSA keys is slow."""
    return tmp_path_factory.mktemp("abc")


@pytest.fixture(params=[()])
def bank(keys: Path, request: pytest.FixtureRequest) -> Iterator[Bank]:
    """A bank with empty books."""
    for each in keys.glob("ledger*"):
        each.unlink()
    ear = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=ear.serve_forever, daemon=True).start()
    options = ["--callback-url", f"http://127.0.0.1:{ear.server_port}/abc", "--settle", "0", *request.param]
    command = [sys.executable, "-m", "hub_abc.simulator", "--port", "0", "--data", str(keys), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    started = json.loads(process.stdout.readline())
    yield Bank(f"http://127.0.0.1:{started['port']}", keys)
    process.terminate()
    process.wait(10)
    process.stdout.close()
    ear.shutdown()
    ear.server_close()


@pytest.mark.article("R7.9", "R10.1")
@pytest.mark.parametrize("bank", [(), ("--charset", "GB18030", "--signature", "SHA256withRSA")], indirect=True)
def test_the_life_of_an_agreement(bank: Bank) -> None:
    serial, code = key(), WHO["customer_code"]
    assert isinstance(bank.ask("query_binding", serial, **WHO)[0], BindingAbsent)
    assert isinstance(bank.ask("bind_card", serial, **WHO)[0], NeedsInput)
    assert isinstance(bank.ask("query_binding", serial, **WHO)[0], NeedsInput)
    wrong = bank.ask("confirm_binding", serial, customer_code=code, code=Secret("000000"))
    assert isinstance(wrong[0], NeedsInput)
    done = BindingLive(code, serial, "0014")
    assert bank.ask("confirm_binding", serial, customer_code=code, code=Secret("246810")) == (done,)
    assert bank.ask("query_binding", serial, **WHO) == (done,)
    assert isinstance(bank.ask("unbind_card", key(), customer_code=code, reference=serial)[0], BindingEnded)
    assert isinstance(bank.ask("unbind_card", key(), customer_code=code, reference=serial)[0], BindingEnded)
    assert isinstance(bank.ask("query_unbinding", key(), customer_code=code, reference=serial)[0], BindingEnded)
    [sign] = bank.ledger()["signs"]
    assert (sign["no"], sign["status"], sign["card"], sign["tries"]) == (serial, "2", "0014", 1)


@pytest.mark.parametrize("bank", [("--resend-seconds", "0.5")], indirect=True)
def test_the_same_serial_again_is_another_sms_and_no_second_agreement(bank: Bank) -> None:
    serial = key()
    bank.ask("bind_card", serial, **WHO)
    with pytest.raises(Busy):
        bank.ask("bind_card", serial, **WHO)
    time.sleep(0.6)
    assert isinstance(bank.ask("bind_card", serial, **WHO)[0], NeedsInput)
    with pytest.raises(Unknown):
        bank.ask("bind_card", serial, **OTHER)
    assert len(bank.ledger()["signs"]) == 1


def test_a_wrong_code_thrice_closes_the_request(bank: Bank) -> None:
    serial = key()
    bank.ask("bind_card", serial, **WHO)
    values = {"customer_code": WHO["customer_code"], "code": Secret("000000")}
    kinds = [type(bank.ask("confirm_binding", serial, **values)[0]) for _ in range(3)]
    assert kinds == [NeedsInput, NeedsInput, BindingRefused]


def test_a_code_that_is_too_old_and_an_agreement_past_its_day(bank: Bank) -> None:
    bank.scenario("agreement_past_its_day", customer_code=WHO["customer_code"])
    [fact] = bank.ask("query_binding", bank.live(), **WHO)
    assert (type(fact), fact.reason) == (BindingRefused, "expired")


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("agreement_name_mismatch", "name_mismatch"),
        ("agreement_id_mismatch", "id_mismatch"),
        ("agreement_phone_mismatch", "phone_mismatch"),
        ("account_closed", "account_closed"),
        ("account_blocked", "account_blocked"),
        ("limit_zero", "limit"),
        ("agreement_other_card", "other_card"),
    ],
)
def test_a_refusal_has_its_neutral_reason(bank: Bank, scenario: str, reason: str) -> None:
    bank.scenario(scenario, customer_code=WHO["customer_code"])
    [fact] = bank.ask("bind_card", key(), **WHO)
    assert (type(fact), fact.reason) == (BindingRefused, reason)
    assert bank.ledger()["signs"] == []


DONE, UNDONE = 1, 0


@pytest.mark.article("R7.11")
@pytest.mark.parametrize(
    ("fault", "setback", "signs"),
    [
        ("eunkwn_unsigned", Unknown, DONE),
        ("eunkwn_not_done", Unknown, UNDONE),
        ("unsigned_success", Unknown, DONE),
        ("wrong_signature", Forged, DONE),
        ("rotated_key", Forged, DONE),
        ("reordered_json", Forged, DONE),
        ("html_200", Unknown, DONE),
        ("http_502_html", Unknown, DONE),
        ("empty_body", Unknown, DONE),
        ("cut_body", Unknown, DONE),
        ("wrong_charset", Unknown, DONE),
        ("page_redirect", Unknown, UNDONE),
        ("duplicate_serial", Unknown, UNDONE),
        ("unknown_code", Unknown, UNDONE),
        ("certificate_expired", Busy, UNDONE),
        ("clock_off", Busy, UNDONE),
        ("function_not_opened", Busy, UNDONE),
        ("unsigned_error", Unknown, UNDONE),
        ("rate_limit", Busy, UNDONE),
        ("http_503", Busy, UNDONE),
    ],
)
def test_each_fault_is_what_it_proves(bank: Bank, fault: str, setback: type[Setback], signs: int) -> None:
    bank.scenario(fault, request_no=1)
    serial = key()
    with pytest.raises(setback):
        bank.ask("bind_card", serial, **WHO)
    assert len(bank.ledger()["signs"]) == signs
    [asked] = bank.ask("query_binding", serial, **WHO)
    assert isinstance(asked, NeedsInput if signs else BindingAbsent)


@pytest.mark.parametrize("fault", ["drop_before_work", "drop_after_work"])
def test_a_cut_line_leaves_a_question_that_the_bank_answers(bank: Bank, fault: str) -> None:
    bank.scenario(fault, path="EntrustSignReq")
    serial = key()
    with pytest.raises(OSError):
        bank.ask("bind_card", serial, **WHO)
    [fact] = bank.ask("query_binding", serial, **WHO)
    assert isinstance(fact, BindingAbsent if fault == "drop_before_work" else NeedsInput)


@pytest.mark.article("R7.10")
def test_a_package_has_a_receipt_for_each_row(bank: Bank) -> None:
    third = {**WHO, "customer_code": "370100000003"}
    people = [{**each, "row_no": str(n)} for n, each in enumerate((WHO, OTHER, third), start=1)]
    rows, serial = PARTNER.rows("deliver_agreements", people), key()
    bank.scenario("agreement_name_mismatch", customer_code=OTHER["customer_code"])
    bank.scenario("row_no_response", customer_code=third["customer_code"])
    bank.scenario("rows_reordered_in_reply", path="EntrustSignBatch")
    taken = bank.ask("deliver_agreements", serial, agreements=rows)
    assert {each.row_no: type(each) for each in taken} == dict.fromkeys("123", BindingAccepted)
    facts = {each.row_no: type(each) for each in bank.ask("query_delivery", serial, agreements=rows)}
    assert facts == {"1": BindingLive, "2": BindingRefused}
    bank.scenario("row_missing_in_reply", path="EntrustSignBatchQuery")
    assert {each.row_no for each in bank.ask("query_delivery", serial, agreements=rows)} == {"1", "2"}
    with pytest.raises(Unknown):
        bank.ask("deliver_agreements", serial, agreements=rows)
    assert [row["state"] for row in bank.ledger()["rows"]] == ["0", "1", "2"]


@pytest.mark.article("R7.10")
def test_a_row_that_is_not_done_is_pending_and_a_lost_package_is_absent(bank: Bank) -> None:
    rows = PARTNER.rows("deliver_agreements", [{**WHO, "row_no": "1"}])
    bank.scenario("row_pending", customer_code=WHO["customer_code"])
    serial = key()
    assert isinstance(bank.ask("query_delivery", serial, agreements=rows)[0], BindingAbsent)
    bank.ask("deliver_agreements", serial, agreements=rows)
    assert isinstance(bank.ask("query_delivery", serial, agreements=rows)[0], BindingPending)


def hear(bank: Bank, body: bytes) -> Heard:
    """A notification as the hub hears it."""
    return PARTNER.call("receive", body=body, headers={}, settings=bank.settings, now=datetime.now(UTC))


def test_a_notification_is_heard_once_however_often_it_comes(bank: Bank) -> None:
    serial = bank.live()
    bank.post("/_sim/notify", sign_no=serial, kind="EntrustSign", times=2)
    first, second = (hear(bank, Ear.heard.get(timeout=5)) for _ in range(2))
    assert first.event == second.event and b"<URL>" in first.answer
    assert first.facts == [BindingLive(WHO["customer_code"], serial, "0014")]
    bank.post("/_sim/notify", sign_no=serial, kind="EntrustSign", forged=True)
    with pytest.raises(Forged):
        hear(bank, Ear.heard.get(timeout=5))


def test_the_clerk_ends_an_agreement_on_the_page_and_the_hub_is_told(bank: Bank) -> None:
    serial = bank.live()
    with urllib.request.urlopen(bank.url + "/", timeout=10) as answer:
        page = answer.read().decode()
    assert "柜员页面" in page and serial in page and WHO["card_number"] not in page
    body = urllib.parse.urlencode({"no": serial}).encode()
    urllib.request.urlopen(bank.url + "/clerk/end", body, timeout=10).close()
    assert hear(bank, Ear.heard.get(timeout=5)).facts == [BindingEnded(WHO["customer_code"], "2")]
    assert isinstance(bank.ask("query_binding", serial, **WHO)[0], BindingEnded)


def test_the_probe_and_the_card_check(bank: Bank) -> None:
    assert all(leg.ok for leg in bank.ask("probe", ""))
    bank.scenario("function_not_opened", path="EntrustQuerySign")
    with pytest.raises(Busy):
        bank.ask("probe", "")
    assert bank.ask("check_card", key(), **WHO)[0].usable
