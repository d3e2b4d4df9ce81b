"""Changes of power that need a second person: when, and the request that waits for one (R4.1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.domain.refusals import Refusal, Stale
from hub.domain.staff.posts import PROTECTED, Post
from hub.domain.states import ACCESS, AccessState
from hub.operations.desk import Desk
from hub.operations.grants import at_post, two_people
from hub.operations.tasks.due_dates import due_after
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import WaitsFor
from hub.ports import new_id, now
from hub.registry.schema import AccessRequest, User
from hub.registry.staff import access_requests, users

# Who may be the second person; the first of these posts with a holder gets the task.
CONFIRMS = (Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE)
# Working days within which a request must be decided; after that it expires.
DAYS = 3


class NobodyToConfirm(Refusal):
    """There is no second person to confirm (R4.1)."""

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
    """Whether giving the user this post takes a second person; for a programme's account it always does.

    Whoever holds a programme's token, or was shown an account's password, controls the account: giving it a post would
    let them give power to themselves.
    """
    caller = desk.actor.user_id
    return caller is not None and (user.service or post in PROTECTED or not two_people(desk.tx, caller, user.id))


def is_protected(desk: Desk, user: User) -> bool:
    """Whether the user holds, as A or B, a post whose password no one resets alone."""
    return any(grant.post in PROTECTED for grant in users.posts_of(desk.tx, user.id))


def ask_second(
    desk: Desk,
    kind: str,
    user: User,
    *,
    post: str | None = None,
    unit_code: str | None = None,
    holder: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> AccessRequest:
    """Enter a request and open the second person's task; asking for the same again returns the open request.

    Raises NobodyToConfirm when only the caller or the user could confirm it.
    """
    for request in access_requests.open_about(desk.tx, user.id):
        asked = (request.kind, request.post, request.post_unit, request.holder)
        same = asked == (kind, post, unit_code, holder)
        # An impatient second click must not make two requests, of which both could be confirmed.
        if same and request.details == dict(details or {}) and request.state == AccessState.ASKED:
            return request
    where = place_of(desk, user, unit_code)
    request = new_request(desk, kind, user, where, due_after(desk.tx, now(), DAYS).moment)
    request.post, request.post_unit, request.holder = post, unit_code, holder
    request.details = dict(details or {})
    confirmer = _confirming_post(desk, where, request)
    desk.tx.add(request)
    desk.tx.flush()
    subject = ("access", request.id)
    open_task(desk, "confirm_access", "R4.1", post=confirmer, unit_code=where, subject=subject, days=1)
    desk.audit_detail |= {"waits_for": "second_person", "request": str(request.id)}
    return request


def drop_open(desk: Desk, user: User, kind: str = "", *, but: UUID | None = None) -> None:
    """Withdraw the open requests about a user, of a kind if one is named, except one."""
    for request in access_requests.open_about(desk.tx, user.id):
        if kind in ("", request.kind) and request.id != but:
            move_to(request, AccessState.WITHDRAWN)
            close_tasks(desk, "access", request.id, request.state)


def move_to(request: AccessRequest, state: AccessState) -> None:
    """Move a request to a state that its table allows. Raises Stale."""
    if state not in ACCESS[AccessState(request.state)]:
        raise Stale(what="授权复核")
    request.state = state


def place_of(desk: Desk, user: User, unit_code: str | None) -> str:
    """The lowest unit above the user's own, those of their grants and the one named. Raises NobodyToConfirm."""
    # The confirmer must cover all of it: a confirmer of one unit could not answer for a post held in another.
    units = users.units_of(desk.tx, user) | ({unit_code} if unit_code else set())
    nearest = users.common_unit(desk.tx, units)
    if nearest is None:
        raise _nobody(desk)
    return nearest


def waiting(request: AccessRequest) -> WaitsFor:
    """What the request waits for, as the caller is told."""
    what = "collection" if request.state == AccessState.WAITING else "second_person"
    return WaitsFor(what, request.id, request.until)


def new_request(desk: Desk, kind: str, user: User, where: str, until: datetime) -> AccessRequest:
    """A request by the caller about a user, not yet added to the transaction."""
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


# Looked for before the request is stored: one that nobody could confirm would just wait until it expires.
def _confirming_post(desk: Desk, where: str, request: AccessRequest) -> Post:
    for post in CONFIRMS:
        others = (user.id for user in at_post(desk.tx, post, where) if user.id != request.user_id)
        if any(two_people(desk.tx, other, request.asked_by) for other in others):
            return post
    raise _nobody(desk)


def _nobody(desk: Desk) -> NobodyToConfirm:
    assert desk.doing is not None
    return NobodyToConfirm(action=desk.doing.title[0], action_en=desk.doing.title[1])
