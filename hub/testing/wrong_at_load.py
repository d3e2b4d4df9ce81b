"""Wrong plugins that the host must not take into use."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from hub.plugin import (
    Channel,
    Conversation,
    Secret,
    Url,
    hookimpl,
    post,
)

from . import tiny
from .tiny import Settings, plugin
from .wrong_kind import HOST, wrong


@wrong(HOST)
def gives_a_default() -> ModuleType:
    """pluggy would never fill it."""

    @hookimpl
    def query_binding(key: str, customer_code: str, settings: Any = None) -> Conversation:
        yield post("/held", {"serial": key})
        return []

    return plugin(query_binding=query_binding)


@wrong(HOST)
def misspells_a_hook() -> ModuleType:
    """Silence, if nobody checks."""

    @hookimpl
    def bind_crad(key: str) -> Conversation:
        yield post("/file", {"serial": key})
        return []

    return plugin(bind_crad=bind_crad)


@wrong(HOST)
def asks_for_a_field_that_is_not_offered() -> ModuleType:
    """More than any verb may have."""

    @hookimpl
    def query_binding(key: str, licence_no: str) -> Conversation:
        yield post("/held", {"serial": key, "licence": licence_no})
        return []

    return plugin(query_binding=query_binding)


@wrong(HOST)
def names_a_row_field_that_is_not_offered() -> ModuleType:
    """The same by the back door."""

    @dataclass(frozen=True)
    class Greedy:
        row_no: str
        licence_no: str

    def query_delivery(key: str, agreements: Any) -> Conversation:
        yield post("/held", {"serial": key})
        return []

    query_delivery.__annotations__["agreements"] = Sequence[Greedy]
    return plugin(query_delivery=hookimpl(query_delivery))


@wrong(HOST)
def changes_without_a_question() -> ModuleType:
    """Nobody could ever find out how it ended."""
    return plugin(query_binding=None)


@wrong(HOST)
def has_no_probe() -> ModuleType:
    """Nobody could try the connection."""
    return plugin(probe=None)


@wrong(HOST)
def needs_a_newer_hub() -> ModuleType:
    """It would rely on what this hub does not do."""

    @hookimpl
    def channel() -> Channel:
        return replace(tiny.channel(), contract=99)

    return plugin(channel=channel)


@dataclass
class Loose:
    """Settings that can change under a talk."""

    base_url: Url


@wrong(HOST)
def has_settings_that_change() -> ModuleType:
    """Not frozen."""

    @hookimpl
    def channel() -> Channel:
        return replace(tiny.channel(), settings=Loose)

    return plugin(channel=channel)


@dataclass(frozen=True)
class Chatty(Settings):
    """Settings that show their secret."""

    def __repr__(self) -> str:
        return f"Chatty({self.token.reveal()})"


@wrong("test_settings_show_no_secret", settings=Chatty(base_url=Url("https://tiny.test"), token=Secret("tiny-token-1")))
def shows_its_settings() -> ModuleType:
    """The first log line has the key."""
    return plugin()
