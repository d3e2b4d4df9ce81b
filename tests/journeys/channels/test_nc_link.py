"""A card bound at ICBC over the XML link in the company's network, through the whole hub (notes §1.4)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.channels.probing import Probe
from hub.domain.states import AskState
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks.packages import send_package
from hub.ports import now
from hub.registry.asks import ledger as stored_ledger
from hub.registry.session import Store
from tests.support import people
from tests.support.makers.driving import bound, drive
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
Town = tuple[WorkerRuntime, Sim]


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    """A hub whose ICBC is reached by XML."""
    with sim("icbc", tmp_path / "icbc", "--way", "nc", "--settle", "0.2") as bank:
        yield works_for(store, {"icbc": bank}), bank


@pytest.mark.article("R7.9")
@pytest.mark.parametrize("fault", ["system_code", "drop_after_work", "html_200", "cut_body"])
def test_an_answer_is_lost_and_the_card_is_bound_once(town: Town, fault: str) -> None:
    runtime, bank = town
    bank.post("/_sim/scenario", scenario=fault, path="mepbprotocolsubmit")
    _, ask_id = bound(runtime, 1)
    assert drive(runtime, ask_id).state == AskState.DONE
    ledger = bank.ledger()
    assert [each["times"] for each in ledger["agreements"]] == [1]
    assert [(each["received"], each["executed"]) for each in ledger["packages"]] == [(1, 1)]


@pytest.mark.article("R7.9")
def test_a_signing_port_that_is_cut_off_costs_a_try_and_nothing_else(town: Town) -> None:
    runtime, bank = town
    bank.post("/_sim/scenario", scenario="drop_before_work", path="sign")
    _, ask_id = bound(runtime, 1)
    ask = drive(runtime, ask_id)
    assert ask.state == AskState.DONE and ask.doubt_since is None, "nothing of the ask was at stake"
    assert [each["received"] for each in bank.ledger()["packages"]] == [1]


@pytest.mark.article("R7.10")
def test_a_package_goes_over_the_link_and_each_row_has_its_own_end(town: Town) -> None:
    runtime, bank = town
    for number in range(1, 6):
        bound(runtime, number, with_package=True)
    bank.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code="370101000002")
    bank.post("/_sim/scenario", scenario="row_missing_in_reply", path="mepbprotocolimpinstrqry")
    [package] = runtime.office.perform(people.CLERK, send_package, "icbc")
    assert drive(runtime, package).state == AskState.DONE
    with runtime.office.store.transaction() as tx:
        found = {row.customer_code: (row.state, row.reason) for row in stored_ledger.rows_of(tx, package)}
    assert found.pop("370101000002") == ("refused", "name_mismatch")
    assert {state for state, _ in found.values()} == {"live"}
    assert {row["pay_no"] for row in bank.ledger()["agreements"]} == set(found)


def test_the_probe_asks_both_ports(town: Town) -> None:
    runtime, bank = town
    ready = runtime.ready["icbc"]
    legs = asyncio.run(Probe(ready.partner, ready.settings, ready.base_url, runtime.reach, now).run())
    assert {leg.leg for leg in legs} >= {"dns", "connect", "login", "permission", "clock"} and all(
        leg.ok for leg in legs
    )
    bank.post("/_sim/scenario", scenario="system_code", path="sign")
    legs = asyncio.run(Probe(ready.partner, ready.settings, ready.base_url, runtime.reach, now).run())
    assert not legs[-1].ok and "sign_7001" in legs[-1].text
