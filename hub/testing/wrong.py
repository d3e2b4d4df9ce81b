"""Plugins that are wrong in one way each: they prove that the inherited suite sees what it promises to see.

All are the small right plugin of `tiny` with one hook replaced.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from hub.plugin import (
    Accepted,
    BindingLive,
    Busy,
    Channel,
    Conversation,
    Forged,
    Refused,
    Reply,
    Secret,
    Unknown,
    Url,
    get,
    hookimpl,
    post,
)

from . import tiny, wrong_talks
from .caught import WRONG, Wrong, wrong
from .tiny import Row, Settings, plugin

HOST = "test_the_host_takes_it_into_use"


@wrong(HOST)
def gives_a_default() -> ModuleType:
    """pluggy passes nothing to an argument with a default, so `settings` would always be None."""

    @hookimpl
    def query_binding(key: str, customer_code: str, settings: Any = None) -> Conversation:
        yield post("/held", {"serial": key})
        return []

    return plugin(query_binding=query_binding)


@wrong(HOST)
def misspells_a_hook() -> ModuleType:
    """Nothing would happen, and no error either."""

    @hookimpl
    def bind_crad(key: str) -> Conversation:
        yield post("/file", {"serial": key})
        return []

    return plugin(bind_crad=bind_crad)


@wrong(HOST)
def asks_for_a_field_that_is_not_offered() -> ModuleType:
    """More than any verb may receive."""

    @hookimpl
    def query_binding(key: str, home_address: str) -> Conversation:
        yield post("/held", {"serial": key, "licence": home_address})
        return []

    return plugin(query_binding=query_binding)


@wrong(HOST)
def names_a_row_field_that_is_not_offered() -> ModuleType:
    """The same, by way of a row's type."""

    @dataclass(frozen=True)
    class Greedy:
        row_no: str
        home_address: str

    def query_delivery(key: str, agreements: Any) -> Conversation:
        yield post("/held", {"serial": key})
        return []

    # A local class cannot be found by name when the host resolves annotations, so it is put there as itself.
    query_delivery.__annotations__["agreements"] = Sequence[Greedy]
    return plugin(query_delivery=hookimpl(query_delivery))


@wrong(HOST)
def changes_without_a_question() -> ModuleType:
    """How it ended could never be found out."""
    return plugin(query_binding=None)


@wrong(HOST)
def has_no_probe() -> ModuleType:
    """The connection could not be tested."""
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
    """The first log line would hold the key."""
    return plugin()


@dataclass(frozen=True, kw_only=True)
class Untitled(Settings):
    """Settings that only their programmer can fill in."""

    sms_seconds: int = 300


@wrong(
    "test_settings_can_be_read_by_people",
    settings=Untitled(base_url=Url("https://tiny.test"), token=Secret("tiny-token-1")),
)
def shows_code_words() -> ModuleType:
    """The settings page would say "sms_seconds", of whatever unit."""
    return plugin()


@wrong("test_garbage_proves_nothing", "test_generated_garbage_proves_nothing")
def crashes_on_garbage() -> ModuleType:
    """HTML with HTTP 200 is the most usual garbage of all."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        # Right for everything that begins like an object, so that only garbage shows it.
        return json.loads(reply.body) if reply.status == 200 and not reply.body.startswith(b"{") else tiny.opened(reply)

    return plugin(unseal=unseal)


@wrong("test_garbage_proves_nothing", "test_generated_garbage_proves_nothing")
def takes_garbage_for_busy() -> ModuleType:
    """Then the hub sends again, and the bank does it twice."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        try:
            return tiny.opened(reply)
        except Unknown as unknown:
            raise Busy(unknown.code) from None

    return plugin(unseal=unseal)


@wrong("test_garbage_proves_nothing", "test_generated_garbage_proves_nothing")
def takes_garbage_for_a_no() -> ModuleType:
    """Then the hub believes it refused, and the bank has done it."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        try:
            return tiny.opened(reply)
        except Unknown as unknown:
            raise Refused(unknown.code) from None

    return plugin(unseal=unseal)


@wrong("test_garbage_proves_nothing", "test_generated_garbage_proves_nothing")
def takes_any_answer_for_done() -> ModuleType:
    """The answer is not even looked at."""

    @hookimpl
    def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
        yield post("/file", {"serial": key, "rows": [{"no": "1", "code": customer_code, "card": card_number}]})
        return [Accepted(customer_code)]

    return plugin(bind_card=bind_card)


@wrong("test_a_damaged_answer_is_no_crash")
def trusts_the_form_of_an_answer() -> ModuleType:
    """A missing field crashes the talk."""

    @hookimpl
    def query_binding(key: str, customer_code: str) -> Conversation:
        answer = yield post("/held", {"serial": key})
        # Garbage is refused by `rows`; only a good answer with a value damaged gets to the lines below.
        [binding] = tiny.rows(answer)
        return [BindingLive(customer_code, binding["agreement"], binding["ending"].strip())]

    return plugin(query_binding=query_binding)


@wrong("test_secrets_leave_in_bytes_only")
def puts_the_card_into_the_address() -> ModuleType:
    """Every proxy on the way logs it."""

    @hookimpl
    def query_binding(key: str, customer_code: str, card_number: Secret) -> Conversation:
        answer = yield get("/held", serial=key, card=card_number.reveal())
        return tiny.held(answer, [Row("1", customer_code, card_number)])

    return plugin(query_binding=query_binding)


@wrong("test_secrets_leave_in_bytes_only")
def reveals_the_card_too_early() -> ModuleType:
    """Whoever shows the request shows the card."""

    @hookimpl
    def query_binding(key: str, customer_code: str, card_number: Secret) -> Conversation:
        answer = yield post("/held", {"serial": key, "card": card_number.reveal()})
        return tiny.held(answer, [Row("1", customer_code, card_number)])

    return plugin(query_binding=query_binding)


@wrong("test_a_touched_answer_is_not_believed", **tiny.SIGNED)
def verifies_what_it_has_parsed() -> ModuleType:
    """Parsed and written again is not what was signed."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        outer = tiny.opened(reply)
        # Blanks are gone after parsing, so a touched answer has the signature of the untouched one.
        again = json.dumps(outer.get("content")) if isinstance(outer, dict) else ""
        if not again or outer.get("sign") != hashlib.sha256(again.encode()).hexdigest():
            raise Forged("sign")
        return outer["content"]

    return plugin(unseal=unseal)


# Sources are given as text, since the tiny plugin has no file of its own to be read.
@wrong("test_it_does_nothing_by_itself", sources=lambda self: {"tiny.py": "import time\nSTARTED = time.time()\n"})
def keeps_time_by_itself() -> ModuleType:
    """A day cannot be replayed with it."""
    return plugin()


@wrong("test_it_does_nothing_by_itself", sources=lambda self: {"tiny.py": "from hub.registry import asks\n"})
def looks_into_the_registry() -> ModuleType:
    """It would see every customer."""
    return plugin()


@wrong("test_every_verb_has_a_sample", done={verb: done for verb, done in tiny.DONE.items() if verb != "probe"})
def leaves_a_verb_without_a_sample() -> ModuleType:
    """What is not sampled is not checked."""
    return plugin()


__all__ = ["WRONG", "Wrong", "wrong_talks"]
