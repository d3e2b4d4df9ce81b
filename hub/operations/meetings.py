"""Route meetings: called, held, decided, closed with final minutes; what they accept becomes work of a day (R13.1)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from hub.domain.people import HUB, Post
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.route_loads import Compared, Load, compared, moves
from hub.domain.states import MeetingState, ProposalState
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry import meetings, people, routes
from hub.registry.schema import Customer, RouteMeeting, RouteMinutes, RouteProposal
from hub.registry.settlement import WrongStep

from . import visit_guard
from .desk import Desk
from .due import due_after
from .operation import operation
from .route_proposals import ASK, Decided, mine
from .tasks import close_tasks, open_task

LEADS = {Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF}
WRITES = LEADS | {Post.STATISTICS_CLERK}
SEES = WRITES | ASK | {Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL}
REMIND_FROM = 20
"""Day of the month from which a unit without a meeting is reminded (own convention)."""
DECISIONS = {each.value: each for each in (ProposalState.ACCEPTED, ProposalState.REFUSED, ProposalState.POSTPONED)}


class MeetingOpen(Refusal):
    """A unit holds one route meeting after the other (R13.1)."""

    article = "R13.1"
    says = ("本单位已有一次线路优化会议没有结束。", "The unit has a route meeting that is not closed.")
    then = ("请先结束或取消那次会议。", "Close or cancel that one first.")


class NotSitting(Refusal):
    """Only a meeting that sits decides and is closed; closed minutes are final (R13.1)."""

    article = "R13.1"
    says = ("会议不在进行中,会议记录和决定不能修改。", "The meeting does not sit: nothing of it may be changed.")
    then = ("需要另行决定的,请提交下次会议。", "Take it to the next meeting.")


class Undecided(Refusal):
    """A meeting ends when all before it is decided, and its minutes and attendees are written (R13.1)."""

    article = "R13.1"
    says = ("会议还不能结束:{why}。", "The meeting cannot be closed yet: {why_en}.")
    then = ("请补全后再结束;来不及讨论的可以延期。", "Complete it; what there was no time for may be postponed.")


@dataclass(frozen=True)
class Point:
    """One point of the agenda: the proposal, its customer, and what R13.2 says about it today."""

    proposal: RouteProposal
    customer: Customer
    clash: visit_guard.DoubleVisit | None


@dataclass(frozen=True)
class MeetingView:
    """A meeting with its agenda, the loads before and after what it accepts, and the final minutes when it is closed."""

    meeting: RouteMeeting
    points: list[Point]
    loads: list[Compared]
    final: RouteMinutes | None


@operation(article="R13.1", posts=WRITES, title=("召集线路优化会议", "Call a route meeting"))
def call_meeting(desk: Desk, unit: str, held_on: date) -> UUID:
    """Call a unit's meeting for a day; what waits comes on its agenda when it sits. Raises MeetingOpen."""
    there = people.unit(desk.tx, unit)
    if there is None or (desk.units is not None and unit not in desk.units):
        raise NotFound(what="单位")
    if held_on < today():
        raise BadInput(field="会议日期", problem="早于今天", mend="请选择今天或以后的日期。")
    if meetings.open_meeting(desk.tx, unit):
        raise MeetingOpen()
    row = RouteMeeting(
        id=new_id(),
        unit_code=unit,
        held_on=held_on,
        state=MeetingState.CALLED,
        called_at=now(),
        called_by_name=desk.actor.name,
    )
    desk.tx.add(row)
    desk.tx.flush()
    desk.about("route_meeting", str(row.id))
    return row.id


@operation(article="R13.1", posts=WRITES, title=("开始会议", "Open a route meeting"))
def open_meeting(desk: Desk, meeting_id: UUID) -> None:
    """The meeting sits; all that waits in the unit comes before it. Raises NotSitting when it was held already."""
    row = _meeting(desk, meeting_id)
    _step(row, MeetingState.SITTING)
    row.held_on = today()
    for proposal, _ in meetings.waiting(desk.tx, frozenset({row.unit_code})):
        proposal.meeting_id = row.id


@operation(article="R13.1", posts=WRITES, title=("取消会议", "Cancel a route meeting"))
def cancel_meeting(desk: Desk, meeting_id: UUID, why: str) -> None:
    """A meeting that was called and does not take place; what waited goes on waiting."""
    row = _meeting(desk, meeting_id)
    _step(row, MeetingState.CANCELLED)
    desk.audit_detail["why"] = why.strip()


@operation(article="R13.1", posts=WRITES, title=("填写会议记录", "Write the minutes"))
def write_minutes(desk: Desk, meeting_id: UUID, attendees: str, minutes: str) -> None:
    """Who is there and what is said, as often as needed until the meeting is closed. Raises NotSitting."""
    row = _sitting(desk, meeting_id)
    row.attendees, row.minutes = attendees.strip(), minutes.strip()


@operation(article="R13.1", posts=WRITES, title=("决定线路调整", "Decide a proposal"))
def decide_proposal(desk: Desk, proposal_id: UUID, decision: str, why: str) -> None:
    """Accepted, refused or postponed, with the reason; until it closes the meeting may decide otherwise."""
    row, _ = mine(desk, proposal_id)
    if row.meeting_id is None or row.state in (ProposalState.WITHDRAWN, ProposalState.CARRIED_OUT):
        raise Decided()
    _sitting(desk, row.meeting_id)
    if decision not in DECISIONS or (decision != ProposalState.ACCEPTED and not why.strip()):
        raise BadInput(field="决定", problem="没有选择或没有写明原因", mend="不同意或延期的须写明原因。")
    meetings.step_proposal(row, DECISIONS[decision])
    row.said = why.strip()
    desk.audit_detail["decision"] = decision


@operation(article="R13.1", posts=LEADS, title=("结束会议", "Close a route meeting"))
def close_meeting(desk: Desk, meeting_id: UUID) -> int:
    """Make the minutes final and what was accepted work of one working day; returns how many. Raises Undecided."""
    row = _sitting(desk, meeting_id)
    points = _points(desk, meetings.agenda(desk.tx, row.id))
    _complete(row, points)
    desk.tx.add(
        RouteMinutes(
            meeting_id=row.id,
            attendees=row.attendees,
            minutes=row.minutes,
            record=_record(points, _loads(desk, row, points)),
            at=now(),
            by_name=desk.actor.name,
        )
    )
    _step(row, MeetingState.CLOSED)
    row.closed_at = now()
    for point in points:
        _follow(desk, point)
    close_tasks(desk, "route_month", month_id(row.unit_code, row.held_on), "held")
    return sum(point.proposal.state == ProposalState.ACCEPTED for point in points)


def _complete(row: RouteMeeting, points: list[Point]) -> None:
    if not row.attendees or not row.minutes:
        raise Undecided(why="没有写出席人员或会议记录", why_en="attendees or minutes are not written")
    left = sum(point.proposal.state == ProposalState.PROPOSED for point in points)
    if left:
        raise Undecided(why=f"还有 {left} 项没有决定", why_en=f"{left} not decided")


def _record(points: list[Point], loads: list[Compared]) -> dict[str, Any]:
    """The decisions with the values before and after, and the loads, as they are at the end."""
    decisions = [
        {
            "proposal": str(point.proposal.id),
            "customer": point.customer.code,
            "article": point.proposal.article,
            "asked_by": point.proposal.made_by_name,
            "why": point.proposal.why,
            "decision": point.proposal.state,
            "said": point.proposal.said,
            "values": {k: [point.customer.values.get(k, ""), v] for k, v in point.proposal.proposed.items()},
        }
        for point in points
        if point.proposal.state != ProposalState.WITHDRAWN
    ]
    return {"decisions": decisions, "loads": [asdict(each) for each in loads]}


def _follow(desk: Desk, point: Point) -> None:
    """The clerk's task for what is accepted, not before R13.2 allows it; the next meeting for what is postponed."""
    row = point.proposal
    if row.state == ProposalState.POSTPONED:
        meetings.step_proposal(row, ProposalState.PROPOSED)
        row.meeting_id, row.postponed = None, row.postponed + 1
    elif row.state == ProposalState.REFUSED:
        row.ended_at, row.ended_by_name = now(), desk.actor.name
    elif row.state == ProposalState.ACCEPTED:
        task = open_task(
            desk,
            "route_decided",
            "R13.1",
            post=Post.STATISTICS_CLERK,
            unit_code=row.unit_code,
            subject=("route_proposal", row.id),
            customer_id=row.customer_id,
            days=1,
            details={"fields": sorted(row.proposed)},
        )
        if point.clash is not None:
            allowed = date.fromisoformat(str(point.clash.fields["allowed"]))
            later = due_after(desk.tx, datetime.combine(allowed, time(12), SHANGHAI), 0)
            if task.due_at is None or later.moment > task.due_at:
                task.due_at, task.sum = later.moment, later.sum


@operation(article="R13.1", posts=SEES, title=("查看线路优化会议", "See a route meeting"), changes=False, audited=False)
def show_meeting(desk: Desk, meeting_id: UUID) -> MeetingView:
    """A meeting; before it sits, what waits for it stands on the agenda."""
    row = _meeting(desk, meeting_id, lock=False)
    if row.state == MeetingState.CALLED:
        found = meetings.waiting(desk.tx, frozenset({row.unit_code}))
    else:
        found = meetings.agenda(desk.tx, row.id)
    points = _points(desk, found)
    final = meetings.minutes(desk.tx, row.id)
    return MeetingView(row, points, _recorded(final) if final else _loads(desk, row, points), final)


def _recorded(final: RouteMinutes) -> list[Compared]:
    """The loads as they stood when the meeting was closed."""
    return [Compared(Load(**each["before"]), Load(**each["after"])) for each in final.record["loads"]]


@operation(article="R13.1", posts=SEES, title=("查看线路调整", "See a route proposal"), changes=False, audited=False)
def find_proposal(desk: Desk, proposal_id: UUID) -> RouteProposal:
    """One proposal."""
    return mine(desk, proposal_id)[0]


def _points(desk: Desk, found: list[tuple[RouteProposal, Customer]]) -> list[Point]:
    on = today()
    return [
        Point(row, customer, next(visit_guard.against(desk, customer, row.proposed, on), None))
        for row, customer in found
    ]


def _loads(desk: Desk, row: RouteMeeting, points: list[Point]) -> list[Compared]:
    """The unit's loads now and with what is accepted; what is carried out already is in the first."""
    accepted = [point for point in points if point.proposal.state == ProposalState.ACCEPTED]
    moved = [each for p in accepted for each in moves(row.unit_code, p.customer.values, p.proposal.proposed)]
    return compared(routes.loads(desk.tx, frozenset({row.unit_code})), moved)


@operation(article="R13.3", posts=SEES, title=("查看线路负荷", "See the routes' loads"), changes=False, audited=False)
def list_routes(
    desk: Desk,
) -> tuple[list[Compared], list[RouteMeeting], list[tuple[RouteProposal, Customer]]]:
    """Loads of the caller's routes and batches with what waits counted in, meetings, what waits."""
    waiting = meetings.waiting(desk.tx, desk.units)
    moved = [each for row, customer in waiting for each in moves(row.unit_code, customer.values, row.proposed)]
    return compared(routes.loads(desk.tx, desk.units), moved), meetings.listed(desk.tx, desk.units, 100), waiting


def month_id(unit_code: str, day: date) -> UUID:
    """What the reminder of a unit's month is about."""
    return uuid5(NAMESPACE_OID, f"route meeting {unit_code} {day:%Y-%m}")


def remind(desk: Desk) -> int:
    """From the 20th on, a unit with routes and without a meeting this month has a task until one is held (R13.1)."""
    assert desk.actor == HUB
    day = today()
    if day.day < REMIND_FROM:
        return 0
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    met = meetings.units_met(desk.tx, first, last)
    reminded = meetings.reminded(desk.tx, "route_month")
    made = 0
    for unit in routes.units_with_routes(desk.tx):
        about = month_id(unit, day)
        if unit in met or about in reminded:
            continue
        made += 1
        task = open_task(
            desk,
            "route_meeting_due",
            "R13.1",
            post=Post.SECTION_CHIEF,
            unit_code=unit,
            subject=("route_month", about),
            details={"month": f"{day:%Y-%m}"},
        )
        due = datetime.combine(last, time(17, 30), SHANGHAI)
        task.due_at, task.sum = due, f"{day:%Y-%m} 月底前"
    return made


def _meeting(desk: Desk, meeting_id: UUID, *, lock: bool = True) -> RouteMeeting:
    row = meetings.meeting(desk.tx, meeting_id, lock=lock)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="会议")
    desk.about("route_meeting", str(row.id))
    return row


def _sitting(desk: Desk, meeting_id: UUID) -> RouteMeeting:
    row = _meeting(desk, meeting_id)
    if row.state != MeetingState.SITTING:
        raise NotSitting()
    return row


def _step(row: RouteMeeting, to: MeetingState) -> None:
    try:
        meetings.step(row, to)
    except WrongStep:
        raise NotSitting() from None
