"""Mobile's list from its own process: page by page, resumed, changed while it is under way; what its books may hold."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.plugin import AgreementEnded, AgreementSigned, DeviceBound, DeviceEnded, DeviceFailed, Page
from plugins.mobile.tests.carrier import DEVICE, Carrier, key, start

OTHER, CODE = "860000000000029", "370100000001"


def each_page(carrier: Carrier, **values: Any) -> Iterator[Page]:
    """The pages of a list as they come; only one is kept."""
    talk = carrier.talk("list_devices", key(), **values)
    step = next(talk)
    try:
        while True:
            if isinstance(step, Page):
                yield step
                step = talk.send(None)
            else:
                step = talk.send(carrier.exchange(step, ""))
    except StopIteration:
        return


@pytest.mark.article("R7.8")
def test_who_left_while_the_list_was_under_way_comes_with_its_tag(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--page", "2")
    try:
        numbers = [carrier.sign(licence=f"37010010000{n}", device=f"86000000000001{n}") for n in range(5)]
        pages = each_page(carrier)
        first = next(pages)
        carrier.press("/clerk/leave", no=numbers[0])
        carrier.sign(licence="370100100009", device="860000000000019")
        rest = list(pages)
        signed = [fact for page in (first, *rest) for fact in page.facts if isinstance(fact, AgreementSigned)]
        assert [fact.agreement_no for fact in signed][:5] == numbers, "the list shows the first as it was"
        later = [fact for page in each_page(carrier, cursor=rest[-1].cursor) for fact in page.facts]
        assert AgreementEnded("", numbers[0], at=later[0].at) in later
        assert any(isinstance(fact, DeviceBound) and fact.device == "860000000000019" for fact in later)
        last = [page.cursor for page in each_page(carrier, cursor=rest[-1].cursor)][-1]
        assert [page.facts for page in each_page(carrier, cursor=last)] == [()], "nothing has changed since"
    finally:
        carrier.stop()


def test_a_list_that_broke_off_goes_on_at_its_cursor(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "250", "--page", "100")
    try:
        pages = each_page(carrier)
        first = next(pages)
        rest = [fact for page in each_page(carrier, cursor=first.cursor) for fact in page.facts]
        whole = [fact for page in each_page(carrier) for fact in page.facts]
        assert [*first.facts, *rest] == whole and len(whole) == 500
        assert whole == [fact for page in each_page(carrier) for fact in page.facts], "always the same ones"
    finally:
        carrier.stop()


def test_made_up_bindings_enter_the_books_when_they_change(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "230", "--page", "100")
    try:
        assert sum(isinstance(fact, DeviceBound) for fact in carrier.listed()) == 230
        carrier.press("/clerk/break", no="YG0000000007")
        assert [type(fact) for fact in carrier.listed(cursor="tag-0-0")] == [AgreementSigned, DeviceFailed]
        kinds = [type(fact) for fact in carrier.listed()]
        assert (kinds.count(DeviceBound), kinds.count(DeviceFailed)) == (229, 1)
    finally:
        carrier.stop()


def test_twenty_thousand_are_read_in_the_memory_of_a_page(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--bindings", "20000", "--page", "1000")
    try:
        tracemalloc.start()
        count = sum(len(page.facts) for page in each_page(carrier))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 40_000 and peak < 15_000_000
    finally:
        carrier.stop()


@pytest.mark.article("R7.8", "R11.2")
def test_what_the_books_may_hold(carrier: Carrier) -> None:
    """One device with two customers, two devices with one, a code that nobody has, a device swapped and one separated."""
    carrier.sign(cust=CODE)
    carrier.sign(licence="370100100002", phone="18800000002", cust="370100000002")
    second = carrier.sign(cust=CODE, phone="18800000003", device=OTHER)
    carrier.sign(licence="370100100004", phone="18800000004", device="860000000000037", cust="999999999999")
    bound = {(fact.customer_code, fact.device) for fact in carrier.listed() if isinstance(fact, DeviceBound)}
    assert bound == {
        (CODE, DEVICE),
        ("370100000002", DEVICE),
        (CODE, OTHER),
        ("999999999999", "860000000000037"),
    }
    carrier.press("/clerk/bind", no=second, device="860000000000045")
    swapped = [fact for fact in carrier.listed() if getattr(fact, "device", "") in (OTHER, "860000000000045")]
    assert [type(fact) for fact in swapped] == [DeviceEnded, DeviceBound]
    third = carrier.sign(licence="370100100005", phone="18800000005", device=OTHER)
    lent = [fact for fact in carrier.listed() if getattr(fact, "device", "") == OTHER]
    assert lent == [DeviceBound("", OTHER, third, at=lent[0].at)], "handed out anew it is nobody's former one"
    carrier.press("/clerk/separate", no=second)
    [failed] = [fact for fact in carrier.listed() if isinstance(fact, DeviceFailed)]
    assert (failed.device, failed.repairable) == ("860000000000045", True), "a hint at fraud, for staff to look at"
