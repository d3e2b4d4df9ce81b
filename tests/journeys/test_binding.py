"""A card bound at ICBC, from the clerk's click to "tell the customer"."""

import asyncio
import time
from uuid import UUID

import pytest

from hub.domain.states import AskState, final
from hub.engine.carry import carry
from hub.engine.works import Works
from hub.operations.settlement import bind_account
from hub.registry import asks, customers, settlement
from hub.registry.schema import Ask
from tests.support import people
from tests.support.partners import Bank


def bound(works: Works, number: int, **changes: object) -> tuple[UUID, UUID]:
    """File a card; returns (customer, ask)."""
    with works.office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        request = people.request(desk, row, number, **changes)
        return row.id, bind_account(desk, request)


def drive(works: Works, ask_id: UUID, patience: float = 20.0) -> Ask:
    """Carry an ask until it rests in a final state or with a person."""

    async def run() -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            await carry(works, ask_id)
            with works.office.store.transaction() as tx:
                ask = asks.get(tx, ask_id)
                assert ask is not None
                if final(AskState(ask.state)) or ask.state == AskState.PERSON:
                    break
            await asyncio.sleep(0.05)
        await works.close()

    asyncio.run(run())
    with works.office.store.transaction() as tx:
        ask = asks.get(tx, ask_id)
        assert ask is not None
        return ask


@pytest.mark.article("R7.1", "R7.9", "R7.10")
def test_a_card_is_live_only_when_both_sides_have_it_and_the_customer_is_to_be_told(works: Works, bank: Bank) -> None:
    customer_id, ask_id = bound(works, 1)
    with works.office.store.transaction() as tx:
        assert customers.get(tx, customer_id).settlement_method == "cash"
    ask = drive(works, ask_id)
    assert ask.state == AskState.LIVE
    with works.office.store.transaction() as tx:
        customer = customers.get(tx, customer_id)
        [account] = settlement.accounts_of(tx, customer_id)
        [notice] = settlement.notices_of(tx, customer_id)
        assert (customer.settlement_method, customer.settlement_bank) == ("electronic", "icbc")
        assert account.state == "live" and account.partner_evidence is not None
        assert notice.kind == "pay_electronically" and notice.told_at is None
    [agreement] = bank.ledger()["agreements"]
    assert agreement["pay_no"] == customer.code and agreement["times"] == 1
