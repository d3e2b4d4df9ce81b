"""The Telecom plugin against Telecom's own process: its list."""

import itertools
import json
import resource
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.channels.settings_form import read_settings
from hub.plugin import (
    AgreementEnded,
    AgreementSigned,
    CustomerKnown,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    Unknown,
)
from plugins.telecom.tests.carrier import (
    LICENCE,
    OTHER,
    PARTNER,
    Carrier,
    each_page,
    key,
    pages,
    start,
)


def test_the_list_tells_agreements_and_handsets_and_then_only_what_changed(carrier: Carrier) -> None:
    first, second = carrier.sign(), carrier.sign(licence="370100100002", phone="18900000002", imei=OTHER)
    seen, cursor = pages(carrier)
    assert [type(fact) for fact in seen] == [AgreementSigned, DeviceBound] * 2
    assert {fact.licence_no for fact in seen if isinstance(fact, AgreementSigned)} == {LICENCE, "370100100002"}
    assert pages(carrier, cursor=cursor) == ([], cursor)
    carrier.post("/_sim/break", no=second)
    changed, tag = pages(carrier, cursor=cursor)
    assert [type(fact) for fact in changed] == [AgreementSigned, DeviceFailed]
    assert tag != cursor and pages(carrier, cursor=tag) == ([], tag)
    moment = datetime.now(UTC)
    time.sleep(1.1)
    carrier.post("/_sim/end", no=first)
    assert [type(fact) for fact in pages(carrier, since=moment + timedelta(seconds=1))[0]] == [
        AgreementEnded,
        DeviceEnded,
    ]
    assert pages(carrier, since=moment + timedelta(hours=1))[0] == []


def test_a_list_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "25", "--page", "10")
    try:
        carrier.sign()
        whole = [fact for page in each_page(carrier) for fact in page.facts]
        assert len(whole) == 52
        first = next(each_page(carrier))
        carrier.post("/_sim/break", no="TG0000000020")
        rest, tag = pages(carrier, cursor=first.cursor)
        assert len(first.facts) == 20 and len(rest) == 30
        late, _ = pages(carrier, cursor=tag)
        assert {fact.customer_code for fact in late} == {"370000000020"}
        with pytest.raises(Unknown):
            pages(carrier, cursor="yesterday")
    finally:
        carrier.stop()


def test_a_long_list_streams_in_little_memory_and_costs_nothing_the_second_time(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "60000", "--page", "5000")
    try:
        carrier.settings = read_settings(
            PARTNER, json.loads((tmp_path / "settings.json").read_text()) | {"page_size": "5000"}
        )
        page = next(each_page(carrier))
        tracemalloc.start()
        count, last = 0, ""
        for page in each_page(carrier):
            count, last = count + len(page.facts), page.cursor
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 120_000 and peak < 40_000_000
        before = carrier.ledger()["requests"]
        assert pages(carrier, cursor=last) == ([], last)
        assert pages(carrier, since=datetime.now(UTC))[0] == []
        assert carrier.ledger()["requests"] == before + 2
        serial = key()
        given = {"customer_code": "370000000007", "phone": "18900000007", "order_day": "3"}
        [known] = carrier.announce(serial, **given)
        assert known == CustomerKnown("370000000007")
    finally:
        carrier.stop()


@pytest.mark.proof
def test_a_million_bindings_stream_in_memory_that_does_not_grow(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    carrier = start(tmp_path, "--bindings", "1000000")
    try:
        values = json.loads((tmp_path / "settings.json").read_text()) | {"page_size": "5000"}
        carrier.settings = read_settings(PARTNER, values)
        list(itertools.islice(each_page(carrier), 4))
        before, count, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0, time.monotonic()
        for page in each_page(carrier):
            count += len(page.facts)
        took = time.monotonic() - begun
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        record_property("seconds", round(took, 1))
        assert count == 2_000_000 and grown < 20 * 1024 and took < 120
        begun = time.monotonic()
        assert pages(carrier, cursor=page.cursor) == ([], page.cursor)
        assert time.monotonic() - begun < 1
    finally:
        carrier.stop()
