"""The customer's own account manager, by the name that the record gives (R7.2)."""

from uuid import UUID

from hub.domain.staff.posts import Post
from hub.registry.customers import customers
from hub.registry.schema import User
from hub.registry.session import Transaction
from hub.registry.staff import leave_cover, users
from hub.registry.tasks.tasks import open_tasks_of

MANAGER = Post.ACCOUNT_MANAGER


def account_manager_of(tx: Transaction, customer_id: UUID | None) -> User | None:
    """Who looks after a customer; None when nobody is named, or the name is not exactly one holder of the post."""
    customer = customers.get(tx, customer_id) if customer_id is not None else None
    named = str(customer.values.get("account_manager", "")) if customer is not None else ""
    if customer is None or not named:
        return None
    holders = leave_cover.holders(tx, MANAGER, users.units_above(tx, customer.unit_code), "a")
    # Records name people, not accounts: a name that two holders share is nobody's.
    fitting = [user for user in holders if named in (user.name, user.login)]
    return fitting[0] if len(fitting) == 1 else None


def hand_to_account_manager(tx: Transaction, customer_id: UUID) -> None:
    """Hand what is open for the post to the customer's new account manager (R7.16)."""
    manager = account_manager_of(tx, customer_id)
    for task in open_tasks_of(tx, customer_id):
        # Any holder of the post who may sign an application signs it. Without a successor a task is the post's again.
        if task.post == MANAGER and task.subject_kind != "application":
            task.user_id = manager.id if manager is not None else None
