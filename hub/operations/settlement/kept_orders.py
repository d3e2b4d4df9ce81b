"""Orders that the call desk keeps while the clerk cannot change the settlement (R8.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from hub.domain.cards import CAUSES, EVENTS
from hub.domain.inputs import Choices, Code, Label, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import new_id, now
from hub.registry import cards
from hub.registry.schema import Customer, KeptOrder
from hub.registry.session import unless_taken

CALLS = {Post.CALL_CLERK}
FREES = {Post.CALL_CLERK, Post.STATISTICS_CLERK}


class NothingToWaitFor(Refusal):
    """An order is kept only while a reported card waits for the change to cash (R8.1)."""

    article = "R8.7"
    says = (
        "该客户没有等待改为现金结算的卡(折)登记,不留取订单。",
        "No reported card of this customer waits for a change to cash; no order is kept.",
    )
    then = (
        "请客户经理先登记卡(折)情况(已挂失、已换卡等),再留取订单。",
        "Let the account manager report the card first (lost and reported, replaced …), then keep the order.",
    )


class KeptAlready(Refusal):
    """One order is kept for a customer at a time (R8.1)."""

    article = "R8.1"
    says = ("该客户的订单已经留取({at})。", "This customer's order is being kept already ({at}).")
    then = ("结算方式变更后会自动通知电访员。", "The call desk is told when the settlement was changed.")


@dataclass(frozen=True)
class KeptOrderView:
    """An order that the call desk keeps, with its customer."""

    id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    cause: str
    why: str
    kept_at: datetime
    kept_by_name: str


@operation("kept_orders.keep_order", article="R8.1", posts=CALLS, title=("留取订单", "Keep an order"))
def keep_order(
    desk: Desk,
    customer_id: UUID,
    cause: Annotated[Code, Label("留取原因", "Cause"), Choices(CAUSES)],
    why: Annotated[Text, Label("情况说明", "What happened")],
) -> UUID:
    """Keep the customer's order and give the clerk a working day for the settlement.

    Raises NothingToWaitFor, KeptAlready, BadInput.
    """
    customer = desk.customer(customer_id)
    if cause not in CAUSES or not why.strip():
        raise BadInput(field="留取原因", problem="没有选择或没有写明", mend="请选择原因并写明情况。")
    open_cases = cards.waited_for(desk.tx, customer.id)
    # Only a choice that names a rule changes the settlement; otherwise there is nothing to wait for.
    if not any(EVENTS[case.event].choices.get(case.choice) for case in open_cases):
        raise NothingToWaitFor()
    earlier = cards.kept_of(desk.tx, customer.id)
    if earlier is not None:
        raise KeptAlready(at=f"{earlier.kept_at:%m-%d %H:%M}")
    order = KeptOrder(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        cause=cause,
        why=why.strip(),
        kept_at=now(),
        kept_by_name=desk.actor.name,
    )
    desk.tx.add(order)
    # Two clerks of the call desk at once: the unique index keeps one order.
    with unless_taken(KeptAlready(at=f"{order.kept_at:%m-%d %H:%M}")):
        desk.tx.flush()
    open_task(
        desk,
        "kept_order",
        "R8.1",
        post=Post.STATISTICS_CLERK,
        unit_code=customer.unit_code,
        subject=("kept_order", order.id),
        customer_id=customer.id,
        days=1,
    )
    return order.id


@operation("kept_orders.release_order", article="R8.1", posts=FREES, title=("放行留取的订单", "Release a kept order"))
def release_order(desk: Desk, kept_id: UUID, why: Annotated[Text, Label("处理结果", "What becomes of it")]) -> None:
    """Release a kept order: it goes on, or is given up, with the reason. Raises NotFound, BadInput."""
    order = cards.kept(desk.tx, kept_id)
    if order is None or order.released_at is not None:
        raise NotFound(what="留取的订单")
    desk.customer(order.customer_id, "留取的订单")
    if not why.strip():
        raise BadInput(field="处理结果", problem="没有填写", mend="请写明订单如何处理。")
    _release(desk, order, why.strip())


def kept_orders_of(desk: Desk) -> list[KeptOrderView]:
    """The kept orders of the desk's units, oldest first."""
    return [
        view(KeptOrderView, order, code=customer.code, shop_name=customer.shop_name)
        for order, customer in cards.all_kept(desk.tx, desk.units)
    ]


def release_settled_order(desk: Desk, customer: Customer) -> None:
    """Release the kept order of a customer whose settlement is in order again, and tell the call desk (R8.1)."""
    order = cards.kept_of(desk.tx, customer.id)
    if order is not None:
        _release(desk, order, "settled")
        tell(desk, "order_free", "R8.1", CALLS, customer.unit_code, customer_id=customer.id)


def _release(desk: Desk, order: KeptOrder, how: str) -> None:
    order.released_at, order.released_how = now(), shortened(how, 200)
    close_tasks(desk, "kept_order", order.id, "done")
