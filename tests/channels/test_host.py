"""One bad plugin stops only itself, and says why; pluggy's traps are shut at load."""

import types
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from typing import Any

import pluggy
import pytest

from hub.channels import checks, host
from hub.channels.host import Partners, capabilities, enter, load
from hub.domain.capabilities import OURS
from hub.hookspecs import QUESTIONS
from hub.plugin import BindingAccepted, Channel, Conversation, Reply, Request, Secret, Unknown, Url, hookimpl, post
from hub.testing import tiny
from hub.testing.tiny import plugin

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SETTINGS = tiny.TinySuite.settings


def reason(module: Any, name: str = "tiny") -> str:
    """Why a plugin is put aside, while the right one beside it is taken; empty when it is taken."""
    found = Partners()
    enter(found, name, module)
    beside = replace(tiny.channel(), key="beside")
    enter(found, "beside", plugin(channel=hookimpl(lambda: beside)))
    assert "beside" in found.partners
    return found.quarantined.get(name, "")


def channel_with(**changes: Any) -> Any:
    return hookimpl(lambda: replace(tiny.channel(), **changes))


def test_a_right_plugin_is_taken() -> None:
    assert reason(plugin()) == ""


# Quarantine


def test_unknown_hooks_and_arguments_are_named() -> None:
    def bind_crad(key: str) -> Any:
        yield

    def bind_card(key: str, home_address: str) -> Any:
        yield

    assert "bind_crad" in reason(plugin(bind_crad=hookimpl(bind_crad)))
    assert "home_address" in reason(plugin(bind_card=hookimpl(bind_card)))


def test_an_argument_that_pluggy_would_never_fill_is_refused() -> None:
    def default(key: str, customer_code: str = "") -> Any:
        yield

    def keyword(key: str, *, customer_code: str) -> Any:
        yield

    def star(key: str, **fields: str) -> Any:
        yield

    assert "default to customer_code" in reason(plugin(query_binding=hookimpl(default)))
    assert "customer_code" in reason(plugin(query_binding=hookimpl(keyword)))
    assert "fields" in reason(plugin(query_binding=hookimpl(star)))


def test_wrappers_coroutines_and_doubles_are_refused() -> None:
    def wrapper(key: str) -> Any:
        return (yield)

    async def coroutine(key: str) -> Any:
        return []

    async def generator(key: str) -> Any:
        yield

    assert "wrapper" in reason(plugin(bind_card=hookimpl(wrapper=True)(wrapper)))
    assert "async" in reason(plugin(bind_card=hookimpl(coroutine)))
    assert "async" in reason(plugin(bind_card=hookimpl(generator)))
    assert "twice" in reason(plugin(again=hookimpl(specname="probe")(lambda: None)))


@pytest.mark.parametrize(("verb", "question"), QUESTIONS.items())
def test_a_change_without_its_question_is_refused(verb: str, question: str) -> None:
    def change(key: str) -> Any:
        yield

    hooks: dict[str, Any] = {"bind_card": None, "deliver_agreements": None, verb: hookimpl(change), question: None}
    assert question in reason(plugin(**hooks))


def test_a_plugin_without_probe_or_channel_is_refused() -> None:
    assert "probe" in reason(plugin(probe=None))
    assert "channel" in reason(plugin(channel=None))
    assert "channel" in reason(types.ModuleType("empty"))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"contract": 2}, "contract 2"),
        ({"key": "Tiny Bank"}, "key"),
        ({"kind": "tailor"}, "kind"),
        ({"rate": "often"}, "rate"),
        ({"batch": 0}, "batch"),
        ({"deadline": -1.0}, "deadline"),
        ({"accounts": frozenset({"purse"})}, "purse"),
        ({"settings": dict}, "frozen"),
        ({"key": "other"}, "entry point"),
        ({"replaces": "somehow"}, "replaced"),
    ],
)
def test_a_declaration_that_means_nothing_is_refused(changes: dict[str, Any], word: str) -> None:
    assert word in reason(plugin(channel=channel_with(**changes)))


@dataclass
class Loose:
    base_url: Url


@dataclass(frozen=True)
class Homeless:
    token: Secret


@dataclass(frozen=True)
class Odd:
    base_url: Url
    keys: list[str]


@pytest.mark.parametrize(("settings", "word"), [(Loose, "frozen"), (Homeless, "base_url"), (Odd, "keys")])
def test_settings_that_cannot_be_used_are_refused(settings: type, word: str) -> None:
    assert word in reason(plugin(channel=channel_with(settings=settings)))


def test_a_channel_that_fails_or_is_none_is_refused() -> None:
    def fails() -> Channel:
        raise RuntimeError("no licence file")

    assert reason(plugin(channel=hookimpl(fails))) == "channel() fails: RuntimeError: no licence file"
    assert "Channel" in reason(plugin(channel=hookimpl(lambda: None)))


@dataclass
class LooseRow:
    row_no: str


@dataclass(frozen=True)
class Numberless:
    customer_code: str


@dataclass(frozen=True)
class Open:
    row_no: str
    card_number: str


@dataclass(frozen=True)
class Greedy:
    row_no: str
    home_address: str


@pytest.mark.parametrize(
    ("row", "word"),
    [(LooseRow, "frozen"), (Numberless, "row_no"), (Open, "Secret"), (Greedy, "home_address"), (dict, "frozen")],
)
def test_a_row_type_names_only_offered_fields_and_keeps_secrets_secret(row: type, word: str) -> None:
    def deliver_agreements(key: str, agreements: Any) -> Any:
        yield

    deliver_agreements.__annotations__["agreements"] = Sequence[row]  # type: ignore[valid-type]
    assert word in reason(plugin(deliver_agreements=hookimpl(deliver_agreements)))


def test_an_annotation_that_leads_nowhere_stops_only_its_plugin() -> None:
    def deliver_agreements(key: str, agreements: "Sequence[Nowhere]") -> Any:  # type: ignore[name-defined]  # noqa: F821
        yield

    assert "Nowhere" in reason(plugin(deliver_agreements=hookimpl(deliver_agreements)))


def test_import_errors_name_clashes_and_absences_stop_only_their_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("gone", "hub_that_is_not_there", "partnerhub"),
        EntryPoint("twin", "hub_one", "partnerhub"),
        EntryPoint("twin", "hub_two", "partnerhub"),
    ]
    monkeypatch.setattr(host, "entry_points", lambda group: points)
    found = load(("gone", "twin", "missing", "tiny"), {"tiny": plugin()})
    assert set(found.partners) == {"tiny"}
    assert "hub_that_is_not_there" in found.quarantined["gone"]
    assert "two plugins" in found.quarantined["twin"]
    assert "not installed" in found.quarantined["missing"]
    table = capabilities(found)
    assert table["tiny"].can("bind_card") and not table["gone"].can("bind_card")
    assert load(("tiny",), {"tiny": plugin(probe=None)}).quarantined["tiny"]


def test_not_even_an_exit_at_import_ends_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(self: EntryPoint) -> Any:
        raise SystemExit(3)

    monkeypatch.setattr(EntryPoint, "load", leave)
    monkeypatch.setattr(host, "entry_points", lambda group: [EntryPoint("rude", "x", "partnerhub")])
    assert "SystemExit" in load().quarantined["rude"]


def test_two_plugins_for_one_channel_leave_neither_to_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "entry_points", lambda group: [])
    found = load(None, {"tiny": plugin(), "copy": plugin()})
    assert set(found.partners) == {"tiny"}
    assert "already serves" in found.quarantined["copy"]


# What a plugin gets


def recorded(seen: list[dict[str, Any]]) -> Any:
    def query_binding(key: str, customer_code: str, card_number: Secret, reference: str) -> Conversation:
        seen.append({"key": key, "code": customer_code, "card": card_number, "reference": reference})
        yield post("/held")
        return [BindingAccepted(customer_code)]

    return hookimpl(query_binding)


def partner_of(module: Any, **options: Any) -> host.Partner:
    return host.examine("tiny", module, **options)


def test_a_verb_gets_what_it_names_and_nothing_else() -> None:
    seen: list[dict[str, Any]] = []
    partner = partner_of(plugin(query_binding=recorded(seen)))
    given = {"key": "K", "customer_code": "C", "card_number": "6212", "id_number": "ID", "phone": "1"}
    next(partner.talk("query_binding", **given))
    assert seen == [{"key": "K", "code": "C", "card": Secret("6212"), "reference": ""}]
    assert partner.fields_of("query_binding") == {"customer_code", "card_number"}
    assert partner.fields_of("deliver_agreements") == {"customer_code", "card_number"}


def test_a_field_that_the_customer_has_not_is_empty_of_its_own_type() -> None:
    seen: list[dict[str, Any]] = []
    next(partner_of(plugin(query_binding=recorded(seen))).talk("query_binding", key="K", customer_code="C"))
    assert seen[0]["card"] == Secret("")


def test_rows_carry_the_fields_of_the_row_type_alone() -> None:
    given = [{"row_no": "1", "customer_code": "C", "card_number": "6212", "phone": "1"}, {"row_no": "2"}]
    rows = partner_of(plugin()).rows("deliver_agreements", given)
    assert rows == [tiny.Row("1", "C", Secret("6212")), tiny.Row("2", "", Secret(""))]


def test_a_verb_that_is_no_conversation_is_a_fault_of_the_plugin() -> None:
    partner = partner_of(plugin(query_binding=hookimpl(lambda key: [])))
    with pytest.raises(host.Unfit, match="not a conversation"):
        partner.talk("query_binding", key="K")


def test_no_other_plugin_sees_a_call() -> None:
    seen: list[dict[str, Any]] = []
    found = Partners()
    enter(found, "tiny", plugin())
    spy = plugin(query_binding=recorded(seen), channel=channel_with(key="spy"))
    enter(found, "spy", spy)
    next(found.partners["tiny"].talk("query_binding", key="K", customer_code="C"))
    assert seen == []


def test_an_unseal_without_content_is_doubt_and_never_the_hubs_default() -> None:
    reply = Reply(200, {}, b'{"rows": []}')
    partner = partner_of(plugin(unseal=hookimpl(lambda reply: None)))
    assert partner.unseal(reply, SETTINGS) == {"rows": []}, "pluggy falls through: hence the next line's rule"
    with pytest.raises(Unknown):
        partner.unseal(Reply(200, {}, b"null"), SETTINGS)


def test_a_seal_that_returns_something_else_is_a_fault() -> None:
    partner = partner_of(plugin(seal=hookimpl(lambda request: b"bytes")))
    with pytest.raises(host.Unfit, match="seal"):
        partner.seal(post("/x"), SETTINGS, "K", "e", NOW)


def test_a_warning_of_pluggy_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    register = pluggy.PluginManager.register

    def warns(self: pluggy.PluginManager, plugin: object, name: str | None = None) -> str | None:
        if name == "tiny":
            warnings.warn("an argument is deprecated", DeprecationWarning, stacklevel=1)
        return register(self, plugin, name)

    monkeypatch.setattr(pluggy.PluginManager, "register", warns)
    assert "deprecated" in reason(plugin())


def test_every_argument_is_given_so_that_pluggy_has_nothing_to_warn_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)
        partner = partner_of(plugin())
        for verb in partner.capability.verbs.keys() - OURS:
            partner.talk(verb, key="K", agreements=[]).close()


# The site's wrappers


def test_a_site_wraps_the_envelope_by_its_own_list_and_nothing_else() -> None:
    def seal(request: Request) -> Any:
        sealed = yield
        return replace(sealed, headers={**sealed.headers, "x-hsm": "1"})

    def bind_card(card_number: Secret) -> Any:
        return (yield)

    hsm, nosy = types.ModuleType("hsm"), types.ModuleType("nosy")
    hsm.seal = hookimpl(wrapper=True)(seal)  # type: ignore[attr-defined]
    nosy.bind_card = hookimpl(wrapper=True)(bind_card)  # type: ignore[attr-defined]
    sealed = partner_of(plugin(), wrappers=[hsm]).seal(post("/x", {"a": 1}), SETTINGS, "K", "e", NOW)
    assert sealed.headers["x-hsm"] == "1" and sealed.body == b'{"a":1}'
    with pytest.raises(host.Unfit, match="wrap seal and unseal only"):
        partner_of(plugin(), wrappers=[nosy])


def test_the_specs_are_read_from_the_hook_file() -> None:
    assert {"channel", "seal", "bind_card", "query_binding"} <= checks.SPECS.keys()
    assert "card_number" in checks.OFFERED and not checks.OFFERED.keys() & checks.NOT_FIELDS
