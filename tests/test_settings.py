"""What people write into environment variables: blanks in comma lists, and variables that a compose file passes empty."""

import pytest

from hub.settings import HubSettings


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("icbc,abc", ("icbc", "abc")),
        ("icbc, abc", ("icbc", "abc")),
        (" icbc ,\tabc,", ("icbc", "abc")),
        ("icbc,", ("icbc",)),
        ("", None),
        (" ", None),
    ],
)
def test_blanks_in_a_list_of_plugins_name_none(
    monkeypatch: pytest.MonkeyPatch, written: str, names: tuple[str, ...] | None
) -> None:
    monkeypatch.setenv("PARTNERHUB_PLUGINS", written)
    assert HubSettings().allowed_plugins == names


@pytest.mark.parametrize("name", list(HubSettings.model_fields))
def test_a_variable_that_is_empty_is_as_if_it_were_not_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(f"PARTNERHUB_{name.upper()}", raising=False)
    absent = getattr(HubSettings(), name)
    monkeypatch.setenv(f"PARTNERHUB_{name.upper()}", "")
    assert getattr(HubSettings(), name) == absent
