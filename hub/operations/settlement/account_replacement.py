"""A new card beside the old one at the same bank: never none without need, never two live (R8.1, R8.3, R8.5)."""

from hub.domain.refusals import Refusal
from hub.domain.states import AccountState, AgreementState
from hub.operations.desk import Desk
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import Account, Agreement, Ask, Customer
from hub.registry.settlement import accounts

from .bank_requests import end_at_bank, file_at_bank


def file_or_end_first(
    desk: Desk, customer: Customer, account: Account, agreement: Agreement, *, with_package: bool
) -> Ask:
    """Ask the bank for the new account; where it holds one per customer, first to end the old one. Returns the ask.

    Raises the gate's refusals (G2).
    """
    capability = desk.channels[account.channel]
    for old in accounts.others_at(desk.tx, account):
        # In place, the counter changes the number of a live one; only one that is ending has to be over first.
        changed_there = capability.replaces == "in_place" and old.state == AccountState.LIVE
        if capability.replaces == "beside" or changed_there:
            continue
        # An old one that is ending already has its ask: the new account waits for that one.
        return ledger.open_ask(desk.tx, old.id) or end_at_bank(desk, customer, old, "R8.3")
    return file_at_bank(desk, customer, account, agreement, with_package=with_package)


def follows(desk: Desk, customer: Customer, channel: str) -> bool:
    """The old account has ended: the one that waited for it goes to the bank. False if none waits, or none may go."""
    waiting = accounts.waiting_at(desk.tx, customer.id, channel)
    # With yet another account there that has to end, the new one keeps waiting.
    if waiting is None or accounts.others_at(desk.tx, waiting):
        return waiting is not None
    agreement = accounts.agreement(desk.tx, waiting.agreement_id)
    assert agreement is not None
    try:
        # The savepoint undoes what a refused ask has written; the ending of the old account stands.
        with desk.tx.begin_nested():
            file_at_bank(desk, customer, waiting, agreement)
    except Refusal as refusal:
        give_up(desk, waiting, f"gate:{refusal.code}")
        return False
    return True


def give_up(desk: Desk, account: Account, reason: str) -> None:
    """The new card is not entered at the bank; the account keeps the reason."""
    agreement = accounts.agreement(desk.tx, account.agreement_id)
    assert agreement is not None
    accounts.become(account, AccountState.REFUSED)
    accounts.become(agreement, AgreementState.REFUSED)
    account.reason = reason


def ended_in_place(desk: Desk, old: Account) -> None:
    """The counter put the new number on the old agreement: the old number is over without an ask (R8.4)."""
    agreement = accounts.agreement(desk.tx, old.agreement_id)
    assert agreement is not None
    accounts.become(old, AccountState.ENDED)
    accounts.become(agreement, AgreementState.ENDED)
    old.ended_at = agreement.ended_at = now()
    # Before the new account becomes live: the unique index allows one live account.
    desk.tx.flush()
