"""The plugin against Mobile's own process: each fault and fact, both sides compared."""

from pathlib import Path

import pytest

from hub.domain.facts import Setback
from hub.plugin import (
    AgreementEnded,
    AgreementSigned,
    BindingAbsent,
    BindingAccepted,
    BindingRefused,
    Busy,
    CustomerKnown,
    DeviceBound,
    DeviceFailed,
    Forged,
    Unknown,
)
from plugins.mobile.tests.carrier import DEVICE, Carrier, Hub, key, start, wait
from plugins.mobile.tests.said import CODE, PHONE


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
        assert {leg.leg for leg in carrier.ask("probe", key())} == {"login", "permission"}
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
        ("drip", OSError, True),
        ("drop_after_work", OSError, True),
        ("drop_before_work", OSError, False),
        ("rate_limit", Busy, False),
        ("rotated_key", Busy, False),
        ("no_right", Busy, False),
        ("locked", Busy, False),
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


@pytest.mark.article("R7.8")
def test_a_token_over_in_the_middle_is_replaced(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="token_expired", path="customer")
    serial = key()
    assert isinstance(carrier.announce(serial)[0], BindingAccepted)
    assert carrier.outcome(serial) == CustomerKnown(CODE)


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


@pytest.mark.article("R7.8")
def test_one_number_inside_its_half_hour_refuses_the_whole_batch(carrier: Carrier) -> None:
    carrier.sign()
    carrier.sign(phone="18800000002", licence="370100100002", device="860000000000029")
    rows = [
        {"row_no": str(n), "customer_code": f"37010000000{n}", "order_day": "2", "phone": f"1880000000{n}"}
        | {"agreement_no": f"YX000000000{n}"}
        for n in (1, 2)
    ]
    rows = [row | {"phone": f"1880000000{row['row_no']}"} for row in rows]
    for row, number in zip(rows, (PHONE, "18800000002"), strict=True):
        row["phone"] = number
    serial = key()
    accepted = carrier.ask("announce_customers", serial, customers=rows)
    assert [type(fact) for fact in accepted] == [BindingAccepted] * 2
    wait(lambda: all(row["state"] == "2" for row in carrier.ledger()["announcements"]))
    known = carrier.ask("query_announcements", serial, customers=rows)
    assert {(fact.row_no, type(fact)) for fact in known} == {("1", CustomerKnown), ("2", CustomerKnown)}
    with pytest.raises(Busy) as busy:
        carrier.ask("announce_customers", key(), customers=rows)
    assert busy.value.code == "12100" and busy.value.retry_after is not None
    assert len(carrier.ledger()["announcements"]) == 2


def test_a_row_missing_in_the_job_is_no_success(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="row_missing_in_job", customer_code=CODE)
    row = {"row_no": "1", "customer_code": CODE, "order_day": "2", "phone": PHONE, "agreement_no": "YX0000000001"}
    serial = key()
    carrier.ask("announce_customers", serial, customers=[row])
    assert carrier.ask("query_announcements", serial, customers=[row]) == ()


@pytest.mark.article("R7.8", "R11.2")
def test_the_clerk_acts_and_the_list_and_the_pushes_say_so(pushing: Carrier, hub: Hub) -> None:
    number = pushing.sign()
    assert isinstance(pushing.listed()[0], AgreementSigned)
    for action in ("break", "beyond_repair", "mend", "separate", "leave"):
        assert pushing.press(f"/clerk/{action}", no=number) == 200
    wait(lambda: len(hub.heard) >= 6)
    kinds = {type(fact) for told in hub.heard for fact in told.facts}
    assert {AgreementSigned, AgreementEnded, DeviceBound, DeviceFailed} <= kinds
    wait(lambda: all(push["done"] for push in pushing.ledger()["pushes"]))
    assert "模拟中国移动" in pushing.get("/") and pushing.press("/clerk/nonsense") == 400
    assert any(isinstance(fact, AgreementEnded) for fact in pushing.listed())


@pytest.mark.parametrize(
    ("fault", "setback"),
    [
        ("push_forged", Forged),
        ("push_reordered", Forged),
        ("push_clock_off", Forged),
        ("push_unknown_kind", Unknown),
        ("push_dtd", Unknown),
    ],
)
def test_a_wrong_push_is_not_heard(pushing: Carrier, hub: Hub, fault: str, setback: type[Setback]) -> None:
    pushing.post("/_sim/scenario", scenario=fault, path="push")
    pushing.sign()
    wait(lambda: len(hub.refused) >= 1)
    assert isinstance(hub.refused[0], setback)


def test_a_push_comes_again_until_its_number_comes_back_and_twice_is_once(pushing: Carrier, hub: Hub) -> None:
    hub.deaf = 1
    pushing.post("/_sim/scenario", scenario="push_twice", path="push")
    pushing.sign()
    wait(lambda: pushing.ledger()["pushes"][0]["done"] == 1)
    assert len({told.event for told in hub.heard}) == 1


def test_made_up_bindings_are_listed_page_by_page_and_one_that_changes_is_listed_again(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "230", "--page", "100")
    try:
        facts = carrier.listed()
        assert sum(isinstance(fact, DeviceBound) for fact in facts) == 230
        carrier.press("/clerk/break", no="YG0000000007")
        assert [type(fact) for fact in carrier.listed(cursor="tag-0-0")] == [AgreementSigned, DeviceFailed]
    finally:
        carrier.stop()


def test_two_customers_may_hold_one_device(carrier: Carrier) -> None:
    carrier.sign()
    carrier.sign(licence="370100100002", phone="18800000002", device=DEVICE)
    bound = [fact for fact in carrier.listed() if isinstance(fact, DeviceBound)]
    assert {fact.device for fact in bound} == {DEVICE} and len(bound) == 2
