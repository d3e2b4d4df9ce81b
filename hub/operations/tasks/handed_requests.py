"""A customer's request handed to another post: whoever hands it on owns it until that post has taken it (R15.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Choices, Code, Label, Limit, Text
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.grants import at_post
from hub.operations.operation import STAFF, operation
from hub.operations.views import view
from hub.ports import new_id, now
from hub.registry.schema import RequestHand, Task
from hub.registry.staff import users
from hub.registry.tasks import request_hands

from .notify import tell
from .tasks import NotYourPost, answer_hand, check_not_handed_on, check_owned, my_task, open_task

# Working days within which the other post takes a request or says why not.
DAYS = 1


class OnlyRequests(Refusal):
    """A task that a rule gives to a post stays there; only a customer's request goes to another post (R15.2)."""

    article = "R15.2"
    says = ("这项工作由本岗位负责,不能转交其他岗位。", "This task belongs to its post and goes to no other.")
    then = ("请在本岗位内转办。", "Reassign it within the post.")


class SamePost(Refusal):
    """Within one post a task is reassigned (R15.1)."""

    article = "R15.2"
    says = ("这项诉求本来就由{post}负责。", "The request is with that post already: {post}.")
    then = ("请在“转办”里选择本岗位的接办人。", "Choose a colleague of the post under “Reassign”.")


class NobodyThere(Refusal):
    """A request goes only to a post where somebody can take it (R15.2)."""

    article = "R15.2"
    says = ("本单位的{post}岗位没有人员,不能转交。", "Nobody in the unit could take it: {post}.")
    then = ("请转交有人的岗位,或由您答复客户。", "Hand it to a post that is filled, or answer the customer yourself.")


@dataclass(frozen=True)
class WaitingHand:
    """A request that waits for another post while `owner` has it. `mine_to_take`: the caller's post is asked."""

    id: UUID
    task_id: UUID
    customer_id: UUID
    customer_code: str
    shop_name: str
    words: str
    from_post: str
    to_post: str
    why: str
    by_name: str
    at: datetime
    owner: str
    mine_to_take: bool


@operation(
    "handed_requests.hand_on",
    article="R15.2",
    posts=STAFF,
    title=("转交其他岗位", "Hand a request to another post"),
    people_only=True,
)
def hand_on(
    desk: Desk,
    task_id: UUID,
    post: Annotated[Code, Label("转交岗位", "To which post"), Choices({str(k): w for k, w in POST_TITLES.items()})],
    why: Annotated[Text, Label("转交原因", "Why")],
) -> UUID:
    """Ask another post to take a customer's request; until it does the owner has it. Returns the hand's id.

    Raises NotFound, NotYourPost, OwnedByAnother, OnlyRequests, SamePost, NobodyThere, HandedOnAlready, BadInput.
    """
    task = my_task(desk, task_id)
    check_owned(desk, task)
    if task.kind != "matter" or task.customer_id is None:
        raise OnlyRequests()
    if post not in set(Post):
        raise BadInput(field="岗位", problem="没有这个岗位", mend="请从列表中选择。")
    if not why.strip():
        raise BadInput(field="转办原因", problem="没有填写", mend="请写明为什么转办。")
    wanted = Post(post)
    if post == task.post:
        raise SamePost(post=POST_TITLES[wanted])
    check_not_handed_on(desk, task)
    # A post that only the caller fills counts as empty: nobody hands a request to themselves.
    if all(holder.id == desk.actor.user_id for holder in at_post(desk.tx, wanted, task.unit_code)):
        raise NobodyThere(post=POST_TITLES[wanted])
    # A request that was its whole post's becomes the caller's: none is passed round without an owner.
    task.user_id = task.user_id or desk.actor.user_id
    hand = RequestHand(
        id=new_id(),
        task_id=task.id,
        customer_id=task.customer_id,
        unit_code=task.unit_code,
        from_post=task.post,
        to_post=post,
        why=why.strip(),
        by_user=desk.actor.user_id,
        by_name=desk.actor.name,
        at=now(),
    )
    desk.tx.add(hand)
    desk.tx.flush()
    _ask_to_take(desk, task, hand)
    desk.audit_detail |= {"to_post": post, "why": why.strip()}
    return hand.id


def _ask_to_take(desk: Desk, task: Task, hand: RequestHand) -> None:
    """Give the other post a task: to take it or to say why not, in a working day."""
    open_task(
        desk,
        "take_request",
        "R15.2",
        post=Post(hand.to_post),
        unit_code=hand.unit_code,
        subject=("request_hand", hand.id),
        customer_id=hand.customer_id,
        days=DAYS,
        details={"words": task.details.get("words", "")},
    )


@operation(
    "handed_requests.take",
    article="R15.2",
    posts=STAFF,
    title=("接办转交的诉求", "Take a request that was handed on"),
    people_only=True,
)
def take(desk: Desk, hand_id: UUID) -> None:
    """Take a request for the post that was asked; from now on the caller owns it to its end.

    Raises NotFound, NotYourPost, Stale.
    """
    hand, task = _asked_of_caller(desk, hand_id)
    # Remembered for the notice: the next lines give the task another owner.
    before = task.user_id
    answer_hand(desk, hand, "taken_over")
    task.post, task.user_id = hand.to_post, desk.actor.user_id
    _tell_owner(desk, hand, "request_taken", before)


@operation(
    "handed_requests.decline",
    article="R15.2",
    posts=STAFF,
    title=("不接办转交的诉求", "Decline a request that was handed on"),
    people_only=True,
)
def decline(desk: Desk, hand_id: UUID, why: Annotated[Text, Label("不接办的理由", "Why not")]) -> None:
    """Say why the post does not take a request; its owner still has it and is told.

    Raises NotFound, NotYourPost, Stale, and BadInput without a reason.
    """
    hand, task = _asked_of_caller(desk, hand_id)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明理由。")
    answer_hand(desk, hand, "declined", why.strip())
    _tell_owner(desk, hand, "request_declined", task.user_id)


@operation(
    "handed_requests.take_back",
    article="R15.2",
    posts=STAFF,
    title=("收回转交的诉求", "Take a handed request back"),
    people_only=True,
)
def take_back(desk: Desk, hand_id: UUID) -> None:
    """End a hand before it is answered. Raises NotFound, NotYourPost, OwnedByAnother, Stale."""
    hand, task = _waiting(desk, hand_id)
    check_owned(desk, my_task(desk, task.id))
    answer_hand(desk, hand, "taken_back")


@operation(
    "handed_requests.list_hands",
    article="R15.2",
    posts=STAFF,
    title=("查看转交的诉求", "See requests that were handed on"),
    changes=False,
    audited=False,
)
def list_hands(desk: Desk, limit: Limit = 100) -> list[WaitingHand]:
    """Requests that wait for one of the caller's posts, or that the caller has and another post is asked to take."""
    places = {(str(post), unit) for post in desk.actor.posts for unit in desk.covered_units(frozenset({post}))}
    waiting = request_hands.waiting(desk.tx, places, desk.actor.user_id, limit)
    owners = {task.user_id: _name(desk, task.user_id) for _, task, _ in waiting}
    return [
        view(
            WaitingHand,
            hand,
            customer_code=customer.code,
            shop_name=customer.shop_name,
            words=str(task.details.get("words", "")),
            owner=owners[task.user_id],
            mine_to_take=(hand.to_post, hand.unit_code) in places,
        )
        for hand, task, customer in waiting
    ]


def _name(desk: Desk, user_id: UUID | None) -> str:
    user = users.user(desk.tx, user_id) if user_id else None
    return user.name if user else ""


def _waiting(desk: Desk, hand_id: UUID) -> tuple[RequestHand, Task]:
    """A hand without an answer in the caller's units. Raises NotFound, Stale."""
    known = request_hands.hand(desk.tx, hand_id)
    if known is None or (desk.units is not None and known[0].unit_code not in desk.units):
        raise NotFound(what="转交的诉求")
    if known[0].answered_at is not None:
        raise Stale(what="转交的诉求")
    desk.about("task", str(known[1].id))
    return known


def _asked_of_caller(desk: Desk, hand_id: UUID) -> tuple[RequestHand, Task]:
    """A hand that the caller's post is asked to take. Raises NotFound, NotYourPost, Stale."""
    hand, task = _waiting(desk, hand_id)
    post = Post(hand.to_post)
    if hand.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=POST_TITLES[post])
    return hand, task


def _tell_owner(desk: Desk, hand: RequestHand, kind: str, user_id: UUID | None) -> None:
    tell(
        desk,
        kind,
        "R15.2",
        [Post(hand.from_post)],
        hand.unit_code,
        customer_id=hand.customer_id,
        user_id=user_id,
        name=desk.actor.name,
        why=hand.answer_why or "",
    )
