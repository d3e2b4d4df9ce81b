"""What is to be done, for the home page."""

from dataclasses import dataclass

from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.registry.asks import ledger
from hub.registry.onboarding import imports
from hub.registry.reconciliation import differences
from hub.registry.schema import Ask, Customer, ImportRun, Notice
from hub.registry.settlement import accounts

from .tasks import Inbox, inbox

SHOWN = 20
"""Tasks on the home page: the most harmful ones; the rest has a page of its own."""


@dataclass(frozen=True)
class Work:
    """Customers to be told, outcomes not known, lists not applied, tasks of the caller's posts."""

    untold: list[tuple[Notice, Customer]]
    doubts: list[Ask]
    lists: list[ImportRun]
    tasks: Inbox
    differences: int
    """How many lie on the desk of differences, all of them."""


@operation(
    "home.work", article="R7.9", posts=STAFF, title=("查看待办", "See what is to be done"), changes=False, audited=False
)
def work(desk: Desk) -> Work:
    """The open work of the caller's units."""
    lists = [run for run in imports.recent(desk.tx, desk.actor.user_id) if run.state == "previewed"]
    return Work(
        accounts.untold(desk.tx, desk.units),
        ledger.doubtful(desk.tx, desk.units),
        lists,
        inbox(desk, SHOWN),
        differences.count(desk.tx, desk.units),
    )
