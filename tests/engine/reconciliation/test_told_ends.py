"""An end that a bank told us is never outvoted by silence: it is confirmed, denied, or stands on the desk (R7.9, I7)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.domain.capabilities import RECHECK
from hub.domain.facts import BindingEnded, BindingLive, Fact
from hub.domain.staff.posts import HUB
from hub.domain.states import OPEN_ASKS
from hub.engine import lists
from hub.engine.runtime import WorkerRuntime
from hub.operations.reconciliation import rechecks
from hub.plugin import Conversation, hookimpl, post
from hub.registry.reconciliation import differences, twins
from hub.registry.schema import Ask, Difference
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.operations.reconciliation.test_differences import decided
from tests.support.clocks import Clock
from tests.support.doors import compared
from tests.support.makers.driving import drive
from tests.support.makers.orders import hear
from tests.support.makers.outside_bank import (
    KEY,
    Bank,
    fact,
    live_account,
    outside_bank,
    plugin,
    query_binding_in_force,
    works,
)

pytestmark = pytest.mark.article("R7.9", "I7", "R10.1")


@hookimpl
def query_binding_in_force_by_serial(key: str, customer_code: str) -> Conversation:
    """Wrong: the serial of this question was never seen there."""
    answer = yield post("/serial", {"serial": key})
    return [fact(answer, customer_code)]


BY_SERIAL = plugin(query_binding_in_force=query_binding_in_force_by_serial)
ANSWERS = plugin(query_binding_in_force)


@dataclass
class Town:
    """Works, the bank, and a customer whose card is in force here."""

    runtime: WorkerRuntime
    bank: Bank
    customer_id: UUID
    code: str

    def told(self, event: str, *facts: Fact) -> None:
        """A genuine message of the bank's, heard and compared."""
        hear(self.runtime.office, KEY, event, facts)

    def read(self) -> None:
        """One whole list."""

        async def run() -> None:
            try:
                run = await lists.read(self.runtime, KEY, "list_bindings", "full")
                assert run is not None and run.outcome == "done", run
            finally:
                await self.runtime.close()

        asyncio.run(run())

    def carry(self, patience: float = 4.0) -> list[Ask]:
        """Let every question end that can; all questions of this kind, old ones first."""
        for ask in self.questions():
            if ask.state in OPEN_ASKS:
                drive(self.runtime, ask.id, patience)
        compared(self.runtime.office)
        return self.questions()

    def questions(self) -> list[Ask]:
        """Each time the bank was to be asked what is in force."""
        with self.runtime.office.store.transaction() as tx:
            return list(tx.scalars(select(Ask).where(Ask.verb == RECHECK).order_by(Ask.id)))

    def state(self) -> str:
        """How the account stands here."""
        with self.runtime.office.store.transaction() as tx:
            return accounts.accounts_of(tx, self.customer_id)[0].state

    def desk(self) -> list[Difference]:
        """What stands on the desk of differences."""
        with self.runtime.office.store.transaction() as tx:
            return list(differences.listed(tx, None))


def town(store: Store, bank: Bank, module: ModuleType) -> Town:
    """The works with one plugin."""
    runtime = works(store, bank, module)
    return Town(runtime, bank, *live_account(runtime.office))


@pytest.fixture
def bank() -> Iterator[Bank]:
    """A bank that holds nothing, as after the customer's end at its counter."""
    with outside_bank() as standing:
        yield standing


@pytest.mark.parametrize("module", [plugin(), BY_SERIAL, ANSWERS], ids=["first contract", "by serial", "answers"])
def test_after_a_push_and_three_whole_lists_it_has_ended_or_stands_on_the_desk(
    store: Store, bank: Bank, module: ModuleType
) -> None:
    """I7: "both sides" is the bank's agreement in force plus our account; after the bank's own word there are not two."""
    place = town(store, bank, module)
    place.told("E1", BindingEnded(place.code))
    for _ in range(3):
        place.carry()
        place.read()
    asked = place.carry()
    assert not [ask for ask in asked if ask.state in OPEN_ASKS]
    ended = place.state() == "ended"
    assert ended or [row.what for row in place.desk()] == ["ended_there"], (place.state(), place.desk())
    assert ended is (module is ANSWERS)
    assert len(asked) <= 1, "asked once about one told end"


@pytest.mark.parametrize("module", [plugin(), BY_SERIAL], ids=["first contract", "by serial"])
def test_two_whole_lists_without_it_are_a_word_too(store: Store, bank: Bank, module: ModuleType) -> None:
    place = town(store, bank, module)
    for _ in range(2):
        place.read()
    place.carry()
    assert [row.what for row in place.desk()] == ["ended_there"] and place.state() == "live"
    for _ in range(3):
        place.read()
        place.carry()
    assert len(place.desk()) == 1 and len(place.questions()) <= 1


def test_the_banks_own_message_is_the_evidence(store: Store, bank: Bank) -> None:
    place = town(store, bank, BY_SERIAL)
    place.told("E1", BindingEnded(place.code))
    [question] = place.carry()
    assert (question.state, question.reason) == ("refused", "cannot_say")
    [row] = place.desk()
    assert row.evidence is not None and row.evidence.startswith("callback ")


def test_a_plugin_of_the_first_contract_is_asked_nothing_that_it_cannot_answer(store: Store, bank: Bank) -> None:
    place = town(store, bank, plugin())
    assert not place.runtime.office.channels[KEY].can(RECHECK)
    place.told("E1", BindingEnded(place.code))
    [row] = place.desk()
    assert (row.what, row.suggestion) == ("ended_there", "ask_partner") and place.questions() == []


@pytest.mark.parametrize(
    "instead",
    [(200, b'{"state": "waiting"}'), (200, b'{"state": "?"}'), (502, b""), (200, b"no json")],
    ids=["pending", "unknown", "no answer", "garbage"],
)
def test_a_bank_that_cannot_say_is_asked_again_and_then_people_decide(
    store: Store, bank: Bank, clock: Clock, instead: tuple[int, bytes]
) -> None:
    place = town(store, bank, ANSWERS)
    place.told("E1", BindingEnded(place.code))
    bank.instead["/held"] = instead
    [question] = place.carry(0.2)
    assert question.state in OPEN_ASKS and place.state() == "live" and place.desk() == []
    for _ in range(14):
        clock.on(hours=3)
        place.carry(0.06)
    [question] = place.questions()
    assert (question.state, question.reason) == ("refused", "cannot_say")
    assert [row.what for row in place.desk()] == ["ended_there"] and place.state() == "live"
    assert 1 < bank.paths().count("/held") < 14, "at growing rests"


def test_a_bank_that_finds_its_tongue_again_is_believed(store: Store, bank: Bank, clock: Clock) -> None:
    place = town(store, bank, ANSWERS)
    place.told("E1", BindingEnded(place.code))
    bank.instead["/held"] = (502, b"")
    place.carry(0.2)
    bank.instead.clear()
    clock.on(hours=1)
    [question] = place.carry()
    assert (question.state, place.state(), place.desk()) == ("done", "ended", [])


def test_still_in_force_with_our_card_confirms_and_with_another_is_a_difference(store: Store, bank: Bank) -> None:
    place = town(store, bank, ANSWERS)
    bank.held[place.code] = {"state": "live", "number": "H1", "ending": "0018"}
    place.told("E1", BindingEnded(place.code))
    [question] = place.carry()
    assert (question.state, place.state(), place.desk()) == ("done", "live", [])
    bank.held[place.code] = {"state": "live", "number": "H2", "ending": "9999"}
    place.told("E2", BindingEnded(place.code))
    question = place.carry()[-1]
    assert (question.state, question.reason, place.state()) == ("refused", "other_card", "live")
    [row] = place.desk()
    assert (row.what, row.theirs["ending"], row.evidence) == ("other_card", "9999", f"ask {question.id}")


def test_a_word_that_comes_while_the_bank_is_being_asked_is_newer_than_its_answer(store: Store, bank: Bank) -> None:
    """The bank answered "in force", and said during the same talk that it ended: it is asked again, not believed."""
    heard: list[str] = []

    @hookimpl
    def query_binding_in_force(customer_code: str) -> Conversation:
        answer = yield post("/held", {"customer": customer_code})
        if not heard:
            heard.append("E2")
            bank.held.clear()
            place.told("E2", BindingEnded(customer_code))
        return [fact(answer, customer_code)]

    place = town(store, bank, plugin(query_binding_in_force))
    bank.held[place.code] = {"state": "live", "number": "H1", "ending": "0018"}
    place.told("E1", BindingEnded(place.code))
    place.carry()
    assert place.state() == "ended" and bank.paths().count("/held") == 2


def test_silence_confirms_no_account_in_its_turn(store: Store, bank: Bank, clock: Clock) -> None:
    """R7.9 for banks without a list: an account that the bank would not speak of is as old as before."""
    place = town(store, bank, BY_SERIAL)
    place.told("E1", BindingLive(place.code, "H1", "0018"))
    with store.transaction() as tx:
        before = twins.get(tx, KEY, "binding", place.code)
        seen = before.seen_at if before else None
    clock.on(hours=30)
    turn = place.runtime.office.perform(HUB, rechecks.take_turn, KEY, 5)
    assert turn is not None and turn.asked == 1
    [question] = place.carry()
    assert question.reason == "cannot_say" and place.state() == "live" and place.desk() == []
    with store.transaction() as tx:
        after = twins.get(tx, KEY, "binding", place.code)
        assert after is not None and after.seen_at == seen
    clock.on(hours=24 * 8)
    turn = place.runtime.office.perform(HUB, rechecks.take_turn, KEY, 0)
    assert turn is not None and turn.behind == 1


def test_a_new_word_after_an_explained_one_is_asked_about_again(store: Store, bank: Bank, clock: Clock) -> None:
    place = town(store, bank, BY_SERIAL)
    place.told("E1", BindingEnded(place.code))
    place.carry()
    assert len(place.questions()) == 1
    clock.on(hours=1)
    place.told("E2", BindingLive(place.code, "H1", "0018"))
    assert place.desk() == []
    clock.on(hours=1)
    place.told("E3", BindingEnded(place.code))
    place.carry()
    assert [row.what for row in place.desk()] == ["ended_there"] and len(place.questions()) == 2


def test_two_people_who_follow_a_bank_that_cannot_say_end_the_account(store: Store, bank: Bank) -> None:
    """G3: two people's word ends what the bank told; the bank's silence does not outvote them."""
    place = town(store, bank, BY_SERIAL)
    place.told("E1", BindingEnded(place.code))
    place.carry()
    decided(place.runtime.office, "theirs")
    place.carry()
    assert place.state() == "ended" and place.desk() == []
