"""A code that nobody hands in: a person has it after a day; the customer may give up; a code has its time at the bank (R7.9)."""

import asyncio
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import overview, requested_input
from hub.operations.settlement.accounts import bind_account
from hub.operations.settlement.binding_rules import OtherBankLive
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.customers import customers
from hub.registry.schema import Ask
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.makers.driving import drive
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")
Town = tuple[WorkerRuntime, Sim]
RIGHT, WRONG = Secret("246810"), Secret("111111")


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    """ABC and ICBC."""
    icbc, abc = tmp_path / "icbc", tmp_path / "abc"
    with sim("abc", abc, "--resend-seconds", "0.1") as bank, sim("icbc", icbc, "--settle", "0.1") as other:
        yield works_for(store, {"abc": bank, "icbc": other}), bank


def stepped(runtime: WorkerRuntime, ask_id: UUID, times: int = 1) -> Ask:
    """The ask after so many steps, taken at once."""

    async def run() -> None:
        for _ in range(times):
            await take_step(runtime, ask_id)
        await runtime.close()

    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, run()).result()
    with runtime.office.store.transaction() as tx:
        found = ledger.get(tx, ask_id)
        assert found is not None
        return found


def due(runtime: WorkerRuntime, ask_id: UUID, **values: object) -> None:
    """Its moment to be looked at has come; with other values if given."""
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        for name, value in {"waits_until": now(), **values}.items():
            setattr(ask, name, value)


def filed(runtime: WorkerRuntime, number: int = 1) -> tuple[UUID, UUID]:
    """A card filed at ABC, which waits for its code: (customer, ask)."""
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        people.authorise(desk, row, "abc")
        ask_id = bind_account(desk, people.request(desk, row, number, channel="abc"))
    assert stepped(runtime, ask_id).waits_for == "input:sms_code"
    return row.id, ask_id


def elsewhere(runtime: WorkerRuntime, customer_id: UUID) -> UUID:
    """The customer's card filed at ICBC."""
    with runtime.office.desk(people.CLERK) as desk:
        row = customers.get(desk.tx, customer_id)
        assert row is not None
        return bind_account(desk, people.request(desk, row, 2))


@pytest.mark.article("R7.9")
def test_a_code_that_nobody_hands_in_goes_to_a_person_after_a_day_who_may_have_it_sent_again(town: Town) -> None:
    runtime, bank = town
    _, ask_id = filed(runtime)
    due(runtime, ask_id, input_until=now() - timedelta(minutes=1))
    waiting = stepped(runtime, ask_id)
    assert waiting.waits_for == "input:sms_code" and waiting.questions == 1, "the bank is asked, and it waits on"
    assert waiting.waits_until is not None and waiting.waits_until > now() + timedelta(seconds=20)
    due(runtime, ask_id, sent_at=now() - timedelta(hours=25))
    held = stepped(runtime, ask_id)
    assert (held.state, held.waits_for) == (AskState.PERSON, "person:no_input") and held.decide_by is not None
    with runtime.office.desk(people.CLERK) as desk:
        assert [view.ask.id for view in overview.doubts(desk)] == [ask_id]
    with pytest.raises(requested_input.Lapsed):
        runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, RIGHT)
    runtime.office.perform(people.CLERK, requested_input.send_again, ask_id)
    again = stepped(runtime, ask_id)
    assert again.waits_for == "input:sms_code" and again.sent_key == held.sent_key
    runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, RIGHT)
    assert drive(runtime, ask_id).state == AskState.DONE
    assert len(bank.ledger()["signs"]) == 1


@pytest.mark.article("R7.9")
@pytest.mark.parametrize("first", ["waiting", "with a person"])
def test_what_the_customer_gave_up_ends_once_the_bank_says_that_it_is_not_in_force(town: Town, first: str) -> None:
    runtime, _ = town
    customer_id, ask_id = filed(runtime)
    with pytest.raises(OtherBankLive):
        elsewhere(runtime, customer_id)
    if first == "with a person":
        due(runtime, ask_id, sent_at=now() - timedelta(hours=25))
        assert stepped(runtime, ask_id).state == AskState.PERSON
    with pytest.raises(BadInput):
        runtime.office.perform(people.CLERK, requested_input.give_up, ask_id, " ")
    runtime.office.perform(people.CLERK, requested_input.give_up, ask_id, "客户不办了")
    with pytest.raises(Refusal):
        runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, RIGHT)
    ended = stepped(runtime, ask_id)
    assert (ended.state, ended.reason, ended.ended_by) == (AskState.REFUSED, "given_up", people.CLERK.name)
    assert ended.questions >= 1 and ended.attempts - ended.questions == 1, "the bank was asked"
    with runtime.office.store.transaction() as tx:
        assert [account.state for account in accounts.accounts_of(tx, customer_id)] == ["refused"]
    assert drive(runtime, elsewhere(runtime, customer_id)).state == AskState.DONE


@pytest.mark.article("R7.9")
def test_what_the_customer_gave_up_is_live_when_the_bank_says_that_it_is_in_force(town: Town) -> None:
    runtime, bank = town
    _, ask_id = filed(runtime)
    [sign] = bank.ledger()["signs"]
    form = urllib.parse.urlencode({"no": sign["no"]}).encode()
    urllib.request.urlopen(urllib.request.Request(bank.url + "/clerk/confirm", form), timeout=10).close()
    runtime.office.perform(people.CLERK, requested_input.give_up, ask_id, "客户不办了")
    assert stepped(runtime, ask_id).state == AskState.DONE


@pytest.mark.article("R7.9")
def test_what_the_customer_gave_up_is_asked_about_until_the_bank_answers(town: Town) -> None:
    runtime, bank = town
    _, ask_id = filed(runtime)
    bank.post("/_sim/scenario", scenario="drop_before_work", path="EntrustQuerySign")
    runtime.office.perform(people.CLERK, requested_input.give_up, ask_id, "客户不办了")
    assert stepped(runtime, ask_id).state in (AskState.ACCEPTED, AskState.IN_DOUBT), "no answer ends nothing"
    due(runtime, ask_id)
    assert stepped(runtime, ask_id).reason == "given_up"


@pytest.mark.article("R7.9")
def test_a_wrong_code_keeps_the_banks_limit_and_a_lapsed_one_is_not_handed_in_but_sent_again(town: Town) -> None:
    runtime, _ = town
    _, ask_id = filed(runtime)
    until = stepped(runtime, ask_id, 0).input_until
    assert until is not None and timedelta(minutes=4) < until - now() < timedelta(minutes=6)
    runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, WRONG)
    tried = stepped(runtime, ask_id)
    assert tried.waits_for == "input:sms_code" and tried.input_until == until, "a wrong code gives no more time"
    due(runtime, ask_id, input_until=now() - timedelta(seconds=1), waits_until=now() + timedelta(minutes=1))
    with pytest.raises(requested_input.Lapsed):
        runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, RIGHT)
    runtime.office.perform(people.CLERK, requested_input.send_again, ask_id)
    anew = stepped(runtime, ask_id)
    assert anew.input_until is not None and anew.input_until > until, "another SMS, another limit"
    runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, RIGHT)
    assert drive(runtime, ask_id).state == AskState.DONE
