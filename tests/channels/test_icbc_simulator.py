"""The ICBC plugin against the bank's own process: what it states under each scenario and fault."""

import itertools
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from stdnum import luhn

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
    CardChecked,
    Fact,
    Forged,
    Refused,
    Reply,
    Request,
    Unknown,
)
from hub.testing.play import drive
from tests.support.partners import PLUGINS, Bank, start_bank

pytestmark = pytest.mark.usefixtures("machine_clock")
PARTNER = PLUGINS.partners["icbc"]
NUMBERS = itertools.count()
AREA = "/api/mybank/enterprise/pay/batchpersonaldeduct"
BEIJING = ZoneInfo("Asia/Shanghai")
CARDS = ("6212140000000000000", "6212140000000000018", "6212140000000000026", "6212140000000000034")


class Caller:
    """A plain caller of the bank: one request, one reply, no retries."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.settings = read_settings(PARTNER, bank.settings())

    def ask(self, verb: str, key: str, **values: Any) -> tuple[Any, ...]:
        """A verb carried through; raises Setbacks."""
        now = datetime.now(UTC)
        given = {"key": key, "now": now, "asked_at": now - timedelta(minutes=1), "since": now - timedelta(days=1)}
        conversation = PARTNER.talk(verb, settings=self.settings, **given, **values)
        return drive(conversation, lambda request: self.exchange(request, key)).facts

    def exchange(self, request: Request, key: str) -> Any:
        """One exchange."""
        sealed = PARTNER.seal(request, self.settings, key, f"{time.time_ns()}{next(NUMBERS)}", datetime.now(UTC))
        url, headers = self.bank.url + sealed.path, dict(sealed.headers)
        try:
            with urllib.request.urlopen(urllib.request.Request(url, sealed.body, headers), timeout=10) as answer:
                reply = Reply(answer.status, {}, answer.read())
        except urllib.error.HTTPError as error:
            reply = Reply(error.code, {}, error.read())
        return PARTNER.unseal(reply, self.settings)


@pytest.fixture
def caller(bank: Bank) -> Caller:
    """A caller of a fresh bank."""
    return Caller(bank)


def customer(number: int) -> dict[str, str]:
    return {
        "customer_code": f"37010000000{number}",
        "holder_name": "张三",
        "card_number": with_check_digit(CARDS[number]),
        "id_number": "",
    }


def with_check_digit(number: str) -> str:
    """The number with its last digit made right."""
    return number[:-1] + str(luhn.calc_check_digit(number[:-1]))


def key() -> str:
    return f"20261123{next(NUMBERS):016d}"


@pytest.mark.parametrize(
    ("scenario", "stated"),
    [
        ("agreement_activated", (BindingLive, "")),
        ("agreement_name_mismatch", (BindingRefused, "name_mismatch")),
        ("agreement_id_mismatch", (BindingRefused, "id_mismatch")),
        ("account_lost", (BindingRefused, "other_card")),
        ("limit_zero", (BindingRefused, "limit")),
        ("agreement_other_card", (BindingRefused, "other_card")),
        ("agreement_pending", (BindingPending, "")),
        ("agreement_doubtful_then_done", (BindingPending, "")),
    ],
)
def test_a_filed_card_ends_as_the_bank_decides(caller: Caller, scenario: str, stated: tuple[type, str]) -> None:
    who, serial = customer(1), key()
    caller.bank.post("/_sim/scenario", scenario=scenario, customer_code=who["customer_code"])
    [filed] = caller.ask("bind_card", serial, **who)
    assert isinstance(filed, BindingAccepted | BindingRefused)
    time.sleep(0.4)
    [fact] = caller.ask("query_binding", serial, **who)
    assert isinstance(fact, stated[0]) and getattr(fact, "reason", "") == stated[1]


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("agreement_pending_long", "9"),
        ("agreement_host_pending", "5"),
        ("agreement_waits_for_submitter", "20"),
        ("agreement_phone_check", "86"),
        ("agreement_to_be_verified", "95"),
    ],
)
def test_what_stays_open_stays_pending_and_the_clerk_decides_it(caller: Caller, scenario: str, code: str) -> None:
    who, serial = customer(1), key()
    caller.bank.post("/_sim/scenario", scenario=scenario, customer_code=who["customer_code"])
    assert isinstance(caller.ask("bind_card", serial, **who)[0], BindingAccepted)
    for _ in range(2):
        caller.bank.post("/_sim/settle")
        [fact] = caller.ask("query_binding", serial, **who)
        assert isinstance(fact, BindingPending) and fact.code == code
    form = urllib.request.Request(caller.bank.url + "/clerk/confirm", b"id=1", method="POST")
    urllib.request.urlopen(form, timeout=10).close()
    assert isinstance(caller.ask("query_binding", serial, **who)[0], BindingLive)


@pytest.fixture
def paged(tmp_path: Path, bank_keys: Path) -> Iterator[Caller]:
    """A caller of a bank whose lists have two rows a page."""
    for file in bank_keys.glob("*.[kp][eu][yb]"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    bank = start_bank(tmp_path, "--settle", "0.2", "--page", "2")
    yield Caller(bank)
    bank.process.terminate()
    bank.process.wait(10)


def test_a_package_is_answered_row_by_row_page_by_page(paged: Caller) -> None:
    """Three rows, two a page: result and list have a second one."""
    caller = paged
    rows = PARTNER.rows("deliver_agreements", [{**customer(n), "row_no": str(n)} for n in (1, 2, 3)])
    caller.bank.post("/_sim/scenario", scenario="rows_reordered_in_reply", path="mepbprotocolsubmit")
    serial = key()
    assert {fact.row_no for fact in caller.ask("deliver_agreements", serial, agreements=rows)} == {"1", "2", "3"}
    time.sleep(0.4)
    before = len(caller.bank.get("/_sim/requests"))
    facts = {fact.row_no: type(fact) for fact in caller.ask("query_delivery", serial, agreements=rows)}
    assert facts == {"1": BindingLive, "2": BindingLive, "3": BindingLive}
    asked = [each["path"].split("/")[-2] for each in caller.bank.get("/_sim/requests")[before:]]
    assert asked == ["mepbprotocolimpinstrqry"] * 2 + ["mepbprotocolqry"] * 2
    caller.bank.post("/_sim/scenario", scenario="row_missing_in_reply", path="mepbprotocolimpinstrqry")
    less = caller.ask("query_delivery", serial, agreements=rows)
    assert {fact.row_no for fact in less if isinstance(fact, Fact)} == {"1", "3"}
    assert len(caller.ask("list_bindings", "", cursor="")) == 3


def test_a_refused_row_of_a_package_says_why(caller: Caller) -> None:
    rows = PARTNER.rows("deliver_agreements", [{**customer(n), "row_no": str(n)} for n in (1, 2)])
    caller.bank.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code=customer(2)["customer_code"])
    serial = key()
    caller.ask("deliver_agreements", serial, agreements=rows)
    time.sleep(0.4)
    facts = {fact.row_no: type(fact) for fact in caller.ask("query_delivery", serial, agreements=rows)}
    assert facts == {"1": BindingLive, "2": BindingRefused}


def raw(caller: Caller, interface: str, **content: str) -> Any:
    """One question as it is given; raises Setbacks."""
    head = {"cis": caller.settings.cis, "login_id": caller.settings.login_id, "f_seq_no": key()}
    contract = {"contract_no": caller.settings.contract_no, "query_type": "1", "next_tag": ""}
    return caller.exchange(Request("POST", f"{AREA}/{interface}/V1", {**head, **contract, **content}), "Q")


def test_lists_keep_to_the_days_and_the_contract_that_are_asked_about(caller: Caller) -> None:
    who, serial = customer(1), key()
    caller.ask("bind_card", serial, **who)
    time.sleep(0.4)
    [row] = raw(caller, "mepbprotocolqry", begin_date="20200101", end_date="29991231")["rd"]
    signed = datetime.strptime(row["s_time"], "%Y%m%d%H%M%S")
    past, now, future = (f"{signed + timedelta(days=n):%Y%m%d}" for n in (-1, 0, 1))
    [row] = raw(caller, "mepbprotocolqry", begin_date=now, end_date=now)["rd"]
    assert row["s_time"].startswith(now) and len(row["s_time"]) == 14
    for begin, end in ((past, past), (future, future)):
        with pytest.raises(Refused, match="96110116"):
            raw(caller, "mepbprotocolqry", begin_date=begin, end_date=end)
        with pytest.raises(Refused, match="96110116"):
            raw(caller, "mepbprotocolimpinstrqry", start_date=begin, end_date=end, qryf_seqno=serial)
    assert raw(caller, "mepbprotocolimpinstrqry", start_date=past, end_date=future, qryf_seqno=serial)["rd"]
    with pytest.raises(Refused, match="80008004"):
        raw(caller, "mepbprotocolqry", begin_date=future, end_date=past)
    with pytest.raises(Refused, match="9990"):
        raw(caller, "mepbprotocolqry", begin_date="", end_date=now)
    for interface in ("mepbprotocolqry", "mepbprotocolsingleqry"):
        with pytest.raises(Refused, match="80008006"):
            raw(caller, interface, begin_date=now, end_date=now, pay_no=who["customer_code"], contract_no="BDP1")


@pytest.mark.parametrize(
    ("fault", "setback"),
    [
        ("system_code", Unknown),
        ("http_502_html", Unknown),
        ("html_200", Unknown),
        ("empty_body", Unknown),
        ("cut_body", Unknown | Forged),
        ("unsigned_body", Unknown),
        ("wrong_charset", Unknown),
        ("return_code_string", Unknown),
        ("duplicate_serial", Unknown),
        ("wrong_signature", Forged),
        ("reordered_json", Forged),
        ("rate_limit", Busy),
        ("concurrency_limit", Busy),
        ("system_code_not_done", Unknown),
        ("rotated_key", Forged),
        ("http_503", Busy),
    ],
)
def test_each_fault_is_what_it_proves(caller: Caller, fault: str, setback: type[Setback]) -> None:
    caller.bank.post("/_sim/scenario", scenario=fault, path="mepbprotocolsubmit")
    with pytest.raises(Setback) as raised:
        caller.ask("bind_card", key(), **customer(1))
    assert isinstance(raised.value, setback)


def test_a_serial_is_good_for_one_package_and_the_first_is_found_again(caller: Caller) -> None:
    who, serial = customer(1), key()
    assert caller.ask("query_binding", serial, **who) == (BindingAbsent(who["customer_code"]),)
    caller.ask("bind_card", serial, **who)
    with pytest.raises(Unknown):
        caller.ask("bind_card", serial, **who)
    time.sleep(0.4)
    assert isinstance(caller.ask("query_binding", serial, **who)[0], BindingLive)
    assert [package["executed"] for package in caller.bank.ledger()["packages"]] == [1]


def test_an_ending_ends(caller: Caller) -> None:
    who, code = customer(1), customer(1)["customer_code"]
    caller.ask("bind_card", key(), **who)
    time.sleep(0.4)
    serial = key()
    assert isinstance(caller.ask("query_unbinding", serial, **who)[0], BindingAbsent)
    assert isinstance(caller.ask("unbind_card", serial, **who)[0], BindingAccepted)
    time.sleep(0.4)
    assert caller.ask("query_unbinding", serial, **who) == (BindingEnded(code),)
    assert caller.ask("unbind_card", key(), **who) == (BindingEnded(code, "B2022"),)


def test_probe_and_card_check(caller: Caller) -> None:
    assert all(leg.ok for leg in caller.ask("probe", ""))
    assert caller.ask("check_card", "", **customer(1)) == (CardChecked("", "debit_card"),)
    assert caller.ask("check_card", "", **{**customer(1), "card_number": "6212140000000000011"}) == (
        CardChecked("", usable=False),
    )
