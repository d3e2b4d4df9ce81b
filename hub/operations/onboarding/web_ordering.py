"""Web ordering after the approval (R7.6): the password from the order desk, its way to the customer, a reset if none came.

The hub never holds the password: it records that it was issued and delivered.
"""

from uuid import UUID

from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import WebOrderingState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import MORNING, due_after
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import SHANGHAI, new_id, now
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, WebOrdering

from .web_states import step

PASSWORD_DAYS = 2
"""Working days after the set-up, on whose morning the password is looked for."""
DELIVERS = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER}
LOOKS = DELIVERS | {Post.ORDER_DESK, Post.SECTION_CHIEF}
WAYS = {"manager": ("由客户经理转交", "By the account manager"), "phone": ("电话告知客户", "Told by phone")}


class PasswordStillDue(Refusal):
    """The account manager resets a password only when none came in time (R7.6)."""

    article, status = "R7.6", 409
    says = ("订单部发放密码的时间还没有到({due})。", "The order desk has until {due} to issue the password.")
    then = ("到时仍未收到的,由客户经理重设。", "If none has come by then, the account manager resets it.")


def set_up(desk: Desk, customer: Customer) -> WebOrdering:
    """The clerk has set the customer up: the order desk owes a password on the morning of the second working day."""
    moment = now()
    due = due_after(desk.tx, moment, PASSWORD_DAYS, MORNING)
    row = WebOrdering(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        state=WebOrderingState.SET_UP,
        set_up_at=moment,
        password_due=due.moment,
    )
    desk.tx.add(row)
    desk.tx.flush()
    about = {"unit_code": customer.unit_code, "subject": ("web_ordering", row.id), "customer_id": customer.id}
    counted = {"days": PASSWORD_DAYS, "since": row.set_up_at, "at": MORNING}
    open_task(desk, "issue_password", "R7.6", post=Post.ORDER_DESK, **counted, **about)  # type: ignore[arg-type]
    return row


@operation(
    "web_ordering.issue_password",
    article="R7.6",
    posts={Post.ORDER_DESK},
    title=("登记已发放订货密码", "Record that a password was issued"),
)
def issue_password(desk: Desk, web_id: UUID) -> None:
    """The order desk issued the password; clerk or account manager deliver it within a working day."""
    row = _mine(desk, web_id)
    _issued(desk, row, reset=False)


@operation(
    "web_ordering.reset_password",
    article="R7.6",
    posts={Post.ACCOUNT_MANAGER},
    title=("重设订货密码", "Reset the password"),
)
def reset_password(desk: Desk, web_id: UUID, why: str) -> None:
    """No password came, or it opens nothing: the account manager resets it. Raises PasswordStillDue, BadInput."""
    row = _mine(desk, web_id)
    if row.state == WebOrderingState.SET_UP and now() < row.password_due:
        raise PasswordStillDue(due=f"{row.password_due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明重设的原因。")
    desk.audit_detail["why"] = why.strip()
    _issued(desk, row, reset=True)


def _issued(desk: Desk, row: WebOrdering, *, reset: bool) -> None:
    step(row, WebOrderingState.ISSUED)
    row.issued_at, row.issued_by_name, row.reset = now(), desk.actor.name, reset
    close_tasks(desk, "web_ordering", row.id, "done")
    about = {"unit_code": row.unit_code, "subject": ("web_ordering", row.id), "customer_id": row.customer_id}
    open_task(desk, "deliver_password", "R7.6", post=Post.STATISTICS_CLERK, days=1, **about)  # type: ignore[arg-type]


@operation(
    "web_ordering.deliver_password",
    article="R7.6",
    posts=DELIVERS,
    title=("登记密码已交客户", "Record that the password was delivered"),
)
def deliver_password(desk: Desk, web_id: UUID, way: str) -> None:
    """The password has reached the customer; the account manager agrees on a training."""
    row = _mine(desk, web_id)
    if way not in WAYS:
        raise BadInput(field="交付方式", problem="没有选择", mend="请选择。")
    step(row, WebOrderingState.DELIVERED)
    row.delivered_at, row.delivered_by_name, row.delivered_way = now(), desk.actor.name, way
    close_tasks(desk, "web_ordering", row.id, "done")
    about = {"unit_code": row.unit_code, "subject": ("web_ordering", row.id), "customer_id": row.customer_id}
    open_task(desk, "agree_training", "R7.6", post=Post.ACCOUNT_MANAGER, days=1, **about)  # type: ignore[arg-type]


def _mine(desk: Desk, web_id: UUID) -> WebOrdering:
    row = cases.web_ordering(desk.tx, web_id)
    if row is None or row.state == WebOrderingState.TRAINED:
        raise NotFound(what="网上订货办理")
    desk.customer(row.customer_id, "网上订货办理")
    desk.about("web_ordering", str(row.id))
    return row


@operation(
    "web_ordering.list_web_orderings",
    article="R7.6",
    posts=LOOKS,
    title=("查看网上订货办理", "See web ordering cases"),
    changes=False,
    audited=False,
)
def list_web_orderings(desk: Desk) -> list[tuple[WebOrdering, Customer]]:
    """Cases that are not at their end, by when the password is due."""
    return cases.web_orderings(desk.tx, desk.units)
