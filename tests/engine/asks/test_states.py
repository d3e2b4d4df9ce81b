"""Whatever happens in whatever order: the state tables hold, ends stay ends, one settlement account at the most (R10.1)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from hub.domain.facts import (
    BindingAbsent,
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Fact,
    NeedsInput,
)
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.domain.states import ACCOUNT, AGREEMENT, ASK, AccountState, AgreementState, AskState, final
from hub.operations.asks import outcomes, steering
from hub.operations.office import Office
from hub.operations.settlement.accounts import bind_account, unbind_account
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.cards import open_cases
from hub.registry.schema import Account, Agreement, Ask, Change, Customer
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.conftest import MASTER
from tests.support import people
from tests.support.partners import PLUGINS
from tests.support.selection import examples

CAPABILITIES = {key: partner.capability for key, partner in PLUGINS.partners.items()}
FACTS = {
    "accepted": lambda code: BindingAccepted(code, reference="R1"),
    "pending": BindingPending,
    "live": lambda code: BindingLive(code, "BDP1"),
    "other_card": lambda code: BindingLive(code, "BDP1", "0000"),
    "refused": lambda code: BindingRefused(code, "name_mismatch", "B2043"),
    "ended": BindingEnded,
    "absent": BindingAbsent,
    "needs_input": lambda code: NeedsInput(code, "sms_code"),
    "somebody_else": lambda code: BindingLive("999999999999"),
}


class Ledger(RuleBasedStateMachine):
    """One customer, asks about her accounts, and everything that may befall them."""

    office: Office
    asked = Bundle("asked")

    @initialize()
    def begin(self) -> None:
        """A customer of her own."""
        self.number = 0
        self.seen: dict[Any, tuple[str, str]] = {}
        with self.office.desk(HUB) as desk:
            last = desk.tx.scalar(select(Customer.code).order_by(Customer.code.desc()).limit(1))
            row = people.customer(desk, int((last or "370101000000")[6:]) + 1)
            self.customer_id, self.code = row.id, row.code

    @rule(target=asked)
    def bind(self) -> Any:
        """The clerk files a card; refused when there is one."""
        self.number += 1
        try:
            with self.office.desk(people.CLERK) as desk:
                row = desk.tx.get(Customer, self.customer_id)
                assert row is not None
                return bind_account(desk, people.request(desk, row, int(self.code[6:]) * 1000 + self.number))
        except Refusal as refusal:
            assert refusal.article in ("R10.1", "R7.9", "R7.12", "R8.3"), refusal
            return multiple()

    @rule()
    def lose(self) -> None:
        """The card is lost: its account may end, and a new one may be filed beside it."""
        with self.office.desk(people.CLERK) as desk:
            if not open_cases(desk.tx, self.customer_id):
                people.lost(desk, desk.customer(self.customer_id))

    @rule(target=asked)
    def unbind(self) -> Any:
        """The clerk ends the account that is live."""
        try:
            with self.office.desk(people.CLERK) as desk:
                account = accounts.live_account(desk.tx, self.customer_id)
                return unbind_account(desk, account.id, account.version, "客户要求") if account else multiple()
        except Refusal:
            return multiple()

    @rule(ask_id=asked, what=strategies.sampled_from(sorted(FACTS)), question=strategies.booleans())
    def hear(self, ask_id: UUID, what: str, question: bool) -> None:
        """The partner says something about an ask, if it may have been asked."""
        with self.office.desk(HUB) as desk:
            ask = self._sent(desk, ask_id, question)
            if ask is not None:
                fact: Fact = FACTS[what](self.code)
                outcomes.learn(desk, ask, outcomes.Learnt((fact,), None, question, timedelta()))

    def _sent(self, desk: Any, ask_id: UUID, question: bool) -> Ask | None:
        """The ask as a worker holds it while it talks; None when it would not talk now."""
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        if ask.state == AskState.QUEUED and not question:
            ledger.step(ask, AskState.SENDING)
            ask.sent_at = now()
        elif question and ask.state in (AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED):
            ledger.step(ask, AskState.ASKED)
        elif not final(AskState(ask.state)):
            return None
        return ask

    @rule(ask_id=asked)
    def lose_the_answer(self, ask_id: UUID) -> None:
        """It left, and nothing came back."""
        with self.office.desk(HUB) as desk:
            ask = self._sent(desk, ask_id, False)
            if ask is not None and not final(AskState(ask.state)):
                outcomes.doubt(desk, ask, "no_answer", "")

    @rule(ask_id=asked)
    def ask_in_vain(self, ask_id: UUID) -> None:
        """A question brought nothing."""
        with self.office.desk(HUB) as desk:
            ask = self._sent(desk, ask_id, True)
            if ask is not None and not final(AskState(ask.state)):
                outcomes.question_failed(desk, ask, "no_answer", "", timedelta(days=15))

    @rule(ask_id=asked, what=strategies.sampled_from([steering.replay, steering.cancel]))
    def steer(self, ask_id: UUID, what: Any) -> None:
        """The clerk replays or cancels; refused where it may not be."""
        try:
            self.office.perform(people.CLERK, what, ask_id, "试")
        except Refusal as refusal:
            assert refusal.article == "R7.9"

    @invariant()
    def the_tables_hold(self) -> None:
        """Each row moved only along its table, or stayed; one settlement account at the most is not over."""
        with self.office.store.transaction() as tx:
            for kind, state_of, table in (
                (Ask, AskState, ASK),
                (Account, AccountState, ACCOUNT),
                (Agreement, AgreementState, AGREEMENT),
            ):
                for row in tx.scalars(select(kind).where(kind.customer_id == self.customer_id)):
                    self._moved(row, state_of(row.state), table)
            live = [row for row in accounts.open_accounts(tx, self.customer_id) if row.state != "filed"]
            assert len(live) <= 1, "two settlement accounts at once"
            customer = tx.get(Customer, self.customer_id)
            assert customer is not None
            if live or not accounts.open_accounts(tx, self.customer_id):
                assert (customer.settlement_method == "electronic") == bool(live)

    def _moved(self, row: Any, state: Any, table: Any) -> None:
        old = self.seen.get(row.id)
        if old is not None and old != state:
            reached, edge = {old}, {old}
            while edge:
                edge = {following for each in edge for following in table[each]} - reached
                reached |= edge
            assert state in reached and table[old], f"{old} -> {state}"
        self.seen[row.id] = state

    def teardown(self) -> None:
        """Each change of the customer's settlement is in the history."""
        with self.office.store.transaction() as tx:
            changes = list(tx.scalars(select(Change).where(Change.customer_id == self.customer_id)))
            ends = [state for state in self.seen.values() if isinstance(state, AccountState) and state != "filed"]
            assert len(changes) >= len(ends)


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.article("R10.1", "R7.9")
def test_no_order_of_events_breaks_the_ledger(store: Store) -> None:
    Ledger.office = Office(store, MASTER, lambda tx, ask_id, at=None: None, CAPABILITIES)
    people.found(Ledger.office)
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=examples(40), stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_final_state_is_final_in_every_table() -> None:
    assert {state for state in ASK if final(state)} == {AskState.DONE, AskState.REFUSED, AskState.CANCELLED}
    assert all(following in ASK for steps in ASK.values() for following in steps)
