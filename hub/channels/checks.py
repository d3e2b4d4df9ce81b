"""Checks of a plugin without its partner; every objection is an Unfit in plain words (ADR 0003, ADR 0004)."""

import functools
import inspect
import re
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pluggy

from hub import hookspecs
from hub.domain.capabilities import AT_COUNTER, IN_FORCE, RECHECK, Capability, Setting, Verb
from hub.domain.customers.choices import AGREEMENT_KINDS, DEVICE_METHODS
from hub.domain.privacy.charsets import known_charset
from hub.domain.settlement.accounts import SLIPS, AccountKind
from hub.domain.settlement.card_bins import spread
from hub.plugin import CONTRACT, Channel, Secret, Url

from .limits import gap
from .settings_form import bare, faults_of, needed, unreadable

# Arguments of a verb that come from us or from a person's answer; all others are fields of a customer.
NOT_FIELDS = frozenset(
    {"key", "settings", "now", "asked_at", "exchange", "reference", "since", "cursor", "code", *hookspecs.ROWS}
)
# Hooks that are not verbs: they receive no fields of a customer.
PLUMBING = frozenset({"channel", "seal", "unseal", "receive"})
# Each hook's arguments with their types.
SPECS: Mapping[str, Mapping[str, Any]] = {
    name: {each.name: each.annotation for each in inspect.signature(spec).parameters.values()}
    for name, spec in vars(hookspecs).items()
    if hasattr(spec, "partnerhub_spec")
}
# The customer's fields that any verb is offered.
OFFERED: Mapping[str, Any] = {
    name: kind
    for verb, arguments in SPECS.items()
    if verb not in PLUMBING
    for name, kind in arguments.items()
    if name not in NOT_FIELDS
}
# A channel's key: it stands in addresses, tables and logs.
KEY = re.compile(r"[a-z][a-z0-9_]{1,31}")
# Characters of a reason that people read.
LONGEST = 400


class Unfit(Exception):
    """A plugin that cannot be used, with the reason in words; the hub starts without it."""


def plain(error: BaseException) -> str:
    """An error's text on one line, cut to a readable length; pluggy's project name is replaced by "hook"."""
    return " ".join(str(error).split()).replace("'partnerhub'", "hook")[:LONGEST]


def implementations(hooks: pluggy.PluginManager, module: Any) -> dict[str, pluggy.HookImpl]:
    """The hooks that this plugin implements, by name; raises Unfit if one is there twice."""
    # Of two, pluggy would ask the one registered last, and perhaps never the other.
    by_verb: dict[str, pluggy.HookImpl] = {}
    for caller in hooks.get_hookcallers(module) or []:
        for impl in caller.get_hookimpls():
            # The hub's own defaults answer the same hooks.
            if impl.plugin is not module:
                continue
            if caller.name in by_verb:
                raise Unfit(f"it implements {caller.name} twice")
            by_verb[caller.name] = impl
    return by_verb


def refuse_shapes(implemented: Mapping[str, pluggy.HookImpl]) -> None:
    """Raise Unfit for signatures that pluggy accepts but does not call as the author expects."""
    for name, impl in implemented.items():
        if impl.kwargnames:
            # pluggy never fills an argument that has a default.
            raise Unfit(f"{name} gives a default to {', '.join(impl.kwargnames)}; hook arguments take none")
        odd = [
            parameter.name
            for parameter in inspect.signature(impl.function).parameters.values()
            if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD
        ]
        if odd:
            raise Unfit(f"{name} takes {', '.join(odd)} by a star or by keyword only; name plain arguments")
        if impl.wrapper or impl.hookwrapper:
            raise Unfit(f"{name} is a wrapper; a plugin answers for its partner and wraps nobody")
        if inspect.iscoroutinefunction(impl.function) or inspect.isasyncgenfunction(impl.function):
            raise Unfit(f"{name} is async; a conversation is a plain generator")


def declared(implemented: Mapping[str, pluggy.HookImpl]) -> Channel:
    """The plugin's Channel; raises Unfit if it is missing, malformed, or asks for a newer contract."""
    if "channel" not in implemented:
        raise Unfit("it declares no channel()")
    try:
        channel = implemented["channel"].function()
    except Exception as error:  # noqa: BLE001  the plugin's own code
        raise Unfit(f"channel() fails: {type(error).__name__}: {plain(error)}") from None
    if not isinstance(channel, Channel):
        raise Unfit("channel() does not return a Channel")
    if channel.contract > CONTRACT:
        raise Unfit(f"it needs contract {channel.contract}; this hub speaks {CONTRACT}")
    refuse_channel(channel)
    refuse_settings(channel.settings)
    return channel


def refuse_channel(channel: Channel) -> None:
    """Raise Unfit for a declaration with meaningless values."""
    if not KEY.fullmatch(channel.key):
        raise Unfit(f"its channel key {channel.key!r} is not a short lower-case word")
    if channel.kind not in ("bank", "carrier"):
        raise Unfit(f"its channel is of no known kind: {channel.kind!r}")
    if (
        min(channel.batch, channel.concurrency, channel.deadline, channel.counter_days) <= 0
        or channel.settles_within < 0
    ):
        raise Unfit("batch, concurrency, deadline and counter_days of its channel must be above zero")
    if channel.replaces not in ("beside", "after_end", "in_place"):
        raise Unfit(f"its channel does not say how a card is replaced: {channel.replaces!r}")
    if channel.busy not in ("nothing_stored", "answer_stored"):
        raise Unfit(f"its channel does not say what Busy leaves behind: {channel.busy!r}")
    if known_charset(channel.charset) is None:
        raise Unfit(f"its channel names a charset in which no message can be read: {channel.charset!r}")
    unknown = sorted((channel.accounts | channel.card_bins.keys()) - set(AccountKind))
    if unknown:
        raise Unfit(f"its channel names unknown account kinds: {', '.join(unknown)}")
    if not channel.title_en.isascii():
        raise Unfit(f"its English title is not English: {channel.title_en!r}")
    if channel.number_paper not in SLIPS:
        raise Unfit(f"no paper that shows an account's number: {channel.number_paper!r}")
    if channel.device not in DEVICE_METHODS or channel.agreement not in AGREEMENT_KINDS:
        raise Unfit(f"no known device or agreement: {channel.device!r}, {channel.agreement!r}")
    try:
        gap(channel.rate)
        for words in channel.card_bins.values():
            spread(words)
    except ValueError as error:
        raise Unfit(plain(error)) from None


def refuse_settings(settings: Any) -> None:
    """Raise Unfit for settings that the form could not show, or that could change during a talk."""
    if not frozen(settings):
        raise Unfit("its settings are not a frozen dataclass")
    if "base_url" not in {declared.name for declared in fields(settings)}:
        raise Unfit("its settings have no base_url")
    wrong = unreadable(settings)
    if wrong:
        raise Unfit(f"its settings are of a type that no form can read: {', '.join(wrong)}")
    wrong = [name for name, setting in treated(settings).items() if setting.harmless and kinds(settings)[name] in GRAVE]
    if wrong:
        raise Unfit(f"an address or a secret is not harmless: {', '.join(wrong)}")


# Kinds of setting that one person alone never changes.
GRAVE = (Secret, Url)


def kinds(settings: type) -> dict[str, Any]:
    """Each setting's type, without its `| None`."""
    return {name: bare(hint) for name, hint in typing.get_type_hints(settings).items()}


def treated(settings: type) -> dict[str, Setting]:
    """How each of a plugin's settings is treated: sealed, held while asks are open, changed by one person or two."""
    hints = kinds(settings)
    return {
        setting.name: Setting(
            secret=hints[setting.name] is Secret,
            harmless=bool(setting.metadata.get("harmless")),
            usual="" if needed(setting) or setting.default is None else str(setting.default),
            title=setting.metadata.get("title"),
            unit=setting.metadata.get("unit"),
            choices=setting.metadata.get("choices", {}),
            note=setting.metadata.get("note"),
        )
        for setting in fields(settings)
    }


def frozen(kind: Any) -> bool:
    """Whether it is a frozen dataclass."""
    return isinstance(kind, type) and is_dataclass(kind) and bool(getattr(kind, "__dataclass_params__").frozen)  # noqa: B009  unknown to typeshed


def refuse_halves(implemented: Mapping[str, pluggy.HookImpl]) -> None:
    """Raise Unfit unless every changing verb has its question and the plugin has a probe (ADR 0004)."""
    for verb, question in hookspecs.QUESTIONS.items():
        if verb in implemented and question not in implemented:
            raise Unfit(f"it can {verb} but not {question}: an unknown outcome could never be cleared up")
    if "probe" not in implemented:
        raise Unfit("it has no probe()")


def row_type(function: Any) -> type:
    """The plugin's row type, read from the annotation of `agreements` or `customers`; raises Unfit."""
    name, hints = function.__name__, typing.get_type_hints(function)
    rows = next(field for field in hookspecs.ROWS if field in inspect.signature(function).parameters)
    arguments = typing.get_args(hints.get(rows))
    if not arguments or not frozen(arguments[0]):
        raise Unfit(f"{name}: annotate {rows} as Sequence[YourRow], a frozen dataclass")
    row_class: type = arguments[0]
    hints = typing.get_type_hints(row_class)
    if "row_no" not in hints:
        raise Unfit(f"{name}: the row type has no row_no")
    for field in sorted(hints.keys() - {"row_no"}):
        if field not in OFFERED:
            raise Unfit(f"{name}: the row type names {field}, which the hub does not offer")
        if OFFERED[field] is Secret and hints[field] is not Secret:
            raise Unfit(f"{name}: {field} of the row type must be a Secret")
    return row_class


def capability(channel: Channel, implemented: Mapping[str, pluggy.HookImpl], rows: Mapping[str, type]) -> Capability:
    """What the channel can do: the verbs that the plugin implements, with the fields that each receives."""
    verbs = {name: verb_of(name, impl, rows) for name, impl in implemented.items() if name not in PLUMBING}
    # Neither verb is a hook: each puts one of the plugin's questions without an earlier request of ours.
    if channel.kind == "bank" and "query_binding" in verbs and "bind_card" not in verbs:
        verbs[AT_COUNTER] = Verb(AT_COUNTER, frozenset(), "query_binding")
    if channel.kind == "bank" and IN_FORCE in verbs:
        verbs[RECHECK] = Verb(RECHECK, frozenset(), IN_FORCE)
    held = {
        setting.name: "" if needed(setting) else str(setting.default)
        for setting in fields(channel.settings)
        if setting.metadata.get("held_while_open")
    }
    known = (channel.key, channel.kind, channel.title, verbs, channel.accounts, channel.batch, held)
    faults = functools.partial(faults_of, channel)
    return Capability(
        *known,
        settings=treated(channel.settings),
        faults=faults,
        replaces=channel.replaces,
        title_en=channel.title_en,
        number_paper=channel.number_paper,
        card_bins={bin: kind for kind, words in channel.card_bins.items() for bin in spread(words)},
        device=channel.device,
        agreement=channel.agreement,
        charset=known_charset(channel.charset) or "utf-8",
    )


def verb_of(name: str, impl: pluggy.HookImpl, rows: Mapping[str, type]) -> Verb:
    """A verb with the customer's fields that it receives: those named in its signature, or in its row type."""
    named = set(impl.argnames) - NOT_FIELDS
    if name in rows:
        named |= {column.name for column in fields(rows[name])} - {"row_no"}
    return Verb(name, frozenset(named), hookspecs.QUESTIONS.get(name), name in rows)
