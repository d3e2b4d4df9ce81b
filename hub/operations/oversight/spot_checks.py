"""Spot checks: a customer's field checked by somebody who did not type it, against a second source (R17.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.inputs import Choices, Code, FieldName, Label, Limit, OptionalText
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.grants import two_people
from hub.operations.operation import operation
from hub.operations.tasks.tasks import open_task
from hub.operations.views import views
from hub.ports import new_id, now
from hub.registry.customers import customers
from hub.registry.oversight import quality
from hub.registry.schema import Customer, SpotCheck

CHECKS = frozenset(
    {
        *(Post.INTERNAL_CONTROL, Post.INSPECTOR, Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF, Post.DEPUTY_MANAGER),
        *(Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER),
    }
)
SOURCES = {
    "visit": ("实地走访", "A visit"),
    "call": ("电话核实", "A telephone call"),
    "paper": ("痕迹化资料", "The papers"),
    "partner": ("银行、通讯公司记录", "The bank's or carrier's record"),
    "second_look": ("他人复看", "A second look"),
}
"""The second source against which a field was looked at."""
# Working days within which a wrong field is put right.
PUT_RIGHT_IN = 1


class TypedByYou(Refusal):
    """Whoever typed a value does not check it (R17.2)."""

    article, status = "R17.2", 403
    says = ("“{title}”由您录入,不能由您抽查。", "You typed this field; somebody else checks it: {title}.")
    then = ("请由其他人员抽查。", "Let a colleague check it.")


@dataclass(frozen=True)
class SpotCheckView:
    """A spot check: the field, whether it was right, by which source, who had typed it, who checked it."""

    id: UUID
    field: str
    correct: bool
    source: str
    note: str
    typed_by_name: str
    typed_post: str
    by_name: str
    at: datetime


@operation(
    "spot_checks.record_check",
    article="R17.2",
    posts=CHECKS,
    title=("登记信息抽查", "Record a spot check"),
    people_only=True,
)
def record_check(
    desk: Desk,
    customer_id: UUID,
    field: Annotated[FieldName, Label("字段", "Field"), Choices({key: known.title for key, known in FIELDS.items()})],
    correct: Annotated[bool, Label("是否准确", "Right or not")],
    source: Annotated[Code, Label("核对依据", "Source"), Choices(SOURCES)],
    note: Annotated[OptionalText, Label("情况", "What was found")] = "",
) -> UUID:
    """Record whether a field was right when the caller checked; whoever typed it never does. Returns the check's id.

    A wrong field becomes a task of the post that owns it. Raises NotFound, BadInput, TypedByYou.
    """
    customer = desk.customer(customer_id)
    if field in customers.switched_off(desk.tx):
        raise BadInput(field="字段", problem="没有这个字段", mend="请从列表中选择。")
    if source not in SOURCES:
        raise BadInput(field="核对依据", problem="没有这一项", mend="请从列表中选择。")
    if not correct and not note.strip():
        raise BadInput(field="情况", problem="没有写明", mend="请写明情况。")
    typed = quality.last_typed(desk.tx, customer.id, field)
    owner = FIELDS[field].owner
    me = desk.actor.user_id
    typist = typed.by_user if typed else None
    # Without a typist, as when the hub itself set the value, anybody may check.
    if typist is not None and (typist == me or not two_people(desk.tx, me, typist)):
        raise TypedByYou(title=FIELDS[field].title)
    check = SpotCheck(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        field=field,
        correct=correct,
        source=source,
        note=note.strip(),
        typed_by=typist,
        typed_by_name=typed.by_name if typed else "",
        typed_post=(typed.post if typed and typed.post else owner),
        by_user=me,
        by_name=desk.actor.name,
        at=now(),
    )
    desk.tx.add(check)
    desk.tx.flush()
    if not correct:
        _put_right(desk, customer, check, owner)
    desk.audit_detail |= {"field": field, "correct": correct, "source": source}
    return check.id


def _put_right(desk: Desk, customer: Customer, check: SpotCheck, owner: Post) -> None:
    """Give the post that owns the field a working day to put it right."""
    open_task(
        desk,
        "wrong_field",
        "R17.2",
        post=owner,
        unit_code=customer.unit_code,
        subject=("spot_check", check.id),
        customer_id=customer.id,
        days=PUT_RIGHT_IN,
        details={"field": check.field},
    )


@operation(
    "spot_checks.list_checks",
    article="R17.2",
    posts=CHECKS,
    title=("查看信息抽查", "See spot checks"),
    changes=False,
    audited=False,
)
def list_checks(desk: Desk, customer_id: UUID, limit: Limit = 50) -> list[SpotCheckView]:
    """A customer's spot checks, newest first. Raises NotFound."""
    customer = desk.customer(customer_id)
    return views(SpotCheckView, quality.checks_of(desk.tx, customer.id, limit))
