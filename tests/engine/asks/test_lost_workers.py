"""A worker that is lost with a request under way leaves a doubt, which is asked about before anything goes again (ADR 0002).

Told by the states and by what the partner was called for: that the partner's key would hide a second filing proves nothing.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.domain.states import AskState
from hub.engine.asks.begin import begin
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks.packages import send_package
from hub.operations.settlement.accounts import bind_account
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import Ask, Attempt, Customer, Disclosure
from hub.registry.session import Store
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers import outside_bank as outside
from tests.support.makers.driving import drive
from tests.support.makers.outside_bank import KEY, Bank
from tests.support.partners import Bank as Icbc

HELD = timedelta(hours=1)
"""Longer than any worker holds what it has begun."""


def standing(runtime: WorkerRuntime, ask_id: UUID) -> Ask:
    """The ask as it stands."""
    with runtime.office.store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        assert ask is not None
        return ask


def lost(runtime: WorkerRuntime, clock: Clock, ask_id: UUID, channel: str = KEY) -> None:
    """A worker marks the request and is never heard of again, until what it held is free."""
    assert begin(runtime, ask_id) is not None
    runtime.leave(channel)
    assert standing(runtime, ask_id).state == AskState.SENDING
    clock.on(seconds=HELD.total_seconds())


@pytest.mark.article("R7.9", "R10.1")
def test_what_a_lost_worker_may_have_sent_is_in_doubt_and_does_not_go_again_unasked(
    store: Store, town: Bank, clock: Clock
) -> None:
    runtime = outside.works(store, town, outside.plugin())
    ask_id = outside.ending(runtime)
    lost(runtime, clock, ask_id)
    assert begin(runtime, ask_id) is None, "another worker takes it up, and sends nothing"
    ask = standing(runtime, ask_id)
    assert (ask.state, ask.waits_for) == (AskState.IN_DOUBT, "question") and ask.doubt_since is not None
    assert ask.sent_at is not None and ask.lease_until is None and town.asked == []
    with store.transaction() as tx:
        [attempt] = ledger.attempts_of(tx, ask_id)
        assert attempt.outcome == "worker_lost" and attempt.ended_at is not None
    for _ in range(12):
        clock.on(minutes=10)
        ask = drive(runtime, ask_id, 0.3)
    assert ask.state == AskState.DONE
    paths = town.paths()
    assert paths[: paths.index("/end")] == ["/serial", "/serial"], "absence is believed when it was said twice"
    assert paths.count("/end") == 1


@pytest.mark.article("R7.9")
def test_a_lost_question_is_no_doubt_more_than_there_was_and_is_asked_again(
    store: Store, town: Bank, clock: Clock
) -> None:
    """A question changes nothing at the partner."""
    runtime = outside.works(store, town, outside.plugin())
    ask_id = outside.ending(runtime)
    drive(runtime, ask_id, 0.05)
    assert standing(runtime, ask_id).state == AskState.ACCEPTED and town.paths() == ["/end"]
    clock.on(minutes=10)
    assert begin(runtime, ask_id) is not None
    runtime.leave(KEY)
    clock.on(seconds=HELD.total_seconds())
    begun = begin(runtime, ask_id)
    assert begun is not None and begun.question and standing(runtime, ask_id).doubt_since is None
    runtime.leave(KEY)


@pytest.mark.article("R7.9", "R7.10")
def test_a_package_of_a_lost_worker_is_in_doubt_with_all_its_rows(
    runtime: WorkerRuntime, bank: Icbc, clock: Clock, ordinary_day: None
) -> None:
    package, sent = packed(runtime)
    lost(runtime, clock, package, "icbc")
    assert begin(runtime, package) is None
    for ask_id in [package, *sent]:
        ask = standing(runtime, ask_id)
        assert ask.state == AskState.IN_DOUBT and ask.doubt_since is not None
    assert bank.ledger()["packages"] == []


@pytest.mark.article("G2")
def test_each_customer_whose_fields_leave_in_a_package_has_a_receipt_with_the_right_it_left_by(
    runtime: WorkerRuntime, bank: Icbc, ordinary_day: None
) -> None:
    """Who got what, when, and under which authorisation; for one who was left out there is none."""
    package, sent = packed(runtime)
    with runtime.office.desk(people.CLERK) as desk:
        out = desk.tx.get_one(Ask, sent[1])
        assert out.customer_id is not None
        paper = desk.tx.scalars(select(people.Authorisation).filter_by(customer_id=out.customer_id)).one()
        paper.withdrawn_at = now()
    assert begin(runtime, package) is not None
    runtime.leave("icbc")
    with runtime.office.store.transaction() as tx:
        receipts = list(tx.scalars(select(Disclosure)))
        travelling = [tx.get_one(Ask, sent[no]) for no in (0, 2)]
        [attempt] = tx.scalars(select(Attempt).where(Attempt.ask_id == package))
        assert {receipt.customer_id for receipt in receipts} == {ask.customer_id for ask in travelling}
        assert {receipt.ask_id for receipt in receipts} == {ask.id for ask in travelling} and len(receipts) == 2
        for receipt in receipts:
            right = tx.get_one(people.Authorisation, receipt.authorisation_id)
            assert right.customer_id == receipt.customer_id and receipt.attempt_id == attempt.id
            assert receipt.channel == "icbc" and "card_number" in receipt.fields and receipt.at <= now()


def packed(runtime: WorkerRuntime) -> tuple[UUID, list[UUID]]:
    """A package of three customers' cards: its ask, and theirs."""
    with runtime.office.desk(people.CLERK) as desk:
        customers: list[Customer] = [people.customer(desk, number) for number in (1, 2, 3)]
        sent = [
            bind_account(desk, people.request(desk, customer, number, with_package=True))
            for number, customer in enumerate(customers, 1)
        ]
    [package] = runtime.office.perform(people.CLERK, send_package, "icbc")
    return package, sent
