"""A passbook at Postal: the retailer goes to the counter, the bank tells us, we ask, and only then is it so."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.domain.states import AskState
from hub.registry.asks import ledger
from hub.registry.customers import customers
from hub.registry.reconciliation import differences, twins
from hub.registry.schema import Callback
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support.doors import door
from tests.support.makers.counter import PASSBOOK, Town, filed, sign
from tests.support.makers.driving import drive

pytestmark = pytest.mark.usefixtures("machine_clock")
pytest.importorskip("gmssl_pyx")


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    """Postal with a hub that hears it."""
    with door(store, "postal", tmp_path) as found:
        yield found


@pytest.mark.article("R7.9", "R8.4")
def test_the_hub_waits_for_the_counter_and_believes_the_banks_answer_not_its_call(town: Town) -> None:
    customer_id, passbook, ask_id = filed(town)
    with town.runtime.office.store.transaction() as tx:
        [account] = accounts.accounts_of(tx, customer_id)
        assert account.state == "filed"
    town.partner.post("/_sim/sign", customer_code="370101000001", medium=passbook, name="测试1")
    ask = drive(town.runtime, ask_id)
    assert ask.state == AskState.DONE and ask.sent_at is None
    with town.runtime.office.store.transaction() as tx:
        [account] = accounts.accounts_of(tx, customer_id)
        assert (account.state, account.channel) == ("live", "postal")
        held = twins.get(tx, "postal", "binding", "370101000001")
        assert held is not None and (held.state, held.ending) == ("live", passbook[-4:])
        [callback] = tx.scalars(select(Callback))
        assert callback.outcome == "heard" and passbook.encode() not in callback.raw_sealed


@pytest.mark.article("R7.9")
@pytest.mark.parametrize("fault", ["callback_twice", "forged"])
def test_a_doubled_callback_is_heard_once_and_a_forged_one_is_refused_without_a_word(town: Town, fault: str) -> None:
    _, passbook, ask_id = filed(town)
    if fault == "forged":
        call = urllib.request.Request(f"{town.url}/callbacks/postal", b'{"request": "x"}', method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(call, timeout=10)
        assert refused.value.code == 400 and refused.value.read() == b""
        assert town.wait_for(1) == ["forged"]
        return
    sign(town, passbook)
    town.wait_for(1)
    town.partner.post("/_sim/push_again", id=1)
    time.sleep(0.5)
    found = town.wait_for(1)
    assert found.count("heard") == 1
    assert drive(town.runtime, ask_id).state == AskState.DONE


@pytest.mark.article("R8.4")
def test_a_passbook_changed_at_the_counter_is_a_difference_for_people_and_an_end_is_asked_about(town: Town) -> None:
    customer_id, passbook, ask_id = filed(town)
    number = sign(town, passbook)
    assert drive(town.runtime, ask_id).state == AskState.DONE
    town.partner.post("/_sim/change", no=number, medium=PASSBOOK.format(99))
    town.wait_for(2)
    with town.runtime.office.store.transaction() as tx:
        [difference] = differences.listed(tx, None)
        assert (difference.what, difference.customer_id) == ("other_card", customer_id)
        assert difference.ours["ending"] != difference.theirs["ending"]
    town.partner.post("/_sim/end", no=number)
    town.wait_for(3)
    with town.runtime.office.store.transaction() as tx:
        [recheck] = ledger.open_about(tx, "postal", ["370101000001"], [AskState.ACCEPTED, AskState.ASKED])
        assert accounts.accounts_of(tx, customer_id)[0].state == "live", "not ended before the bank was asked"
    assert drive(town.runtime, recheck).state == AskState.DONE
    with town.runtime.office.store.transaction() as tx:
        [account] = accounts.accounts_of(tx, customer_id)
        customer = customers.get(tx, customer_id)
        assert account.state == "ended" and customer is not None and customer.settlement_method == "cash"
