"""What customers were told, or were to be told, and is no longer true: withdrawn, corrected, told anew (R7.9, G16)."""

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import new_id, now
from hub.registry.schema import Customer, Notice
from hub.registry.settlement import stale_notices
from hub.registry.settlement.stale_notices import AGAIN, KIND

# The task that each notice is to the clerk.
TASKS = {KIND: "tell_customer", AGAIN: "tell_ended"}
# Notices in one step, to keep its transaction short; the rest follows in ten seconds.
AT_A_TIME = 200


class NoLongerTrue(Refusal):
    """The account is over, its card is lost, or the customer settles otherwise for now; none of that is told (R7.9)."""

    article = "R7.9"
    says = (
        "客户的结算情况已有变化,这条通知的内容不再属实,不能据此告知客户。",
        "How the customer settles has changed: what this notice says is not so any more, and is not told.",
    )
    then = (
        "请查看现在的结算方式和账户;情况恢复或新账户办妥后会重新通知。",
        "See settlement method and account as they are now; when it is so again, a new notice comes.",
    )


def to_tell(desk: Desk, customer: Customer, kind: str, details: dict[str, str]) -> Notice:
    """A notice to the customer, and a task for the clerk until it is recorded that it was told (R7.9)."""
    notice = Notice(id=new_id(), customer_id=customer.id, kind=kind, article="R7.9", details=details, made_at=now())
    desk.tx.add(notice)
    desk.tx.flush()
    open_task(
        desk,
        TASKS[kind],
        "R7.9",
        post=Post.STATISTICS_CLERK,
        unit_code=customer.unit_code,
        subject=("notice", notice.id),
        customer_id=customer.id,
        days=1,
    )
    return notice


def withdraw_stale(desk: Desk) -> int:
    """Withdraw notices that are no longer true; whoever was told is to be told otherwise (G16). Returns how many."""
    assert desk.actor == HUB
    stale = stale_notices.to_withdraw(desk.tx, AT_A_TIME)
    for notice, customer in stale:
        _withdraw(desk, notice)
        if notice.told_at is not None and customer.settlement_method != "electronic":
            # The customer still believes that money is collected from the account.
            to_tell(desk, customer, AGAIN, {"channel": notice.details.get("channel", "")})
            tell(desk, "account_over", "R7.9", [Post.ACCOUNT_MANAGER], customer.unit_code, customer_id=customer.id)
    return len(stale)


def withdraw_untold(desk: Desk, customer: Customer) -> None:
    """Withdraw what was not told yet, in the transaction in which the settlement changes or a card is lost."""
    for notice in stale_notices.untold_of(desk.tx, customer.id):
        _withdraw(desk, notice)


def offer_anew(desk: Desk) -> int:
    """Make a new notice for each customer who settles electronically again (R7.9, R9.3). Returns how many."""
    assert desk.actor == HUB
    # By customer: several withdrawn notices are one thing to tell.
    again = {customer.id: (notice, customer) for notice, customer in stale_notices.so_again(desk.tx, AT_A_TIME)}
    for notice, customer in again.values():
        to_tell(desk, customer, KIND, dict(notice.details))
    return len(again)


def _withdraw(desk: Desk, notice: Notice) -> None:
    notice.withdrawn_at = now()
    close_tasks(desk, "notice", notice.id, "withdrawn")
