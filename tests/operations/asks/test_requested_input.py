"""The SMS code that a bank asks back for is the customer's word: nobody finds it by trying (R7.9)."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.facts import NeedsInput
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.domain.states import AskState
from hub.operations.asks import requested_input
from hub.operations.asks.outcomes import await_input
from hub.operations.office import Office
from hub.operations.settlement import accounts
from hub.ports import now
from hub.registry.schema import Ask
from tests.support import people


def waiting(office: Office) -> UUID:
    """An ask for which the bank has sent the customer a code."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        ask_id = accounts.bind_account(desk, people.request(desk, row, 1))
        ask = desk.tx.get(Ask, ask_id)
        assert ask is not None
        ask.state, ask.sent_at = AskState.SENDING, now()
        asked_again(office, desk.tx, ask)
        return ask_id


def asked_again(office: Office, tx: object, ask: Ask) -> None:
    """The bank says that it wants a code: the first, or another because that one was wrong."""
    desk = office.desk_in(tx, people.CLERK)  # type: ignore[arg-type]
    ask.input_sealed = None
    await_input(desk, ask, NeedsInput("1", "sms_code", now() + timedelta(minutes=5)))


def guess(office: Office, ask_id: UUID, code: str) -> str:
    """One code handed in and found wrong by the bank: what the hub said to it."""
    try:
        office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret(code))
    except Refusal as refusal:
        return refusal.code
    with office.store.transaction() as tx:
        ask = tx.get(Ask, ask_id)
        assert ask is not None
        asked_again(office, tx, ask)
    return "handed in"


@pytest.mark.article("R7.9")
def test_after_five_wrong_codes_another_sms_must_be_sent(office: Office) -> None:
    ask_id = waiting(office)
    said = [guess(office, ask_id, f"{number:06d}") for number in range(7)]
    assert said == ["handed in"] * 5 + ["too_many_codes"] * 2
    office.perform(people.CLERK, requested_input.send_again, ask_id)
    with office.store.transaction() as tx:
        ask = tx.get(Ask, ask_id)
        assert ask is not None
        ask.state = AskState.SENDING
        asked_again(office, tx, ask)
    assert guess(office, ask_id, "000009") == "handed in"
