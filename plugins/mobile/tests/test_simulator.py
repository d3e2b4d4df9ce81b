"""The plugin against Mobile's own process: each fault and fact, both sides compared."""

import time
from pathlib import Path

import pytest
from hub_mobile.codes import LOCK

from hub.domain.facts import Setback
from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    BindingPending,
    BindingRefused,
    Busy,
    CustomerKnown,
    Unknown,
)
from plugins.mobile.tests.carrier import Carrier, key, start
from plugins.mobile.tests.said import CODE


@pytest.mark.article("R7.8")
@pytest.mark.parametrize("way", ["token", "wsse"])
def test_an_announcement_is_taken_and_then_in_effect(tmp_path: Path, way: str) -> None:
    carrier = start(tmp_path, "--settle", "0.1", "--way", way)
    try:
        carrier.sign()
        serial = key()
        assert isinstance(carrier.announce(serial)[0], BindingAccepted)
        assert carrier.outcome(serial) == CustomerKnown(CODE)
        assert carrier.announce(serial) == carrier.announce(serial), "a repeat is the same job"
        [row] = carrier.ledger()["announcements"]
        assert (row["state"], row["executed"]) == ("2", 1)
        assert carrier.ledger()["agreements"][0]["cust"] == CODE
        first = "token" if way == "token" else "login"
        assert [leg.leg for leg in carrier.ask("probe", key())] == ["clock", first, "permission"]
    finally:
        carrier.stop()


@pytest.mark.parametrize(
    ("fault", "setback", "done"),
    [
        ("system_code", Unknown, True),
        ("unknown_code", Unknown, True),
        ("status_as_number", Unknown, True),
        ("doubled", Unknown, True),
        ("no_job", Unknown, True),
        ("http_502_html", Unknown, True),
        ("html_200", Unknown, True),
        ("empty_body", Unknown, True),
        ("cut_body", Unknown, True),
        ("wrong_charset", Unknown, True),
        ("huge_body", Unknown, True),
        ("answer_late", OSError, True),
        ("drop_after_work", OSError, True),
        ("drop_before_work", OSError, False),
        ("rate_limit", Busy, False),
        ("rotated_key", Busy, False),
        ("no_right", Busy, False),
        ("locked", Busy, False),
        ("too_many_calls", Busy, False),
        ("wrong_password", Busy, False),
        ("no_such_right", Busy, False),
        ("serial_reused", Unknown, False),
        ("http_503", Busy, False),
    ],
)
def test_each_fault_is_what_it_proves(carrier: Carrier, fault: str, setback: type[Exception], done: bool) -> None:
    serial = key()
    carrier.sign()
    carrier.post("/_sim/scenario", scenario=fault, path="customer")
    carrier.patience = 1.5 if setback is OSError else 10.0
    with pytest.raises((Setback, OSError)) as raised:
        carrier.announce(serial)
    carrier.patience = 10.0
    assert isinstance(raised.value, setback)
    assert carrier.outcome(serial) == (CustomerKnown(CODE) if done else BindingAbsent(CODE))
    assert len(carrier.ledger()["announcements"]) == int(done)


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("deposit_not_paid", "other"),
        ("other_number", "phone_mismatch"),
        ("agreement_over", "expired"),
        ("other_customer", "agreement_exists"),
        ("number_stopped", "account_blocked"),
        ("agreement_unknown", "no_agreement"),
    ],
)
def test_each_refusal_has_its_neutral_reason(carrier: Carrier, scenario: str, reason: str) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario=scenario, customer_code=CODE)
    [fact] = carrier.announce(key())
    assert isinstance(fact, BindingRefused) and fact.reason == reason


def test_taken_now_and_refused_later(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="accepted_then_refused", customer_code=CODE)
    serial = key()
    carrier.announce(serial)
    assert isinstance(carrier.outcome(serial), BindingRefused)


def test_a_fault_by_request_number_hits_that_request_alone(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="drop_after_work", request_no=2)
    serial = key()
    with pytest.raises(OSError):
        carrier.announce(serial)
    assert carrier.outcome(serial) == CustomerKnown(CODE), "it was done, though nobody heard it"
    assert carrier.announce(serial)[0].reference, "and sent again it is the same job"
    assert [row["executed"] for row in carrier.ledger()["announcements"]] == [1]


@pytest.mark.article("R7.8")
def test_the_books_themselves_refuse_what_does_not_fit(carrier: Carrier) -> None:
    first, unpaid = carrier.sign(), carrier.sign(licence="370100100002", phone="18800000002", deposit="0", device="")

    def reason(serial: str, **changes: str) -> str:
        [fact] = carrier.announce(serial, **changes)
        assert isinstance(fact, BindingRefused)
        return f"{fact.reason} {fact.code}"

    assert reason(key(), phone="18800000009") == "phone_mismatch 12104"
    assert reason(key(), agreement_no="YX9999999999") == "no_agreement 12102"
    assert reason(key(), agreement_no=unpaid, phone="18800000002") == "other 12103"
    assert carrier.press("/clerk/pay", no=unpaid) == 200
    serial = key()
    given = {"customer_code": CODE, "agreement_no": unpaid, "phone": "18800000002"}
    assert isinstance(carrier.announce(serial, **given)[0], BindingAccepted)
    assert carrier.outcome(serial) == CustomerKnown(CODE)
    carrier.press("/clerk/leave", no=first)
    assert reason(key()) == "expired 12105"
    with pytest.raises(Unknown) as reused:
        carrier.announce(serial, **(given | {"order_day": "1"}))
    assert reused.value.code == "12110", "our serial with other content proves nothing"


@pytest.mark.article("R7.8")
def test_the_same_customer_again_within_the_half_hour_is_busy_and_afterwards_known(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--settle", "0.05", "--lock", "0.6")
    try:
        carrier.sign()
        first, again = key(), key()
        carrier.announce(first)
        with pytest.raises(Busy) as busy:
            carrier.announce(again)
        assert busy.value.code == "12100" and busy.value.retry_after == LOCK
        assert carrier.outcome(first) == CustomerKnown(CODE)
        time.sleep(0.7)
        assert carrier.announce(again) == (CustomerKnown(CODE),), "held already, and just as we announce it"
        assert carrier.announce(again, order_day="5")[0].reference, "another day is a change"
    finally:
        carrier.stop()


def test_what_is_not_decided_stays_pending_until_the_clerk_decides(carrier: Carrier) -> None:
    for number, (button, kind) in enumerate((("confirm", CustomerKnown), ("refuse", BindingRefused))):
        phone, serial = f"1880000001{number}", key()
        agreement = carrier.sign(phone=phone, licence=f"37010010001{number}", device="")
        carrier.post("/_sim/scenario", scenario="never_decided", customer_code=CODE)
        carrier.announce(serial, phone=phone, agreement_no=agreement)
        time.sleep(0.2)
        assert isinstance(carrier.ask("query_announcement", serial, customer_code=CODE)[0], BindingPending)
        assert carrier.press(f"/clerk/{button}", serial=serial) == 200
        assert isinstance(carrier.outcome(serial), kind)
        assert carrier.press(f"/clerk/{button}", serial=serial) == 400, "it is decided"
