"""The demo's comparison: a wrong card, a device on the wrong customer or in another state is never "agreed"."""

from typing import Any

import pytest

from hub.cli.demo.compared import differing, ours, theirs

ONE, TWO = "370101000001", "370101000002"
LICENCES = {"370100100001": ONE, "370100100002": TWO}


def bank(**changed: Any) -> dict[str, dict[str, Any]]:
    """One agreement in each bank's own books."""
    code, ending, live = changed.get("code", ONE), changed.get("ending", "0018"), changed.get("live", True)
    state = "1" if live else "2"
    return {
        "icbc": {"agreements": [{"pay_no": code, "ending": ending, "status": state}]},
        "abc": {"signs": [{"customer": code, "card": ending, "status": state}]},
        "postal": {"agreements": [{"cust": code, "ending": ending, "state": state}]},
    }


@pytest.mark.parametrize("channel", ["icbc", "abc", "postal"])
@pytest.mark.parametrize("planted", [{}, {"code": TWO}, {"ending": "0026"}, {"live": False}], ids=str)
def test_an_account_agrees_in_customer_ending_and_state_or_not_at_all(channel: str, planted: dict[str, Any]) -> None:
    mine = ours(channel, {(ONE, "0018", "live")})
    other = theirs(channel, bank(**planted)[channel], LICENCES)
    assert bool(mine & other) is not bool(planted)
    assert bool(differing(mine, other)) is bool(planted)
    assert differing(set(), theirs(channel, bank()[channel], LICENCES)) == [ONE] == differing(mine, set())


def carrier(channel: str, **changed: Any) -> dict[str, Any]:
    """One device in a carrier's own books."""
    rows = {
        "telecom": {"state": "SIGNED", "cust": ONE, "licence": "370100100001", "imei": "8601", "device": "BOUND"},
        "mobile": {
            "state": "1",
            "cust": ONE,
            "licence": "370100100001",
            "device": "8601",
            "condition": "1",
            "together": "1",
        },
    }
    return {"agreements": [rows[channel] | changed]}


PLANTED: list[tuple[str, dict[str, Any], bool]] = [
    ("telecom", {}, True),
    ("telecom", {"cust": ""}, True),
    ("telecom", {"cust": TWO}, False),
    ("telecom", {"cust": "", "licence": "370100100002"}, False),
    ("telecom", {"imei": "8602"}, False),
    ("telecom", {"device": "BEYOND_REPAIR"}, False),
    ("telecom", {"device": "RELEASED"}, False),
    ("telecom", {"state": "ENDED"}, False),
    ("mobile", {}, True),
    ("mobile", {"cust": TWO}, False),
    ("mobile", {"device": "8602"}, False),
    ("mobile", {"together": "0"}, False),
    ("mobile", {"condition": "3"}, False),
    ("mobile", {"condition": "2"}, False),
    ("mobile", {"state": "2"}, False),
]


@pytest.mark.parametrize(("channel", "planted", "agrees"), PLANTED)
def test_a_device_agrees_in_number_customer_and_state_or_not_at_all(
    channel: str, planted: dict[str, Any], agrees: bool
) -> None:
    mine = ours(channel, {("8601", ONE, "live")})
    other = theirs(channel, carrier(channel, **planted), LICENCES)
    assert bool(mine & other) is agrees and (differing(mine, other) == []) is agrees


@pytest.mark.parametrize("state", ["bound", "live", "failed"])
def test_a_failed_device_of_ours_agrees_with_a_failed_one_only(state: str) -> None:
    mine = ours("telecom", {("8601", ONE, state)})
    for said, runtime in (("BOUND", True), ("BROKEN", False), ("STOPPED", False)):
        agrees = runtime is (state != "failed")
        assert (differing(mine, theirs("telecom", carrier("telecom", device=said), LICENCES)) == []) is agrees
