"""Mobile's pushes from its own process to a door that listens: acts of the clerk, wrong ones, late ones, doubled ones."""

from collections.abc import Callable
from typing import Any

import pytest

from hub.domain.facts import Setback
from hub.plugin import (
    AgreementEnded,
    AgreementSigned,
    BindingRefused,
    CustomerKnown,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    Forged,
    Unknown,
)
from plugins.mobile.tests.carrier import DEVICE, LICENCE, Carrier, Hub, key, wait
from plugins.mobile.tests.said import CODE

OTHER = "860000000000029"


def told(hub: Hub, count: int) -> list[Any]:
    """The facts of so many pushes, once they are there."""
    wait(lambda: len(hub.heard) >= count)
    return [fact for each in hub.heard for fact in each.facts]


@pytest.mark.article("R7.8", "R11.2")
def test_what_the_clerk_does_is_pushed_as_it_is_then(pushing: Carrier, hub: Hub) -> None:
    number = pushing.sign()
    agreement, bound = told(hub, 1)
    assert (agreement.customer_code, agreement.licence_no, agreement.agreement_no) == ("", LICENCE, number)
    assert isinstance(agreement, AgreementSigned) and bound == DeviceBound("", DEVICE, number, at=bound.at)
    wanted: list[tuple[str, dict[str, str], Callable[[Any], bool]]] = [
        ("break", {}, lambda fact: isinstance(fact, DeviceFailed) and fact.repairable),
        ("beyond_repair", {}, lambda fact: isinstance(fact, DeviceFailed) and not fact.repairable),
        ("mend", {}, lambda fact: isinstance(fact, DeviceBound)),
        ("separate", {}, lambda fact: isinstance(fact, DeviceFailed) and fact.repairable),
        ("join", {}, lambda fact: isinstance(fact, DeviceBound)),
        ("bind", {"device": OTHER}, lambda fact: fact == DeviceBound("", OTHER, number, at=fact.at)),
        ("return", {}, lambda fact: isinstance(fact, DeviceEnded) and fact.device == OTHER),
        ("leave", {}, lambda fact: isinstance(fact, DeviceEnded)),
    ]
    for place, (action, values, fits) in enumerate(wanted, start=2):
        assert pushing.press(f"/clerk/{action}", no=number, **values) == 200
        assert fits(told(hub, place)[-1]), action
    ended = [fact for fact in told(hub, 9) if isinstance(fact, DeviceEnded | AgreementEnded)]
    assert [type(fact) for fact in ended] == [DeviceEnded] * 3 + [AgreementEnded] + [DeviceEnded] * 2
    moments = [each.facts[0].at for each in hub.heard]
    assert moments == sorted(moments) and len(set(moments)) == 9, "told apart by their moments"
    wait(lambda: all(push["done"] for push in pushing.ledger()["pushes"]))


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
    assert isinstance(hub.refused[0], setback) and not hub.heard


def test_a_push_comes_again_until_its_number_comes_back_and_twice_is_once(pushing: Carrier, hub: Hub) -> None:
    hub.deaf = 1
    pushing.post("/_sim/scenario", scenario="push_twice", path="push")
    pushing.sign()
    wait(lambda: pushing.ledger()["pushes"][0]["done"] == 1)
    assert len({each.event for each in hub.heard}) == 1
    assert pushing.press("/clerk/push_again", id="1") == 200
    wait(lambda: len(hub.heard) >= 2)
    assert {each.event for each in hub.heard} == {"TR000000000001"}
    assert pushing.press("/clerk/push_again", id="77") == 400


def test_pushes_in_another_order_are_told_apart_by_their_moments(pushing: Carrier, hub: Hub) -> None:
    number = pushing.sign()
    told(hub, 1)
    pushing.post("/_sim/scenario", scenario="push_held_back", path="push")
    pushing.press("/clerk/break", no=number)
    pushing.press("/clerk/mend", no=number)
    facts = told(hub, 3)
    devices = [fact for fact in facts if isinstance(fact, DeviceBound | DeviceFailed)][1:]
    assert [type(fact) for fact in devices] == [DeviceBound, DeviceFailed], "mended is heard before broken"
    assert devices[0].at > devices[1].at


@pytest.mark.article("R7.8")
def test_how_an_announcement_ended_is_pushed_even_before_its_answer(pushing: Carrier, hub: Hub) -> None:
    pushing.sign()
    told(hub, 1)
    pushing.post("/_sim/scenario", scenario="callback_first", path="customer")
    serial = key()
    pushing.announce(serial)
    assert told(hub, 2)[-1] == CustomerKnown(CODE, at=hub.heard[-1].facts[0].at)
    assert hub.heard[-1].facts[0].at is not None and pushing.outcome(serial) == CustomerKnown(CODE)
    other = pushing.sign(licence="370100100002", phone="18800000002", device=OTHER)
    pushing.post("/_sim/scenario", scenario="accepted_then_number_stopped", customer_code="370100000002")
    pushing.announce(key(), customer_code="370100000002", agreement_no=other, phone="18800000002")
    [no] = [fact for fact in told(hub, 4) if isinstance(fact, BindingRefused)]
    assert (no.customer_code, no.reason, no.code) == ("370100000002", "account_blocked", "12109")


def test_the_clerks_page_shows_what_is_there_and_refuses_nonsense(pushing: Carrier, hub: Hub) -> None:
    number = pushing.sign(deposit="0")
    pushing.press("/clerk/separate", no=number)
    page = pushing.get("/")
    for words in ("模拟中国移动", number, LICENCE, "未交", "分离", "交押金", "机卡合一"):
        assert words in page
    for action, values in (
        ("nonsense", {}),
        ("break", {"no": "YX9999999999"}),
        ("bind", {"no": number, "device": "1"}),
        ("sign", {"licence": "1", "phone": "18800000001"}),
        ("sign", {"licence": LICENCE, "phone": "1"}),
        ("sign", {"licence": LICENCE, "phone": "18800000001", "deposit": "perhaps"}),
        ("confirm", {"serial": "none"}),
    ):
        assert pushing.press(f"/clerk/{action}", **values) == 400, action
    pushing.press("/clerk/leave", no=number)
    assert pushing.press("/clerk/break", no=number) == 400, "who has left has no device to break"
