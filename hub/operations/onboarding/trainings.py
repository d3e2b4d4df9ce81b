"""Training in ordering, by us or by the carrier: the day agreed with the customer, and the outcome (R7.6–R7.8)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Choices, Code, Label, OptionalText
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import WebOrderingState
from hub.domain.visits import next_visit
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, Training

from .web_states import move_case

WAYS = {"shop": ("到店培训", "At the shop"), "phone": ("电话培训", "By phone"), "group": ("集中培训", "In a group")}
# Our own training moves the customer's web ordering case; a carrier's is simply planned again until it was held.
US = "company"
TRAINS = {Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK}
LOOKS = TRAINS | {Post.SECTION_CHIEF, Post.ORDER_DESK}


class TrainingTooLate(Refusal):
    """A customer is trained so that they can order on the next order day (R7.6)."""

    article = "R7.20"
    says = (
        "客户下一订货日是 {order_day},培训不能晚于该日。",
        "The customer's next order day is {order_day}; the training comes no later.",
    )
    then = ("请商定更早的日期;确需更晚的,请写明原因。", "Agree on an earlier day, or give the reason for a later one.")


@dataclass(frozen=True)
class TrainingView:
    """A training that is agreed, and whose; `by_whom` is a carrier's channel or "company"."""

    id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    by_whom: str
    day: date
    way: str


def plan_training(desk: Desk, customer: Customer, by_whom: str, article: str, day: date, way: str) -> Training:
    """Agree on a day, replacing any agreed before; the account manager has a task until the outcome is recorded."""
    training = cases.open_training(desk.tx, customer.id, by_whom)
    if training is None:
        training = Training(
            id=new_id(), customer_id=customer.id, unit_code=customer.unit_code, by_whom=by_whom, article=article
        )
        desk.tx.add(training)
    training.day, training.way, training.agreed_by_name, training.agreed_at = day, way, desk.actor.name, now()
    customer.values = {**customer.values, "training_date": day.isoformat()}
    desk.tx.flush()
    # Closed and opened again, or the task would keep the due moment of the day that was agreed before.
    close_tasks(desk, "training", training.id, "agreed anew")
    open_task(
        desk,
        "training",
        article,
        post=Post.ACCOUNT_MANAGER,
        unit_code=customer.unit_code,
        subject=("training", training.id),
        customer_id=customer.id,
        days=1,
        since=datetime.combine(day, time(12), SHANGHAI),
    )
    return training


def plan_carrier_training(desk: Desk, customer: Customer, channel: str, article: str) -> None:
    """Plan the training by a carrier that knows code and order day, for the next order day (R7.7, R7.8)."""
    day = str(customer.values.get("order_day", ""))
    if day.isdecimal():
        plan_training(desk, customer, channel, article, next_visit(int(day), today()), "shop")


@operation(
    "trainings.agree_training", article="R7.6", posts={Post.ACCOUNT_MANAGER}, title=("商定培训", "Agree on a training")
)
def agree_training(
    desk: Desk,
    customer_id: UUID,
    day: Annotated[date, Label("日期", "Day")],
    way: Annotated[Code, Label("方式", "How"), Choices(WAYS)],
    why: Annotated[OptionalText, Field(max_length=200), Label("晚于订货日的原因", "Why later than the order day")] = "",
) -> UUID:
    """Agree with the customer when and how they are trained in web ordering; after the next order day with a reason.

    Raises NotFound without such a case, NotYet, BadInput, TrainingTooLate.
    """
    customer = desk.customer(customer_id)
    case = cases.open_web_ordering(desk.tx, customer.id)
    if case is None:
        raise NotFound(what="网上订货办理")
    if way not in WAYS or day < today():
        raise BadInput(field="培训时间或方式", problem="没有选择,或早于今天", mend="请与客户商定后填写。")
    written = str(customer.values.get("order_day", ""))
    order_day = next_visit(int(written), today()) if written.isdecimal() else None
    if order_day is not None and day > order_day and not why.strip():
        raise TrainingTooLate(order_day=order_day.isoformat())
    if why.strip():
        desk.audit_detail["why"] = why.strip()
    move_case(case, WebOrderingState.AGREED)
    return plan_training(desk, customer, US, "R7.6", day, way).id


@operation("trainings.record_training", article="R7.6", posts=TRAINS, title=("登记培训结果", "Record a training"))
def record_training(
    desk: Desk,
    training_id: UUID,
    held: Annotated[bool, Label("已培训", "Held")],
    note: Annotated[OptionalText, Field(max_length=200), Label("说明", "Note")] = "",
) -> None:
    """Record that a training was held, or was not and why; then another day is to be agreed on.

    Raises NotFound, BadInput.
    """
    training = cases.training(desk.tx, training_id)
    if training is None or training.recorded_at is not None:
        raise NotFound(what="培训")
    customer = desk.customer(training.customer_id, "培训")
    if not held and not note.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明没有培训的原因。")
    training.held, training.note, training.recorded_at, training.recorded_by_name = (
        held,
        note.strip(),
        now(),
        desk.actor.name,
    )
    close_tasks(desk, "training", training.id, "held" if held else "not held")
    case = cases.open_web_ordering(desk.tx, customer.id) if training.by_whom == US else None
    if case is not None:
        move_case(case, WebOrderingState.TRAINED if held else WebOrderingState.DELIVERED)
        if held:
            close_tasks(desk, "web_ordering", case.id, "done")
    elif not held:
        plan_carrier_training(desk, customer, training.by_whom, training.article)


@operation(
    "trainings.list_trainings",
    article="R7.6",
    posts=LOOKS,
    title=("查看培训安排", "See trainings"),
    changes=False,
    audited=False,
)
def list_trainings(desk: Desk) -> list[TrainingView]:
    """Trainings that are agreed and not recorded yet, by day."""
    return [
        view(TrainingView, training, code=customer.code, shop_name=customer.shop_name)
        for training, customer in cases.trainings(desk.tx, desk.units)
    ]
