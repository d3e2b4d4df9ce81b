"""Customers for whom a change is asked or a card reported, and the asking."""

from uuid import UUID

from hub.domain.staff.posts import Actor, Post
from hub.domain.states import AskState
from hub.operations.cards import CardReport
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.settlement.accounts import bind_account
from hub.ports import now
from hub.registry.schema import Account, Application, Customer
from hub.registry.settlement import accounts
from tests.support import people

CALL = Actor(people.CLERK_ID, "电访员", frozenset({(Post.CALL_CLERK, "3701")}))


def customer(desk: Desk, number: int = 1, **values: str) -> Customer:
    """A customer with these business values."""
    row = people.customer(desk, number)
    row.values = values
    desk.tx.flush()
    return row


def asked(desk: Desk, row: Customer, rule: str, **more: object) -> Application:
    """A change asked for."""
    values = {key: str(value) for key, value in more.items() if key not in ("reason", "evidence_ids", "told")}
    rest = {key: more[key] for key in ("reason", "evidence_ids", "told") if key in more}
    rest |= {"documents": people.SHOWN}
    request = ChangeRequest(customer_id=row.id, version=row.version, rule=rule, values=values, why="客户来电", **rest)
    return applications.send_change(desk, request)


def said(row: Customer, event: str, choice: str, **more: object) -> CardReport:
    """A report about the customer's card."""
    return CardReport(
        customer_id=row.id,
        version=row.version,
        event=event,
        choice=choice,
        why="客户来电",
        **more,  # type: ignore[arg-type]
    )


def electronic(desk: Desk, number: int = 1) -> Customer:
    """A customer who settles electronically at ICBC."""
    row = customer(desk, number, order_day="3")
    bind_account(desk, people.request(desk, row, number))
    account = desk.tx.query(Account).filter_by(customer_id=row.id).one()
    ask = accounts.asks_of(desk.tx, row.id)[0]
    ask.state, ask.ended_at = AskState.DONE, now()
    accounts.become(account, account.state.__class__("live"))
    account.live_at = now()
    row.settlement_method, row.settlement_bank = "electronic", "icbc"
    desk.tx.flush()
    return row


def settled(office: Office, kind: str = "debit_card") -> UUID:
    """A customer who settles by an account of this kind."""
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        [account] = accounts.open_accounts(desk.tx, row.id)
        account.kind = kind
        return row.id
