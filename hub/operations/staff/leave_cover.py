"""A and B holders: leave, who acts meanwhile, what is handed over and back (R5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.notify import tell
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.schema import Cover, Handover, Leave, User, UserPost
from hub.registry.staff import leave_cover, users

from .colleagues import covered
from .handover import make_records

ENTERS = {Post.SECTION_CHIEF, Post.INFORMATION_CENTRE}
LOOKS = ENTERS | {Post.INTERNAL_CONTROL, Post.DEPUTY_MANAGER}
LONGEST = timedelta(days=366)


class NoCover(Refusal):
    """A post would be left with both holders away (R5.1)."""

    article = "R5.1"
    says = ("“{post}”在这段时间没有可以顶岗的 B 岗人员。", "Nobody could act for the post {post_en} in this time.")
    then = (
        "请先在“人员”页面授予他人 B 岗,或改变休假日期,或结束 B 岗人员的休假。",
        "Grant somebody the post as B holder, choose other days, or end the B holder's own leave.",
    )


class Covering(Refusal):
    """Who has promised to cover goes on leave only when somebody else does (R5.1)."""

    article = "R5.1"
    says = ("{name}在这段时间要替人顶岗,不能同时休假。", "{name} covers for somebody in this time.")
    then = ("请改变日期,或先结束对方的休假。", "Choose other days, or end the other leave first.")


class AwayAlready(Refusal):
    """One leave at a time (R5.1)."""

    article = "R5.1"
    says = ("{name}在这段时间已登记休假。", "{name} is on leave in this time already.")
    then = ("请先结束原来的休假再登记。", "End the other leave first.")


class OwnCover(Refusal):
    """Whoever would act for the absent person does not say that they are absent: it would be a post given to oneself (R5.1)."""

    article, status = "R5.1", 403
    says = (
        "休假期间将由您为{name}顶岗,不能由您登记。",
        "You would act for {name} meanwhile, so you may not enter this leave.",
    )
    then = (
        "请由本人、科长或另一位信息中心人员登记。",
        "Let them, a section chief or another information centre enter it.",
    )


@dataclass(frozen=True)
class LeaveView:
    """A leave, who covers what, and its handover records."""

    leave: Leave
    covers: list[Cover]
    records: list[tuple[Handover, Cover]]
    state: str
    """to_come, now, over, withdrawn."""


@dataclass(frozen=True)
class PostView:
    """A post of a unit: its A holders, B holders, and whether it lacks one."""

    post: Post
    unit_code: str
    first: list[User]
    second: list[User]


def state_of(leave: Leave, moment: datetime) -> str:
    """How a leave stands at a moment."""
    if leave.withdrawn:
        return "withdrawn"
    if leave.ended_at is not None or leave.ends_at <= moment:
        return "over"
    return "now" if leave.begun_at is not None else "to_come"


@operation("cover.enter_leave", article="R5.1", posts=ENTERS, title=("登记休假", "Enter a leave"), people_only=True)
def enter_leave(desk: Desk, login: str, first: date, last: date, why: str) -> Leave:
    """An A holder is away from a day to a day, both included; each of their posts gets a B holder, or it is refused.

    Begins at once, with its handover records, when the first day is today. Raises NotFound, HoldsElsewhere, NoCover,
    Covering, AwayAlready, OwnCover.
    """
    leave_cover.hold_leaves(desk.tx)
    user = _person(desk, login)
    soon = today() <= first <= today() + LONGEST and first <= last <= first + LONGEST
    if not soon or not why.strip():
        raise BadInput(
            field="休假日期", problem="已过去、次序颠倒或没有写明事由", mend="请填写今天或以后的日期和事由。"
        )
    begins = datetime.combine(first, time(), SHANGHAI)
    ends = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    if leave_cover.overlapping(desk.tx, user.id, begins, ends):
        raise AwayAlready(name=user.name)
    if leave_cover.bound(desk.tx, user.id, begins, ends):
        raise Covering(name=user.name)
    chosen = [(row, _cover_for(desk, user, row, begins, ends)) for row in _own(desk, user)]
    if user.id != desk.actor.user_id and any(other.id == desk.actor.user_id for _, other in chosen):
        raise OwnCover(name=user.name)
    leave = Leave(
        id=new_id(),
        user_id=user.id,
        user_name=user.name,
        begins_at=begins,
        ends_at=ends,
        why=why.strip(),
        entered_by_name=desk.actor.name,
        entered_at=now(),
    )
    desk.tx.add(leave)
    desk.tx.flush()
    for row, other in chosen:
        place = {"post": row.post, "unit_code": row.unit_code}
        desk.tx.add(Cover(id=new_id(), leave_id=leave.id, user_id=other.id, user_name=other.name, **place))
    desk.tx.flush()
    desk.audit_detail |= {"from": first.isoformat(), "until": last.isoformat()}
    desk.audit_detail["covers"] = [[row.post, row.unit_code, other.login] for row, other in chosen]
    if begins <= now():
        begin(desk, leave)
    return leave


def _person(desk: Desk, login: str) -> User:
    user = users.by_login(desk.tx, login.strip(), lock=True)
    return covered(desk, user if user is not None and user.active and not user.service else None, "人员")


def _own(desk: Desk, user: User) -> list[UserPost]:
    return [row for row in users.posts_of(desk.tx, user.id) if row.holder == "a"]


def _cover_for(desk: Desk, user: User, row: UserPost, begins: datetime, ends: datetime) -> User:
    """The B holder of the unit or the nearest above it who is there. Raises NoCover."""
    for unit in users.units_above(desk.tx, row.unit_code):
        for other in leave_cover.holders(desk.tx, row.post, [unit], "b"):
            if other.id != user.id and not leave_cover.overlapping(desk.tx, other.id, begins, ends):
                return other
    zh, en = POST_TITLES[Post(row.post)]
    raise NoCover(post=zh, post_en=en)


def begin(desk: Desk, leave: Leave) -> None:
    """The leave begins: what is open is recorded for each B holder, who acts from now on."""
    leave.begun_at = now()
    for cover in leave_cover.covers_of(desk.tx, leave.id):
        make_records(desk, leave, cover, "out")
        told = {"name": leave.user_name, "until": leave.ends_at.astimezone(SHANGHAI).date().isoformat()}
        _tell(desk, "cover_begun", cover, cover.user_id, told)


def finish(desk: Desk, leave: Leave, by_name: str) -> None:
    """The leave is over: what happened meanwhile is recorded for who comes back; nobody acts for them any more."""
    leave.ended_at, leave.ended_by_name = now(), by_name
    if leave.begun_at is None:
        leave.withdrawn = True
        return
    for cover in leave_cover.covers_of(desk.tx, leave.id):
        make_records(desk, leave, cover, "back")
        _tell(desk, "cover_over", cover, leave.user_id, {"name": cover.user_name})


def _tell(desk: Desk, kind: str, cover: Cover, user_id: UUID, told: dict[str, Any]) -> None:
    about: dict[str, Any] = {"subject_kind": "leave", "subject_id": str(cover.leave_id)}
    tell(desk, kind, "R5.1", [Post(cover.post)], cover.unit_code, user_id=user_id, **told, **about)


@operation(
    "cover.end_leave", article="R5.1", posts=ENTERS, title=("提前结束休假", "End a leave early"), people_only=True
)
def end_leave(desk: Desk, leave_id: UUID, why: str) -> None:
    """The person is back; with the return record. Before it began it is only withdrawn. Ending twice changes nothing."""
    leave = _leave(desk, leave_id)
    desk.audit_detail["why"] = why.strip()
    if leave.ended_at is None:
        finish(desk, leave, desk.actor.name)


def _leave(desk: Desk, leave_id: UUID) -> Leave:
    leave = leave_cover.leave(desk.tx, leave_id)
    covered(desk, users.user(desk.tx, leave.user_id) if leave else None, "休假记录")
    assert leave is not None
    return leave


@operation(
    "cover.acknowledge",
    article="R5.1",
    posts=STAFF,
    title=("确认交接记录", "Acknowledge a handover"),
    own=True,
    people_only=True,
)
def acknowledge(desk: Desk, handover_id: UUID) -> None:
    """Who receives it says so: B what was open, A what happened meanwhile. Twice changes nothing; others: NotFound."""
    found = leave_cover.handover(desk.tx, handover_id)
    if found is None:
        raise NotFound(what="交接记录")
    row, cover, leave = found
    if desk.actor.user_id != (cover.user_id if row.way == "out" else leave.user_id):
        raise NotFound(what="交接记录")
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by_name = now(), desk.actor.name


@operation(
    "cover.list_leaves",
    article="R5.1",
    posts=STAFF,
    title=("查看休假与交接", "See leaves"),
    changes=False,
    own=True,
    audited=False,
)
def list_leaves(desk: Desk) -> list[LeaveView]:
    """Leaves, the latest first: the caller's own, those they cover; for chief, centre and control those of their units."""
    looks = desk.covered_units(frozenset(LOOKS)) if desk.units is not None else None
    found = []
    for leave in leave_cover.listed(desk.tx):
        covering = leave_cover.covers_of(desk.tx, leave.id)
        user = users.user(desk.tx, leave.user_id)
        mine = desk.actor.user_id in {leave.user_id, *(each.user_id for each in covering)}
        if mine or looks is None or (user is not None and user.unit_code in looks):
            records = leave_cover.handovers_of(desk.tx, leave.id)
            found.append(LeaveView(leave, covering, records, state_of(leave, now())))
    return found


@operation(
    "cover.list_holders",
    article="R5.1",
    posts=LOOKS,
    title=("查看AB岗", "See A and B holders"),
    changes=False,
    audited=False,
)
def list_holders(desk: Desk) -> list[PostView]:
    """Each post that somebody holds in the caller's units, with A and B holders; those that lack one first."""
    units = desk.units if desk.units is not None else frozenset(unit.code for unit in users.units(desk.tx))
    found = [
        PostView(Post(post), unit, *(leave_cover.holders(desk.tx, post, [unit], holder) for holder in ("a", "b")))
        for post, unit in leave_cover.places(desk.tx, units)
    ]
    return sorted(found, key=lambda each: (bool(each.first and each.second), each.unit_code, each.post))


def keep_covers(desk: Desk) -> int:
    """Begin and end leaves whose moment has come; the hub's own step."""
    due: Sequence[Leave] = leave_cover.to_begin(desk.tx, now(), 50)
    for leave in due:
        if leave.ends_at > now():
            begin(desk, leave)
    over = leave_cover.to_end(desk.tx, now(), 50)
    for leave in over:
        finish(desk, leave, desk.actor.name)
    return len(due) + len(over)
