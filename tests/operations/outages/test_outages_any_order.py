"""Whatever is pressed in whatever order while batches run and customers change: states hold, nobody is switched twice."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.domain.states import OUTAGE, OutageState
from hub.operations.changes import temporary
from hub.operations.office import Office
from hub.operations.outages import batches, outages
from hub.registry.schema import Customer, Outage, OutageCustomer, Temporary
from tests.support import people
from tests.support.databases import by_owner
from tests.support.makers.outages import CALL, reported, shops
from tests.support.selection import examples

SHOPS = 5


class Failures(RuleBasedStateMachine):
    """One outage after the other in one county with five shops."""

    office: Office

    @initialize()
    def begin(self) -> None:
        by_owner(
            self.office.store, *(f"DELETE FROM {each.__tablename__}" for each in (OutageCustomer, Outage, Temporary))
        )
        with self.office.store.transaction() as tx:
            there = [row.id for row in tx.query(Customer)]
            for row in tx.query(Customer):
                row.values = {**row.values, "order_method": "web"}
        if not there:
            with self.office.desk(people.CLERK) as desk:
                there = [row.id for row in shops(desk, *["web"] * SHOPS)]
        self.shops = there
        self.outage = reported(self.office)
        self.state = OutageState.REPORTED

    def _press(self, button: object, *more: object) -> None:
        try:
            self.office.perform(people.CLERK, button, self.outage, *more)  # type: ignore[arg-type]
        except Refusal as refusal:
            assert refusal.article

    @rule()
    def switch(self) -> None:
        expected = self.office.perform(people.CLERK, outages.show_outage, self.outage).waiting
        self._press(outages.switch_over, expected)

    @rule(button=strategies.sampled_from([outages.stop_switching, outages.go_on]))
    def steer(self, button: object) -> None:
        self._press(button)

    @rule()
    def over(self) -> None:
        self._press(outages.end_outage, "已恢复")

    @rule(size=strategies.integers(1, 3))
    def batch(self, size: int) -> None:
        self.office.perform(HUB, batches.switch_batch, size)

    @rule(which=strategies.integers(0, SHOPS - 1))
    def order(self, which: int) -> None:
        self.office.perform(CALL, temporary.record_order, self.shops[which], "phone")
        self.office.perform(HUB, temporary.return_all)

    @rule(which=strategies.integers(0, SHOPS - 1), to=strategies.sampled_from(["web", "handset"]))
    def somebody_changes(self, which: int, to: str) -> None:
        with self.office.store.transaction() as tx:
            row = tx.get(Customer, self.shops[which])
            assert row is not None
            row.values = {**row.values, "order_method": to}

    @rule()
    def another(self) -> None:
        try:
            self.outage, self.state = reported(self.office), OutageState.REPORTED
        except Refusal as refusal:
            assert refusal.code == "outage_known"

    @invariant()
    def steps_are_of_the_table(self) -> None:
        with self.office.store.transaction() as tx:
            row = tx.get(Outage, self.outage)
            assert row is not None
            new = OutageState(row.state)
            assert new == self.state or new in _reachable(self.state), (self.state, new)
            self.state = new
            waiting = tx.query(OutageCustomer).filter_by(outage_id=row.id, state="waiting").count()
            assert not waiting or new in (OutageState.SWITCHING, OutageState.STOPPED)

    @invariant()
    def who_is_switched_has_one_row_that_brings_them_back(self) -> None:
        with self.office.store.transaction() as tx:
            held = Counter((row.outage_id, row.customer_id) for row in tx.query(Temporary))
            members = tx.query(OutageCustomer).filter_by(state="switched")
            assert held == Counter((row.outage_id, row.customer_id) for row in members)
            open_now = Counter(row.customer_id for row in tx.query(Temporary).filter(Temporary.ended_at.is_(None)))
            assert all(number == 1 for number in open_now.values())


def _reachable(state: OutageState) -> set[OutageState]:
    """One press and the batches after it may take several steps."""
    found = set(OUTAGE[state])
    return found | {each for step in found for each in OUTAGE[step]}


@pytest.mark.thorough
@pytest.mark.article("R11.1", "I2")
def test_no_order_of_presses_batches_orders_and_changes_breaks_an_outage(office: Office) -> None:
    class Ours(Failures):
        pass

    Ours.office = office
    run_state_machine_as_test(
        Ours,
        settings=settings(
            max_examples=examples(15), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
