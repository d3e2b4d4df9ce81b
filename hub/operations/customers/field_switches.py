"""Fields of the catalogue switched off and on again (R3.2)."""

from typing import Annotated

from hub.domain.customers.catalogue import FIELDS
from hub.domain.inputs import FieldName, Label, Text
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.onboarding.steps import redate
from hub.operations.operation import operation
from hub.registry.customers import customers, gaps
from hub.registry.staff import users


@operation(
    "customers.list_switched_off",
    article="R3.2",
    posts={Post.INFORMATION_CENTRE},
    title=("查看字段目录", "See the catalogue of fields"),
    changes=False,
    audited=False,
)
def list_switched_off(desk: Desk) -> list[str]:
    """The catalogue's fields that are switched off, by key."""
    return sorted(customers.switched_off(desk.tx))


@operation(
    "customers.switch_field",
    article="R3.2",
    posts={Post.INFORMATION_CENTRE},
    title=("屏蔽或启用字段", "Switch a field off or on"),
    company=True,
)
def switch_field(
    desk: Desk,
    field: FieldName,
    off: Annotated[bool, Label("屏蔽", "Off")],
    why: Annotated[Text, Label("原因", "Reason")],
) -> None:
    """Switch a field off or on: off, it is in no form, export or completeness; what is stored stays (R3.2).

    Raises BadInput.
    """
    known = FIELDS.get(field)
    if known is None or known.core:
        raise BadInput(
            field=known.title if known else field, problem="没有这个字段,或不能屏蔽", mend="请从列表中选择。"
        )
    customers.switch(desk.tx, field, off, desk.actor.name, why)
    # Steps of new entrants are complete, or open again, without the field; its gaps are counted in the next turn.
    if known.deadline:
        redate(desk, frozenset(unit.code for unit in users.units(desk.tx)))
        gaps.check_soon(desk.tx, field)
    desk.about("field", field)
    desk.audit_detail |= {"off": off, "why": why}
