"""A partner that calls before it answers: the ask of ours that it is about ends by the answer, once (R7.7–R7.9, R10.1)."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.domain.privacy.purposes import ORDERING
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.operations.asks.packages import pack_announcements
from hub.operations.settlement.accounts import bind_account, unbind_account
from hub.registry.schema import Account, Agreement, Ask, Attempt, Callback, Exchange
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.doors import Door, compared, door
from tests.support.makers.driving import drive
from tests.support.makers.processes import until

pytestmark = pytest.mark.usefixtures("machine_clock")
CODE = "370101000001"


def heard(town: Door) -> list[datetime]:
    """When the messages that had an effect came, in their order."""
    with town.runtime.office.store.transaction() as tx:
        query = select(Callback.received_at).where(Callback.outcome == "heard")
        return list(tx.scalars(query.order_by(Callback.received_at)))


def came_first(town: Door, ask_id: UUID, before: int) -> None:
    """A message came, and was heard, while the request was under way; the request went out once."""
    with town.runtime.office.store.transaction() as tx:
        ask = tx.get(Ask, ask_id)
        assert ask is not None
        [attempt] = tx.scalars(select(Attempt).where(Attempt.ask_id == ask_id, Attempt.verb == ask.verb))
        sent = tx.scalars(select(Exchange).where(Exchange.attempt_id == attempt.id).order_by(Exchange.no)).all()[-1]
        assert attempt.ended_at is not None
        inside = [moment for moment in heard(town)[before:] if sent.marked_at <= moment <= attempt.ended_at]
        assert inside, "it came before our own answer was settled"


@pytest.mark.article("R7.7", "R7.8")
@pytest.mark.parametrize(
    ("channel", "number", "path"), [("telecom", "imei", "customers"), ("mobile", "device", "customer-batch")]
)
def test_a_carrier_that_tells_before_it_answers_knows_the_customer_once(
    store: Store, tmp_path: Path, channel: str, number: str, path: str
) -> None:
    with door(store, channel, tmp_path) as town:
        with town.runtime.office.desk(people.CLERK) as desk:
            row = people.customer(desk, 1, authorised=False)
            people.authorise(desk, row, channel).purpose = ORDERING
            row.values = {**row.values, "order_day": "3"}
        given = {"licence": row.licence_no, "phone": "13900000001", number: "860000000000111"}
        town.partner.post("/_sim/sign", **given)
        until(lambda: bool(heard(town)))
        compared(town.runtime.office)
        town.partner.post("/_sim/scenario", scenario="callback_first", path=path)
        town.runtime.office.perform(HUB, pack_announcements)
        with store.transaction() as tx:
            ask = tx.scalars(select(Ask).where(Ask.verb == "announce_customer")).one()
        before, carried = len(heard(town)), ask.package_id or ask.id
        assert drive(town.runtime, carried).state == AskState.DONE
        came_first(town, carried, before)
        compared(town.runtime.office)
        with store.transaction() as tx:
            agreement = tx.scalars(select(Agreement)).one()
            assert agreement.unannounced_since is None and agreement.delivered_at is not None
            assert tx.scalars(select(Ask.state).where(Ask.verb == "announce_customer")).all() == [AskState.DONE]
        assert [each["executed"] for each in town.partner.ledger()["announcements"]] == [1]


@pytest.mark.article("R7.9", "R10.1")
def test_a_bank_that_tells_of_the_end_before_it_answers_ends_the_account_once(store: Store, tmp_path: Path) -> None:
    pytest.importorskip("gmssl_pyx")
    passbook = "6000000000000000010"
    with door(store, "postal", tmp_path) as town:
        with town.runtime.office.desk(people.CLERK) as desk:
            row = people.customer(desk, 1)
            people.authorise(desk, row, "postal")
            paper = people.paper(desk, row, "passbook_copy").id
            given = {"channel": "postal", "kind": "passbook", "number": people.Secret(passbook), "evidence_id": paper}
            ask_id = bind_account(desk, people.request(desk, row, 1, **given))
        town.partner.post("/_sim/sign", customer_code=CODE, medium=passbook, name="测试1")
        assert drive(town.runtime, ask_id).state == AskState.DONE
        until(lambda: bool(heard(town)))
        compared(town.runtime.office)
        town.partner.post("/_sim/scenario", scenario="callback_first", path="terminate")
        with store.transaction() as tx:
            account = tx.scalars(select(Account)).one()
        with town.runtime.office.desk(people.CLERK) as desk:
            people.lost(desk, desk.customer(row.id))
        before = len(heard(town))
        ending = town.runtime.office.perform(people.CLERK, unbind_account, account.id, account.version, "客户要求")
        assert drive(town.runtime, ending).state == AskState.DONE
        came_first(town, ending, before)
        compared(town.runtime.office)
        with store.transaction() as tx:
            [ended] = accounts.accounts_of(tx, row.id)
            assert ended.state == "ended"
            rechecks = tx.scalars(select(Ask).where(Ask.verb == "recheck_binding")).all()
            assert not rechecks, "nothing is left to ask about"
        assert town.partner.ledger()["endings"][0]["executed"] == 1
