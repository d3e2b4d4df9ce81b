"""Loading plugins, quarantining bad ones, and calling one plugin.

Every plugin has a plugin manager of its own, with the hub's defaults beside it, so that no plugin sees another's calls.
"""

import inspect
import typing
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from hub import hookspecs
from hub.domain.capabilities import Capability
from hub.plugin import Channel, Conversation, Listing, Reply, Request, Secret, Unknown

from . import checks, envelope
from .checks import Unfit

GROUP = "partnerhub"
# What a verb receives for a field that the customer lacks: the empty value of its type, never None.
EMPTY: Mapping[Any, Any] = {str: "", Secret: Secret("")}
WRAPPABLE = frozenset({"seal", "unseal"})


@dataclass(frozen=True)
class Partner:
    """One plugin in use: what it can do, and the only way to call it."""

    channel: Channel
    capability: Capability
    module: Any
    hooks: pluggy.PluginManager
    row_types: Mapping[str, type] = field(default_factory=dict)

    def fields_of(self, verb: str) -> frozenset[str]:
        """The customer's fields that leave with a verb."""
        return self.capability.verbs[verb].fields

    @property
    def listens(self) -> bool:
        """Whether the plugin takes callbacks."""
        return hasattr(self.module, "receive")

    def call(self, name: str, **values: Any) -> Any:
        """Call a hook of this plugin alone, with the hub's defaults and the site's wrappers."""
        return self.hooks.subset_hook_caller(name, remove_plugins=[])(**values)

    def talk(self, verb: str, **values: Any) -> Conversation:
        """The plugin's conversation for a verb; it receives those of `values` that it names, and nothing else."""
        arguments = {name: typed(values.get(name), kind) for name, kind in checks.SPECS[verb].items()}
        conversation = self.call(verb, **arguments)
        if not inspect.isgenerator(conversation):
            raise Unfit(f"{verb} of {self.channel.key} is not a conversation")
        return typing.cast(Conversation, conversation)

    def listing(self, verb: str, **values: Any) -> Listing:
        """The plugin's listing, which yields Pages between its requests."""
        return typing.cast(Listing, self.talk(verb, **values))

    def rows(self, verb: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """A package's rows as the plugin's own row type: with the fields that it names and no others."""
        kind = self.row_types[verb]
        hints = typing.get_type_hints(kind)
        return [kind(**{name: typed(columns.get(name), hint) for name, hint in hints.items()}) for columns in rows]

    def seal(self, request: Request, settings: Any, key: str, exchange: str, now: datetime) -> Request:
        """The request with its bytes."""
        sealed = self.call("seal", request=request, settings=settings, key=key, exchange=exchange, now=now)
        if not isinstance(sealed, Request):
            raise Unfit(f"seal of {self.channel.key} returned no Request")
        return sealed

    def unseal(self, reply: Reply, settings: Any) -> Any:
        """The verified content, which is never None; raises Setbacks."""
        content = self.call("unseal", reply=reply, settings=settings)
        if content is None:
            raise Unknown("empty", "")
        return content


def typed(value: Any, kind: Any) -> Any:
    """A value of the hook's type: None becomes the empty value, and secrets are wrapped."""
    if value is None:
        return EMPTY.get(kind)
    return Secret(value) if kind is Secret and isinstance(value, str) else value


@dataclass
class Partners:
    """All plugins: those in use, and the quarantined ones with the reason."""

    partners: dict[str, Partner] = field(default_factory=dict)
    quarantined: dict[str, str] = field(default_factory=dict)


def load(
    allowed: tuple[str, ...] | None = None, extra: Mapping[str, Any] | None = None, wrappers: Sequence[Any] = ()
) -> Partners:
    """Load the installed plugins (those allowed) and `extra` ones. One bad plugin stops only itself.

    `wrappers` are the site's own (an HSM that signs), listed by name in its settings and never discovered.
    """
    partners = Partners()
    points = [point for point in entry_points(group=GROUP) if allowed is None or point.name in allowed]
    names = Counter([*(point.name for point in points), *(extra or {})])
    for point in points:
        # Of two plugins with one name neither is loaded: which one is meant is for people to say.
        if names[point.name] == 1:
            enter(partners, point.name, point, wrappers)
    for name, module in (extra or {}).items():
        if names[name] == 1:
            enter(partners, name, module, wrappers)
    for name in [name for name, count in names.items() if count > 1]:
        partners.quarantined[name] = "two plugins have this name; remove one"
    for name in set(allowed or ()) - names.keys():
        partners.quarantined[name] = "it is not installed"
    return partners


def enter(found: Partners, name: str, plugin: Any, wrappers: Sequence[Any] = ()) -> None:
    """Check a plugin and put it into use, or into quarantine with the reason; any failure affects only this plugin."""
    try:
        module = imported(plugin) if isinstance(plugin, EntryPoint) else plugin
        partner = examine(name, module, wrappers)
        if partner.channel.key in found.partners:
            raise Unfit(f"another plugin already serves the channel {partner.channel.key}")
        # People allow and list a plugin by its entry point's name; rows and addresses carry the channel's key.
        if partner.channel.key != name:
            raise Unfit(f"its entry point is {name} but its channel is {partner.channel.key}")
        found.partners[name] = partner
    except Unfit as unfit:
        found.quarantined[name] = str(unfit)
    except Exception as error:  # noqa: BLE001  a stranger's code
        found.quarantined[name] = f"cannot be checked: {type(error).__name__}: {checks.plain(error)}"


def imported(point: EntryPoint) -> Any:
    """Import a plugin's module; not even a SystemExit at import ends the hub."""
    try:
        return point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  a stranger's code
        raise Unfit(f"cannot be imported: {type(error).__name__}: {checks.plain(error)}") from None


def examine(name: str, module: Any, wrappers: Sequence[Any] = ()) -> Partner:
    """Run all checks that need no partner; raises Unfit."""
    hooks = pluggy.PluginManager("partnerhub")
    hooks.add_hookspecs(hookspecs)
    hooks.register(envelope, name="hub-defaults")
    try:
        with warnings.catch_warnings():
            # Whatever pluggy only warns of keeps a plugin out, too.
            warnings.simplefilter("error")
            # Somebody else's garbage may be collected right here; its open file is no fault of the plugin.
            warnings.simplefilter("ignore", ResourceWarning)
            hooks.register(module, name=name)
            hooks.check_pending()
    except (pluggy.PluginValidationError, ValueError, Warning) as error:
        raise Unfit(checks.plain(error)) from None
    implemented = checks.implementations(hooks, module)
    checks.refuse_shapes(implemented)
    channel = checks.declared(implemented)
    checks.refuse_halves(implemented)
    batches = {verb: impl for verb, impl in implemented.items() if set(hookspecs.ROWS) & set(impl.argnames)}
    row_types = {verb: checks.row_type(impl.function) for verb, impl in batches.items()}
    for wrapper in wrappers:
        wrap(hooks, wrapper)
    return Partner(channel, checks.capability(channel, implemented, row_types), module, hooks, row_types)


def wrap(hooks: pluggy.PluginManager, wrapper: Any) -> None:
    """Put a site's wrapper around the envelope; it sees no other hook."""
    hooks.register(wrapper)
    callers = hooks.get_hookcallers(wrapper) or []
    if not callers or {caller.name for caller in callers} - WRAPPABLE:
        raise Unfit("a site's wrapper may wrap seal and unseal only")


def capabilities(found: Partners) -> dict[str, Capability]:
    """All channels for operations, console and API, quarantined ones with their reason."""
    table = {key: partner.capability for key, partner in found.partners.items()}
    for name, reason in found.quarantined.items():
        table.setdefault(name, Capability(name, "bank", name, quarantined=reason))
    return table


__all__ = ["GROUP", "Partner", "Partners", "Unfit", "capabilities", "examine", "load"]
