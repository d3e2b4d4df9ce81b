"""The ICBC plugin against the bank's own process: what it states under each scenario and fault."""

import itertools
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
    Reply,
    Request,
    Unknown,
)
from hub.testing.play import drive
from tests.support.partners import PLUGINS, Bank

PARTNER = PLUGINS.partners["icbc"]
NUMBERS = itertools.count()
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
        "card_number": luhn(CARDS[number]),
        "id_number": "",
    }


def luhn(number: str) -> str:
    """The number with its last digit made right."""
    for digit in "0123456789":
        total = 0
        for place, each in enumerate(reversed(number[:-1] + digit)):
            value = int(each) * (2 if place % 2 else 1)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return number[:-1] + digit
    raise AssertionError


def key() -> str:
    return f"20261123{next(NUMBERS):016d}"


@pytest.mark.parametrize(
    ("scenario", "stated"),
    [
        ("agreement_activated", (BindingLive, "")),
        ("agreement_name_mismatch", (BindingRefused, "name_mismatch")),
        ("agreement_id_mismatch", (BindingRefused, "id_mismatch")),
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


def test_a_package_is_answered_row_by_row_page_by_page(caller: Caller) -> None:
    rows = PARTNER.rows("deliver_agreements", [{**customer(n), "row_no": str(n)} for n in (1, 2, 3)])
    caller.bank.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code=customer(2)["customer_code"])
    caller.bank.post("/_sim/scenario", scenario="rows_reordered_in_reply", path="mepbprotocolsubmit")
    serial = key()
    assert {fact.row_no for fact in caller.ask("deliver_agreements", serial, agreements=rows)} == {"1", "2", "3"}
    time.sleep(0.4)
    facts = {fact.row_no: type(fact) for fact in caller.ask("query_delivery", serial, agreements=rows)}
    assert facts == {"1": BindingLive, "2": BindingRefused, "3": BindingLive}
    caller.bank.post("/_sim/scenario", scenario="row_missing_in_reply", path="mepbprotocolimpinstrqry")
    less = caller.ask("query_delivery", serial, agreements=rows)
    assert {fact.row_no for fact in less if isinstance(fact, Fact)} == {"1", "2"}
    assert len(caller.ask("list_bindings", "")) == 2


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
