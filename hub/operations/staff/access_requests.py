"""Requests about power: seen, decided by a second person, taken by whom they wait for, over by themselves (R4.1, R6.1)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.domain.privacy.redaction import redact
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.domain.states import OPEN_ACCESS, AccessState
from hub.operations.desk import Desk
from hub.operations.grants import held_by
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import now
from hub.registry.schema import AccessRequest, User
from hub.registry.staff import access_requests, users

from .api_tokens import Issued, Wanted, check, make, programme
from .colleagues import colleague, tell_control
from .first_passwords import TAKE, TAKEN_WITHIN, NobodyToTake, hand_out, new_password, takers
from .granting import give
from .second_person import CONFIRMS, become

CENTRE = {Post.INFORMATION_CENTRE}
LOOKS = {*CONFIRMS, *TAKE}
WHAT = "授权复核"


class OwnRequest(Refusal):
    """The second person is neither who asked nor whom it is about (R4.1)."""

    article, status = "R4.1", 403
    says = ("不能复核本人提出或涉及本人的申请。", "Nobody confirms what they asked for or what is about them.")
    then = (
        "请由另一位信息中心人员或内管员复核。",
        "Let another holder of information centre or internal control do it.",
    )


class RequestOver(Refusal):
    """A decision is made once, and in time (R4.1)."""

    article = "R4.1"
    says = ("这项申请已办结或已过期。", "This request was decided already, or is over.")
    then = ("需要时请重新提出。", "Ask anew if it is still needed.")


class AskerWithout(Refusal):
    """What was asked for is confirmed only while who asked could still ask for it (R4.1)."""

    article = "R4.1"
    says = ("{name}已无权提出这项申请。", "{name} could not ask for this any more.")
    then = ("请驳回这项申请。", "Reject it.")


class NotTheTaker(Refusal):
    """A password goes to its user by somebody of their unit who did not ask for it (R6.1)."""

    article, status = "R6.1", 403
    says = ("这个密码由{unit}的{post}转交。", "This password is handed over by {post} of {unit}.")
    then = ("请由其领取并当面交给本人。", "Let them take it and hand it over in person.")


@dataclass(frozen=True)
class AccessView:
    """A request, and what the reader may do with it."""

    row: AccessRequest
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
def list_requests(desk: Desk, limit: int = 100) -> list[AccessView]:
    """What the caller may decide, what they may take and what they asked for; open ones first."""
    deciding = desk.covered_units(frozenset(CONFIRMS)) if desk.units is not None else None
    views = []
    for request in access_requests.listed(desk.tx, desk.units, desk.actor.user_id, min(limit, 500)):
        view = _view(desk, request)
        if view.mine or view.may_take or deciding is None or request.unit_code in deciding:
            views.append(view)
    return views


def _view(desk: Desk, request: AccessRequest) -> AccessView:
    me = desk.actor.user_id
    deciding = desk.covered_units(frozenset(CONFIRMS))
    asked = request.state == AccessState.ASKED and request.until > now()
    waiting = request.state == AccessState.WAITING and request.until > now()
    may_decide = asked and request.unit_code in deciding and me not in (request.asked_by, request.user_id)
    own_token = request.kind == "token" and request.asked_by == me
    may_take = waiting and (own_token or (request.kind == "password" and _is_taker(desk, request)))
    return AccessView(request, may_decide, may_take, request.asked_by == me)


def _is_taker(desk: Desk, request: AccessRequest) -> bool:
    user = users.user(desk.tx, request.user_id)
    if user is None or user.unit_code not in desk.covered_units(frozenset(TAKE)):
        return False
    try:
        return desk.actor.user_id in {other.id for other in takers(desk, user, request.asked_by).users}
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
    """What was asked for is done, after everything that held when it was asked has been checked again.

    A password or a token then waits for who takes it. Raises NotFound, HoldsElsewhere, OwnRequest, RequestOver,
    AskerWithout, NobodyToTake, BadInput.
    """
    request, user = _to_decide(desk, request_id)
    _still_asked_rightly(desk, request, user)
    if not user.active:
        raise NotFound(what="在用的用户")
    close_tasks(desk, "access", request.id, "confirmed")
    _decided(desk, request)
    if request.kind == "grant":
        assert request.post and request.post_unit and request.holder
        give(desk, user, request.post, request.post_unit, request.holder)
        become(request, AccessState.DONE)
    elif request.kind == "password":
        hand_out(desk, user, request)
        tell_control(desk, "password_reset", "R6.1", user.unit_code, user)
    else:
        check(desk, Wanted.of(request.details))
        _let_take_token(desk, request)
    _tell_asker(desk, request, "access_confirmed")


@operation(
    "access_requests.reject",
    article="R4.1",
    posts=CONFIRMS,
    title=("复核驳回授权", "Reject as second person"),
    people_only=True,
)
def reject(desk: Desk, request_id: UUID, why: str) -> None:
    """Nothing of what was asked for is done; who asked learns why. Raises NotFound, OwnRequest, RequestOver, BadInput."""
    request, _ = _to_decide(desk, request_id)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="驳回时请写明理由。")
    become(request, AccessState.REJECTED)
    request.why = redact(why.strip()[:200])
    _decided(desk, request)
    close_tasks(desk, "access", request.id, request.state)
    _tell_asker(desk, request, "access_rejected", why=request.why)


@operation(
    "access_requests.withdraw",
    article="R4.1",
    posts=CENTRE,
    title=("撤回授权申请", "Take a request back"),
    people_only=True,
)
def withdraw(desk: Desk, request_id: UUID) -> None:
    """Who asked does not need it any more. Raises NotFound for another's, RequestOver."""
    request = _request(desk, request_id)
    if request.asked_by != desk.actor.user_id:
        raise NotFound(what=WHAT)
    if request.state not in OPEN_ACCESS:
        raise RequestOver()
    become(request, AccessState.WITHDRAWN)
    close_tasks(desk, "access", request.id, request.state)


@operation(
    "access_requests.take_password",
    article="R6.1",
    posts=TAKE,
    title=("领取一次性密码", "Take a one-time password"),
    people_only=True,
)
def take_password(desk: Desk, request_id: UUID) -> str:
    """The one-time password, made now, shown once and kept nowhere; for who hands it to its user in person.

    Raises NotFound, NotTheTaker, RequestOver, NobodyToTake.
    """
    request = _request(desk, request_id)
    user = users.user(desk.tx, request.user_id, lock=True)
    outside = user is None or (desk.units is not None and user.unit_code not in desk.units)
    if user is None or outside or request.kind != "password":
        raise NotFound(what=WHAT)
    desk.about("user", user.login)
    desk.at_unit = user.unit_code
    _in_time(request, AccessState.WAITING)
    chosen = takers(desk, user, request.asked_by)
    if desk.actor.user_id not in {other.id for other in chosen.users}:
        unit = users.unit(desk.tx, chosen.unit_code)
        raise NotTheTaker(unit=unit.name if unit else chosen.unit_code, post=POST_TITLES[chosen.post][0])
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
    """The token that was confirmed, made now and shown once, for who asked for it. Raises NotFound, RequestOver, BadInput."""
    request = _request(desk, request_id)
    if request.asked_by != desk.actor.user_id or request.kind != "token":
        raise NotFound(what=WHAT)
    _in_time(request, AccessState.WAITING)
    owner, wanted = programme(desk, request.user_id), Wanted.of(request.details)
    check(desk, wanted)
    _taken(desk, request)
    return make(desk, owner, wanted)


def expire(desk: Desk) -> int:
    """What nobody decided or took in time is over, and who asked is told; the hub's own step."""
    requests = access_requests.past(desk.tx, now(), 100)
    for request in requests:
        become(request, AccessState.OVER)
        close_tasks(desk, "access", request.id, request.state)
        _tell_asker(desk, request, "access_over")
    return len(requests)


def _request(desk: Desk, request_id: UUID) -> AccessRequest:
    request = access_requests.get(desk.tx, request_id)
    if request is None:
        raise NotFound(what=WHAT)
    return request


def _to_decide(desk: Desk, request_id: UUID) -> tuple[AccessRequest, User]:
    """The request and whom it is about, covered with all that it names, for a second person, in time."""
    request = _request(desk, request_id)
    if desk.units is not None and request.unit_code not in desk.units:
        raise NotFound(what=WHAT)
    user = colleague(desk, request.user_id)
    if desk.actor.user_id in (request.asked_by, request.user_id):
        raise OwnRequest()
    _in_time(request, AccessState.ASKED)
    return request, user


def _in_time(request: AccessRequest, state: AccessState) -> None:
    if request.state != state or request.until <= now():
        raise RequestOver()


def _still_asked_rightly(desk: Desk, request: AccessRequest, user: User) -> None:
    """Who asked is still there, and still covers all that the request names, as information centre."""
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


def _let_take_token(desk: Desk, request: AccessRequest) -> None:
    become(request, AccessState.WAITING)
    request.until = now() + TAKEN_WITHIN
    post, subject = Post.INFORMATION_CENTRE, ("access", request.id)
    task = open_task(desk, "take_token", "R6.1", post=post, unit_code=request.unit_code, subject=subject, days=0)
    task.user_id = request.asked_by


def _taken(desk: Desk, request: AccessRequest) -> None:
    become(request, AccessState.DONE)
    request.taken_by_name, request.taken_at = desk.actor.name, now()
    close_tasks(desk, "access", request.id, "taken")
    desk.audit_detail["request"] = str(request.id)


def _tell_asker(desk: Desk, request: AccessRequest, kind: str, **details: Any) -> None:
    about: dict[str, Any] = {"name": request.user_name, "subject_kind": "access", "subject_id": str(request.id)}
    post = Post.INFORMATION_CENTRE
    tell(desk, kind, "R4.1", [post], request.unit_code, user_id=request.asked_by, **about, **details)
