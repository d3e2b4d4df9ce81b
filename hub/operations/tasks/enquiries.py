"""Customers' requests that no rule covers: one owner from the first word to the end (R15.1)."""

from typing import Annotated
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.inputs import Choices, Label, OptionalField, Text
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.ports import new_id

from .tasks import open_task

# Working days in which a matter is answered (own convention: the article sets none).
DAYS = 3
# Characters of the customer's words.
LONGEST = 300


@operation(
    "matters.take_matter",
    article="R15.1",
    posts=STAFF,
    title=("登记客户诉求", "Take what a customer brings"),
    people_only=True,
)
def take_matter(
    desk: Desk,
    customer_id: UUID,
    words: Annotated[Text, Label("客户诉求", "What the customer wants")],
    bad_data: Annotated[
        OptionalField,
        Label(
            "因哪项信息有误投诉", "Complains about a wrong field", ("不是投诉的不选", "Nothing if it is no complaint")
        ),
        Choices({key: known.title for key, known in FIELDS.items()}),
    ] = "",
) -> UUID:
    """Record what a customer asks for; the caller owns it until it is finished or reassigned. Returns the task's id.

    `bad_data`: the field whose wrong value the customer complains about, counted against its post and channel (R17.2).
    Numbers that may be a card, phone or ID are masked in the words. Raises NotFound, and BadInput without words.
    """
    customer = desk.customer(customer_id)
    wish = words.strip()
    if not wish or len(wish) > LONGEST:
        raise BadInput(field="客户诉求", problem="没有填写,或超过 300 字", mend="请用一两句话写明客户要办什么。")
    own = (post for post in POST_TITLES if post in desk.actor.posts)
    # There is one: `desk.customer` found the unit among those of the caller's posts.
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
        details={"words": wish} | ({"bad_data": bad_data} if bad_data else {}),
    )
    # Not the post's: a customer's request has one owner from the first word (R15.1).
    task.user_id = desk.actor.user_id
    return task.id
