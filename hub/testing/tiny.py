"""A very small bank and a correct plugin for it, from which the wrong plugins are derived."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from hub.plugin import (
    Accepted,
    BindingLive,
    Busy,
    Channel,
    Conversation,
    Declined,
    Fact,
    Pending,
    ProbeLeg,
    Refused,
    Reply,
    Secret,
    Unknown,
    Url,
    hookimpl,
    post,
    titled,
)

from .play import Sample
from .suite import PluginSuite


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the bank is, and how it knows us."""

    base_url: Url = field(metadata=titled("网关地址", "Gateway address"))
    token: Secret = field(metadata=titled("令牌", "Token"))


@dataclass(frozen=True)
class Row:
    """What the bank is given of each customer."""

    row_no: str
    customer_code: str
    card_number: Secret


def opened(reply: Reply) -> Any:
    """The content of an answer, by the bank's own rules; raises Setbacks."""
    # The order matters: the status first, because a proxy's page may hold anything.
    if reply.status == 429:
        raise Busy("http_429")
    if reply.status != 200:
        raise Unknown(f"http_{reply.status}")
    try:
        content = json.loads(reply.body)
    # Deeply nested brackets end in a RecursionError: the bank's nonsense, not a crash of ours.
    except (ValueError, RecursionError):
        raise Unknown("not_json") from None
    if isinstance(content, dict) and isinstance(content.get("refused"), str):
        raise Refused(content["refused"])
    return content


def rows(answer: Any) -> list[Mapping[str, Any]]:
    """The rows of an answer; raises Unknown for one without."""
    entries = answer.get("rows") if isinstance(answer, Mapping) else None
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, Mapping) for entry in entries):
        raise Unknown("no_rows")
    return entries


def package(key: str, agreements: Sequence[Row]) -> dict[str, Any]:
    """A package's message."""
    return {
        "serial": key,
        "rows": [
            {"no": agreement.row_no, "code": agreement.customer_code, "card": agreement.card_number}
            for agreement in agreements
        ],
    }


def taken(answer: Any, agreements: Sequence[Row], *, numbered: bool = False) -> list[Fact]:
    """Facts about a package's rows; a row without a known state gets none."""
    # A number that is not a text cannot be a key of ours, and an unhashable one would crash the comprehension.
    states = {
        agreement.get("no"): agreement.get("state")
        for agreement in rows(answer)
        if isinstance(agreement.get("no"), str)
    }
    facts: list[Fact] = []
    for agreement in agreements:
        # A fact about a single binding has no row number; one about a package's row must have it.
        number = agreement.row_no if numbered else ""
        if states.get(agreement.row_no) == "in":
            facts.append(Accepted(agreement.customer_code, row_no=number))
        if states.get(agreement.row_no) == "no":
            facts.append(Declined(agreement.customer_code, "other", row_no=number))
    return facts


def held(answer: Any, agreements: Sequence[Row], *, numbered: bool = True) -> list[Fact]:
    """What is in force, row by row."""
    by_number = {wanted.get("no"): wanted for wanted in rows(answer) if isinstance(wanted.get("no"), str)}
    facts: list[Fact] = []
    for wanted in agreements:
        number = wanted.row_no if numbered else ""
        line = by_number.get(wanted.row_no, {})
        agreement = line.get("agreement")
        if line.get("state") == "live" and isinstance(agreement, str) and agreement:
            facts.append(BindingLive(wanted.customer_code, agreement, wanted.card_number.reveal()[-4:], row_no=number))
        if line.get("state") == "waiting":
            facts.append(Pending(wanted.customer_code, row_no=number))
    return facts


@hookimpl
def channel() -> Channel:
    """The tiny bank."""
    # A batch of more than one, so that the suite checks packages too.
    return Channel(key="tiny", kind="bank", title="Tiny", settings=Settings, batch=10)


@hookimpl
def unseal(reply: Reply) -> Any:
    """The bank's envelope."""
    return opened(reply)


@hookimpl
def probe() -> Conversation:
    """Knock at the door."""
    answer = yield post("/hello", {})
    if not isinstance(answer, Mapping) or answer.get("hello") is not True:
        raise Unknown("not_understood")
    return [ProbeLeg("login", True)]


@hookimpl
def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
    """File one card."""
    one = [Row("1", customer_code, card_number)]
    try:
        answer = yield post("/file", package(key, one))
    except Refused as no:
        return [Declined(customer_code, "name_mismatch", no.code)]
    return taken(answer, one)


@hookimpl
def query_binding(key: str, customer_code: str, card_number: Secret) -> Conversation:
    """What became of it?"""
    answer = yield post("/held", {"serial": key})
    return held(answer, [Row("1", customer_code, card_number)])


@hookimpl
def query_binding_in_force(customer_code: str, card_number: Secret) -> Conversation:
    """What is held for the customer?"""
    answer = yield post("/held", {"code": customer_code})
    return held(answer, [Row("1", customer_code, card_number)], numbered=False)


@hookimpl
def deliver_agreements(key: str, agreements: Sequence[Row]) -> Conversation:
    """File several."""
    answer = yield post("/file", package(key, agreements))
    return taken(answer, agreements, numbered=True)


@hookimpl
def query_delivery(key: str, agreements: Sequence[Row]) -> Conversation:
    """What became of them?"""
    answer = yield post("/held", {"serial": key})
    return held(answer, agreements)


HOOKS: Mapping[str, Any] = {
    hook.__name__: hook
    for hook in (
        channel,
        unseal,
        probe,
        bind_card,
        query_binding,
        query_binding_in_force,
        deliver_agreements,
        query_delivery,
    )
}


def plugin(**changes: Any) -> ModuleType:
    """The right plugin with some hooks replaced, added, or (None) left out."""
    # pluggy finds hooks as attributes of a module, so a module is made for each wrong plugin.
    made = ModuleType("tiny")
    for name, hook in {**HOOKS, **changes}.items():
        if hook is not None:
            setattr(made, name, hook)
    return made


def sample(content: Any) -> Sample:
    """A content in the tiny bank's envelope."""
    return 200, json.dumps(content).encode()


TAKEN = {"rows": [{"no": "1", "state": "in"}, {"no": "2", "state": "in"}]}
LIVE = {
    "rows": [
        {"no": "1", "state": "live", "agreement": "T1", "ending": "0018"},
        {"no": "2", "state": "live", "agreement": "T2", "ending": "0026"},
    ]
}
DONE: Mapping[str, Sequence[Sample]] = {
    "probe": [sample({"hello": True})],
    "bind_card": [sample({"rows": TAKEN["rows"][:1]})],
    "query_binding": [sample({"rows": LIVE["rows"][:1]})],
    "query_binding_in_force": [sample({"rows": LIVE["rows"][:1]})],
    "deliver_agreements": [sample(TAKEN)],
    "query_delivery": [sample(LIVE)],
}


class TinySuite(PluginSuite):
    """The inherited suite, for the tiny bank."""

    plugin = plugin()
    settings = Settings(base_url=Url("https://tiny.test"), token=Secret("tiny-token-1"))
    fields = {"customer_code": "370100000001", "holder_name": "张三", "card_number": "6212140000000000018"}
    rows = (fields, {"customer_code": "370100000002", "holder_name": "李四", "card_number": "6212140000000000026"})
    done = DONE
    refused = {"bind_card": [sample({"refused": "17"})]}
    busy = ((429, b""),)
    # Fewer than for real plugins: each of the wrong plugins runs them all.
    examples = 60


def sign(self: PluginSuite, content: Any) -> Sample:
    """A content in a signed envelope."""
    # Signed over the text as it is sent, so that a blank more breaks it.
    text = json.dumps(content)
    return 200, f'{{"content": {text}, "sign": "{hashlib.sha256(text.encode()).hexdigest()}"}}'.encode()


def signed_samples() -> dict[str, list[Sample]]:
    """The samples in a signed envelope."""
    return {verb: [sign(TinySuite(), json.loads(body)) for _, body in done] for verb, done in DONE.items()}


# What the suite needs when the tiny bank signs.
SIGNED: Mapping[str, Any] = {
    "signed": True,
    "done": signed_samples(),
    "enclose": sign,
    "refused": {},
}
