"""A partner's no to a whole package is a no to each of its rows; a long rest that it asks for is kept (R7.9, R7.10)."""

from datetime import timedelta

import pytest

from hub.channels.talk import Outcome, Record
from hub.domain.states import AskState
from hub.engine.asks.begin import begin
from hub.engine.asks.settle import settle
from hub.engine.runtime import WorkerRuntime
from hub.registry.asks import ledger
from hub.registry.schema import Account, Customer
from hub.registry.session import Store
from tests.support.makers import outside_bank as outside
from tests.support.makers.driving import drive
from tests.support.makers.outside_bank import Bank
from tests.support.partners import Bank as Icbc

from .test_lost_workers import packed, standing


@pytest.mark.article("R7.10")
def test_a_package_that_the_bank_refuses_as_a_whole_is_refused_row_by_row(
    runtime: WorkerRuntime, bank: Icbc, ordinary_day: None
) -> None:
    """Nobody's account is filed any longer, each may be filed anew, and the bank's own words stand at each of them."""
    package, sent = packed(runtime)
    begun = begin(runtime, package)
    assert begun is not None
    settle(
        runtime, begun, Outcome("refused", Record(begun.exchange_id.hex, 1, "answered"), code="B0017", text="批次有误")
    )
    for ask_id in [package, *sent]:
        ask = standing(runtime, ask_id)
        assert (ask.state, ask.partner_code, ask.partner_text) == (AskState.REFUSED, "B0017", "批次有误")
        assert ask.ended_at is not None and ask.doubt_since is None
    with runtime.office.store.transaction() as tx:
        for ask_id in sent:
            ask = ledger.get(tx, ask_id)
            assert ask is not None and ask.customer_id is not None
            assert tx.get_one(Account, ask.subject_id).state == "refused"
            assert tx.get_one(Customer, ask.customer_id).settlement_method == "cash"


@pytest.mark.article("R7.9")
@pytest.mark.parametrize(("seconds", "least"), [(600, timedelta(minutes=10)), (90_000, timedelta(hours=1))])
def test_a_long_rest_is_kept_and_nothing_is_sent_again_within_the_talk(
    store: Store, town: Bank, seconds: int, least: timedelta
) -> None:
    """A bank that stores nothing gets the same serial again, but not before the time that it named, up to an hour."""
    town.busy, town.retry_after = 1, seconds
    runtime = outside.works(store, town, outside.plugin())
    ask = drive(runtime, outside.ending(runtime), 0.3)
    assert town.paths() == ["/end"]
    assert (ask.state, ask.waits_for) == (AskState.QUEUED, "partner_busy") and ask.waits_until is not None
    rest = ask.waits_until - ask.changed_at
    assert least <= rest + timedelta(seconds=1) and rest <= least * 1.3


@pytest.mark.article("R7.9")
def test_a_rest_that_is_not_named_is_short_and_the_same_talk_tries_again(store: Store, town: Bank) -> None:
    town.busy = 1
    runtime = outside.works(store, town, outside.plugin())
    ask = drive(runtime, outside.ending(runtime), 1)
    assert town.paths()[:2] == ["/end", "/end"] and ask.attempts >= 1
    with store.transaction() as tx:
        first = ledger.attempts_of(tx, ask.id)[0]
        assert first.outcome == "answered", "two sendings, one talk"
