"""What a channel serves, as a table: from its plugin's words, and no more."""

import pytest

from hub.channels.settings_form import describe_settings
from hub.domain.capabilities import Capability, Verb
from hub.domain.channels import SUBJECTS, environments, matrix
from tests.support.partners import PLUGINS


@pytest.mark.parametrize("key", sorted(PLUGINS.partners))
def test_every_verb_of_a_plugin_is_a_line_and_is_marked_exactly_when_it_is_served(key: str) -> None:
    partner = PLUGINS.partners[key]
    choices = {each.name: each.choices for each in describe_settings(partner) if each.choices}
    found = matrix(partner.capability, environments(choices, {"base_url": "http://127.0.0.1:1"}))
    served = {line.verb for line in found.lines if all(line.cells)}
    assert served == set(partner.capability.verbs) and len(found.lines) >= len(SUBJECTS[partner.capability.kind])
    assert {len(line.cells) for line in found.lines} == {len(found.columns)}
    assert [line.verb for line in found.lines if line.whole] == ["probe"]
    assert set(found.products) == (partner.capability.accounts or {"device"})
    assert found.environments.in_use == "local" and not found.environments.declared


def test_declared_environments_are_columns_and_others_are_told_by_the_address_alone() -> None:
    bank = Capability("x", "bank", "X", {"bind_card": Verb("bind_card", frozenset())}, frozenset({"passbook"}))
    declared = environments({"environment": ("sandbox", "production")}, {"environment": "production"})
    assert matrix(bank, declared).columns == (("sandbox", "passbook"), ("production", "passbook"))
    assert declared.in_use == "production" and declared.declared
    assert environments({}, {"base_url": "https://bank.example/api"}).names == ("elsewhere",)
    assert environments({}, {"base_url": "https://gw-uat.bank.example/api"}).names == ("test",)
    assert environments({}, {}).names == ("unset",)
    silent = matrix(Capability("y", "bank", "Y"), environments({}, {}))
    assert silent.products == ("account",) and not silent.products_declared
