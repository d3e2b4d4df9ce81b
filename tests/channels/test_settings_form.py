"""Settings from text: each problem by its setting's name, no secret in any message."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest

from hub.channels.settings_form import BadSettings, describe_settings, more_addresses, read_settings
from hub.plugin import Secret, Url
from hub.testing import tiny


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every kind of setting."""

    base_url: Url
    token: Secret
    name: str = "a"
    count: int = 3
    share: float = 0.5
    strict: bool = True
    mode: Literal["RSA", "RSA2"] = "RSA"
    backup_url: Url | None = None
    region: str = field(default="37", metadata={"help": "Two digits"})

    def __post_init__(self) -> None:
        if self.name == "echo":
            raise ValueError(f"the token {self.token.reveal()} is too short")
        if self.name == "bad":
            raise ValueError("name: not this one")


class Declared:
    """Something that has declared these settings."""

    channel = replace(tiny.channel(), settings=Settings)


GIVEN = {"base_url": "https://bank.test", "token": "s3cret-value"}


def read(**values: str) -> Any:
    return read_settings(Declared(), {**GIVEN, **values})


def test_texts_become_the_settings_own_types() -> None:
    settings = read(count="7", share="0.25", strict="FALSE", mode="RSA2", backup_url="", name="b")
    assert (settings.count, settings.share, settings.strict, settings.mode) == (7, 0.25, False, "RSA2")
    assert settings.backup_url is None and settings.name == "b"
    assert isinstance(settings.token, Secret) and isinstance(settings.base_url, Url)
    assert read(backup_url="http://b.test").backup_url == "http://b.test"


def test_every_problem_is_named_at_once() -> None:
    wrong = {"count": "many", "share": "nan", "strict": "yes", "mode": "SM2", "colour": "red", "base_url": "bank.test"}
    with pytest.raises(BadSettings) as bad:
        read_settings(Declared(), wrong)
    told = str(bad.value)
    for name in (*wrong, "token"):
        assert f"{name}: " in told
    assert "RSA, RSA2" in told and "many" not in told


@pytest.mark.parametrize(
    "url", ["ftp://a", "https://", "https://u:p@a", "https://a:99999", "//a", "https://[1", "file:///etc", ""]
)
def test_an_address_is_plainly_http(url: str) -> None:
    with pytest.raises(BadSettings, match="base_url"):
        read(base_url=url)


def test_an_empty_secret_is_a_missing_one() -> None:
    with pytest.raises(BadSettings, match="token: missing"):
        read(token="")


def test_a_plugins_own_objection_is_passed_on_without_secrets() -> None:
    with pytest.raises(BadSettings, match="not this one"):
        read(name="bad")
    with pytest.raises(BadSettings) as bad:
        read(name="echo")
    assert "s3cret" not in str(bad.value)


def test_the_form_shows_kinds_defaults_choices_and_help_but_no_secret() -> None:
    shown = {each.name: each for each in describe_settings(Declared())}
    assert shown["base_url"].kind == "Url" and shown["base_url"].required
    assert shown["token"].secret and shown["token"].default == ""
    assert (shown["mode"].kind, shown["mode"].choices, shown["mode"].default) == ("choice", ("RSA", "RSA2"), "RSA")
    assert (shown["count"].kind, shown["count"].default, shown["count"].required) == ("int", "3", False)
    assert shown["region"].help == "Two digits"
    assert shown["backup_url"].kind == "Url" and shown["backup_url"].default == ""


def test_other_addresses_are_known_by_their_settings_names() -> None:
    assert more_addresses(read(backup_url="http://B.test:8080/x")) == {"backup_url": "http://B.test:8080/x"}
    assert more_addresses(read()) == {}
