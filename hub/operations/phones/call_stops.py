"""Customers whom the call desk stopped calling because both phones fail, until it is asked to call again (R12.2)."""

from uuid import UUID

from hub.domain.refusals import BadInput, NotFound, NotThisCustomer, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import new_id, now
from hub.registry.customers.customers import method_of
from hub.registry.phones import call_stops
from hub.registry.schema import CallStop, Customer

CALLS = {Post.CALL_CLERK}
HEARS = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER}
TASK = "call_again"


class StoppedAlready(Refusal):
    """That nobody calls the customer is on record already (R12.2)."""

    article = "R12.2"
    says = ("该客户已登记停止拨打({at})。", "It is on record already that nobody calls this customer ({at}).")
    then = ("电话修复后,请登记重新拨打的结果。", "When the phones work, record how the next call went.")


class NotStopped(Refusal):
    """The call desk has not stopped: it calls on the order day as always (R12.2)."""

    article = "R12.2"
    says = ("电访中心没有停止拨打该客户。", "The call desk has not stopped calling this customer.")
    then = ("不需要重新拨打;电话有变的,请办理订货电话变更。", "Nothing to ask for; enter a new number as a change.")


@operation("calling.stop_calling", article="R12.2", posts=CALLS, title=("登记停止拨打", "Stop calling a customer"))
def stop_calling(desk: Desk, customer_id: UUID, why: str) -> UUID:
    """Both phones fail, and the call desk stops calling; account manager and clerk are told.

    Raises NotThisCustomer, StoppedAlready, BadInput.
    """
    customer = desk.customer(customer_id)
    if method_of(customer) != "phone":
        raise NotThisCustomer(article="R12.2", why="客户不是电话订货", why_en="the customer does not order by phone")
    if not why.strip():
        raise BadInput(field="停拨原因", problem="没有填写", mend="请写明何时拨打、两个电话各有什么问题。")
    there = call_stops.open_of(desk.tx, customer.id)
    if there is not None:
        raise StoppedAlready(at=f"{there.stopped_at:%m-%d %H:%M}")
    row = CallStop(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        why=why.strip(),
        stopped_at=now(),
        stopped_by_name=desk.actor.name,
    )
    desk.tx.add(row)
    desk.tx.flush()
    told = [Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK]
    tell(desk, "calls_stopped", "R12.2", told, row.unit_code, customer_id=customer.id)
    return row.id


@operation(
    "calling.ask_to_call", article="R12.2", posts=HEARS, title=("请电访员重新拨打", "Ask the call desk to call again")
)
def ask_to_call(desk: Desk, customer_id: UUID, why: str) -> UUID:
    """The customer can be reached again: the call desk has a task for the same working day. Raises NotStopped."""
    customer = desk.customer(customer_id)
    row = call_stops.open_of(desk.tx, customer.id)
    if row is None:
        raise NotStopped()
    if not why.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明客户现在怎样联系得上。")
    desk.audit_detail["why"] = why.strip()
    _ask(desk, row)
    return row.id


def number_changed(desk: Desk, customer_id: UUID) -> None:
    """The customer has another number: who stopped calling is asked to call again (R12.2)."""
    row = call_stops.open_of(desk.tx, customer_id)
    if row is not None:
        _ask(desk, row)


def _ask(desk: Desk, row: CallStop) -> None:
    row.asked_at, row.asked_by_name = now(), desk.actor.name
    about = {"unit_code": row.unit_code, "customer_id": row.customer_id, "subject": ("call_stop", row.id)}
    open_task(desk, TASK, "R12.2", post=Post.CALL_CLERK, days=0, **about)  # type: ignore[arg-type]


@operation("calling.record_call", article="R12.2", posts=CALLS, title=("登记重新拨打结果", "Record the call"))
def record_call(desk: Desk, stop_id: UUID, reached: bool, said: str) -> None:
    """The call desk called again. Reached: it goes on calling. Not reached: clerk and account manager are told."""
    row = call_stops.get(desk.tx, stop_id)
    if row is None or row.ended_at is not None:
        raise NotFound(what="停拨登记")
    desk.customer(row.customer_id, "停拨登记")
    desk.about("call_stop", str(row.id))
    if not said.strip():
        raise BadInput(field="拨打情况", problem="没有填写", mend="请写明拨打的时间和结果。")
    row.said = said.strip()
    if reached:
        _end(desk, row, "reached")
        return
    row.asked_at = row.asked_by_name = None
    close_tasks(desk, "call_stop", row.id, "not_reached")
    told = [Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK]
    tell(desk, "not_reached", "R12.2", told, row.unit_code, customer_id=row.customer_id)


def ordered(desk: Desk, customer_id: UUID) -> None:
    """The customer has ordered: nobody has to be asked to call any more."""
    row = call_stops.open_of(desk.tx, customer_id)
    if row is not None:
        _end(desk, row, "ordered")


def _end(desk: Desk, row: CallStop, how: str) -> None:
    row.ended_at, row.ended_how, row.ended_by_name = now(), how, desk.actor.name
    close_tasks(desk, "call_stop", row.id, how)


@operation(
    "calling.list_stops",
    article="R12.2",
    posts=CALLS | HEARS,
    title=("查看停拨客户", "See who is not called"),
    changes=False,
    audited=False,
)
def list_stops(desk: Desk, limit: int = 200) -> list[tuple[CallStop, Customer]]:
    """Customers of the caller's units whom nobody calls; those to be called again first."""
    return call_stops.listed(desk.tx, desk.units, min(limit, 500))


@operation(
    "calling.stop_of",
    article="R12.2",
    posts=STAFF,
    title=("查看客户停拨情况", "See whether calls stopped"),
    changes=False,
    audited=False,
)
def stop_of(desk: Desk, customer_id: UUID) -> CallStop | None:
    """The customer's open stop, if calls stopped."""
    return call_stops.open_of(desk.tx, desk.customer(customer_id).id)
