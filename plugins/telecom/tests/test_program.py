"""Telecom's program: its page, its books, its outage."""

import re
import time
from pathlib import Path

import pytest

from hub.plugin import (
    Busy,
    CustomerKnown,
)
from plugins.telecom.tests.carrier import CODE, HANDSET, LICENCE, PHONE, Carrier, key, start


def test_the_clerks_page_escapes_hides_and_names_its_buttons(carrier: Carrier) -> None:
    number = carrier.sign()
    carrier.post("/_sim/scenario", scenario="never_decided", customer_code=CODE)
    carrier.announce(key(), agreement_no=number)
    page = carrier.get("/")
    for words in (
        "营业员页面",
        "签订并推送",
        "换机",
        "不可修复",
        "停机",
        "协议到期",
        "再次推送",
        "生效",
        "失败(未实名)",
    ):
        assert words in page
    assert re.search(r"\*{7}0001", page) and number in page and '<html lang="zh-CN">' in page
    assert carrier.press("/clerk/sign", licence="<script>", phone=PHONE) == 400
    assert carrier.press("/clerk/sign", licence=LICENCE, phone=PHONE, imei=HANDSET) == 400
    assert "<script>" not in carrier.get("/")


def test_its_books_outlive_the_program(tmp_path: Path) -> None:
    carrier = start(tmp_path, "--settle", "0.1")
    carrier.sign()
    serial = key()
    carrier.announce(serial)
    carrier.process.kill()
    carrier.process.wait(10)
    again = start(tmp_path, "--settle", "0.1")
    try:
        assert again.settings.app_key == carrier.settings.app_key
        assert again.outcome(serial) == CustomerKnown(CODE)
    finally:
        again.stop()


def test_an_outage_is_busy(carrier: Carrier) -> None:
    carrier.post("/_sim/outage", seconds=0.3)
    with pytest.raises(Busy):
        carrier.ask("probe", "")
    time.sleep(0.4)
    assert carrier.ask("probe", "")
