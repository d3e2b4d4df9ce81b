"""Open work, for the home page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.views import view, views
from hub.registry.asks import ledger
from hub.registry.onboarding import imports
from hub.registry.reconciliation import differences
from hub.registry.settlement import accounts

from .tasks import Inbox, inbox

# How many tasks the home page shows, the most urgent ones; all of them have a page of their own.
SHOWN = 20


@dataclass(frozen=True)
class Untold:
    """A customer who must be told something."""

    customer_id: UUID
    code: str
    shop_name: str
    kind: str
    made_at: datetime


@dataclass(frozen=True)
class Doubt:
    """An ask whose outcome is not known."""

    id: UUID
    verb: str
    channel: str
    customer_code: str | None
    state: str


@dataclass(frozen=True)
class WaitingList:
    """A list of new entrants that waits for its confirmation: how many lines are good and bad."""

    id: UUID
    file_name: str
    good: int
    bad: int
    at: datetime


@dataclass(frozen=True)
class Work:
    """Tasks of the caller's posts, customers to be told, asks in doubt, lists not applied, differences in all."""

    tasks: Inbox
    untold: list[Untold]
    doubts: list[Doubt]
    lists: list[WaitingList]
    differences: int


@operation(
    "home.work", article="R7.9", posts=STAFF, title=("查看待办", "See what is to be done"), changes=False, audited=False
)
def work(desk: Desk) -> Work:
    """The open work of the caller's units."""
    lists = [run for run in imports.recent(desk.tx, desk.actor.user_id) if run.state == "previewed"]
    untold = [
        view(Untold, notice, customer_id=customer.id, code=customer.code, shop_name=customer.shop_name)
        for notice, customer in accounts.untold(desk.tx, desk.units)
    ]
    return Work(
        inbox(desk, SHOWN),
        untold,
        views(Doubt, ledger.doubtful(desk.tx, desk.units)),
        views(WaitingList, lists),
        differences.count(desk.tx, desk.units),
    )
