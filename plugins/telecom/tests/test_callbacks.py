"""The Telecom plugin against Telecom's own process: what it hears."""

from datetime import UTC, datetime

import pytest

from hub.domain.facts import Setback
from hub.plugin import (
    AgreementEnded,
    AgreementSigned,
    BindingAccepted,
    CustomerKnown,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    Forged,
    Unknown,
)
from plugins.telecom.tests.carrier import CODE, HANDSET, LICENCE, OTHER, PHONE, Carrier, Hub, key, pages, wait


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
