"""The numbers that the call desk dials: of customers who order by phone, on their order day (R12.7)."""

from typing import Annotated
from uuid import UUID

from hub.domain.inputs import FieldName, Label
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import today
from hub.registry.customers.customers import method_of
from hub.registry.phones import call_stops
from hub.registry.schema import Customer

PHONES = frozenset({"order_phone", "backup_phone"})


class NotCalledToday(Refusal):
    """The call desk sees the numbers that it has to dial, no others (R12.2, G5)."""

    article = "R12.7"
    says = (
        "该客户今天不由电访员拨打(不是电话订货,或今天不是订货日),不能查看号码。",
        "The call desk does not ring this customer today: another order method, or another order day.",
    )
    then = (
        "请在客户的订货日查看;需要重新拨打的,由统计分析员或客户经理请电访员拨打。",
        "See it on the order day; clerk or account manager can ask the call desk to call again.",
    )


@operation(
    "calling.show_number",
    article="R12.7",
    posts={Post.CALL_CLERK},
    title=("查看当日拨打的号码", "See a number to call today"),
    changes=False,
    people_only=True,
)
def show_number(desk: Desk, customer_id: UUID, field: Annotated[FieldName, Label("号码", "Which number")]) -> Secret:
    """The order phone or the backup phone in clear, of a customer who is called today; each view is recorded (G5).

    Raises NotFound, NotCalledToday, Destroyed, Unreadable.
    """
    customer = desk.customer(customer_id)
    token = customer.sealed.get(field) if field in PHONES else None
    if token is None:
        raise NotFound(what="电话号码")
    if not called_today(desk, customer):
        raise NotCalledToday()
    desk.audit_detail |= {"field": field}
    return desk.vault.open_field(customer.id, field, token)


def called_today(desk: Desk, customer: Customer) -> bool:
    """Whether the call desk rings the customer today: on the order day, or because it was asked to call again."""
    stop = call_stops.open_of(desk.tx, customer.id)
    # Asked to call again: on any day, whatever the order method is by now.
    if stop is not None and stop.asked_at is not None:
        return True
    return method_of(customer) == "phone" and str(customer.values.get("order_day", "")) == str(today().isoweekday())
