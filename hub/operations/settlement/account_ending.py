"""Closes an account at its bank; what cannot be sent, or is refused, becomes a task for staff (R8.1, R9.2)."""

from datetime import timedelta

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AccountState
from hub.operations.desk import Desk
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.customers import customers
from hub.registry.reconciliation import differences
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.schema import Account, Ask, Customer
from hub.registry.settlement import accounts
from hub.registry.tasks import tasks

from .bank_requests import end_at_bank
from .stale_notices import withdraw_untold

TASK = "end_account"
# Rest between a bank's refusal and the next request (own convention: what the clerk does meanwhile takes a day).
AGAIN_AFTER = timedelta(hours=24)
# Locked together by one step, so few enough for a short transaction; the rest follows in ten seconds.
AT_A_TIME = 200


def start_ending(desk: Desk, customer: Customer, account: Account, article: str) -> Ask | None:
    """Mark an account as ending and ask its bank to end it; returns the ask.

    None when the bank cannot be asked now: then the difference `old_remains` is open and the clerk has a task.
    """
    accounts.become(account, AccountState.ENDING)
    desk.tx.flush()
    withdraw_untold(desk, customer)
    # One open ask for an account at a time (unique index): `ask_again` follows when that one is over.
    if ledger.open_ask(desk.tx, account.id):
        report_remaining(desk, customer, account, article, "ask_open")
        return None
    try:
        # The savepoint undoes what a refused ask has written; the account stays ending all the same.
        with desk.tx.begin_nested():
            return end_at_bank(desk, customer, account, article)
    except Refusal as refusal:
        report_remaining(desk, customer, account, article, f"gate:{refusal.code}")
        return None


def report_remaining(
    desk: Desk, customer: Customer, account: Account, article: str, why: str, *, evidence: str | None = None
) -> None:
    """Open the difference that the bank still has the account, and give the clerk a working day for it."""
    ours = {"state": account.state, "ending": account.ending}
    difference = DifferenceFound(
        "binding", customer.code, "old_remains", customer.id, customer.code, account.id, ours, {"reason": why}
    )
    differences.open_difference(desk.tx, account.channel, difference, "ask_bank_to_end", now(), evidence=evidence)
    if not tasks.open_tasks_about(desk.tx, "account", account.id, TASK):
        open_task(
            desk,
            TASK,
            article,
            post=Post.STATISTICS_CLERK,
            unit_code=customer.unit_code,
            subject=("account", account.id),
            customer_id=customer.id,
            days=1,
            details={"channel": account.channel, "why": why},
        )


def clear_remaining(desk: Desk, customer: Customer, account: Account) -> None:
    """Close the difference and the task once the bank has ended the account, or it is to live on."""
    differences.close(desk.tx, account.channel, customer.code, "old_remains", now(), desk.actor.name)
    close_tasks(desk, "account", account.id, "done", TASK)


def ask_again(desk: Desk) -> int:
    """Ask banks again to end accounts that no ask is about, a day after a bank's no; returns how many asks were made.

    A periodic step of the hub.
    """
    assert desk.actor == HUB
    sent = 0
    for account in accounts.endings_without_ask(desk.tx, now() - AGAIN_AFTER, AT_A_TIME):
        customer = customers.get(desk.tx, account.customer_id)
        assert customer is not None
        # The task still knows the article under which the account began to end.
        known = tasks.open_tasks_about(desk.tx, "account", account.id, TASK)
        sent += start_ending(desk, customer, account, known[0].article if known else "R10.1") is not None
    return sent
