"""Channel, Request, Reply and the two markers: how a plugin declares itself and what it sends."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pluggy

from hub.domain.facts import Answer, Fact, Page
from hub.domain.privacy.masking import Secret

# Version of this contract; a plugin that asks for a newer one is quarantined.
CONTRACT = 1

# Metadata of a setting that decides where questions go: `field(default=…, metadata=HELD_WHILE_OPEN)`. If it changed
# while an ask is open, the hub would inquire at a place that has never heard of the ask; so it refuses the change.
HELD_WHILE_OPEN = {"held_while_open": True}
# Metadata of a setting that one person may change: a time, a page size; nothing else about the talk depends on it.
# All others (addresses, keys, identities, paths, ciphers) are changed by two people. A `Url` or `Secret` is never
# harmless.
HARMLESS = {"harmless": True}
Words = tuple[str, str]
"""Words in Chinese and in English."""
hookspec = pluggy.HookspecMarker("partnerhub")
hookimpl = pluggy.HookimplMarker("partnerhub")


def titled(
    zh: str,
    en: str,
    *,
    unit: Words | None = None,
    choices: Mapping[str, Words] | None = None,
    note: Words | None = None,
) -> dict[str, Any]:
    """Metadata of a setting, as people read it: `field(default=300, metadata=HARMLESS | titled("有效期", "Valid for"))`.

    `unit`: of a number. `choices`: each text of a Literal in words. `note`: what a person must know to fill it in.
    """
    return {"title": (zh, en), "unit": unit, "choices": dict(choices or {}), "note": note}


class Url(str):
    """An address of the partner in a plugin's settings: only hosts named so can be reached."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A plugin's declaration of its partner.

    `rate` is calls a second or minute for the whole fleet ("5/s", "30/m"); `concurrency` calls at once;
    `batch` rows in a package; `deadline` seconds for one exchange in all; `settles_within` seconds after which
    a request of which the partner has no trace may be believed lost; `result_after` seconds before it makes sense
    to ask for the result of what it has taken; `counter_days` days within which a customer must appear at the counter
    of a bank that binds nowhere else; `accounts` the account kinds that it serves.
    `replaces`: how a customer's card is replaced (R8.3): the new agreement stands beside the old one (`beside`), or
    follows once the old one has ended (`after_end`), or the counter changes the number of the one agreement
    (`in_place`).
    `title` is the partner's name in Chinese, `title_en` in English; without one an English reader sees the key.
    Of a bank: `number_paper` is the paper that shows an account's number (R7.13), and `card_bins` the first digits of
    the cards that it issues, by account kind, as "622200, 621225-621227"; a card of another bank or kind is refused.
    Of a carrier: `device` is what its customers order by, and `agreement` how many sign (R7.7, R7.8).
    `busy`: what the partner's Busy leaves behind. `nothing_stored`: it may be sent again under its serial.
    `answer_stored`: the first answer to a serial is its answer for ever, so the hub asks how it ended, and only after
    that question's proof of absence sends it under a new serial.
    `charset`: of the partner's messages, so that people can read the ones that were kept; a plugin setting named
    `charset`, or a reply's own Content-Type, takes precedence, and Chinese in UTF-8 is recognised in any case.
    """

    key: str
    kind: Literal["bank", "carrier"]
    title: str
    settings: type
    rate: str = "5/s"
    concurrency: int = 8
    batch: int = 1
    deadline: float = 20.0
    settles_within: float = 60.0
    result_after: float = 3.0
    counter_days: float = 15.0
    accounts: frozenset[str] = frozenset()
    replaces: Literal["beside", "after_end", "in_place"] = "after_end"
    title_en: str = ""
    number_paper: Literal["deposit_slip", "passbook_copy"] = "deposit_slip"
    card_bins: Mapping[str, str] = field(default_factory=dict)
    device: Literal["handset", "yanxintong"] = "handset"
    agreement: Literal["tri_party", "two_party"] = "tri_party"
    busy: Literal["nothing_stored", "answer_stored"] = "nothing_stored"
    charset: str = "UTF-8"
    contract: int = CONTRACT


@dataclass(frozen=True)
class Request:
    """A message to the partner. `content` is what the plugin means, `body` the bytes that `seal` makes of it.

    `to`: the `Url` setting whose address it goes to; empty: `base_url`.
    `prelude`: a preparatory call (fetching a token) that carries nothing of the ask; if its answer is lost, the result
    is Busy, not Unknown, because surely nothing was done.
    """

    method: Literal["GET", "POST", "PUT"]
    path: str
    content: Any = None
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    body: bytes = b""
    prelude: bool = False
    to: str = ""

    def sealed(self, body: bytes, **headers: str | Secret) -> "Request":
        """The same request with its bytes. Header names have underscores; a header that holds a key is a Secret."""
        named = {name.replace("_", "-"): header for name, header in headers.items()}
        return replace(self, body=body, headers={**self.headers, **named})


@dataclass(frozen=True)
class Reply:
    """What came back, as bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


# A talk: yields requests, receives unsealed contents, returns facts; a Refused is raised at the yield.
Conversation = Generator[Request, Any, Sequence[Answer]]
# A talk that brings a long list: it yields requests and, between them, Pages (which receive None); returns ().
Listing = Generator[Request | Page, Any, Sequence[Answer]]


@dataclass(frozen=True)
class Heard:
    """What a partner's callback said, and the bytes to answer it with.

    `event` is the partner's own number for the message: each number is processed once, whatever else differs.
    """

    facts: Sequence[Fact]
    event: str
    answer: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def post(path: str, content: Any = None, **headers: str) -> Request:
    """A POST to a path under the plugin's `base_url`."""
    return Request("POST", path, content, headers=headers)


def put(path: str, content: Any = None) -> Request:
    """A file brought to a path, whole or not at all (file exchange)."""
    return Request("PUT", path, content)


def get(path: str, **params: str) -> Request:
    """A GET with query parameters; never put personal data here (URLs are logged by others)."""
    return Request("GET", path, params=params)


def to_json(content: Any) -> str:
    """Content as compact JSON with its Secrets in the clear: for `seal`, whose bytes are the only place for them."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_in_the_clear)


def _in_the_clear(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} is not JSON")
