"""A and B holders: leave, who covers it, what is handed over and back (R5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from hub.domain.inputs import Code, Label, Text
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.grants import two_people
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.notify import tell
from hub.operations.views import view, views
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.schema import Cover, Leave, User, UserPost
from hub.registry.staff import leave_cover, users

from .colleagues import covered
from .handover import make_records

ENTERS = {Post.SECTION_CHIEF, Post.INFORMATION_CENTRE}
LOOKS = ENTERS | {Post.INTERNAL_CONTROL, Post.DEPUTY_MANAGER}
# A year ahead and a year long at most: anything beyond is taken for a typing mistake.
LONGEST = timedelta(days=366)


class NoCover(Refusal):
    """A post would be left with both holders away (R5.1)."""

    article = "R5.1"
    says = (
        "“{post}”在这段时间没有可以顶岗的 B 岗人员。",
        "There is no B holder to cover the post {post_en} in this period.",
    )
    then = (
        "请先授予他人 B 岗,或改变休假日期,或结束 B 岗人员的休假。",
        "Grant the post to someone as B holder, choose other days, or end the B holder's own leave.",
    )


class Covering(Refusal):
    """A holder who is covering for someone cannot go on leave (R5.1)."""

    article = "R5.1"
    says = ("{name}在这段时间要替人顶岗,不能同时休假。", "{name} covers for someone in this period.")
    then = ("请改变日期,或先结束对方的休假。", "Choose other days, or end the other leave first.")


class AwayAlready(Refusal):
    """One leave at a time (R5.1)."""

    article = "R5.1"
    says = ("{name}在这段时间已登记休假。", "{name} is already on leave in this period.")
    then = ("请先结束原来的休假再登记。", "End the other leave first.")


class OwnCover(Refusal):
    """Whoever would cover a leave cannot enter it: they would give the post to themselves (R5.1)."""

    article, status = "R5.1", 403
    says = (
        "休假期间将由您,或账号密码与您的由同一人经手的账号为{name}顶岗,不能由您登记。",
        "You would cover for {name}, or an account would whose password and yours were shown to one person: you cannot enter this.",
    )
    then = (
        "请由{name}本人、科长或另一位信息中心人员登记。",
        "{name}, a section chief or another information centre can enter it.",
    )


@dataclass(frozen=True)
class CoverView:
    """A post that someone covers."""

    post: str
    unit_code: str
    user_id: UUID
    user_name: str


@dataclass(frozen=True)
class RecordView:
    """The handover record of a post; "out" lists what was open, "back" also what was done meanwhile."""

    id: UUID
    way: str
    at: datetime
    contents: dict[str, Any]
    acknowledged_at: datetime | None
    acknowledged_by_name: str | None
    post: str
    unit_code: str
    user_id: UUID
    user_name: str


@dataclass(frozen=True)
class LeaveView:
    """A leave, who covers what, and its handover records; `state` is to_come, now, over or withdrawn."""

    id: UUID
    user_id: UUID
    user_name: str
    begins_at: datetime
    ends_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    why: str
    entered_by_name: str
    covers: list[CoverView]
    records: list[RecordView]
    state: str


@dataclass(frozen=True)
class PostView:
    """A post of a unit: its A holders and B holders by name, and all of them by login."""

    post: str
    unit_code: str
    a: list[str]
    b: list[str]
    logins: dict[str, str]


def state_of(leave: Leave, moment: datetime) -> str:
    """The state of a leave at a moment: to_come, now, over or withdrawn."""
    if leave.withdrawn:
        return "withdrawn"
    if leave.ended_at is not None or leave.ends_at <= moment:
        return "over"
    return "now" if leave.begun_at is not None else "to_come"


@operation("cover.enter_leave", article="R5.1", posts=ENTERS, title=("登记休假", "Enter a leave"), people_only=True)
def enter_leave(
    desk: Desk,
    login: Annotated[Code, Label("人员", "Who")],
    first: Annotated[date, Label("第一天", "First day")],
    last: Annotated[date, Label("最后一天(含)", "Last day, included")],
    why: Annotated[Text, Label("事由", "Why")],
) -> UUID:
    """Enter an A holder's leave, both days included; each of their posts gets a B holder, or it is refused.

    Begins at once, with its handover records, when the first day is today. Raises NotFound, HoldsElsewhere, NoCover,
    Covering, AwayAlready, OwnCover, BadInput.
    """
    # READ COMMITTED: whoever waits here reads afterwards what the other has committed.
    # Before anything is read: two B holders who cover for each other could otherwise both be let go.
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
    chosen = [(grant, _cover_for(desk, user, grant, begins, ends)) for grant in _own(desk, user)]
    me = desk.actor.user_id
    # Entering one's own leave is fine: it takes power from the caller and gives it to someone else.
    if me is not None and user.id != me and not all(two_people(desk.tx, me, other.id) for _, other in chosen):
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
    for grant, other in chosen:
        place = {"post": grant.post, "unit_code": grant.unit_code}
        desk.tx.add(Cover(id=new_id(), leave_id=leave.id, user_id=other.id, user_name=other.name, **place))
    desk.tx.flush()
    desk.audit_detail |= {"from": first.isoformat(), "until": last.isoformat()}
    desk.audit_detail["covers"] = [[grant.post, grant.unit_code, other.login] for grant, other in chosen]
    if begins <= now():
        begin_leave(desk, leave)
    return leave.id


def _person(desk: Desk, login: str) -> User:
    user = users.by_login(desk.tx, login.strip(), lock=True)
    return covered(desk, user if user is not None and user.active and not user.service else None, "人员")


def _own(desk: Desk, user: User) -> list[UserPost]:
    return [grant for grant in users.posts_of(desk.tx, user.id) if grant.holder == "a"]


def _cover_for(desk: Desk, user: User, grant: UserPost, begins: datetime, ends: datetime) -> User:
    """The first B holder of the unit, or the nearest above it, who is not away. Raises NoCover."""
    # `units_above` gives the nearest unit first: a colleague next door knows the customers.
    for unit in users.units_above(desk.tx, grant.unit_code):
        for other in leave_cover.holders(desk.tx, grant.post, [unit], "b"):
            if other.id != user.id and not leave_cover.overlapping(desk.tx, other.id, begins, ends):
                return other
    zh, en = POST_TITLES[Post(grant.post)]
    raise NoCover(post=zh, post_en=en)


def begin_leave(desk: Desk, leave: Leave) -> None:
    """Begin a leave: each B holder gets a record of what is open, and acts from now on."""
    leave.begun_at = now()
    for cover in leave_cover.covers_of(desk.tx, leave.id):
        make_records(desk, leave, cover, "out")
        about = {"name": leave.user_name, "until": leave.ends_at.astimezone(SHANGHAI).date().isoformat()}
        _tell(desk, "cover_begun", cover, cover.user_id, about)


def finish_leave(desk: Desk, leave: Leave, by_name: str) -> None:
    """End a leave: the holder gets a record of what happened, and the covers end."""
    leave.ended_at, leave.ended_by_name = now(), by_name
    # Never begun: nothing was handed over, so there is nothing to hand back.
    if leave.begun_at is None:
        leave.withdrawn = True
        return
    for cover in leave_cover.covers_of(desk.tx, leave.id):
        make_records(desk, leave, cover, "back")
        _tell(desk, "cover_over", cover, leave.user_id, {"name": cover.user_name})


def _tell(desk: Desk, kind: str, cover: Cover, user_id: UUID, about: dict[str, Any]) -> None:
    about |= {"subject_kind": "leave", "subject_id": str(cover.leave_id)}
    tell(desk, kind, "R5.1", [Post(cover.post)], cover.unit_code, user_id=user_id, **about)


@operation(
    "cover.end_leave", article="R5.1", posts=ENTERS, title=("提前结束休假", "End a leave early"), people_only=True
)
def end_leave(desk: Desk, leave_id: UUID, why: Annotated[Text, Label("原因", "Why")]) -> None:
    """End a leave early, with its return record, or withdraw one that has not begun; twice changes nothing.

    Raises NotFound, HoldsElsewhere.
    """
    leave = _leave(desk, leave_id)
    desk.audit_detail["why"] = why.strip()
    if leave.ended_at is None:
        finish_leave(desk, leave, desk.actor.name)


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
    """Acknowledge a handover record: "out" by the B holder, "back" by the A holder; twice changes nothing.

    Raises NotFound for anyone else.
    """
    joined = leave_cover.handover(desk.tx, handover_id)
    if joined is None:
        raise NotFound(what="交接记录")
    record, cover, leave = joined
    if desk.actor.user_id != (cover.user_id if record.way == "out" else leave.user_id):
        raise NotFound(what="交接记录")
    if record.acknowledged_at is None:
        record.acknowledged_at, record.acknowledged_by_name = now(), desk.actor.name


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
    """Leaves, the latest first: the caller's own and those they cover; for LOOKS also those of their units."""
    looks = desk.covered_units(frozenset(LOOKS)) if desk.units is not None else None
    leaves = []
    for leave in leave_cover.listed(desk.tx):
        covers = leave_cover.covers_of(desk.tx, leave.id)
        user = users.user(desk.tx, leave.user_id)
        mine = desk.actor.user_id in {leave.user_id, *(cover.user_id for cover in covers)}
        if mine or looks is None or (user is not None and user.unit_code in looks):
            leaves.append(_view(desk, leave, covers))
    return leaves


def _view(desk: Desk, leave: Leave, covers: Sequence[Cover]) -> LeaveView:
    records = [
        view(
            RecordView, record, **{name: getattr(cover, name) for name in ("post", "unit_code", "user_id", "user_name")}
        )
        for record, cover in leave_cover.handovers_of(desk.tx, leave.id)
    ]
    return view(LeaveView, leave, covers=views(CoverView, covers), records=records, state=state_of(leave, now()))


@operation(
    "cover.list_holders",
    article="R5.1",
    posts=LOOKS,
    title=("查看AB岗", "See A and B holders"),
    changes=False,
    audited=False,
)
def list_holders(desk: Desk) -> list[PostView]:
    """Each post that is held in the caller's units, with A and B holders; those that lack one first."""
    units = desk.units if desk.units is not None else frozenset(unit.code for unit in users.units(desk.tx))
    posts = []
    for post, unit in leave_cover.places(desk.tx, units):
        first, second = (leave_cover.holders(desk.tx, post, [unit], holder) for holder in ("a", "b"))
        names = [user.name for user in first], [user.name for user in second]
        posts.append(PostView(post, unit, *names, {user.login: user.name for user in (*first, *second)}))
    return sorted(posts, key=lambda known: (bool(known.a and known.b), known.unit_code, known.post))


def keep_covers(desk: Desk) -> int:
    """The hub's periodic step: begin and end leaves whose moment has come; returns how many."""
    due: Sequence[Leave] = leave_cover.to_begin(desk.tx, now(), 50)
    for leave in due:
        # A leave that ended while no worker ran is not begun any more, only finished below.
        if leave.ends_at > now():
            begin_leave(desk, leave)
    over = leave_cover.to_end(desk.tx, now(), 50)
    for leave in over:
        finish_leave(desk, leave, desk.actor.name)
    return len(due) + len(over)
