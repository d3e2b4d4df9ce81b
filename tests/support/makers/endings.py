"""Accounts that end, lost answers, and what is left of them."""

from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.operations import cards
from hub.operations.asks import outcomes
from hub.operations.asks.outcomes import Learnt
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.plugin import BindingEnded, BindingRefused
from hub.ports import now
from hub.registry.asks.ledger import open_ask, step
from hub.registry.reconciliation import differences
from hub.registry.schema import Customer
from hub.registry.settlement import accounts
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.makers.applications import electronic, said


def remains(desk: Desk, row: Customer) -> tuple[list[str], list[str]]:
    """What stands about the old account: on the desk of differences, and the clerk's tasks."""
    found = [each.what for each in differences.listed(desk.tx, None) if each.customer_id == row.id]
    return found, [task.kind for task in tasks.open_tasks_of(desk.tx, row.id) if task.subject_kind == "account"]


def states(desk: Desk, row: Customer) -> list[str]:
    """The customer's accounts, newest first."""
    return [each.state for each in accounts.accounts_of(desk.tx, row.id)]


def answered(office: Office, row: Customer, *, ended: bool) -> None:
    """What the bank says to the ending that is open."""
    with office.desk(HUB) as desk:
        account = next(each for each in accounts.accounts_of(desk.tx, row.id) if each.state == "ending")
        ask = open_ask(desk.tx, account.id)
        assert ask is not None
        if ask.state == AskState.QUEUED:
            step(ask, AskState.SENDING)
            ask.sent_at = now()
        fact = BindingEnded(row.code) if ended else BindingRefused(row.code, "other", "B9998", "处理失败")
        outcomes.learn(desk, ask, Learnt((fact,), None, question=False))


def lost(office: Office) -> Customer:
    """A customer whose lost card was reported."""
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        cards.report_card(desk, said(row, "lost_reported", "cash"))
        return row
