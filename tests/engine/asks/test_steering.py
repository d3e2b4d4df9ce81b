"""What staff may do with an ask, state by state: replay, cancel, ask now; each no with its reason (R7.9)."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.operations.asks import steering
from hub.operations.office import Office
from hub.operations.settlement.accounts import bind_account
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.settlement import accounts
from tests.conftest import MASTER
from tests.support import people
from tests.support.partners import PLUGINS, Store

CAPABILITIES = {key: partner.capability for key, partner in PLUGINS.partners.items()}
LEFT = {AskState.SENDING, AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED}
ENDS = {AskState.DONE, AskState.REFUSED, AskState.CANCELLED}


@pytest.fixture
def nudged() -> list[UUID]:
    """The asks that were put to the workers."""
    return []


@pytest.fixture
def office(store: Store, nudged: list[UUID]) -> Office:
    """An office that notes its nudges."""
    found = Office(store, MASTER, lambda tx, ask_id, at=None: nudged.append(ask_id), CAPABILITIES)
    people.found(found)
    return found


def standing(office: Office, state: AskState, *, sent: bool) -> UUID:
    """An ask in a state, sent or not."""
    with office.desk(people.CLERK) as desk:
        ask_id = bind_account(desk, people.request(desk, people.customer(desk, 1), 1))
    with office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        ask.state, ask.sent_at = state, now() - timedelta(minutes=1) if sent else None
        ask.waits_for, ask.waits_until = "question", now() + timedelta(hours=1)
    return ask_id


CASES = [
    *((state, True) for state in sorted(LEFT)),
    (AskState.QUEUED, False),
    (AskState.QUEUED, True),
    (AskState.PERSON, False),
    (AskState.PERSON, True),
    *((state, True) for state in sorted(ENDS)),
]
REPLAYED = {
    (AskState.QUEUED, False): AskState.QUEUED,
    (AskState.QUEUED, True): AskState.QUEUED,
    (AskState.PERSON, False): AskState.QUEUED,
    (AskState.PERSON, True): AskState.ASKED,
}


@pytest.mark.article("R7.9")
@pytest.mark.parametrize(("state", "sent"), CASES)
def test_only_what_surely_did_not_leave_is_sent_again(
    office: Office, nudged: list[UUID], state: AskState, sent: bool
) -> None:
    ask_id = standing(office, state, sent=sent)
    nudged.clear()
    wanted = REPLAYED.get((state, sent))
    try:
        office.perform(people.CLERK, steering.replay, ask_id, "银行已恢复")
    except Refusal as refusal:
        assert wanted is None and refusal.article == "R7.9" and "只能先查询" in str(refusal.__dict__)
        return
    with office.store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        assert ask is not None and ask.state == wanted and ask.waits_until is not None and ask.waits_until <= now()
    assert nudged == [ask_id]


@pytest.mark.article("R7.9")
@pytest.mark.parametrize(("state", "sent"), CASES)
def test_only_what_surely_did_not_leave_can_be_cancelled(office: Office, state: AskState, sent: bool) -> None:
    ask_id = standing(office, state, sent=sent)
    allowed = not sent and state in (AskState.QUEUED, AskState.PERSON)
    try:
        office.perform(people.CLERK, steering.cancel, ask_id, "客户改主意")
    except Refusal as refusal:
        assert not allowed and refusal.article == "R7.9"
        return
    assert allowed
    with office.store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        assert ask is not None and (ask.state, ask.reason) == (AskState.CANCELLED, "cancelled")
        account = accounts.account(tx, ask.subject_id)
        assert account is not None and (account.state, account.reason) == ("refused", "withdrawn_by_company")
