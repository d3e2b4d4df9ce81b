"""Requests that need a second person: listed, decided, collected, expired (R4.1, R6.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from hub.domain.inputs import Label, Limit, Text
from hub.domain.privacy.redaction import redact
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.domain.states import OPEN_ACCESS, AccessState
from hub.operations.desk import Desk
from hub.operations.grants import AskerWithout, NotTwoPeople, check_second, held_by, two_people
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import now
from hub.registry.schema import AccessRequest, User
from hub.registry.staff import access_requests, users

from .api_tokens import Issued, Wanted, check_wanted, make_token, service_user
from .colleagues import colleague, tell_control
from .first_passwords import TAKE, TAKEN_WITHIN, NobodyToTake, hand_out, new_password, takers
from .granting import give_post
from .second_person import CONFIRMS, move_to

CENTRE = {Post.INFORMATION_CENTRE}
LOOKS = {*CONFIRMS, *TAKE}
WHAT = "授权复核"


class OwnRequest(Refusal):
    """The second person is neither the asker nor the user whom the request is about (R4.1)."""

    article, status = "R4.1", 403
    says = ("不能复核本人提出或涉及本人的申请。", "You cannot confirm a request of your own or about yourself.")
    then = (
        "请由另一位信息中心人员或内管员复核。",
        "Another holder of information centre or internal control must confirm it.",
    )


class RequestOver(Refusal):
    """A request is decided once, and in time (R4.1)."""

    article = "R4.1"
    says = ("这项申请已办结或已过期。", "This request has been decided or has expired.")
    then = ("需要时请重新提出。", "Make it again if it is still needed.")


class NotTheTaker(Refusal):
    """A password is handed over by someone of the user's unit who neither asked for it nor confirmed it (R6.1)."""

    article, status = "R6.1", 403
    says = ("这个密码由{unit}的{post}转交。", "This password is handed over by {post} of {unit}.")
    then = ("请由其领取并当面交给本人。", "They must collect it and hand it over in person.")


@dataclass(frozen=True)
class AccessView:
    """A request, and what the reader may do with it."""

    id: UUID
    kind: str
    user_id: UUID
    user_name: str
    user_unit: str
    post: str | None
    post_unit: str | None
    holder: str | None
    details: dict[str, Any]
    state: str
    asked_by_name: str
    asked_at: datetime
    until: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    why: str | None
    taken_by_name: str | None
    taken_at: datetime | None
    may_decide: bool
    may_take: bool
    mine: bool


@operation(
    "access_requests.list_requests",
    article="R4.1",
    posts=LOOKS,
    title=("查看授权复核", "See what takes a second person"),
    changes=False,
    audited=False,
    people_only=True,
)
def list_requests(desk: Desk, limit: Limit = 100) -> list[AccessView]:
    """Requests that the caller may decide, may collect or has made; open ones first."""
    deciding = desk.covered_units(frozenset(CONFIRMS)) if desk.units is not None else None
    # LOOKS is wider than CONFIRMS: a section chief is let in to collect passwords, and must not see what others decide.
    requests = access_requests.listed(desk.tx, desk.units, desk.actor.user_id, min(limit, 500))
    seen = [(request, _view(desk, request)) for request in requests]
    return [
        shown
        for request, shown in seen
        if shown.mine or shown.may_take or deciding is None or request.unit_code in deciding
    ]


def _view(desk: Desk, request: AccessRequest) -> AccessView:
    me = desk.actor.user_id
    deciding = desk.covered_units(frozenset(CONFIRMS))
    # The clock is asked beside the state: the periodic step may not have expired the request yet.
    asked = request.state == AccessState.ASKED and request.until > now()
    waiting = request.state == AccessState.WAITING and request.until > now()
    covered = asked and request.unit_code in deciding
    may_decide = covered and me != request.user_id and two_people(desk.tx, me, request.asked_by)
    own_token = request.kind == "token" and request.asked_by == me
    may_take = waiting and (own_token or (request.kind == "password" and _is_taker(desk, request)))
    return view(AccessView, request, may_decide=may_decide, may_take=may_take, mine=request.asked_by == me)


def _is_taker(desk: Desk, request: AccessRequest) -> bool:
    user = users.user(desk.tx, request.user_id)
    if user is None or user.unit_code not in desk.covered_units(frozenset(TAKE)):
        return False
    try:
        return desk.actor.user_id in {
            other.id for other in takers(desk, user, request.asked_by, request.decided_by).users
        }
    except NobodyToTake:
        return False


@operation(
    "access_requests.confirm",
    article="R4.1",
    posts=CONFIRMS,
    title=("复核同意授权", "Confirm as second person"),
    people_only=True,
)
def confirm(desk: Desk, request_id: UUID) -> None:
    """As the second person, carry a request out; everything that was checked when it was made is checked again.

    A password or a token then waits to be collected. Raises NotFound, HoldsElsewhere, OwnRequest, NotTwoPeople, RequestOver,
    AskedBefore, AskerWithout, HeldOtherwise, NobodyToTake, BadInput.
    """
    request, user = _to_decide(desk, request_id)
    # Days may pass between asking and confirming: passwords, posts, units and accounts can have changed.
    check_second(desk.tx, desk.actor.user_id, request.asked_by, request.asked_by_name, request.asked_at)
    _check_asker(desk, request, user)
    if not user.active:
        raise NotFound(what="在用的用户")
    # Before the next task about this request is opened: closing takes every open task about it.
    close_tasks(desk, "access", request.id, "confirmed")
    _decided(desk, request)
    if request.kind == "grant":
        assert request.post and request.post_unit and request.holder
        give_post(desk, user, request.post, request.post_unit, request.holder)
        move_to(request, AccessState.DONE)
    elif request.kind == "password":
        # The secret itself is made only when it is collected, so that the second person never sees it.
        hand_out(desk, user, request)
        tell_control(desk, "password_reset", "R6.1", user.unit_code, user)
    else:
        check_wanted(desk, Wanted.of(request.details))
        _await_token(desk, request)
    _tell_asker(desk, request, "access_confirmed")


@operation(
    "access_requests.reject",
    article="R4.1",
    posts=CONFIRMS,
    title=("复核驳回授权", "Reject as second person"),
    people_only=True,
)
def reject(desk: Desk, request_id: UUID, why: Annotated[Text, Label("理由", "Why")]) -> None:
    """As the second person, refuse a request; its asker learns why.

    Raises NotFound, HoldsElsewhere, OwnRequest, NotTwoPeople, RequestOver, BadInput.
    """
    request, _ = _to_decide(desk, request_id)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="驳回时请写明理由。")
    move_to(request, AccessState.REJECTED)
    # Typed by a person and shown in a notice: a customer's number in it is masked before it is stored.
    request.why = redact(why.strip()[:200])
    _decided(desk, request)
    close_tasks(desk, "access", request.id, request.state)
    _tell_asker(desk, request, "access_rejected", why=request.why)


@operation(
    "access_requests.withdraw",
    article="R4.1",
    posts=CENTRE,
    title=("撤回授权申请", "Withdraw a request"),
    people_only=True,
)
def withdraw(desk: Desk, request_id: UUID) -> None:
    """Withdraw one's own open request. Raises NotFound for another's, RequestOver."""
    request = _request(desk, request_id)
    if request.asked_by != desk.actor.user_id:
        raise NotFound(what=WHAT)
    if request.state not in OPEN_ACCESS:
        raise RequestOver()
    move_to(request, AccessState.WITHDRAWN)
    close_tasks(desk, "access", request.id, request.state)


@operation(
    "access_requests.take_password",
    article="R6.1",
    posts=TAKE,
    title=("领取一次性密码", "Take a one-time password"),
    people_only=True,
)
def take_password(desk: Desk, request_id: UUID) -> str:
    """The one-time password, made now, shown once and not stored, for the taker to hand over in person.

    Raises NotFound, NotTheTaker, RequestOver, NobodyToTake.
    """
    request = _request(desk, request_id)
    user = users.user(desk.tx, request.user_id, lock=True)
    outside = user is None or (desk.units is not None and user.unit_code not in desk.units)
    if user is None or outside or request.kind != "password":
        raise NotFound(what=WHAT)
    desk.about("user", user.login)
    desk.at_unit = user.unit_code
    # Only once the user is found to be covered: of another unit's request not even the state is revealed.
    _in_time(request, AccessState.WAITING)
    # Chosen again now: posts and passwords may have changed since the task was opened.
    chosen = takers(desk, user, request.asked_by, request.decided_by)
    if desk.actor.user_id not in {other.id for other in chosen.users}:
        unit = users.unit(desk.tx, chosen.unit_code)
        raise NotTheTaker(unit=unit.name if unit else chosen.unit_code, post=POST_TITLES[chosen.post])
    _taken(desk, request)
    return new_password(desk, user)


@operation(
    "access_requests.take_token",
    article="R6.1",
    posts=CENTRE,
    title=("领取接口令牌", "Take an API token"),
    people_only=True,
)
def take_token(desk: Desk, request_id: UUID) -> Issued:
    """The confirmed token, made now and shown once, for its asker.

    Raises NotFound, HoldsElsewhere, OnlyForProgrammes, RequestOver, BadInput.
    """
    request = _request(desk, request_id)
    if request.asked_by != desk.actor.user_id or request.kind != "token":
        raise NotFound(what=WHAT)
    _in_time(request, AccessState.WAITING)
    # Checked once more: the account, the unit and the scopes may be gone, the expiry past, since it was confirmed.
    owner, wanted = service_user(desk, request.user_id), Wanted.of(request.details)
    check_wanted(desk, wanted)
    _taken(desk, request)
    return make_token(desk, owner, wanted)


def expire_requests(desk: Desk) -> int:
    """The hub's periodic step: requests not decided or collected in time expire, and their askers are told."""
    requests = access_requests.past(desk.tx, now(), 100)
    for request in requests:
        move_to(request, AccessState.OVER)
        close_tasks(desk, "access", request.id, request.state)
        _tell_asker(desk, request, "access_over")
    return len(requests)


def _request(desk: Desk, request_id: UUID) -> AccessRequest:
    request = access_requests.get(desk.tx, request_id)
    if request is None:
        raise NotFound(what=WHAT)
    return request


def _to_decide(desk: Desk, request_id: UUID) -> tuple[AccessRequest, User]:
    """An open request and the user it is about, if the caller covers both and may be its second person."""
    request = _request(desk, request_id)
    # Not found before not allowed: a caller elsewhere learns nothing, not even that the request exists.
    if desk.units is not None and request.unit_code not in desk.units:
        raise NotFound(what=WHAT)
    user = colleague(desk, request.user_id)
    if desk.actor.user_id in (request.asked_by, request.user_id):
        raise OwnRequest()
    if not two_people(desk.tx, desk.actor.user_id, request.asked_by):
        raise NotTwoPeople(name=request.asked_by_name)
    _in_time(request, AccessState.ASKED)
    return request, user


def _in_time(request: AccessRequest, state: AccessState) -> None:
    if request.state != state or request.until <= now():
        raise RequestOver()


def _check_asker(desk: Desk, request: AccessRequest, user: User) -> None:
    """Raise AskerWithout unless the asker is active and still covers every unit that the request involves."""
    named = users.units_of(desk.tx, user) | ({request.post_unit} if request.post_unit else set())
    asker = users.user(desk.tx, request.asked_by)
    grants, _ = held_by(desk.tx, request.asked_by)
    units = users.units_below(desk.tx, (unit for post, unit in grants if post in CENTRE))
    if asker is None or not asker.active or not named <= units:
        raise AskerWithout(name=request.asked_by_name)


def _decided(desk: Desk, request: AccessRequest) -> None:
    request.decided_by, request.decided_by_name, request.decided_at = desk.actor.user_id, desk.actor.name, now()
    named = {"request": str(request.id), "kind": request.kind, "post": request.post, "unit": request.post_unit}
    desk.audit_detail |= {**named, "asked_by": request.asked_by_name}


def _await_token(desk: Desk, request: AccessRequest) -> None:
    move_to(request, AccessState.WAITING)
    request.until = now() + TAKEN_WITHIN
    post, subject = Post.INFORMATION_CENTRE, ("access", request.id)
    task = open_task(desk, "take_token", "R6.1", post=post, unit_code=request.unit_code, subject=subject, days=0)
    # In the asker's name: `take_token` refuses every other holder of the post.
    task.user_id = request.asked_by


def _taken(desk: Desk, request: AccessRequest) -> None:
    move_to(request, AccessState.DONE)
    request.taken_by_name, request.taken_at = desk.actor.name, now()
    close_tasks(desk, "access", request.id, "taken")
    desk.audit_detail["request"] = str(request.id)


def _tell_asker(desk: Desk, request: AccessRequest, kind: str, **details: Any) -> None:
    about: dict[str, Any] = {"name": request.user_name, "subject_kind": "access", "subject_id": str(request.id)}
    post = Post.INFORMATION_CENTRE
    tell(desk, kind, "R4.1", [post], request.unit_code, user_id=request.asked_by, **about, **details)
