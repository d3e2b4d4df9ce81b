"""The XML link against the bank's own process with its signing port: scenarios, faults, both ledgers."""

import itertools
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from hub.channels.settings_form import read_settings
from hub.domain.facts import Setback
from hub.plugin import (
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Busy,
    Reply,
    Request,
    Unknown,
)
from hub.testing.play import drive
from tests.support.partners import PLUGINS
from tests.support.sims import Sim, sim

PARTNER = PLUGINS.partners["icbc"]
NUMBERS = itertools.count(1)
WHO = {
    "customer_code": "370100000001",
    "holder_name": "张三",
    "card_number": "6212140000000000014",
    "id_number": "",
}


class Link:
    """A plain caller of both ports."""

    def __init__(self, bank: Sim) -> None:
        self.bank, self.settings = bank, read_settings(PARTNER, bank.settings())

    def ask(self, verb: str, key: str, **values: Any) -> tuple[Any, ...]:
        """A verb carried through; raises Setbacks."""
        now = datetime.now(UTC)
        given = {"key": key, "now": now, "asked_at": now - timedelta(minutes=1), "since": None, "cursor": ""}
        talk = PARTNER.talk(verb, settings=self.settings, **given, **values)
        return drive(talk, lambda request: self.exchange(request, key)).facts

    def exchange(self, request: Request, key: str) -> Any:
        """One exchange with the port that the request names."""
        exchange = f"{time.time_ns()}{next(NUMBERS)}"
        made = PARTNER.seal(request, self.settings, key, exchange, datetime.now(UTC))
        root = str(self.settings.sign_url if made.to else self.settings.base_url)
        query = f"?{urlencode(made.params)}" if made.params else ""
        call = urllib.request.Request(root + made.path + query, made.body, {k: str(v) for k, v in made.headers.items()})
        try:
            with urllib.request.urlopen(call, timeout=10) as answer:
                reply = Reply(answer.status, {}, answer.read())
        except urllib.error.HTTPError as error:
            reply = Reply(error.code, {}, error.read())
        return PARTNER.unseal(reply, self.settings)


@pytest.fixture
def link(tmp_path: Path) -> Iterator[Link]:
    """A bank by XML."""
    with sim("icbc", tmp_path / "nc", "--way", "nc", "--settle", "0.1") as bank:
        yield Link(bank)


def key() -> str:
    return f"20261123{next(NUMBERS):016d}"


@pytest.mark.article("R7.9", "R10.1")
def test_a_card_is_filed_in_force_and_ended(link: Link) -> None:
    serial = key()
    assert all(leg.ok for leg in link.ask("probe", ""))
    assert isinstance(link.ask("bind_card", serial, **WHO)[0], BindingAccepted)
    time.sleep(0.3)
    [live] = link.ask("query_binding", serial, **WHO)
    assert isinstance(live, BindingLive) and live.card_ending == "0014"
    assert len(link.ask("list_bindings", key())) == 1
    ending = key()
    assert isinstance(link.ask("unbind_card", ending, **WHO)[0], BindingAccepted)
    time.sleep(0.3)
    assert isinstance(link.ask("query_unbinding", ending, **WHO)[0], BindingEnded)


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [("agreement_name_mismatch", "name_mismatch"), ("agreement_other_card", "other_card"), ("agreement_id_mismatch", "id_mismatch")],
)  # fmt: skip
def test_a_row_is_refused_for_its_reason(link: Link, scenario: str, reason: str) -> None:
    link.bank.post("/_sim/scenario", scenario=scenario, customer_code=WHO["customer_code"])
    serial = key()
    facts = link.ask("bind_card", serial, **WHO)
    if not isinstance(facts[0], BindingRefused):
        time.sleep(0.3)
        facts = link.ask("query_binding", serial, **WHO)
    assert isinstance(facts[0], BindingRefused) and facts[0].reason == reason


@pytest.mark.parametrize(
    ("fault", "setback"),
    [
        ("system_code", Unknown),
        ("cut_body", Unknown),
        ("unsigned_body", Unknown),
        ("html_200", Unknown),
        ("wrong_charset", Unknown),
        ("return_code_string", Unknown),
        ("duplicate_serial", Unknown),
        ("rate_limit", Busy),
        ("clock_off", Busy),
    ],
)
def test_each_fault_is_what_it_proves(link: Link, fault: str, setback: type[Setback]) -> None:
    link.bank.post("/_sim/scenario", scenario=fault, path="mepbprotocolsubmit")
    with pytest.raises(Setback) as raised:
        link.ask("bind_card", key(), **WHO)
    assert isinstance(raised.value, setback)


def test_an_answer_lost_after_the_work_is_found_again_and_nothing_is_doubled(link: Link) -> None:
    link.bank.post("/_sim/scenario", scenario="system_code", path="mepbprotocolsubmit")
    serial = key()
    with pytest.raises(Unknown):
        link.ask("bind_card", serial, **WHO)
    time.sleep(0.3)
    assert isinstance(link.ask("query_binding", serial, **WHO)[0], BindingLive)
    with pytest.raises(Unknown, match="B0012"):
        link.ask("bind_card", serial, **WHO)
    assert [each["times"] for each in link.bank.ledger()["agreements"]] == [1]


def test_a_signing_port_without_its_key_is_busy_and_nothing_reaches_the_bank(link: Link) -> None:
    link.bank.post("/_sim/scenario", scenario="system_code", path="sign")
    with pytest.raises(Busy, match="sign_7001"):
        link.ask("bind_card", key(), **WHO)
    assert not link.bank.ledger()["agreements"] and not link.bank.ledger()["packages"]


def test_a_key_that_the_bank_does_not_know_is_busy_and_nothing_is_done(link: Link) -> None:
    link.bank.post("/_sim/scenario", scenario="wrong_signature", path="sign")
    with pytest.raises(Busy, match="400017"):
        link.ask("bind_card", key(), **WHO)
    assert not link.bank.ledger()["packages"]


def test_what_is_not_decided_yet_stays_open(link: Link) -> None:
    link.bank.post("/_sim/scenario", scenario="agreement_doubtful_then_done", customer_code=WHO["customer_code"])
    serial = key()
    link.ask("bind_card", serial, **WHO)
    assert isinstance(link.ask("query_binding", serial, **WHO)[0], BindingPending | BindingLive)
