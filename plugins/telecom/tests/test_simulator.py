"""The Telecom plugin against Telecom's own process: what it states under each scenario and fault, and what it hears."""

import itertools
import json
import re
import resource
import subprocess
import sys
import threading
import time
import tracemalloc
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import hub_telecom
import pytest

from hub.channels.host import examine
from hub.channels.settings_form import read_settings
from hub.domain.facts import Setback
from hub.plugin import (
    AgreementEnded,
    AgreementSigned,
    BindingAbsent,
    BindingAccepted,
    BindingPending,
    BindingRefused,
    Busy,
    CustomerKnown,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    Forged,
    Heard,
    Page,
    Reply,
    Request,
    Unknown,
)
from hub.testing.play import drive

PARTNER = examine("telecom", hub_telecom)
NUMBERS = itertools.count(1)
CODE, LICENCE, PHONE = "370100000001", "370100100001", "18900000001"
HANDSET, OTHER = "860000000000011", "860000000000029"


@dataclass
class Carrier:
    """A running simulator, and a plain caller of it: one request, one reply, no retries."""

    process: subprocess.Popen[str]
    url: str
    data: Path
    patience: float = 10.0

    def __post_init__(self) -> None:
        values = json.loads((self.data / "settings.json").read_text())
        self.settings = read_settings(PARTNER, values)

    def post(self, target: str, /, **values: Any) -> None:
        """Command it."""
        request = urllib.request.Request(self.url + target, json.dumps(values).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()

    def press(self, target: str, /, **values: str) -> int:
        """Press a button of the clerk's page; the status of what is shown then."""
        body = urllib.parse.urlencode(values).encode()
        try:
            with urllib.request.urlopen(self.url + target, body, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def get(self, path: str) -> str:
        """Read a page of it."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def ledger(self) -> dict[str, Any]:
        """Its own books."""
        return dict(json.loads(self.get("/_sim/ledger")))

    def sign(self, **values: str) -> str:
        """An agreement with a handset; its number."""
        self.post("/_sim/sign", **{"licence": LICENCE, "phone": PHONE, "imei": HANDSET, **values})
        return str(self.ledger()["agreements"][-1]["no"])

    def talk(self, verb: str, serial: str, **values: Any) -> Any:
        """A conversation of the plugin."""
        now = datetime.now(UTC)
        given = {"key": serial, "now": now, "asked_at": now - timedelta(minutes=1), "since": None, "cursor": ""}
        return PARTNER.talk(verb, **(given | {"settings": self.settings} | values))

    def ask(self, verb: str, serial: str, **values: Any) -> tuple[Any, ...]:
        """A verb carried through; raises Setbacks."""
        return drive(self.talk(verb, serial, **values), lambda request: self.exchange(request, serial)).facts

    def announce(self, serial: str, **changes: str) -> tuple[Any, ...]:
        """The customer announced."""
        who = {"customer_code": CODE, "order_day": "3", "phone": PHONE, "agreement_no": "", **changes}
        return self.ask("announce_customer", serial, **who)

    def outcome(self, serial: str) -> Any:
        """How that ended, once it has."""
        deadline = time.monotonic() + 5
        while True:
            [fact] = self.ask("query_announcement", serial, customer_code=CODE)
            if not isinstance(fact, BindingPending) or time.monotonic() > deadline:
                return fact
            time.sleep(0.05)

    def exchange(self, request: Request, serial: str) -> Any:
        """One exchange."""
        exchange = f"{time.time_ns()}{next(NUMBERS)}"
        sealed = PARTNER.seal(request, self.settings, serial, exchange, datetime.now(UTC))
        headers = {k: v if isinstance(v, str) else v.reveal() for k, v in sealed.headers.items()}
        call = urllib.request.Request(self.url + sealed.path, sealed.body, headers, method=sealed.method)
        try:
            with urllib.request.urlopen(call, timeout=self.patience) as answer:
                reply = Reply(answer.status, lower(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            reply = Reply(error.code, lower(error.headers), error.read())
        return PARTNER.unseal(reply, self.settings)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


def lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def start(data: Path, *options: str) -> Carrier:
    """Start a simulator and wait until it listens."""
    command = [sys.executable, "-m", "hub_telecom.simulator", "--port", "0", "--data", str(data), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["port"]
    return Carrier(process, f"http://127.0.0.1:{port}", data)


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Carrier]:
    """A carrier with empty books that decides after 0.1 s."""
    carrier = start(tmp_path, "--settle", "0.1")
    yield carrier
    carrier.stop()


def key() -> str:
    return f"20261123{next(NUMBERS):016d}"


# Announcing


@pytest.mark.article("R7.7")
def test_a_customer_is_received_first_and_known_later(carrier: Carrier) -> None:
    number, serial = carrier.sign(), key()
    assert carrier.ask("query_announcement", serial, customer_code=CODE) == (BindingAbsent(CODE),)
    [taken] = carrier.announce(serial, agreement_no=number)
    assert isinstance(taken, BindingAccepted) and taken.reference.startswith("GT")
    assert carrier.outcome(serial) == CustomerKnown(CODE)
    [agreement] = carrier.ledger()["agreements"]
    assert (agreement["cust"], agreement["order_day"], agreement["serial"]) == (CODE, "3", serial)


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("check_failed", "other"),
        ("agreement_unknown", "no_agreement"),
        ("other_number", "phone_mismatch"),
        ("agreement_over", "expired"),
        ("real_name_missing", "id_mismatch"),
        ("number_stopped", "account_blocked"),
        ("other_customer", "agreement_exists"),
    ],
)
def test_a_no_at_once_is_a_refusal_with_its_reason(carrier: Carrier, scenario: str, reason: str) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario=scenario, customer_code=CODE)
    [fact] = carrier.announce(key())
    assert isinstance(fact, BindingRefused) and fact.reason == reason and fact.text
    assert carrier.ledger()["announcements"] == []


@pytest.mark.parametrize(
    ("scenario", "stated"),
    [
        ("accepted_then_refused", (BindingRefused, "id_mismatch")),
        ("accepted_then_number_stopped", (BindingRefused, "account_blocked")),
        ("customer_registered", (CustomerKnown, "")),
    ],
)
def test_what_was_received_may_still_fail(carrier: Carrier, scenario: str, stated: tuple[type, str]) -> None:
    serial = key()
    carrier.sign()
    carrier.post("/_sim/scenario", scenario=scenario, customer_code=CODE)
    assert isinstance(carrier.announce(serial)[0], BindingAccepted)
    fact = carrier.outcome(serial)
    assert isinstance(fact, stated[0]) and getattr(fact, "reason", "") == stated[1]


def test_what_is_not_decided_stays_pending_until_the_clerk_decides(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="never_decided", customer_code=CODE)
    for button, kind in (("confirm", CustomerKnown), ("refuse", BindingRefused)):
        serial, day = key(), "3" if button == "confirm" else "4"
        carrier.announce(serial, order_day=day)
        time.sleep(0.2)
        assert isinstance(carrier.ask("query_announcement", serial, customer_code=CODE)[0], BindingPending)
        assert carrier.press(f"/clerk/{button}", serial=serial) == 200
        assert isinstance(carrier.outcome(serial), kind)
        assert carrier.press(f"/clerk/{button}", serial=serial) == 400


def test_the_books_themselves_refuse_what_does_not_fit(carrier: Carrier) -> None:
    number = carrier.sign()

    def reason(**changes: str) -> str:
        [fact] = carrier.announce(key(), agreement_no=number, **changes)
        return str(fact.reason)

    assert reason(phone="18900000002") == "phone_mismatch"
    assert carrier.announce(key(), agreement_no="TX9999999999")[0].reason == "no_agreement"
    carrier.post("/_sim/stop", no=number)
    assert reason() == "account_blocked"
    carrier.post("/_sim/resume", no=number)
    serial = key()
    carrier.announce(serial, agreement_no=number)
    assert carrier.outcome(serial) == CustomerKnown(CODE)
    assert reason(customer_code="370100000002") == "agreement_exists"
    carrier.post("/_sim/end", no=number)
    assert reason(order_day="5") == "expired"


@pytest.mark.article("R7.7")
def test_already_ordered_is_a_success_if_it_is_ours_and_another_day_is_a_change(carrier: Carrier) -> None:
    carrier.sign()
    first, again, changed = key(), key(), key()
    carrier.announce(first)
    carrier.outcome(first)
    assert carrier.announce(again) == (CustomerKnown(CODE),)
    carrier.announce(changed, order_day="4")
    assert carrier.outcome(changed) == CustomerKnown(CODE)
    assert carrier.ledger()["agreements"][0]["order_day"] == "4"
    assert [row["serial"] for row in carrier.ledger()["announcements"]] == [first, changed]


def test_the_same_serial_is_executed_once_and_means_one_content(carrier: Carrier) -> None:
    carrier.sign()
    serial = key()
    assert carrier.announce(serial) == carrier.announce(serial)
    assert carrier.outcome(serial) == CustomerKnown(CODE)
    assert isinstance(carrier.announce(serial)[0], BindingAccepted)
    with pytest.raises(Unknown):
        carrier.announce(serial, order_day="5")
    [row] = carrier.ledger()["announcements"]
    assert (row["received"], row["executed"], row["order_day"]) == (4, 1, "3")


# Faults of an exchange


@pytest.mark.parametrize(
    ("fault", "setback", "done"),
    [
        ("answer_text", Unknown, True),
        ("system_code", Unknown, True),
        ("unknown_code", Unknown, True),
        ("code_as_number", Unknown, True),
        ("doubled", Unknown, True),
        ("entities", Unknown, True),
        ("other_echo", Unknown, True),
        ("http_502_html", Unknown, True),
        ("html_200", Unknown, True),
        ("empty_body", Unknown, True),
        ("cut_body", Unknown, True),
        ("wrong_charset", Unknown, True),
        ("huge_body", Unknown, True),
        ("answer_late", OSError, True),
        ("drip", OSError, True),
        ("drop_after_work", OSError, True),
        ("drop_before_work", OSError, False),
        ("rate_limit", Busy, False),
        ("rotated_key", Busy, False),
        ("no_right", Busy, False),
        ("not_found", Busy, False),
        ("http_503", Busy, False),
        ("used_up", Busy, False),
        ("already_ordered", Unknown, False),
    ],
)
def test_each_fault_is_what_it_proves(carrier: Carrier, fault: str, setback: type[Exception], done: bool) -> None:
    serial = key()
    carrier.sign()
    carrier.post("/_sim/scenario", scenario=fault, path="customers")
    carrier.patience = 1.5 if setback is OSError else 10.0
    with pytest.raises((Setback, OSError)) as raised:
        carrier.announce(serial)
    carrier.patience = 10.0
    assert isinstance(raised.value, setback)
    assert carrier.outcome(serial) == (CustomerKnown(CODE) if done else BindingAbsent(CODE))
    assert len(carrier.ledger()["announcements"]) == int(done)


def test_a_fault_can_be_set_by_request_number(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="answer_text", request_no=2)
    assert all(leg.ok for leg in carrier.ask("probe", ""))
    with pytest.raises(Unknown):
        carrier.announce(key())
    faults = [row["fault"] for row in json.loads(carrier.get("/_sim/requests"))]
    assert faults == [None, "answer_text"]


@pytest.mark.parametrize("verb", ["announce_customer", "query_announcement", "list_devices", "probe"])
def test_xml_is_as_good_as_json(carrier: Carrier, verb: str) -> None:
    carrier.sign()
    serial = key()
    carrier.announce(serial)
    carrier.outcome(serial)
    values = {"customer_code": CODE, "order_day": "5", "phone": PHONE, "agreement_no": ""}
    plain = carrier.ask(verb, serial if verb == "query_announcement" else key(), **values)
    paths = {"announce_customer": "customers", "list_devices": "agreements_query"}
    carrier.post("/_sim/scenario", scenario="answer_xml", path=paths.get(verb, "customers_query"))
    values["order_day"] = "4"
    dressed = carrier.ask(verb, serial if verb == "query_announcement" else key(), **values)
    assert [type(each) for each in dressed] == [type(each) for each in plain] and plain
    assert verb == "announce_customer" or dressed == plain


def test_the_limits_of_a_minute_and_of_a_month_say_how_long_to_rest(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--limit", "2")
    try:
        carrier.post("/_sim/scenario", scenario="monthly_limit", customer_code=CODE)
        with pytest.raises(Busy) as month:
            carrier.announce(key())
        assert month.value.code == "-5" and month.value.retry_after is not None
        here = datetime.now(UTC) + timedelta(hours=8)
        later = here + month.value.retry_after
        assert (later + timedelta(minutes=1)).day == 1 and later + timedelta(minutes=1) > here
        carrier.ask("probe", "")
        with pytest.raises(Busy) as minute:
            carrier.ask("probe", "")
        assert minute.value.code == "http_429"
        assert minute.value.retry_after and timedelta() < minute.value.retry_after <= timedelta(minutes=1)
    finally:
        carrier.stop()


def test_the_months_calls_for_one_agreement_are_counted(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--settle", "0.05", "--monthly", "2")
    try:
        carrier.sign()
        for day in ("1", "2"):
            serial = key()
            carrier.announce(serial, order_day=day)
            assert carrier.outcome(serial) == CustomerKnown(CODE)
        with pytest.raises(Busy):
            carrier.announce(key(), order_day="3")
        carrier.post("/_sim/clock", offset_seconds=31 * 86400)
        assert isinstance(carrier.announce(key(), order_day="3")[0], BindingAccepted)
    finally:
        carrier.stop()


@pytest.mark.parametrize(
    ("name", "value"), [("app_key", "a-wrong-key"), ("app_id", "another-app"), ("region_id", "8320100")]
)
def test_wrong_access_is_busy_and_touches_nothing(carrier: Carrier, name: str, value: str) -> None:
    values = json.loads((carrier.data / "settings.json").read_text()) | {name: value}
    carrier.sign()
    carrier.settings = read_settings(PARTNER, values)
    with pytest.raises(Busy) as busy:
        carrier.announce(key())
    assert busy.value.code in ("http_401", "http_403")
    assert carrier.ledger()["announcements"] == []


# The list


def test_the_list_tells_agreements_and_handsets_and_then_only_what_changed(carrier: Carrier) -> None:
    first, second = carrier.sign(), carrier.sign(licence="370100100002", phone="18900000002", imei=OTHER)
    seen, cursor = pages(carrier)
    assert [type(fact) for fact in seen] == [AgreementSigned, DeviceBound] * 2
    assert {fact.licence_no for fact in seen if isinstance(fact, AgreementSigned)} == {LICENCE, "370100100002"}
    assert pages(carrier, cursor=cursor) == ([], cursor)
    carrier.post("/_sim/break", no=second)
    changed, tag = pages(carrier, cursor=cursor)
    assert [type(fact) for fact in changed] == [AgreementSigned, DeviceFailed]
    assert tag != cursor and pages(carrier, cursor=tag) == ([], tag)
    moment = datetime.now(UTC)
    time.sleep(1.1)
    carrier.post("/_sim/end", no=first)
    assert [type(fact) for fact in pages(carrier, since=moment + timedelta(seconds=1))[0]] == [
        AgreementEnded,
        DeviceEnded,
    ]
    assert pages(carrier, since=moment + timedelta(hours=1))[0] == []


def pages(carrier: Carrier, **values: Any) -> tuple[list[Any], str]:
    """All facts of a list, and its last cursor."""
    facts: list[Any] = []
    cursor = ""
    for page in each_page(carrier, **values):
        facts += page.facts
        cursor = page.cursor
    return facts, cursor


def each_page(carrier: Carrier, **values: Any) -> Iterator[Page]:
    """The pages of a list as they come; only one is kept."""
    talk = carrier.talk("list_devices", key(), **values)
    step = next(talk)
    try:
        while True:
            if isinstance(step, Page):
                yield step
                step = talk.send(None)
            else:
                step = talk.send(carrier.exchange(step, ""))
    except StopIteration:
        return


def test_a_list_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "25", "--page", "10")
    try:
        carrier.sign()
        whole = [fact for page in each_page(carrier) for fact in page.facts]
        assert len(whole) == 52
        first = next(each_page(carrier))
        carrier.post("/_sim/break", no="TG0000000020")
        rest, tag = pages(carrier, cursor=first.cursor)
        assert len(first.facts) == 20 and len(rest) == 30
        late, _ = pages(carrier, cursor=tag)
        assert {fact.customer_code for fact in late} == {"370000000020"}
        with pytest.raises(Unknown):
            pages(carrier, cursor="yesterday")
    finally:
        carrier.stop()


def test_a_long_list_streams_in_little_memory_and_costs_nothing_the_second_time(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "60000", "--page", "5000")
    try:
        carrier.settings = read_settings(
            PARTNER, json.loads((tmp_path / "settings.json").read_text()) | {"page_size": "5000"}
        )
        page = next(each_page(carrier))
        tracemalloc.start()
        count, last = 0, ""
        for page in each_page(carrier):
            count, last = count + len(page.facts), page.cursor
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 120_000 and peak < 40_000_000
        before = carrier.ledger()["requests"]
        assert pages(carrier, cursor=last) == ([], last)
        assert pages(carrier, since=datetime.now(UTC))[0] == []
        assert carrier.ledger()["requests"] == before + 2
        serial = key()
        given = {"customer_code": "370000000007", "phone": "18900000007", "order_day": "3"}
        [known] = carrier.announce(serial, **given)
        assert known == CustomerKnown("370000000007")
    finally:
        carrier.stop()


@pytest.mark.proof
def test_a_million_bindings_stream_in_memory_that_does_not_grow(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    carrier = start(tmp_path, "--bindings", "1000000")
    try:
        values = json.loads((tmp_path / "settings.json").read_text()) | {"page_size": "5000"}
        carrier.settings = read_settings(PARTNER, values)
        list(itertools.islice(each_page(carrier), 4))
        before, count, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0, time.monotonic()
        for page in each_page(carrier):
            count += len(page.facts)
        took = time.monotonic() - begun
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        record_property("seconds", round(took, 1))
        assert count == 2_000_000 and grown < 20 * 1024 and took < 120
        begun = time.monotonic()
        assert pages(carrier, cursor=page.cursor) == ([], page.cursor)
        assert time.monotonic() - begun < 1
    finally:
        carrier.stop()


# Callbacks


@dataclass
class Hub:
    """The hub's door for callbacks: every message is put to the plugin; each number is heard once."""

    settings: Callable[[], Any] = field(repr=False, default=lambda: None)
    heard: list[Heard] = field(default_factory=list)
    refused: list[Setback] = field(default_factory=list)
    deaf: int = 0
    url: str = ""

    def take(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """A callback: its answer."""
        if self.deaf:
            self.deaf -= 1
            return 500, b""
        try:
            told = PARTNER.call("receive", body=body, headers=headers, settings=self.settings(), now=datetime.now(UTC))
        except Setback as setback:
            self.refused.append(setback)
            return 400, b""
        self.heard.append(told)
        return 200, told.answer

    def facts(self, count: int) -> list[Any]:
        """The facts of so many callbacks, once they are there."""
        wait(lambda: len(self.heard) >= count)
        return [fact for told in self.heard for fact in told.facts]


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 8
    while not until():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A door that listens."""
    hub = Hub()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = hub.take(body, lower(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.url = f"http://127.0.0.1:{server.server_port}/callbacks/telecom"
    yield hub
    server.shutdown()
    server.server_close()


@pytest.fixture
def pushing(tmp_path: Path, hub: Hub) -> Iterator[Carrier]:
    """A carrier that calls the hub."""
    carrier = start(tmp_path, "--settle", "0.1", "--callback-url", hub.url)
    hub.settings = lambda: carrier.settings
    yield carrier
    carrier.stop()


@pytest.mark.article("R7.7", "R11.2")
def test_the_counter_tells_the_hub_of_everything_that_it_does(pushing: Carrier, hub: Hub) -> None:
    assert pushing.press("/clerk/sign", licence=LICENCE, phone=PHONE, imei="", until="2028-11-22") == 200
    number = pushing.ledger()["agreements"][0]["no"]
    [signed] = hub.facts(1)
    assert (signed.customer_code, signed.agreement_no, signed.licence_no) == ("", number, LICENCE)
    serial = key()
    pushing.announce(serial, agreement_no=number)
    assert hub.facts(2)[-1] == CustomerKnown(CODE, at=hub.facts(2)[-1].at)
    told = [
        ("bind", HANDSET, [DeviceBound]),
        ("break", "", [DeviceFailed]),
        ("mend", "", [DeviceBound]),
        ("beyond_repair", "", [DeviceFailed]),
        ("bind", OTHER, [DeviceEnded, DeviceBound]),
        ("stop", "", [DeviceEnded, DeviceFailed]),
        ("resume", "", [DeviceEnded, DeviceBound]),
        ("release", "", [DeviceEnded, DeviceEnded]),
        ("end", "", [AgreementEnded, DeviceEnded, DeviceEnded]),
    ]
    for count, (action, imei, kinds) in enumerate(told, start=3):
        assert pushing.press(f"/clerk/{action}", no=number, imei=imei) == 200
        hub.facts(count)
        facts = [fact for fact in hub.heard[count - 1].facts if not isinstance(fact, AgreementSigned)]
        assert [type(fact) for fact in facts] == kinds, action
        if action == "beyond_repair":
            assert facts[0] == DeviceFailed(CODE, HANDSET, repairable=False, at=facts[0].at)
    assert len({told.event for told in hub.heard}) == len(hub.heard)
    wait(lambda: all(row["done"] for row in pushing.ledger()["pushes"]))
    for action in ("break", "bind", "end", "lend"):
        assert pushing.press(f"/clerk/{action}", no=number, imei=HANDSET) == 400


def test_a_callback_that_is_not_answered_comes_again_under_its_number(pushing: Carrier, hub: Hub) -> None:
    hub.deaf = 2
    pushing.sign()
    hub.facts(1)
    wait(lambda: pushing.ledger()["pushes"][0]["done"] == 1)
    assert pushing.ledger()["pushes"][0]["tries"] == 3
    assert pushing.press("/clerk/push_again", id="1") == 200
    hub.facts(2)
    assert hub.heard[0] == hub.heard[1]


def test_a_doubled_callback_has_one_number(pushing: Carrier, hub: Hub) -> None:
    pushing.post("/_sim/scenario", scenario="push_twice", path="push")
    pushing.sign()
    hub.facts(2)
    assert hub.heard[0] == hub.heard[1]


def test_callbacks_in_another_order_are_told_apart_by_their_moment(pushing: Carrier, hub: Hub) -> None:
    number = pushing.sign()
    hub.facts(1)
    pushing.post("/_sim/scenario", scenario="push_held_back", path="push")
    pushing.post("/_sim/break", no=number)
    pushing.post("/_sim/mend", no=number)
    hub.facts(3)
    bound, failed = hub.heard[1].facts[-1], hub.heard[2].facts[-1]
    assert isinstance(bound, DeviceBound) and isinstance(failed, DeviceFailed)
    assert bound.at is not None and failed.at is not None and bound.at > failed.at


@pytest.mark.parametrize(
    ("fault", "setback"),
    [
        ("push_forged", Forged),
        ("push_rotated_key", Forged),
        ("push_reordered", Forged),
        ("push_clock_off", Forged),
        ("push_other_app", Forged),
        ("push_unknown_kind", Unknown),
    ],
)
def test_a_callback_that_is_not_surely_telecoms_is_not_heard(
    pushing: Carrier, hub: Hub, fault: str, setback: type[Setback]
) -> None:
    pushing.post("/_sim/scenario", scenario=fault, path="push")
    pushing.sign()
    wait(lambda: bool(hub.refused))
    assert isinstance(hub.refused[0], setback)
    if setback is Forged:
        hub.facts(1)
        assert isinstance(hub.heard[0].facts[0], AgreementSigned)


def test_a_carrier_whose_clock_is_off_is_not_heard_and_still_answered(pushing: Carrier, hub: Hub) -> None:
    pushing.post("/_sim/clock", offset_seconds=600)
    pushing.sign()
    wait(lambda: bool(hub.refused))
    assert isinstance(hub.refused[0], Forged) and hub.refused[0].code == "not_fresh"
    facts, _ = pages(pushing)
    assert all(fact.at <= datetime.now(UTC) for fact in facts) and len(facts) == 2


def test_the_callback_may_come_before_the_answer_that_it_is_about(pushing: Carrier, hub: Hub) -> None:
    pushing.sign()
    hub.facts(1)
    pushing.post("/_sim/scenario", scenario="callback_first", path="customers")
    serial = key()
    [taken] = pushing.announce(serial)
    assert isinstance(taken, BindingAccepted)
    assert [type(fact) for fact in hub.heard[1].facts] == [CustomerKnown]
    assert pushing.outcome(serial) == CustomerKnown(CODE)
    assert [row["executed"] for row in pushing.ledger()["announcements"]] == [1]


# The program


def test_the_clerks_page_escapes_hides_and_names_its_buttons(carrier: Carrier) -> None:
    number = carrier.sign()
    carrier.post("/_sim/scenario", scenario="never_decided", customer_code=CODE)
    carrier.announce(key(), agreement_no=number)
    page = carrier.get("/")
    for words in (
        "营业员页面",
        "签订并推送",
        "换机",
        "不可修复",
        "停机",
        "协议到期",
        "再次推送",
        "生效",
        "失败(未实名)",
    ):
        assert words in page
    assert re.search(r"\*{7}0001", page) and number in page and '<html lang="zh-CN">' in page
    assert carrier.press("/clerk/sign", licence="<script>", phone=PHONE) == 400
    assert carrier.press("/clerk/sign", licence=LICENCE, phone=PHONE, imei=HANDSET) == 400
    assert "<script>" not in carrier.get("/")


def test_its_books_outlive_the_program(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--settle", "0.1")
    carrier.sign()
    serial = key()
    carrier.announce(serial)
    carrier.process.kill()
    carrier.process.wait(10)
    again = start(tmp_path, "--settle", "0.1")
    try:
        assert again.settings.app_key == carrier.settings.app_key
        assert again.outcome(serial) == CustomerKnown(CODE)
    finally:
        again.stop()


def test_an_outage_is_busy(carrier: Carrier) -> None:
    carrier.post("/_sim/outage", seconds=0.3)
    with pytest.raises(Busy):
        carrier.ask("probe", "")
    time.sleep(0.4)
    assert carrier.ask("probe", "")
