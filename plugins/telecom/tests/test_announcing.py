"""The Telecom plugin against Telecom's own process: what an announcement becomes."""

import time

import pytest

from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    BindingPending,
    BindingRefused,
    CustomerKnown,
    Unknown,
)
from plugins.telecom.tests.carrier import CODE, Carrier, key


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
