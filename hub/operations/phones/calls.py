"""The calls of an order day: whom the call desk rings, on which numbers, and when an order counts as missed (R12.7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Choices, Code, Label, OptionalText
from hub.domain.privacy.masking import mask_phone
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.not_readable import instead
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.views import views
from hub.ports import new_id, now, today
from hub.registry.phones import calls
from hub.registry.schema import CallTry, Customer, MissedOrder
from hub.registry.session import unless_taken
from hub.registry.vault import Destroyed, Unreadable

from .numbers_to_call import NotCalledToday, called_today

CALLS = {Post.CALL_CLERK}
NUMBERS = {"order_phone": ("订货电话", "order phone"), "backup_phone": ("备用电话", "backup phone")}
# Each line opens and masks two sealed numbers, so a page stays short.
PAGE = 50


class NotTried(Refusal):
    """Who is not reached on the order phone is called on the backup, before the order counts as missed (R12.7)."""

    article = "R12.7"
    says = (
        "今天还没有登记拨打{missing},不能按未接通处理。",
        "No call to the {missing_en} is on record today; the order does not count as missed, nor do calls stop.",
    )
    then = ("请先拨打并登记结果;备用电话也要拨打。", "Call it and record how it went; the backup is called, too.")


class NotMissed(Refusal):
    """Who was reached, or has ordered, has not missed the order; and a day is missed once (R12.7)."""

    article = "R12.7"
    says = (
        "该客户今天已接通、已订货,或已登记未订货。",
        "The customer was reached, has ordered, or is on record as missed.",
    )
    then = ("不需要登记;请重新查看当日拨打名单。", "Nothing to record: look at the day's calls again.")


@dataclass(frozen=True)
class Call:
    """One call of today, on which number, and how it went."""

    field: str
    reached: bool
    words: str
    at: datetime
    by_name: str


@dataclass(frozen=True)
class DaysCall:
    """A customer of the order day: both numbers, masked, and what was tried today."""

    customer_id: UUID
    code: str
    shop_name: str
    order_phone: str
    backup_phone: str
    calls: list[Call]
    ordered: bool
    missed: bool


@operation(
    "calling.list_calls",
    article="R12.7",
    posts=CALLS,
    title=("查看当日拨打名单", "See whom to call today"),
    changes=False,
    audited=False,
)
def list_calls(desk: Desk, after: OptionalText = "") -> list[DaysCall]:
    """Customers by phone whose order day is today, 50 behind a customer code, each with both numbers, masked."""
    customers = calls.of_day(desk.tx, desk.units, today(), after, PAGE)
    ids = [customer.id for customer in customers]
    tried, ordered, missed = calls.tries(desk.tx, ids, today()), *calls.over(desk.tx, ids, today())
    return [
        DaysCall(
            customer.id,
            customer.code,
            customer.shop_name,
            order_phone=_masked(desk, customer, "order_phone"),
            backup_phone=_masked(desk, customer, "backup_phone"),
            calls=views(Call, tried.get(customer.id, [])),
            ordered=customer.id in ordered,
            missed=customer.id in missed,
        )
        for customer in customers
    ]


def _masked(desk: Desk, customer: Customer, field: str) -> str:
    token = customer.sealed.get(field)
    if token is None:
        return ""
    try:
        return mask_phone(desk.vault.open_field(customer.id, field, token).reveal())
    except (Destroyed, Unreadable) as no:
        return instead(no)


@operation("calling.record_try", article="R12.7", posts=CALLS, title=("登记拨打情况", "Record a call"))
def record_try(
    desk: Desk,
    customer_id: UUID,
    field: Annotated[Code, Label("拨打的号码", "Which number"), Choices(NUMBERS)],
    reached: Annotated[bool, Label("接通", "Reached")],
    words: Annotated[OptionalText, Label("拨打情况", "How it went")] = "",
) -> UUID:
    """Record one call to a customer who is called today. Raises NotFound, NotCalledToday, BadInput."""
    customer = desk.customer(customer_id)
    if not called_today(desk, customer):
        raise NotCalledToday()
    if field not in NUMBERS or field not in customer.sealed:
        raise BadInput(
            field="电话号码",
            problem=("没有登记", "not on record"),
            mend=("请选择客户登记的号码。", "Choose a number of the customer's."),
        )
    entry = CallTry(id=new_id(), customer_id=customer.id, field=field, reached=reached, words=words.strip(), at=now())
    entry.by_name = desk.actor.name
    desk.tx.add(entry)
    desk.tx.flush()
    return entry.id


@operation("calling.record_missed", article="R12.7", posts=CALLS, title=("登记当日未订货", "Record a missed order"))
def record_missed(desk: Desk, customer_id: UUID) -> UUID:
    """The customer was reached on neither number: today's order counts as missed; manager and clerk are told.

    Raises NotFound, NotCalledToday, NotTried, NotMissed.
    """
    customer = desk.customer(customer_id)
    if not called_today(desk, customer):
        raise NotCalledToday()
    tried = calls.tries(desk.tx, [customer.id], today()).get(customer.id, [])
    ordered, missed = calls.over(desk.tx, [customer.id], today())
    # One call that was answered is enough: then no order is the customer's decision, not a missed call.
    if any(call.reached for call in tried) or ordered or missed:
        raise NotMissed()
    refuse_untried(desk, customer)
    entry = MissedOrder(id=new_id(), customer_id=customer.id, order_on=today(), at=now(), by_name=desk.actor.name)
    desk.tx.add(entry)
    # Of two call clerks at once both saw no entry: the unique index lets one through.
    with unless_taken(NotMissed()):
        desk.tx.flush()
    readers = [Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK]
    tell(desk, "order_missed", "R12.7", readers, customer.unit_code, customer_id=customer.id)
    return entry.id


def refuse_untried(desk: Desk, customer: Customer) -> None:
    """Raise NotTried while a number on record was not called today."""
    tried = {call.field for call in calls.tries(desk.tx, [customer.id], today()).get(customer.id, [])}
    # Only numbers on record can be called: a customer without a backup phone owes no second try.
    missing = [words for field, words in NUMBERS.items() if field in customer.sealed and field not in tried]
    if missing:
        raise NotTried(missing="、".join(zh for zh, _ in missing), missing_en=" and the ".join(en for _, en in missing))
