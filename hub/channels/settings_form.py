"""A plugin's typed settings: read from text, described for the form, secrets write-only."""

import math
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any, Protocol
from urllib.parse import urlsplit

from hub.plugin import Channel, Secret, Url

from . import limits

# What a setting may be, besides a Literal of texts; each may be `| None`.
KINDS: tuple[type, ...] = (str, int, float, bool, Url, Secret)
PORTS = {"http": 80, "https": 443, "sftp": 22}
# A host name's labels and length by RFC 1123 (at most 63 and 253 characters), underscores besides.
LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(\.{LABEL})*", re.ASCII)
# A host that ends like this is an IPv4 address to the system's resolver: decimal, octal or hex, of one to four parts.
NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)", re.ASCII)


@dataclass(frozen=True)
class SettingField:
    """One setting as a form shows it. `help` comes from the field's metadata, its English note where it is `titled`."""

    name: str
    kind: str
    secret: bool
    required: bool
    default: str
    choices: tuple[str, ...] = ()
    help: str = ""


class BadSettings(ValueError):
    """Settings that cannot be used; names them, never their values. `faults`: by name, "" for the settings as a whole."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{name}: {words}" if name else words for name, words in faults.items()))


class Declared(Protocol):
    """Anything with a channel's declaration, such as a Partner."""

    @property
    def channel(self) -> Channel:
        """The declaration."""


def bare(hint: Any) -> Any:
    """The type without `| None`."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        inner = [part for part in typing.get_args(hint) if part is not types.NoneType]
        return inner[0] if len(inner) == 1 else hint
    return hint


def choices_of(hint: Any) -> tuple[str, ...]:
    """The texts of a Literal; nothing for any other type."""
    return tuple(map(str, typing.get_args(hint))) if typing.get_origin(hint) is typing.Literal else ()


def unreadable(settings: type) -> list[str]:
    """The settings whose type no form can read, by name."""
    hints = typing.get_type_hints(settings)
    return [
        setting.name
        for setting in fields(settings)
        if bare(hints[setting.name]) not in KINDS and not choices_of(bare(hints[setting.name]))
    ]


def needed(setting: "Field[Any]") -> bool:
    """Whether there is no default."""
    return setting.default is MISSING and setting.default_factory is MISSING


def describe_settings(partner: Declared) -> list[SettingField]:
    """The settings of a channel, in the order of the dataclass. A secret's default is never shown."""
    hints = typing.get_type_hints(partner.channel.settings)
    shown = []
    for setting in fields(partner.channel.settings):
        hint = bare(hints[setting.name])
        choices, secret, required = choices_of(hint), hint is Secret, needed(setting)
        default = "" if secret or setting.default in (MISSING, None) else str(setting.default)
        kind = "choice" if choices else hint.__name__
        words = str(setting.metadata.get("help") or (setting.metadata.get("note") or ("", ""))[1])
        shown.append(SettingField(setting.name, kind, secret, required, default, choices, words))
    return shown


def read_settings(partner: Declared, values: Mapping[str, str]) -> Any:
    """The settings object. Raises BadSettings naming every setting that is missing, unknown or malformed."""
    hints = typing.get_type_hints(partner.channel.settings)
    known = {setting.name: setting for setting in fields(partner.channel.settings)}
    faults = {name: "there is no such setting" for name in values if name not in known}
    read: dict[str, Any] = {}
    for name, setting in known.items():
        text = values.get(name, "")
        # An empty text that was given is a value, unless the setting is needed; without a text the default holds.
        if not text and (name not in values or needed(setting)):
            if needed(setting):
                faults[name] = "missing"
            continue
        try:
            read[name] = coerce(hints[name], text)
        except ValueError as error:
            faults[name] = str(error)
    if faults:
        raise BadSettings(faults)
    return made(partner.channel.settings, read)


def made(settings: type, read: Mapping[str, Any]) -> Any:
    """The plugin's own dataclass; its own objection is passed on unless a secret's value stands in it."""
    try:
        return settings(**read)
    except (ValueError, TypeError) as error:
        # The plugin's own words may quote what was entered.
        secrets = [entered.reveal() for entered in read.values() if isinstance(entered, Secret) and entered]
        text = str(error)
        shown = type(error).__name__ if any(secret in text for secret in secrets) else text
        raise BadSettings(by_name(settings, shown)) from None


def by_name(settings: type, objection: str) -> dict[str, str]:
    """A plugin's own objection by the setting that it begins with ("name: words", "name, name: words"), if it does."""
    named, _, words = objection.partition(": ")
    known = {setting.name for setting in fields(settings)}
    names = named.split(", ") if words else []
    return dict.fromkeys(names, words) if names and set(names) <= known else {"": objection}


def faults_of(channel: Channel, values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with settings as they would be on file, by name; nothing when they can be used."""
    own = {name: text for name, text in values.items() if not name.startswith(limits.PREFIX)}
    problems = limits.faults({name: text for name, text in values.items() if name not in own})
    try:
        read_settings(Described(channel), own)
    except BadSettings as bad:
        problems |= bad.faults
    return problems


@dataclass(frozen=True)
class Described:
    """A channel by its declaration alone."""

    channel: Channel


def coerce(hint: Any, text: str) -> Any:
    """A text as the setting's type; raises ValueError without the value in it."""
    kind = bare(hint)
    if kind is not hint and not text:
        return None
    choices = choices_of(kind)
    if choices:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return text
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError("true or false")
        return text.lower() == "true"
    if kind in (int, float):
        return number(kind, text)
    if kind is Url:
        address(text)
    return kind(text)


def number(kind: type, text: str) -> Any:
    """A finite number; raises ValueError."""
    try:
        parsed = kind(text)
    except ValueError:
        raise ValueError("a number") from None
    if not math.isfinite(parsed):
        raise ValueError("a number")
    return parsed


def address(text: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address; raises ValueError for anything that is not plainly http(s):// or sftp://host[:port]/…"""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("an address beginning with https:// or http://") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("an address beginning with https:// or http://")
    if "@" in parts.netloc:
        raise ValueError("an address without user name and password")
    if not text.isprintable() or " " in text or not plain_host(parts.hostname):
        raise ValueError(
            "an address whose host is a name in ASCII, four decimal numbers, or an IPv6 address without zone"
        )
    return parts.scheme, parts.hostname, PORTS[parts.scheme] if port is None else port


def plain_host(host: str) -> bool:
    """Whether the host can be read in one way only: parsers disagree about the many other spellings of an address."""
    try:
        if ":" in host:
            return IPv6Address(host).scope_id is None
        if NUMBER.fullmatch(host):
            return str(IPv4Address(host)) == host
    except AddressValueError:
        return False
    return NAME.fullmatch(host) is not None


def more_addresses(settings: Any) -> dict[str, str]:
    """The channel's addresses other than `base_url`, by setting; empty ones are left out."""
    hints = typing.get_type_hints(type(settings))
    urls = [
        setting.name for setting in fields(settings) if bare(hints[setting.name]) is Url and setting.name != "base_url"
    ]
    return {name: str(getattr(settings, name)) for name in urls if getattr(settings, name)}


__all__ = ["BadSettings", "SettingField", "describe_settings", "more_addresses", "read_settings"]
