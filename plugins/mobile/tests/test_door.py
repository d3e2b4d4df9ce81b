"""Mobile's door against its own process: tokens, digests, clocks; which leg of a connection test failed."""

import asyncio
import base64
import hashlib
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hub_mobile.envelope import WSSE
from hub_mobile.visits import TOKEN

from hub.channels.probing import Probe
from hub.channels.reach import Reach
from hub.domain.facts import Setback
from hub.plugin import BindingAbsent, BindingAccepted, Busy, CustomerKnown, Secret, post
from hub.ports import now
from plugins.mobile.tests.carrier import Carrier, key, start
from plugins.mobile.tests.said import CODE, PARTNER


def tried(carrier: Carrier, **changes: Any) -> dict[str, bool]:
    """The hub's own connection test: its legs and whether each held."""
    settings = replace(carrier.settings, **changes)
    legs = asyncio.run(Probe(PARTNER, settings, carrier.url, Reach(loopback=True), now).run())
    return {leg.leg: leg.ok for leg in legs if leg.leg not in ("dns", "connect")}


@pytest.mark.article("R7.8")
@pytest.mark.parametrize("way", ["token", "wsse"])
def test_a_connection_test_says_which_leg_failed_and_touches_no_books(tmp_path: Path, way: str) -> None:
    carrier = start(tmp_path, "--way", way)
    first = "token" if way == "token" else "login"
    try:
        assert tried(carrier) == {"clock": True, first: True, "permission": True}
        assert tried(carrier, password=Secret("another-password"))[first] is False
        assert tried(carrier, app_id="somebodyelse")[first] is False
        carrier.post("/_sim/scenario", scenario="no_such_right", path="customer-result")
        assert tried(carrier) == {first: True, "permission": False}
        carrier.post("/_sim/clock", offset_seconds=600)
        assert tried(carrier) == {"clock": False}
        assert carrier.ledger()["announcements"] == [] == carrier.ledger()["jobs"]
    finally:
        carrier.stop()


@pytest.mark.parametrize("way", ["token", "wsse"])
def test_a_clock_that_is_ten_minutes_off_is_busy_and_nothing_is_done(tmp_path: Path, way: str) -> None:
    carrier = start(tmp_path, "--way", way)
    try:
        carrier.sign()
        for seconds in (600, -600):
            carrier.post("/_sim/clock", offset_seconds=seconds)
            with pytest.raises(Busy) as busy:
                carrier.announce(key())
            assert busy.value.retry_after == timedelta(minutes=5)
        assert carrier.ledger()["announcements"] == []
        carrier.post("/_sim/clock", offset_seconds=200)
        assert isinstance(carrier.announce(key())[0], BindingAccepted)
    finally:
        carrier.stop()


@pytest.mark.article("R7.8")
def test_a_token_over_in_the_middle_is_replaced(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="token_expired", path="customer")
    serial = key()
    assert isinstance(carrier.announce(serial)[0], BindingAccepted)
    assert carrier.outcome(serial) == CustomerKnown(CODE)


def test_a_list_whose_token_runs_out_goes_on_where_it_was(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "250", "--page", "100")
    try:
        carrier.post("/_sim/scenario", scenario="token_expired", request_no=3)
        codes = {fact.customer_code for fact in carrier.listed()}
        assert len(codes) == 250, "request 3 is the second page: none is lost and none comes twice"
        assert len(carrier.listed()) == 500
    finally:
        carrier.stop()


def test_tokens_that_are_over_for_ever_end_the_talk(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="token_expired", path="customer", times=9)
    with pytest.raises(Busy) as busy:
        carrier.announce(key())
    assert busy.value.code == "12021" and carrier.ledger()["requests"] == 4
    assert carrier.ledger()["announcements"] == []


@pytest.mark.parametrize(
    "fault", ["http_502_html", "html_200", "empty_body", "cut_body", "wrong_charset", "system_code", "http_503"]
)
def test_whatever_happens_to_the_tokens_own_call_nothing_was_done(carrier: Carrier, fault: str) -> None:
    serial = key()
    carrier.sign()
    carrier.post("/_sim/scenario", scenario=fault, path="token")
    with pytest.raises(Setback) as raised:
        carrier.announce(serial)
    assert isinstance(raised.value, Busy)
    assert carrier.ask("query_announcement", serial, customer_code=CODE) == (BindingAbsent(CODE),)
    assert isinstance(carrier.announce(serial)[0], BindingAccepted)


def test_a_transaction_number_counts_once(carrier: Carrier) -> None:
    asked = post(TOKEN, {"password": carrier.settings.password})
    request = PARTNER.seal(asked, carrier.settings, "", "the same exchange", datetime.now(UTC))
    assert b'"status": "0"' in sent(carrier, request.path, request.body, {})[1]
    assert b"12008" in sent(carrier, request.path, request.body, {})[1]


def test_a_digest_over_the_bytes_and_one_that_comes_again_are_turned_away(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--way", "wsse")
    try:
        statuses = []
        for over_bytes in (True, False):
            request = PARTNER.seal(
                post("/v5/yxt/query/customer-result", {"requestId": "0", "custCode": "0"}),
                carrier.settings,
                "",
                f"exchange {over_bytes}",
                datetime.now(UTC),
            )
            header = revealed(request.headers["X-WSSE"])
            if over_bytes:
                given = header.split('PasswordDigest="')[1].split('"')[0]
                raw = bytes.fromhex(base64.b64decode(given).decode())
                assert len(raw) == hashlib.sha256().digest_size
                header = header.replace(given, base64.b64encode(raw).decode())
            named = {"Authorization": WSSE, "X-WSSE": header}
            statuses.append(sent(carrier, request.path, request.body, named)[0])
        assert statuses == [401, 200]
        assert sent(carrier, request.path, request.body, named)[1].count(b"12008") == 1
    finally:
        carrier.stop()


def revealed(value: str | Secret) -> str:
    return value if isinstance(value, str) else value.reveal()


def sent(carrier: Carrier, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """A call by hand."""
    call = urllib.request.Request(carrier.url + path, body, headers, method="POST")
    try:
        with urllib.request.urlopen(call, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
