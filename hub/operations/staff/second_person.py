"""What about power takes a second person: who asks, who may confirm, what waits for them (R4.1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.domain.refusals import Refusal, Stale
from hub.domain.staff.posts import PROTECTED, Post
from hub.domain.states import ACCESS, AccessState
from hub.operations.desk import Desk
from hub.operations.grants import at_post
from hub.operations.tasks.due_dates import due_after
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import new_id, now
from hub.registry.schema import AccessRequest, User
from hub.registry.staff import access_requests, users

CONFIRMS = (Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE)
"""Who may be the second person; the first of them that somebody holds gets the task."""
DAYS = 3
"""Working days in which a request is decided; then it is over and may be made anew."""


class NobodyToConfirm(Refusal):
    """A second person is one who is there (R4.1)."""

    article = "R4.1"
    says = (
        "“{action}”须由另一位信息中心人员或内管员复核,但没有这样的人员。",
        "“{action_en}” needs a second person of information centre or internal control, and there is none.",
    )
    then = (
        "请先由市公司信息中心为另一人授予内管员或信息中心岗位。",
        "Let the company's information centre appoint another internal control or information centre first.",
    )


def takes_two(desk: Desk, user: User, post: str) -> bool:
    """Whether giving the user this post takes a second person; what a programme may do always does.

    A programme's token is in somebody's hands, and an account is in the hands of whoever was shown its password: giving
    it a post would give them what they may not give themselves.
    """
    caller = desk.actor.user_id
    return caller is not None and (user.service or post in PROTECTED or user.password_shown_to == caller)


def is_protected(desk: Desk, user: User) -> bool:
    """Whether the user holds a post whose password is not one person's to replace, as A or as B holder."""
    return any(grant.post in PROTECTED for grant in users.posts_of(desk.tx, user.id))


def ask(
    desk: Desk,
    kind: str,
    user: User,
    *,
    post: str | None = None,
    unit_code: str | None = None,
    holder: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> AccessRequest:
    """Write down what is asked for and open the task of whom it waits for; asking for the same twice gives the first.

    Raises NobodyToConfirm when nobody but the caller and the user could.
    """
    for request in access_requests.open_about(desk.tx, user.id):
        same = (request.kind, request.post, request.post_unit) == (kind, post, unit_code)
        if same and request.details == dict(details or {}) and request.state == AccessState.ASKED:
            return request
    where = place(desk, user, unit_code)
    request = new_request(desk, kind, user, where, due_after(desk.tx, now(), DAYS).moment)
    request.post, request.post_unit, request.holder = post, unit_code, holder
    request.details = dict(details or {})
    confirmer = _confirming_post(desk, where, {request.asked_by, user.id})
    desk.tx.add(request)
    desk.tx.flush()
    subject = ("access", request.id)
    open_task(desk, "confirm_access", "R4.1", post=confirmer, unit_code=where, subject=subject, days=1)
    desk.audit_detail |= {"waits_for": "second_person", "request": str(request.id)}
    return request


def drop_open(desk: Desk, user: User, kind: str = "", *, but: UUID | None = None) -> None:
    """What was asked for about a user, of a kind if one is named, is no longer needed; all but the one named."""
    for request in access_requests.open_about(desk.tx, user.id):
        if kind in ("", request.kind) and request.id != but:
            become(request, AccessState.WITHDRAWN)
            close_tasks(desk, "access", request.id, request.state)


def become(request: AccessRequest, state: AccessState) -> None:
    """The request's next state. Raises Stale when it is past that step."""
    if state not in ACCESS[AccessState(request.state)]:
        raise Stale(what="授权复核")
    request.state = state


def place(desk: Desk, user: User, unit_code: str | None) -> str:
    """The nearest unit that has the user's own, those of their grants and the one named below it."""
    units = users.units_of(desk.tx, user) | ({unit_code} if unit_code else set())
    nearest = users.common_unit(desk.tx, units)
    if nearest is None:
        raise _nobody(desk)
    return nearest


def new_request(desk: Desk, kind: str, user: User, where: str, until: datetime) -> AccessRequest:
    """A request of the caller's about a user, not yet in the registry."""
    assert desk.actor.user_id is not None
    return AccessRequest(
        id=new_id(),
        kind=kind,
        user_id=user.id,
        user_name=user.name,
        user_unit=user.unit_code,
        unit_code=where,
        details={},
        state=AccessState.ASKED,
        asked_by=desk.actor.user_id,
        asked_by_name=desk.actor.name,
        asked_at=now(),
        until=until,
    )


def _confirming_post(desk: Desk, where: str, involved: set[UUID]) -> Post:
    for post in CONFIRMS:
        if any(user.id not in involved for user in at_post(desk.tx, post, where)):
            return post
    raise _nobody(desk)


def _nobody(desk: Desk) -> NobodyToConfirm:
    assert desk.doing is not None
    return NobodyToConfirm(action=desk.doing.title[0], action_en=desk.doing.title[1])
