"""Which post keeps a unit's papers and records, and the task of whoever has to hand a record in (R16.1, R16.2)."""

from uuid import UUID

from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.registry import documents
from hub.registry.schema import Application
from hub.registry.staff import users

from .tasks import open_task

# Who keeps papers where a unit has set nobody else (own convention: the clerk enters what they prove).
NAMED = Post.STATISTICS_CLERK
RECORD = "change_record"


def custodian_of(desk: Desk, unit_code: str, kind: str) -> Post:
    """The post that keeps a unit's papers of a kind: by the unit, or the nearest above it that has set one."""
    for unit in users.units_above(desk.tx, unit_code):
        custodian = documents.custodian(desk.tx, unit, kind)
        if custodian is not None:
            return Post(custodian.post)
    return NAMED


def record_made(desk: Desk, application: Application, by_post: Post, by_user: UUID | None = None) -> None:
    """Give whoever carried a change out one working day to hand its record in; the keeper's own post has it already.

    `by_user`: who is to hand it in; without one it is the actor, if a holder of the post.
    """
    if custodian_of(desk, application.unit_code, RECORD) == by_post:
        return
    task = open_task(
        desk,
        "hand_in_record",
        "R16.2",
        post=by_post,
        unit_code=application.unit_code,
        subject=("change_record", application.id),
        customer_id=application.customer_id,
        days=1,
        details={"rule": application.rule},
    )
    # The actor may be a signer of another post, or the hub: then the task is the whole post's.
    at_post = task.unit_code in desk.covered_units(frozenset({by_post}))
    task.user_id = by_user or (desk.actor.user_id if at_post else None)
