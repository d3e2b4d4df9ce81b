"""Finding plugins, checking them, and putting one question to one plugin; pluggy lives here."""

import inspect
import typing
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy

from hub import hookspecs
from hub.domain.capabilities import Capability, Verb
from hub.plugin import CONTRACT, Channel, Conversation, Reply, Request, Unknown

from . import envelope

GROUP = "partnerhub"
NOT_FIELDS = frozenset({"key", "settings", "now", "asked_at", "exchange", "agreements", "reference", "since"})
"""Arguments of a verb that are ours; all others are fields of a customer."""
PLUMBING = frozenset({"channel", "seal", "unseal", "receive"})


class Unfit(Exception):
    """A plugin that cannot be used, with the reason in words; the hub starts without it."""


@dataclass(frozen=True)
class Partner:
    """One plugin in use: what it can do and the only way to ask it."""

    channel: Channel
    capability: Capability
    module: Any
    hooks: pluggy.PluginManager
    row_types: Mapping[str, type] = field(default_factory=dict)

    def call(self, name: str, **values: Any) -> Any:
        """Put one question to this plugin alone (and to the hub's defaults behind it)."""
        others = [plugin for plugin in self.hooks.get_plugins() if plugin not in (self.module, envelope)]
        return self.hooks.subset_hook_caller(name, remove_plugins=others)(**values)

    def talk(self, verb: str, **values: Any) -> Conversation:
        """The plugin's conversation for a verb; it gets what it names of `values` and nothing else."""
        spec = inspect.signature(getattr(hookspecs, verb)).parameters
        conversation = self.call(verb, **{name: values.get(name) for name in spec})
        if not inspect.isgenerator(conversation):
            raise Unfit(f"{verb} of {self.channel.key} is not a conversation")
        return typing.cast(Conversation, conversation)

    def rows(self, verb: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """A package's rows as the plugin's own row type: with the fields that it names and no others."""
        row_type = self.row_types[verb]
        names = [each.name for each in fields(row_type)]
        return [row_type(**{name: row.get(name, "") for name in names}) for row in rows]

    def seal(self, request: Request, settings: Any, key: str, exchange: str, now: datetime) -> Request:
        """The request with its bytes."""
        sealed = self.call("seal", request=request, settings=settings, key=key, exchange=exchange, now=now)
        if not isinstance(sealed, Request):
            raise Unfit(f"seal of {self.channel.key} returned no Request")
        return sealed

    def unseal(self, reply: Reply, settings: Any) -> Any:
        """The verified content; raises Setbacks. Nothing is never a content."""
        content = self.call("unseal", reply=reply, settings=settings)
        if content is None:
            raise Unknown("empty", "")
        return content


@dataclass
class Partners:
    """All plugins: those in use, and those put aside with the reason."""

    partners: dict[str, Partner] = field(default_factory=dict)
    quarantined: dict[str, str] = field(default_factory=dict)


def load(allowed: tuple[str, ...] | None = None, extra: Mapping[str, Any] | None = None) -> Partners:
    """Load the plugins of the entry-point group (those allowed) and `extra` ones. One bad plugin stops only itself."""
    found = Partners()
    points = [point for point in entry_points(group=GROUP) if allowed is None or point.name in allowed]
    names = [point.name for point in points]
    for point in points:
        if names.count(point.name) > 1:
            found.quarantined[point.name] = "two installed plugins have this name; remove one"
            continue
        try:
            module = import_plugin(point)
        except Unfit as unfit:
            found.quarantined[point.name] = str(unfit)
            continue
        enter(found, point.name, module)
    for name, module in (extra or {}).items():
        enter(found, name, module)
    return found


def import_plugin(point: EntryPoint) -> ModuleType:
    """Import a plugin's module; whatever goes wrong there is its fault alone."""
    try:
        module: ModuleType = point.load()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise Unfit(f"cannot be imported: {type(error).__name__}: {error}") from None
    return module


def enter(found: Partners, name: str, module: Any) -> None:
    """Check a plugin and put it into use, or aside with the reason."""
    try:
        partner = examine(name, module)
        clash = partner.channel.key in found.partners
        if clash:
            raise Unfit(f"another plugin already serves the channel {partner.channel.key}")
        if partner.channel.key != name:
            raise Unfit(f"its entry point is {name} but its channel is {partner.channel.key}")
    except Unfit as unfit:
        found.quarantined[name] = str(unfit)
        return
    found.partners[name] = partner


def examine(name: str, module: Any) -> Partner:
    """All that can be checked without a partner; raises Unfit."""
    hooks = pluggy.PluginManager("partnerhub")
    hooks.add_hookspecs(hookspecs)
    hooks.register(envelope, name="hub-defaults")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            hooks.register(module, name=name)
            hooks.check_pending()
    except (pluggy.PluginValidationError, ValueError, Warning) as error:
        raise Unfit(plain(error)) from None
    callers = hooks.get_hookcallers(module) or []
    implemented = {caller.name: impl for caller in callers for impl in own(caller, module)}
    refuse_defaults(implemented)
    channel = declared(hooks, implemented)
    refuse_halves(implemented)
    row_types = {verb: row_type(impl.function) for verb, impl in implemented.items() if "agreements" in impl.argnames}
    verbs = {verb: capability_of(verb, impl, row_types) for verb, impl in implemented.items() if verb not in PLUMBING}
    capability = Capability(channel.key, channel.kind, channel.title, verbs, channel.accounts, channel.batch)
    return Partner(channel, capability, module, hooks, row_types)


def own(caller: pluggy.HookCaller, module: Any) -> list[pluggy.HookImpl]:
    """The implementations that are this plugin's."""
    return [impl for impl in caller.get_hookimpls() if impl.plugin is module]


def plain(error: BaseException) -> str:
    """pluggy's own words, without the module's address."""
    return " ".join(str(error).split()).replace("partnerhub", "hook", 1)[:400]


def refuse_defaults(implemented: Mapping[str, pluggy.HookImpl]) -> None:
    """pluggy never fills an argument that has a default: such a plugin would silently get less than it asks for."""
    for name, impl in implemented.items():
        if impl.kwargnames:
            raise Unfit(f"{name} gives a default to {', '.join(impl.kwargnames)}; hook arguments take none")


def declared(hooks: pluggy.PluginManager, implemented: Mapping[str, pluggy.HookImpl]) -> Channel:
    """The plugin's Channel; raises Unfit when there is none, it is malformed, or it asks for a newer contract."""
    if "channel" not in implemented:
        raise Unfit("it declares no channel()")
    try:
        channel = hooks.hook.channel()
    except Exception as error:  # noqa: BLE001  the plugin's own code
        raise Unfit(f"channel() fails: {type(error).__name__}: {error}") from None
    if not isinstance(channel, Channel):
        raise Unfit("channel() does not return a Channel")
    if channel.contract > CONTRACT:
        raise Unfit(f"it needs contract {channel.contract}; this hub speaks {CONTRACT}")
    if not is_dataclass(channel.settings) or not channel.settings.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise Unfit("its settings are not a frozen dataclass")
    if "base_url" not in {each.name for each in fields(channel.settings)}:
        raise Unfit("its settings have no base_url")
    return channel


def refuse_halves(implemented: Mapping[str, pluggy.HookImpl]) -> None:
    """Every changing verb needs its question verb, and every plugin a probe (decision 8)."""
    for verb, question in hookspecs.QUESTIONS.items():
        if verb in implemented and question not in implemented:
            raise Unfit(f"it can {verb} but not {question}: an unknown outcome could never be cleared up")
    if "probe" not in implemented:
        raise Unfit("it has no probe()")


def row_type(function: Any) -> type:
    """The plugin's row type, read from the annotation of `agreements`; raises Unfit."""
    hints = typing.get_type_hints(function)
    arguments = typing.get_args(hints.get("agreements"))
    if not arguments or not is_dataclass(arguments[0]):
        raise Unfit(f"{function.__name__}: annotate agreements as Sequence[YourRow], a frozen dataclass")
    found = arguments[0]
    assert isinstance(found, type)
    if "row_no" not in {each.name for each in fields(found)}:
        raise Unfit(f"{function.__name__}: the row type has no row_no")
    return found


def capability_of(verb: str, impl: pluggy.HookImpl, row_types: Mapping[str, type]) -> Verb:
    """What the verb receives of a customer: the names in its signature, or in its row type."""
    named = set(impl.argnames) - NOT_FIELDS
    if verb in row_types:
        named |= {each.name for each in fields(row_types[verb])} - {"row_no"}
    return Verb(verb, frozenset(named), hookspecs.QUESTIONS.get(verb), verb in row_types)


def capabilities(found: Partners) -> dict[str, Capability]:
    """All channels for operations, console and API, quarantined ones with their reason."""
    table = {key: partner.capability for key, partner in found.partners.items()}
    for name, reason in found.quarantined.items():
        table.setdefault(name, Capability(name, "bank", name, quarantined=reason))
    return table
