"""A plugin's typed settings: read from text, described for the form, secrets write-only."""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from hub.plugin import Secret, Url

from .host import Partner


@dataclass(frozen=True)
class SettingField:
    """One setting as a form shows it."""

    name: str
    kind: str
    secret: bool
    required: bool
    default: str
    choices: tuple[str, ...] = ()


class BadSettings(ValueError):
    """Settings that cannot be used; says which, never their values."""


def describe_settings(partner: Partner) -> list[SettingField]:
    """The settings of a channel, in the order of the dataclass."""
    hints = typing.get_type_hints(partner.channel.settings)
    found = []
    for each in fields(partner.channel.settings):
        hint = hints[each.name]
        choices = tuple(map(str, typing.get_args(hint))) if typing.get_origin(hint) is typing.Literal else ()
        required = each.default is MISSING and each.default_factory is MISSING
        default = "" if required or hint is Secret else str(each.default)
        found.append(
            SettingField(each.name, "choice" if choices else hint.__name__, hint is Secret, required, default, choices)
        )
    return found


def read_settings(partner: Partner, values: Mapping[str, str]) -> Any:
    """The settings object. Raises BadSettings naming every setting that is missing, unknown or malformed."""
    hints = typing.get_type_hints(partner.channel.settings)
    known = {each.name: each for each in fields(partner.channel.settings)}
    faults = [f"{name}: there is no such setting" for name in values if name not in known]
    read: dict[str, Any] = {}
    for name, each in known.items():
        if name not in values:
            if each.default is MISSING and each.default_factory is MISSING:
                faults.append(f"{name}: missing")
            continue
        try:
            read[name] = coerce(hints[name], values[name])
        except ValueError as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise BadSettings("; ".join(faults))
    return partner.channel.settings(**read)


def coerce(hint: Any, text: str) -> Any:
    """A text as the setting's type; raises ValueError without the value in it."""
    if typing.get_origin(hint) is typing.Literal:
        if text not in typing.get_args(hint):
            raise ValueError(f"one of {', '.join(map(str, typing.get_args(hint)))}")
        return text
    if isinstance(hint, types.UnionType):
        return text or None
    if hint is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError("true or false")
        return text.lower() == "true"
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError:
            raise ValueError("a number") from None
    if hint is Url and not text.startswith(("http://", "https://")):
        raise ValueError("an address beginning with https:// or http://")
    return hint(text)


__all__ = ["BadSettings", "SettingField", "describe_settings", "read_settings"]
