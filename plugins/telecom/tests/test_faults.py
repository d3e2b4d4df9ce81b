"""The Telecom plugin against Telecom's own process: what each fault of an exchange proves."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.channels.settings_form import read_settings
from hub.domain.facts import Setback
from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    Busy,
    CustomerKnown,
    Unknown,
)
from plugins.telecom.tests.carrier import (
    CODE,
    PARTNER,
    PHONE,
    Carrier,
    key,
    start,
)


@pytest.mark.parametrize(
    ("fault", "setback", "done"),
    [
        ("answer_text", Unknown, True),
        ("system_code", Unknown, True),
        ("unknown_code", Unknown, True),
        ("code_as_number", Unknown, True),
        ("doubled", Unknown, True),
        ("entities", Unknown, True),
        ("other_echo", Unknown, True),
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
        ("not_found", Busy, False),
        ("http_503", Busy, False),
        ("used_up", Busy, False),
        ("already_ordered", Unknown, False),
    ],
)
def test_each_fault_is_what_it_proves(carrier: Carrier, fault: str, setback: type[Exception], done: bool) -> None:
    serial = key()
    carrier.sign()
    carrier.post("/_sim/scenario", scenario=fault, path="customers")
    carrier.patience = 1.5 if setback is OSError else 10.0
    with pytest.raises((Setback, OSError)) as raised:
        carrier.announce(serial)
    carrier.patience = 10.0
    assert isinstance(raised.value, setback)
    assert carrier.outcome(serial) == (CustomerKnown(CODE) if done else BindingAbsent(CODE))
    assert len(carrier.ledger()["announcements"]) == int(done)


def test_a_fault_can_be_set_by_request_number(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="answer_text", request_no=2)
    assert all(leg.ok for leg in carrier.ask("probe", ""))
    with pytest.raises(Unknown):
        carrier.announce(key())
    faults = [row["fault"] for row in json.loads(carrier.get("/_sim/requests"))]
    assert faults == [None, "answer_text"]


@pytest.mark.parametrize("verb", ["announce_customer", "query_announcement", "list_devices", "probe"])
def test_xml_is_as_good_as_json(carrier: Carrier, verb: str) -> None:
    carrier.sign()
    serial = key()
    carrier.announce(serial)
    carrier.outcome(serial)
    values = {"customer_code": CODE, "order_day": "5", "phone": PHONE, "agreement_no": ""}
    plain = carrier.ask(verb, serial if verb == "query_announcement" else key(), **values)
    paths = {"announce_customer": "customers", "list_devices": "agreements_query"}
    carrier.post("/_sim/scenario", scenario="answer_xml", path=paths.get(verb, "customers_query"))
    values["order_day"] = "4"
    dressed = carrier.ask(verb, serial if verb == "query_announcement" else key(), **values)
    assert [type(each) for each in dressed] == [type(each) for each in plain] and plain
    assert verb == "announce_customer" or dressed == plain


def test_the_limits_of_a_minute_and_of_a_month_say_how_long_to_rest(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--limit", "2")
    try:
        carrier.post("/_sim/scenario", scenario="monthly_limit", customer_code=CODE)
        with pytest.raises(Busy) as month:
            carrier.announce(key())
        assert month.value.code == "-5" and month.value.retry_after is not None
        here = datetime.now(UTC) + timedelta(hours=8)
        later = here + month.value.retry_after
        assert (later + timedelta(minutes=1)).day == 1 and later + timedelta(minutes=1) > here
        carrier.ask("probe", "")
        with pytest.raises(Busy) as minute:
            carrier.ask("probe", "")
        assert minute.value.code == "http_429"
        assert minute.value.retry_after and timedelta() < minute.value.retry_after <= timedelta(minutes=1)
    finally:
        carrier.stop()


def test_the_months_calls_for_one_agreement_are_counted(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--settle", "0.05", "--monthly", "2")
    try:
        carrier.sign()
        for day in ("1", "2"):
            serial = key()
            carrier.announce(serial, order_day=day)
            assert carrier.outcome(serial) == CustomerKnown(CODE)
        with pytest.raises(Busy):
            carrier.announce(key(), order_day="3")
        carrier.post("/_sim/clock", offset_seconds=31 * 86400)
        assert isinstance(carrier.announce(key(), order_day="3")[0], BindingAccepted)
    finally:
        carrier.stop()


@pytest.mark.parametrize(
    ("name", "value"), [("app_key", "a-wrong-key"), ("app_id", "another-app"), ("region_id", "8320100")]
)
def test_wrong_access_is_busy_and_touches_nothing(carrier: Carrier, name: str, value: str) -> None:
    values = json.loads((carrier.data / "settings.json").read_text()) | {name: value}
    carrier.sign()
    carrier.settings = read_settings(PARTNER, values)
    with pytest.raises(Busy) as busy:
        carrier.announce(key())
    assert busy.value.code in ("http_401", "http_403")
    assert carrier.ledger()["announcements"] == []
