"""What was kept of a talk is read in the partner's own charset, and what fits none stands there as bytes (R7.9, G4)."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from hub.channels import host
from hub.channels.host import Unfit
from hub.domain.privacy.charsets import named_in, readable
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import overview
from hub.operations.asks.views import ExchangeView
from hub.plugin import Channel, Reply, Request, Unknown, Url, hookimpl, to_json
from hub.registry.session import Store
from tests.support import people
from tests.support.makers import outside_bank as outside
from tests.support.makers.driving import drive
from tests.support.makers.outside_bank import Bank

pytestmark = pytest.mark.article("R7.9", "G4")
WORDS = "系统繁忙,户名张三请稍后"


@hookimpl
def channel_gbk() -> Channel:
    """GBK, as the bank's manual says."""
    return replace(outside.channel(), charset="GBK")


@hookimpl
def seal(request: Request) -> Request:
    """The request in the bank's charset, with words of ours in it."""
    return request.sealed(to_json({**request.content, "note": WORDS}).encode("gbk"))


@hookimpl
def unseal(reply: Reply) -> Any:
    """Nothing is understood: the journal alone tells what came."""
    raise Unknown("U1")


GBK = outside.plugin(channel=channel_gbk, unseal=unseal)


def talked(runtime: WorkerRuntime) -> ExchangeView:
    """The first exchange of a request to end an account, as a clerk sees it."""
    ask_id = outside.ending(runtime)
    drive(runtime, ask_id, 0.2)
    with runtime.office.desk(people.CLERK) as desk:
        return overview.show_ask(desk, ask_id).attempts[0].exchanges[0]


def test_a_gbk_reply_is_read_as_the_plugin_declares(store: Store, town: Bank) -> None:
    town.instead["/end"] = (200, json.dumps({"msg": WORDS}, ensure_ascii=False).encode("gbk"))
    shown = talked(outside.works(store, town, outside.plugin(channel=channel_gbk, unseal=unseal, seal=seal)))
    assert shown.reply_text is not None and WORDS in shown.reply_text


def test_a_replys_own_content_type_goes_before_the_declaration(store: Store, town: Bank) -> None:
    town.instead["/end"] = (200, WORDS.encode("big5", "replace"))
    town.kind = "text/plain; Charset=Big5"
    shown = talked(outside.works(store, town, GBK))
    assert shown.reply_text == WORDS.encode("big5", "replace").decode("big5")


def test_bytes_that_fit_no_charset_stand_beside_the_text(store: Store, town: Bank) -> None:
    town.instead["/end"] = (200, "户名".encode() + b"\xff\xfe" + "不符".encode())
    shown = talked(outside.works(store, town, outside.plugin(unseal=unseal)))
    assert shown.reply_text == "户名\\xff\\xfe不符"


def test_a_setting_named_charset_goes_before_the_declaration(store: Store, town: Bank) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Where it is, and how it writes."""

        base_url: Url
        charset: str = "GBK"

    @hookimpl
    def channel() -> Channel:
        return replace(outside.channel(), settings=Settings)

    town.instead["/end"] = (200, WORDS.encode("gbk"))
    shown = talked(outside.works(store, town, outside.plugin(channel=channel, unseal=unseal)))
    assert shown.reply_text == WORDS


def test_chinese_in_utf_8_is_no_chinese_in_gbk_whatever_was_declared() -> None:
    """A gateway before the bank answers in its own charset, and every such text is some other text in GBK."""
    assert readable("<h1>报文</h1>".encode(), ["gb18030"]) == "<h1>报文</h1>"


def test_what_is_known_of_a_person_is_masked_in_whatever_charset_it_stands() -> None:
    """The server's header lies: the holder's name stands there in GBK all the same, and is not read off the page."""
    assert readable("户名测试1".encode("gbk"), ["big5", "gb18030"], {"测试1"}) == "户名测试1"
    assert named_in({"Content-Type": "text/html; charset=ISO-8859-1"}) is None


def test_a_charset_that_nobody_reads_puts_the_plugin_aside() -> None:
    @hookimpl
    def channel() -> Channel:
        return replace(outside.channel(), charset="rot13")

    with pytest.raises(Unfit, match="charset"):
        host.examine("harbour", outside.plugin(channel=channel))
