"""Customers' requests that no rule covers: one owner from the first word to the end (R15.1)."""

from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Label, Text
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.ports import new_id

from .tasks import open_task

# Working days in which a matter is answered (own convention: the article sets none).
DAYS = 3
LONGEST = 300


@operation(
    "matters.take_matter",
    article="R15.1",
    posts=STAFF,
    title=("登记客户来访事项", "Take what a customer brings"),
    people_only=True,
)
def take_matter(
    desk: Desk, customer_id: UUID, words: Annotated[Text, Label("来访事项", "What the customer wants")]
) -> UUID:
    """Record what a customer asks for; the caller owns it until it is finished or reassigned. Returns the task's id.

    Numbers that may be a card, phone or ID are masked in the words. Raises NotFound, and BadInput without words.
    """
    customer = desk.customer(customer_id)
    wish = words.strip()
    if not wish or len(wish) > LONGEST:
        raise BadInput(field="来访事项", problem="没有填写,或超过 300 字", mend="请用一两句话写明客户要办什么。")
    own = (post for post in POST_TITLES if post in desk.actor.posts)
    post = next(post for post in own if customer.unit_code in desk.covered_units(frozenset({Post(post)})))
    task = open_task(
        desk,
        "matter",
        "R15.1",
        post=post,
        unit_code=customer.unit_code,
        subject=("matter", new_id()),
        customer_id=customer.id,
        days=DAYS,
        details={"words": wish},
    )
    task.user_id = desk.actor.user_id
    return task.id
