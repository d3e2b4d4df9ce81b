"""Training in ordering: agreed with the customer for a day, by us or by the carrier, and what became of it (R7.6–R7.8)."""

from datetime import date, datetime, time
from uuid import UUID

from hub.domain.refusals import BadInput, NotFound
from hub.domain.staff.posts import Post
from hub.domain.states import WebOrderingState
from hub.domain.visits import next_visit
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, Training

from .web_states import step

WAYS = {"shop": ("到店培训", "At the shop"), "phone": ("电话培训", "By phone"), "group": ("集中培训", "In a group")}
US = "company"
TRAINS = {Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK}
LOOKS = TRAINS | {Post.SECTION_CHIEF, Post.ORDER_DESK}


def plan_training(desk: Desk, customer: Customer, by_whom: str, article: str, day: date, way: str) -> Training:
    """Agree on a day; the account manager has a task until what became of it is recorded. A new day replaces the old."""
    row = cases.open_training(desk.tx, customer.id, by_whom)
    if row is None:
        row = Training(
            id=new_id(), customer_id=customer.id, unit_code=customer.unit_code, by_whom=by_whom, article=article
        )
        desk.tx.add(row)
    row.day, row.way, row.agreed_by_name, row.agreed_at = day, way, desk.actor.name, now()
    customer.values = {**customer.values, "training_date": day.isoformat()}
    desk.tx.flush()
    close_tasks(desk, "training", row.id, "agreed anew")
    open_task(
        desk,
        "training",
        article,
        post=Post.ACCOUNT_MANAGER,
        unit_code=customer.unit_code,
        subject=("training", row.id),
        customer_id=customer.id,
        days=1,
        since=datetime.combine(day, time(12), SHANGHAI),
    )
    return row


def carrier_trains(desk: Desk, customer: Customer, channel: str, article: str) -> None:
    """The carrier knows code and order day: it trains the customer on the next order day (R7.7, R7.8)."""
    day = str(customer.values.get("order_day", ""))
    if day.isdecimal():
        plan_training(desk, customer, channel, article, next_visit(int(day), today()), "shop")


@operation(
    "trainings.agree_training", article="R7.6", posts={Post.ACCOUNT_MANAGER}, title=("商定培训", "Agree on a training")
)
def agree_training(desk: Desk, customer_id: UUID, day: date, way: str) -> UUID:
    """Agree with the customer when and how they are trained in web ordering. Raises NotFound without such a case."""
    customer = desk.customer(customer_id)
    case = cases.open_web_ordering(desk.tx, customer.id)
    if case is None:
        raise NotFound(what="网上订货办理")
    if way not in WAYS or day < today():
        raise BadInput(field="培训时间或方式", problem="没有选择,或早于今天", mend="请与客户商定后填写。")
    step(case, WebOrderingState.AGREED)
    return plan_training(desk, customer, US, "R7.6", day, way).id


@operation("trainings.record_training", article="R7.6", posts=TRAINS, title=("登记培训结果", "Record a training"))
def record_training(desk: Desk, training_id: UUID, held: bool, note: str) -> None:
    """The training was held, or was not and why; then another day is agreed on."""
    row = cases.training(desk.tx, training_id)
    if row is None or row.recorded_at is not None:
        raise NotFound(what="培训")
    customer = desk.customer(row.customer_id, "培训")
    if not held and not note.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明没有培训的原因。")
    row.held, row.note, row.recorded_at, row.recorded_by_name = held, note.strip(), now(), desk.actor.name
    close_tasks(desk, "training", row.id, "held" if held else "not held")
    case = cases.open_web_ordering(desk.tx, customer.id) if row.by_whom == US else None
    if case is not None:
        step(case, WebOrderingState.TRAINED if held else WebOrderingState.DELIVERED)
        if held:
            close_tasks(desk, "web_ordering", case.id, "done")
    elif not held:
        carrier_trains(desk, customer, row.by_whom, row.article)


@operation(
    "trainings.list_trainings",
    article="R7.6",
    posts=LOOKS,
    title=("查看培训安排", "See trainings"),
    changes=False,
    audited=False,
)
def list_trainings(desk: Desk) -> list[tuple[Training, Customer]]:
    """Trainings agreed and not recorded yet, by day."""
    return cases.trainings(desk.tx, desk.units)
