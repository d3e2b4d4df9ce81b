"""A connection test against the bank's own process: which leg held, and which did not."""

import asyncio
import socket
from dataclasses import replace
from typing import Any

from structlog.testing import capture_logs

from hub.channels.probing import Probe
from hub.channels.reach import Reach
from hub.channels.settings_form import read_settings
from hub.plugin import ProbeLeg
from hub.ports import now
from tests.support.partners import PLUGINS, Bank

PARTNER = PLUGINS.partners["icbc"]


def tried(bank: Bank, url: str = "", **changes: Any) -> tuple[ProbeLeg, ...]:
    """The legs of one test."""
    settings = replace(read_settings(PARTNER, bank.settings()), **changes)
    return asyncio.run(Probe(PARTNER, settings, url or bank.url, Reach(loopback=True), now).run())


def test_all_legs_hold_and_the_clock_is_compared(bank: Bank) -> None:
    legs = tried(bank)
    assert all(leg.ok for leg in legs), legs
    assert [leg.leg for leg in legs] == ["dns", "connect", "login", "permission", "clock"]


def test_a_gateway_that_does_not_know_us_is_a_failed_login_and_touches_no_books(bank: Bank) -> None:
    legs = tried(bank, app_id="10000000000000008888")
    assert [leg.leg for leg in legs if not leg.ok] == ["login"]
    assert bank.ledger()["packages"] == []


def test_a_bank_whose_clock_is_off_says_so(bank: Bank) -> None:
    bank.post("/_sim/clock", offset_seconds=3600)
    assert [leg.leg for leg in tried(bank) if not leg.ok] == ["clock"]


def test_an_outage_is_an_answer_that_did_not_come(bank: Bank) -> None:
    bank.post("/_sim/outage", seconds=30)
    failed = [leg for leg in tried(bank) if not leg.ok]
    assert [leg.leg for leg in failed] == ["answer"] and "busy" in failed[0].text


def test_nobody_listens_or_there_is_no_such_host(bank: Bank) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert tried(bank, f"http://127.0.0.1:{port}")[-1] == ProbeLeg("connect", False, "ConnectionRefusedError")
    assert [leg.leg for leg in tried(bank, "http://no-such-host.invalid")] == ["dns"]
    with capture_logs() as logged:
        assert tried(bank, "http://169.254.169.254")[-1] == ProbeLeg("dns", False, "inside_address")
    assert [line["address"] for line in logged if line["event"] == "address.forbidden"] == ["169.254.169.254:80"]
    assert tried(bank, "http://no-such-host.invalid")[-1].text == "no_address", "legs are read by counties: no address"


def test_a_partner_without_tls_is_no_partner_with_tls(bank: Bank) -> None:
    legs = tried(bank, bank.url.replace("http:", "https:"))
    assert (legs[-1].leg, legs[-1].ok) == ("tls", False)


def test_a_plugin_that_breaks_is_a_failed_leg(bank: Bank) -> None:
    legs = asyncio.run(Probe(PARTNER, object(), bank.url, Reach(loopback=True), now).run())
    assert legs[-1] == ProbeLeg("answer", False, "TypeError")
