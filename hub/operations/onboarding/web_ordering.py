"""Web ordering after the approval (R7.6): the password is issued, delivered to the customer, or reset if it never came.

The hub never holds the password: it records that it was issued and delivered.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Choices, Code, Label, Text
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import WebOrderingState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import MORNING, due_after
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import SHANGHAI, new_id, now
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, WebOrdering

from .web_states import move_case

# Working days after the set-up; the password is due on the morning of the last one.
PASSWORD_DAYS = 2
DELIVERS = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER}
LOOKS = DELIVERS | {Post.ORDER_DESK, Post.SECTION_CHIEF}
WAYS = {"manager": ("由客户经理转交", "By the account manager"), "phone": ("电话告知客户", "Told by phone")}


@dataclass(frozen=True)
class WebOrderingView:
    """A customer's way onto web ordering; the password itself is nowhere."""

    id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    state: str
    password_due: datetime
    issued_at: datetime | None
    reset: bool
    delivered_at: datetime | None


class PasswordStillDue(Refusal):
    """The account manager resets a password only when none came in time (R7.6)."""

    article, status = "R7.6", 409
    says = ("订单部发放密码的时间还没有到({due})。", "The order desk has until {due} to issue the password.")
    then = ("到时仍未收到的,由客户经理重设。", "If none has come by then, the account manager resets it.")


def set_up(desk: Desk, customer: Customer) -> WebOrdering:
    """Open a case: the order desk owes a password by the morning of the second working day."""
    moment = now()
    due = due_after(desk.tx, moment, PASSWORD_DAYS, MORNING)
    case = WebOrdering(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        state=WebOrderingState.SET_UP,
        set_up_at=moment,
        password_due=due.moment,
    )
    desk.tx.add(case)
    desk.tx.flush()
    open_task(
        desk,
        "issue_password",
        "R7.6",
        post=Post.ORDER_DESK,
        unit_code=customer.unit_code,
        subject=("web_ordering", case.id),
        customer_id=customer.id,
        days=PASSWORD_DAYS,
        since=case.set_up_at,
        at=MORNING,
    )
    return case


# The closing names no kind: a reset also takes the order desk's task to issue, which is settled by it.
def _open_next_task(desk: Desk, case: WebOrdering, kind: str, post: Post) -> None:
    """Close the task of the finished step and open that of the next, due in a working day."""
    close_tasks(desk, "web_ordering", case.id, "done")
    subject, customer_id = ("web_ordering", case.id), case.customer_id
    open_task(desk, kind, "R7.6", post=post, unit_code=case.unit_code, subject=subject, customer_id=customer_id, days=1)


@operation(
    "web_ordering.issue_password",
    article="R7.6",
    posts={Post.ORDER_DESK},
    title=("登记已发放订货密码", "Record that a password was issued"),
)
def issue_password(desk: Desk, web_id: UUID) -> None:
    """Record that the order desk issued the password; it is to be delivered within a working day.

    Raises NotFound, NotYet.
    """
    case = _mine(desk, web_id)
    _issued(desk, case, reset=False)


@operation(
    "web_ordering.reset_password",
    article="R7.6",
    posts={Post.ACCOUNT_MANAGER},
    title=("重设订货密码", "Reset the password"),
)
def reset_password(desk: Desk, web_id: UUID, why: Annotated[Text, Label("原因", "Why")]) -> None:
    """Record a reset because no password came, or it did not work.

    Raises NotFound, NotYet, PasswordStillDue, BadInput.
    """
    case = _mine(desk, web_id)
    # Until then it is the order desk's to issue; afterwards the table of states says when it may be reset.
    if case.state == WebOrderingState.SET_UP and now() < case.password_due:
        raise PasswordStillDue(due=f"{case.password_due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明重设的原因。")
    desk.audit_detail["why"] = why.strip()
    _issued(desk, case, reset=True)


def _issued(desk: Desk, case: WebOrdering, *, reset: bool) -> None:
    move_case(case, WebOrderingState.ISSUED)
    case.issued_at, case.issued_by_name, case.reset = now(), desk.actor.name, reset
    _open_next_task(desk, case, "deliver_password", Post.STATISTICS_CLERK)


@operation(
    "web_ordering.deliver_password",
    article="R7.6",
    posts=DELIVERS,
    title=("登记密码已交客户", "Record that the password was delivered"),
)
def deliver_password(desk: Desk, web_id: UUID, way: Annotated[Code, Label("方式", "How"), Choices(WAYS)]) -> None:
    """Record that the password reached the customer; the account manager then agrees on a training.

    Raises NotFound, NotYet, BadInput.
    """
    case = _mine(desk, web_id)
    if way not in WAYS:
        raise BadInput(field="交付方式", problem="没有选择", mend="请选择。")
    move_case(case, WebOrderingState.DELIVERED)
    case.delivered_at, case.delivered_by_name, case.delivered_way = now(), desk.actor.name, way
    _open_next_task(desk, case, "agree_training", Post.ACCOUNT_MANAGER)


def _mine(desk: Desk, web_id: UUID) -> WebOrdering:
    case = cases.web_ordering(desk.tx, web_id)
    if case is None or case.state == WebOrderingState.TRAINED:
        raise NotFound(what="网上订货办理")
    desk.customer(case.customer_id, "网上订货办理")
    desk.about("web_ordering", str(case.id))
    return case


@operation(
    "web_ordering.list_web_orderings",
    article="R7.6",
    posts=LOOKS,
    title=("查看网上订货办理", "See web ordering cases"),
    changes=False,
    audited=False,
)
def list_web_orderings(desk: Desk) -> list[WebOrderingView]:
    """Open cases, by when the password is due."""
    return [
        view(WebOrderingView, case, code=customer.code, shop_name=customer.shop_name)
        for case, customer in cases.web_orderings(desk.tx, desk.units)
    ]
