"""ICBC tells the hub of agreements: doubled, early and out of order do no harm, and an end is asked about first."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.states import AskState
from hub.registry.asks import ledger
from hub.registry.reconciliation import differences, twins
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support.doors import Door, door
from tests.support.makers.driving import bound, drive
from tests.support.makers.processes import until

pytestmark = pytest.mark.usefixtures("machine_clock")
CODE = "370101000001"


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Door]:
    """ICBC with a hub that hears it."""
    with door(store, "icbc", tmp_path, "--settle", "0.2") as found:
        yield found


def live(town: Door) -> tuple[UUID, str]:
    """A card in force, and told: (customer, card)."""
    customer_id, ask_id = bound(town.runtime, 1)
    assert drive(town.runtime, ask_id).state == AskState.DONE
    assert town.wait_for(1)[0] == "heard"
    [row] = town.partner.ledger()["agreements"]
    return customer_id, row["ending"]


def state(town: Door, customer_id: UUID) -> str:
    """How the customer's account stands with us."""
    with town.runtime.office.store.transaction() as tx:
        [account] = accounts.accounts_of(tx, customer_id)
        return account.state


def forged_and_well_answered(town: Door) -> None:
    """Junk is refused without a word; what was genuine was answered as the bank wants it."""
    call = urllib.request.Request(f"{town.url}/callbacks/icbc", b"from=icbc-api&sign=x", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(call, timeout=10)
    assert refused.value.code == 400 and refused.value.read() == b""


@pytest.mark.article("R7.9", "R10.1")
def test_an_end_at_the_counter_is_told_and_believed_when_the_bank_was_asked(town: Door) -> None:
    customer_id, _ = live(town)
    town.partner.post("/_sim/scenario", scenario="push_twice", path="push")
    town.partner.post("/_sim/end", customer_code=CODE)
    until(lambda: town.partner.ledger()["notices"] == {"sent": 3, "heard": 3})
    assert [each for each in town.wait_for(2) if each != "repeated"] == ["heard", "heard"]
    assert state(town, customer_id) == "live", "not ended before the bank was asked"
    with town.runtime.office.store.transaction() as tx:
        [recheck] = ledger.open_about(tx, "icbc", [CODE], [AskState.ACCEPTED, AskState.ASKED])
    assert drive(town.runtime, recheck).state == AskState.DONE
    assert state(town, customer_id) == "ended"
    forged_and_well_answered(town)


@pytest.mark.article("R7.9")
def test_a_notification_before_the_answer_does_no_harm(town: Door) -> None:
    town.partner.post("/_sim/scenario", scenario="push_early", path="mepbprotocolsubmit")
    customer_id, ask_id = bound(town.runtime, 1)
    assert drive(town.runtime, ask_id).state == AskState.DONE
    assert town.wait_for(1) == ["heard"] and state(town, customer_id) == "live"
    assert [row["times"] for row in town.partner.ledger()["agreements"]] == [1]


@pytest.mark.article("R7.9")
def test_an_old_end_that_comes_behind_a_new_agreement_ends_nothing(town: Door) -> None:
    customer_id, _ = live(town)
    card = "6212140000000000018"
    town.partner.post("/_sim/scenario", scenario="push_held_back", path="push")
    town.partner.post("/_sim/end", customer_code=CODE)
    time.sleep(1.1)
    town.partner.post("/_sim/sign", customer_code=CODE, name="测试1", card=card)
    assert town.wait_for(3) == ["heard"] * 3
    with town.runtime.office.store.transaction() as tx:
        held = twins.get(tx, "icbc", "binding", CODE)
        assert held is not None and (held.state, held.ending) == ("live", card[-4:])
        assert not [each for each in differences.listed(tx, None) if each.what == "gone"]
    assert state(town, customer_id) == "live"


@pytest.mark.article("R7.9")
@pytest.mark.parametrize("fault", ["push_wrong_signature", "push_clock_off"])
def test_what_cannot_be_verified_is_refused_and_comes_again(town: Door, fault: str) -> None:
    live(town)
    town.partner.post("/_sim/scenario", scenario=fault, path="push")
    town.partner.post("/_sim/end", customer_code=CODE)
    assert town.wait_for(3) == ["heard", "forged", "heard"]
