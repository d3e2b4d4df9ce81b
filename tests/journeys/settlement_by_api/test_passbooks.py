"""Passbooks by the API, at a Postal counter that runs: replaced at any time, and with a forgotten password as a loss (R8.4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.api_town import PASSBOOK, ApiTown, in_force
from tests.support.makers.watch import Watch
from tests.support.sims import Sim, sim

pytestmark = pytest.mark.usefixtures("machine_clock")
pytest.importorskip("gmssl_pyx")


@pytest.fixture
def banks(tmp_path: Path) -> Iterator[dict[str, Sim]]:
    """Postal; nobody hears its calls, so the hub asks."""
    with sim("postal", tmp_path / "postal", "--settle", "0.1") as postal:
        yield {"postal": postal}


@pytest.mark.article("R8.4")
def test_a_passbook_is_replaced_at_any_time_without_touching_orders(town: ApiTown) -> None:
    customer_id = town.electronic(1, "postal")
    town.told(customer_id)
    refused = {"version": town.version(customer_id), "event": "passbook_replaced", "choice": "cash", "why": "换折"}
    found = town.send(f"/customers/{customer_id}/cards", 409, **refused)
    assert (found["code"], found["article"]) == ("not_this_choice", "R8.4")
    town.report(customer_id, "passbook_replaced", "unchanged")
    assert town.pays(customer_id) == ("electronic", "postal") and town.tasks(customer_id) == set()
    town.methods.clear()
    with Watch(town.runtime.office.store, customer_id) as watch:
        town.bind(customer_id, "postal", 2)
        [agreement] = town.banks["postal"].ledger()["agreements"]
        town.banks["postal"].post("/_sim/change", no=agreement["no"], medium=PASSBOOK.format(2))
        town.settle(customer_id)
    assert set(watch.seen) == {1} and set(town.methods) == {"electronic"}
    assert town.accounts(customer_id) == [("postal", "ended"), ("postal", "live")]
    assert town.verbs(customer_id) == [("postal", "await_counter")] * 2, (
        "nothing is ended there: the counter changed it"
    )
    assert in_force(town, "postal") == [PASSBOOK.format(2)[-4:]]
    assert town.read("/cards")["cases"] == [] and town.tasks(customer_id) == {"tell_customer"}


@pytest.mark.article("R8.4")
def test_a_forgotten_password_is_cash_until_the_counter_has_signed_anew(town: ApiTown) -> None:
    customer_id = town.electronic(1, "postal")
    town.told(customer_id)
    town.report(customer_id, "password_forgotten", "cash")
    assert town.pays(customer_id)[0] == "cash"
    town.bind(customer_id, "postal", 2)
    assert town.accounts(customer_id) == [("postal", "ending"), ("postal", "filed")], "it waits for the old one's end"
    town.settle_until(customer_id, "await_counter", 2)
    assert in_force(town, "postal") == []
    town.at_counter(customer_id, 2)
    town.settle(customer_id)
    assert town.accounts(customer_id) == [("postal", "ended"), ("postal", "live")]
    assert town.pays(customer_id) == ("electronic", "postal") and town.read("/cards")["cases"] == []
    assert town.verbs(customer_id) == [(("postal"), verb) for verb in ("await_counter", "unbind_card", "await_counter")]
