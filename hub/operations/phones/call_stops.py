"""Customers whom the call desk stopped calling because both phones fail, until it is asked to call again (R12.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Label, Limit, Text
from hub.domain.refusals import BadInput, NotFound, NotThisCustomer, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import new_id, now
from hub.registry.customers.customers import method_of
from hub.registry.phones import call_stops
from hub.registry.schema import CallStop
from hub.registry.session import unless_taken

from .calls import refuse_untried
from .numbers_to_call import called_today

CALLS = {Post.CALL_CLERK}
HEARS = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER}
TASK = "call_again"


class StoppedAlready(Refusal):
    """Calls to the customer have been stopped already (R12.2)."""

    article = "R12.2"
    says = ("该客户已登记停止拨打({at})。", "Calls to this customer have been stopped already ({at}).")
    then = ("电话修复后,请登记重新拨打的结果。", "When the phones work again, record how the next call went.")


class NotStopped(Refusal):
    """The call desk has not stopped calling (R12.2)."""

    article = "R12.2"
    says = ("电访中心没有停止拨打该客户。", "The call desk has not stopped calling this customer.")
    then = ("不需要重新拨打;电话有变的,请办理订货电话变更。", "No need to ask; enter a new number as a change.")


@dataclass(frozen=True)
class StopView:
    """That the call desk stopped calling a customer; `asked_at` is when it was asked to call again."""

    id: UUID
    customer_id: UUID
    why: str
    stopped_at: datetime
    stopped_by_name: str
    asked_at: datetime | None
    asked_by_name: str | None


@dataclass(frozen=True)
class ListedStop(StopView):
    """A stop in a list, with whose it is."""

    code: str
    shop_name: str


# On a day without calls there is nothing to have tried (R12.7): the reason in words is enough.
@operation("calling.stop_calling", article="R12.2", posts=CALLS, title=("登记停止拨打", "Stop calling a customer"))
def stop_calling(
    desk: Desk, customer_id: UUID, why: Annotated[Text, Label("停拨原因", "When it was called, and what is wrong")]
) -> UUID:
    """Both phones fail, and the call desk stops calling; account manager and clerk are told.

    On the order day each number must be called first. Raises NotThisCustomer, StoppedAlready, NotTried, BadInput.
    """
    customer = desk.customer(customer_id)
    if method_of(customer) != "phone":
        raise NotThisCustomer(article="R12.2", why="客户不是电话订货", why_en="the customer does not order by phone")
    if not why.strip():
        raise BadInput(field="停拨原因", problem="没有填写", mend="请写明何时拨打、两个电话各有什么问题。")
    before = call_stops.open_of(desk.tx, customer.id)
    if before is not None:
        raise StoppedAlready(at=f"{before.stopped_at:%m-%d %H:%M}")
    if called_today(desk, customer):
        refuse_untried(desk, customer)
    stop = CallStop(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        why=why.strip(),
        stopped_at=now(),
        stopped_by_name=desk.actor.name,
    )
    # Two calls at once both saw none: the unique index lets one through.
    with unless_taken(StoppedAlready(at=f"{stop.stopped_at:%m-%d %H:%M}")):
        desk.tx.add(stop)
        desk.tx.flush()
    readers = [Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK]
    tell(desk, "calls_stopped", "R12.2", readers, stop.unit_code, customer_id=customer.id)
    return stop.id


@operation(
    "calling.ask_to_call", article="R12.2", posts=HEARS, title=("请电访员重新拨打", "Ask the call desk to call again")
)
def ask_to_call(
    desk: Desk, customer_id: UUID, why: Annotated[Text, Label("说明", "How the customer can be reached")]
) -> UUID:
    """The customer can be reached again: the call desk has a task for the same working day.

    Raises NotStopped, BadInput.
    """
    customer = desk.customer(customer_id)
    stop = call_stops.open_of(desk.tx, customer.id)
    if stop is None:
        raise NotStopped()
    if not why.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明客户现在怎样联系得上。")
    desk.audit_detail["why"] = why.strip()
    _ask(desk, stop)
    return stop.id


# Called once a change of phone is carried out, so that nobody has to remember the stop.
def number_changed(desk: Desk, customer_id: UUID) -> None:
    """The customer has another number: if calls have stopped, the call desk is asked to call again (R12.2)."""
    stop = call_stops.open_of(desk.tx, customer_id)
    if stop is not None:
        _ask(desk, stop)


# Asked twice is one task: `open_task` returns the open one.
def _ask(desk: Desk, stop: CallStop) -> None:
    stop.asked_at, stop.asked_by_name = now(), desk.actor.name
    open_task(
        desk,
        TASK,
        "R12.2",
        post=Post.CALL_CLERK,
        unit_code=stop.unit_code,
        subject=("call_stop", stop.id),
        customer_id=stop.customer_id,
        days=0,
    )


@operation("calling.record_call", article="R12.2", posts=CALLS, title=("登记重新拨打结果", "Record the call"))
def record_call(
    desk: Desk,
    stop_id: UUID,
    reached: Annotated[bool, Label("结果", "Outcome")],
    said: Annotated[Text, Label("拨打情况", "How it went")],
) -> None:
    """The call desk called again. Reached: the stop ends. Not reached: clerk and account manager are told.

    Raises NotFound, BadInput.
    """
    stop = call_stops.get(desk.tx, stop_id)
    if stop is None or stop.ended_at is not None:
        raise NotFound(what="停拨登记")
    desk.customer(stop.customer_id, "停拨登记")
    desk.about("call_stop", str(stop.id))
    if not said.strip():
        raise BadInput(field="拨打情况", problem="没有填写", mend="请写明拨打的时间和结果。")
    stop.said = said.strip()
    if reached:
        _end(desk, stop, "reached")
        return
    # Back to stopped; clerk or account manager ask again once the customer can be reached.
    stop.asked_at = stop.asked_by_name = None
    close_tasks(desk, "call_stop", stop.id, "not_reached")
    readers = [Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK]
    tell(desk, "not_reached", "R12.2", readers, stop.unit_code, customer_id=stop.customer_id)


def customer_ordered(desk: Desk, customer_id: UUID) -> None:
    """The customer has ordered: an open stop ends, and no one needs to call."""
    stop = call_stops.open_of(desk.tx, customer_id)
    if stop is not None:
        _end(desk, stop, "ordered")


def _end(desk: Desk, stop: CallStop, how: str) -> None:
    stop.ended_at, stop.ended_how, stop.ended_by_name = now(), how, desk.actor.name
    close_tasks(desk, "call_stop", stop.id, how)


@operation(
    "calling.list_stops",
    article="R12.2",
    posts=CALLS | HEARS,
    title=("查看停拨客户", "See who is not called"),
    changes=False,
    audited=False,
)
def list_stops(desk: Desk, limit: Limit = 200) -> list[ListedStop]:
    """Customers of the caller's units whom the call desk stopped calling; those to be called again first."""
    stops = call_stops.listed(desk.tx, desk.units, min(limit, 500))
    return [view(ListedStop, stop, code=customer.code, shop_name=customer.shop_name) for stop, customer in stops]


@operation(
    "calling.stop_of",
    article="R12.2",
    posts=STAFF,
    title=("查看客户停拨情况", "See whether calls stopped"),
    changes=False,
    audited=False,
)
def stop_of(desk: Desk, customer_id: UUID) -> StopView | None:
    """The customer's open stop; None while the call desk calls."""
    stop = call_stops.open_of(desk.tx, desk.customer(customer_id).id)
    return view(StopView, stop) if stop else None
