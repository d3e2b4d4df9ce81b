"""What ABC tells the hub by itself: heard over its raw text, fresh, once, and answered as it wants."""

import threading
import time
import urllib.parse
import urllib.request
from dataclasses import replace
from datetime import timedelta
from unittest.mock import ANY

import pytest

from hub.plugin import BindingEnded, BindingLive, Forged, NeedsInput, Secret

from .bank import WHO, Bank, Ear, hear, key


def test_a_notification_is_heard_once_however_often_it_comes(bank: Bank) -> None:
    serial = bank.live()
    bank.post("/_sim/notify", sign_no=serial, kind="EntrustSign", times=2)
    first, second = (hear(bank, Ear.heard.get(timeout=5)) for _ in range(2))
    assert first.event == second.event and b"<URL>" in first.answer
    [fact] = first.facts
    assert fact.at is not None and replace(fact, at=None) == BindingLive(WHO["customer_code"], serial, "0014")
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
    assert hear(bank, Ear.heard.get(timeout=5)).facts[0] == BindingEnded(WHO["customer_code"], "2", at=ANY)
    assert isinstance(bank.ask("query_binding", serial, **WHO)[0], BindingEnded)


def test_a_notification_that_is_played_again_later_is_refused(bank: Bank) -> None:
    serial = bank.live()
    bank.post("/_sim/notify", sign_no=serial, kind="EntrustSign", age=86400 + 60)
    old = Ear.heard.get(timeout=5)
    with pytest.raises(Forged):
        hear(bank, old)
    assert hear(bank, old, earlier=timedelta(minutes=5)).facts, "fresh when it was sent"
    bank.settings = replace(bank.settings, notify_window=2 * 86400)
    assert hear(bank, old).event == f"EntrustSign-{serial}"


def test_a_clock_some_minutes_off_is_borne_and_one_an_hour_ahead_is_not(bank: Bank) -> None:
    serial = bank.live()
    for seconds in (600, 3600):
        bank.post("/_sim/clock", offset_seconds=seconds)
        bank.post("/_sim/notify", sign_no=serial, kind="EntrustSign")
        body = Ear.heard.get(timeout=5)
        if seconds == 600:
            assert hear(bank, body).facts
            continue
        with pytest.raises(Forged):
            hear(bank, body)


def test_the_bank_repeats_until_it_gets_its_page(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    serial = bank.live()
    monkeypatch.setattr(Ear, "answer", b'{"code":"ok"}')
    bank.post("/_sim/notify", sign_no=serial, kind="EntrustSign")
    events = {hear(bank, Ear.heard.get(timeout=5)).event for _ in range(3)}
    assert len(events) == 1
    time.sleep(0.5)
    assert bank.ledger()["notices"] == {"sent": 3, "heard": 0}


def test_a_notification_may_come_before_the_answer(bank: Bank) -> None:
    bank.scenario("notify_before_answer", path="EntrustSignConfirm")
    serial = key()
    assert isinstance(bank.ask("bind_card", serial, **WHO)[0], NeedsInput)
    told: list[object] = []
    listener = threading.Thread(target=lambda: told.append(hear(bank, Ear.heard.get(timeout=5)).facts[0]))
    listener.start()
    values = {"customer_code": WHO["customer_code"], "code": Secret("246810")}
    done = bank.ask("confirm_binding", serial, **values)
    listener.join()
    assert [replace(fact, at=None) for fact in told] == list(done)  # type: ignore[type-var]


def test_notifications_in_the_wrong_order_are_told_apart_by_their_moment(bank: Bank) -> None:
    serial = bank.live()
    bank.post("/_sim/notify", sign_no=serial, kind="EntrustSign", age=120)
    signed = hear(bank, Ear.heard.get(timeout=5)).facts[0]
    bank.post("/_sim/end", sign_no=serial)
    ended = hear(bank, Ear.heard.get(timeout=5)).facts[0]
    assert isinstance(signed, BindingLive) and isinstance(ended, BindingEnded)
    assert signed.at is not None and ended.at is not None and signed.at < ended.at
