"""Route meetings: proposals, agenda, decisions, minutes that stand, and who may decide and close (R13.1, R7.14)."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hub.domain.changes import RULES
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import check_value
from hub.domain.customers.input_problems import problem
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.routes.loads import loads
from hub.domain.staff.posts import Post
from hub.domain.states import ROUTE_MEETING, RouteMeetingState
from hub.domain.tasks.working_days import following
from hub.operations.customers.fields import read_plain
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.visits import first_delivery
from hub.operations.visits import guard as visit_guard
from hub.ports import new_id, now, today
from hub.registry import routes
from hub.registry.changes import applications
from hub.registry.schema import Customer, RouteMeeting, RouteProposal
from hub.registry.staff import users

from .implementation import to_carry
from .loads import FIELDS_OF_LOAD, LOOKS, own_unit, stops_of
from .proposals import enter_proposal

FIELDS_OF_A_ROUTE = RULES["route_urgent"].sets
PROPOSES = {Post.ACCOUNT_MANAGER, Post.DELIVERY_DRIVER, Post.STATISTICS_CLERK}
LEADS = {Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF}
"""Who decides and closes, as who signs the urgent change of a single customer (R13.4)."""
CALLS = LEADS | {Post.STATISTICS_CLERK}
DECISIONS = ("accepted", "refused", "postponed")
REMINDED_FROM = 20
"""Day of the month from which a unit without a meeting is reminded (own convention)."""


class MeetingUnfinished(Refusal):
    """A meeting is closed on its day, with every proposal decided, both departments there, and minutes (R13.1)."""

    article = "R13.1"
    says = ("会议还不能结束:{what}。", "The meeting cannot be closed: {what_en}.")
    then = ("请补齐后再结束会议。", "Complete it first.")


class MeetingOpen(Refusal):
    """A unit has one open meeting at a time (R13.1)."""

    article = "R13.1"
    says = ("本单位 {held_on} 的线路会议还没有结束。", "The unit's meeting of {held_on} is still open.")
    then = ("请先结束或取消该会议。", "Close or cancel it first.")


class OwnProposal(Refusal):
    """Who proposed neither decides about it nor closes the meeting that accepted it (R13.1, as I3)."""

    article, status = "R13.1", 403
    says = ("议题由您本人提出,不能由您{action}。", "You made the proposal: {action_en} is for somebody else.")
    then = ("请由另一位科长或副科长办理。", "Let another section chief or deputy do it.")


@dataclass(frozen=True)
class MeetingView:
    """A meeting, its agenda as lines, and the load of delivery and visit routes before and after what is accepted.

    Of a closed meeting all stands as it was at its closing; `carried` tells what has been carried out since.
    """

    meeting: RouteMeeting
    lines: list[dict[str, Any]]
    load: dict[str, Any]
    carried: dict[str, RouteProposal]


@operation(
    "route_meetings.propose",
    article="R13.1",
    posts=PROPOSES,
    title=("提交线路会议议题", "Propose to the route meeting"),
)
def propose(desk: Desk, customer_id: UUID, values: Mapping[str, str], why: str) -> UUID:
    """A change of batch, route, stop or order day for the next meeting. Of a new entrant it is a disagreement (R7.14).

    Raises BadInput.
    """
    customer = desk.customer(customer_id)
    changed = {key: text for key, text in values.items() if text.strip()}
    if not changed or set(changed) - set(FIELDS_OF_A_ROUTE):
        raise BadInput(
            field="调整内容", problem="没有填写,或不属于线路调整", mend="请填写要调整的批次、线路、顺序或订货日。"
        )
    clean = {key: _value(key, text) for key, text in changed.items()}
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明理由。")
    disputed = applications.onboarding_open(desk.tx, customer.id) or first_delivery.why_not(desk, customer) is None
    return enter_proposal(desk, customer, clean, shortened(why, 200), disputed).id


def _value(key: str, text: str) -> str:
    found = check_value(FIELDS[key], text)
    if found.problem:
        words = problem(found.problem)
        raise BadInput(field=FIELDS[key].title[0], problem=words.problem[0], mend=words.mend[0])
    return found.value


@operation("route_meetings.call_meeting", article="R13.1", posts=CALLS, title=("召开线路会议", "Call a route meeting"))
def call_meeting(desk: Desk, unit_code: str, held_on: date) -> UUID:
    """Open a meeting; its agenda is whatever waits in the unit. Raises NotFound, BadInput, MeetingOpen."""
    own_unit(desk, unit_code)
    if not today() - timedelta(days=31) <= held_on <= today() + timedelta(days=31):
        raise BadInput(field="会议日期", problem="不在前后一个月内", mend="请核对日期。")
    row = RouteMeeting(id=new_id(), unit_code=unit_code, held_on=held_on, state=RouteMeetingState.CALLED)
    row.called_by_name, row.called_at = desk.actor.name, now()
    if (there := routes.open_meeting(desk.tx, unit_code)) or not routes.enter_meeting(desk.tx, row):
        raise MeetingOpen(held_on=there.held_on if there else held_on)
    desk.about("route_meeting", str(row.id))
    return row.id


@operation(
    "route_meetings.list_meetings",
    article="R13.1",
    posts=LOOKS,
    title=("查看线路会议", "See route meetings"),
    changes=False,
    audited=False,
)
def list_meetings(desk: Desk) -> tuple[list[RouteMeeting], list[tuple[RouteProposal, Customer]]]:
    """Meetings of the caller's units, the latest first, and proposals that wait for one."""
    units = desk.units if desk.units is not None else frozenset(unit.code for unit in users.units(desk.tx))
    return routes.meetings(desk.tx, desk.units, 50), routes.agenda(desk.tx, units, None)


@operation(
    "route_meetings.show_meeting",
    article="R13.3",
    posts=LOOKS,
    title=("查看会议与线路负荷", "See a meeting and the load"),
    changes=False,
    audited=False,
)
def show_meeting(desk: Desk, meeting_id: UUID) -> MeetingView:
    """Agenda and load before and after. Raises NotFound."""
    row = _meeting(desk, meeting_id)
    if row.state != RouteMeetingState.CALLED:
        carried = {str(each.id): each for each, _ in routes.decided(desk.tx, row.id)}
        return MeetingView(row, row.agenda or [], row.load or {}, carried)
    items = _items(desk, row)
    counted = [(each, customer) for each, customer in items if each.decision in (None, "accepted")]
    return MeetingView(row, [_line(each, customer) for each, customer in items], _loads(desk, row, counted), {})


def _line(row: RouteProposal, customer: Customer) -> dict[str, Any]:
    """A proposal as the agenda shows it, with the customer's values of this moment; plain JSON."""
    return {
        "id": str(row.id),
        "customer_id": str(customer.id),
        "code": customer.code,
        "shop_name": customer.shop_name,
        "proposed": row.proposed,
        "present": {key: read_plain(customer, FIELDS[key]) for key in row.proposed},
        "why": row.why,
        "disputed": row.disputed,
        "proposed_by_name": row.proposed_by_name,
        "decision": row.decision,
        "decided_why": row.decided_why,
        "decided_by_name": row.decided_by_name,
        "not_before": row.not_before.isoformat() if row.not_before else None,
    }


def _loads(desk: Desk, row: RouteMeeting, items: list[tuple[RouteProposal, Customer]]) -> dict[str, Any]:
    """{field: {"before": loads, "after": loads}} of delivery and of visit routes, with these changes made."""
    found = {}
    for field in FIELDS_OF_LOAD:
        stops = stops_of(desk, row.unit_code, None, field)
        moves = {customer.code: str(each.proposed[field]) for each, customer in items if field in each.proposed}
        then = [replace(stop, route=moves.get(stop.code, stop.route)) for stop in stops]
        names = sorted({stop.route for stop in (*stops, *then)})
        before, after = ([asdict(load) for load in loads(each, names)] for each in (stops, then))
        found[field] = {"before": before, "after": after}
    return found


@operation(
    "route_meetings.decide_proposal",
    article="R13.1",
    posts=LEADS,
    title=("登记会议决定", "Record a decision of the meeting"),
    people_only=True,
)
def decide_proposal(desk: Desk, meeting_id: UUID, proposal_id: UUID, decision: str, why: str = "") -> None:
    """Accepted, refused or postponed, never by who proposed it. What would visit twice in a cycle now is accepted for
    the first working day on which it does not (R13.2). Raises NotFound, Stale, BadInput, OwnProposal, DoubleVisit.
    """
    meeting = _meeting(desk, meeting_id)
    row = routes.proposal(desk.tx, proposal_id)
    if row is None or row.unit_code not in users.units_below(desk.tx, {meeting.unit_code}):
        raise NotFound(what="议题")
    if meeting.state != RouteMeetingState.CALLED or row.meeting_id not in (None, meeting.id):
        raise Stale(what="会议")
    if decision not in DECISIONS or (decision != "accepted" and not why.strip()):
        raise BadInput(field="决定", problem="没有选择,或没有写明理由", mend="不采纳或推迟的,请写明理由。")
    customer = desk.customer(row.customer_id, "议题")
    if row.proposed_by is not None and row.proposed_by == desk.actor.user_id:
        raise OwnProposal(action="决定", action_en="deciding")
    day = visit_guard.first_day(desk, customer, row.proposed, today()) if decision == "accepted" else None
    row.meeting_id, row.decision, row.decided_why = meeting.id, decision, shortened(why, 200) or None
    row.decided_by, row.decided_by_name, row.not_before = desk.actor.user_id, desk.actor.name, day


@operation(
    "route_meetings.close_meeting",
    article="R13.1",
    posts=LEADS,
    title=("结束线路会议", "Close a route meeting"),
    people_only=True,
)
def close_meeting(desk: Desk, meeting_id: UUID, attendees: str, logistics: str, minutes: str) -> int:
    """Minutes, agenda and load become final; what is accepted becomes a task of one working day, or of the first day
    that keeps one visit a cycle; what is postponed waits for the next meeting. Both departments were there.

    Returns how many are to be carried out. Raises NotFound, Stale, MeetingUnfinished, OwnProposal.
    """
    row = _meeting(desk, meeting_id)
    if RouteMeetingState.CLOSED not in ROUTE_MEETING[RouteMeetingState(row.state)]:
        raise Stale(what="会议")
    items = _items(desk, row)
    _refuse_unfinished(row, items, attendees, logistics, minutes)
    accepted = [(each, customer) for each, customer in items if each.decision == "accepted"]
    if desk.actor.user_id is not None and any(each.proposed_by == desk.actor.user_id for each, _ in accepted):
        raise OwnProposal(action="结束会议", action_en="closing the meeting")
    for each, customer in accepted:
        each.not_before = visit_guard.first_day(desk, customer, each.proposed, today())
    row.attendees, row.logistics = shortened(attendees, 400), shortened(logistics, 400)
    row.minutes = shortened(minutes, 4000)
    row.agenda = [_line(each, customer) for each, customer in items]
    row.load = _loads(desk, row, accepted)
    row.minutes_hash = minutes_hash(row)
    row.state, row.closed_at, row.closed_by_name = RouteMeetingState.CLOSED, now(), desk.actor.name
    for each, customer in items:
        if each.decision == "accepted":
            to_carry(desk, each, customer)
        elif each.decision == "postponed":
            _back(each)
    close_tasks(desk, "route_month", month_id(row.unit_code, row.held_on), "held")
    return len(accepted)


def _refuse_unfinished(
    row: RouteMeeting, items: list[tuple[RouteProposal, Customer]], attendees: str, logistics: str, minutes: str
) -> None:
    if today() < row.held_on:
        raise MeetingUnfinished(what=f"会议在 {row.held_on} 召开", what_en=f"it is held on {row.held_on}")
    if not attendees.strip() or not logistics.strip():
        what = "营销部门与物流部门的参会人员都要填写"
        raise MeetingUnfinished(what=what, what_en="attendees of both departments, marketing and logistics, are needed")
    if not minutes.strip():
        raise MeetingUnfinished(what="没有填写会议记录", what_en="minutes are missing")
    if any(each.decision is None for each, _ in items):
        raise MeetingUnfinished(what="还有议题没有决定", what_en="a proposal is undecided")


def _back(row: RouteProposal) -> None:
    """It waits for the next meeting."""
    row.meeting_id = row.decision = row.decided_why = row.decided_by = row.decided_by_name = row.not_before = None


@operation(
    "route_meetings.cancel_meeting",
    article="R13.1",
    posts=LEADS,
    title=("取消线路会议", "Cancel a route meeting"),
    people_only=True,
)
def cancel_meeting(desk: Desk, meeting_id: UUID, why: str) -> None:
    """It is not held, and why; its agenda waits for the next. Raises NotFound, Stale, BadInput."""
    row = _meeting(desk, meeting_id)
    if RouteMeetingState.CANCELLED not in ROUTE_MEETING[RouteMeetingState(row.state)]:
        raise Stale(what="会议")
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明取消的理由。")
    for each, _ in routes.decided(desk.tx, row.id):
        _back(each)
    row.minutes, row.agenda, row.load = shortened(why, 400), [], {}
    row.minutes_hash = minutes_hash(row)
    row.state, row.closed_at, row.closed_by_name = RouteMeetingState.CANCELLED, now(), desk.actor.name


def minutes_hash(row: RouteMeeting) -> bytes:
    """What binds the minutes: who, what was written, each decision, and the load that was shown."""
    said = [row.held_on, row.attendees, row.logistics, row.minutes, row.agenda, row.load]
    return hashlib.sha256(repr(said).encode()).digest()


def remind_meetings(desk: Desk) -> int:
    """Late in a month, the section chief of a unit with customers and no meeting has a task; the hub's own step."""
    day = today()
    if day.day < REMINDED_FROM:
        return 0
    first = day.replace(day=1)
    made = 0
    for code in applications.units_with_customers(desk.tx):
        if routes.held(desk.tx, code, first, following(first)):
            continue
        subject = ("route_month", month_id(code, first))
        open_task(desk, "hold_meeting", "R13.1", post=Post.SECTION_CHIEF, unit_code=code, subject=subject, days=3)
        made += 1
    return made


def month_id(unit_code: str, day: date) -> UUID:
    """One unit's month, as a task's subject."""
    return UUID(bytes=hashlib.sha256(f"route meeting {unit_code} {day:%Y-%m}".encode()).digest()[:16])


def _items(desk: Desk, row: RouteMeeting) -> list[tuple[RouteProposal, Customer]]:
    return routes.agenda(desk.tx, users.units_below(desk.tx, {row.unit_code}), row.id)


def _meeting(desk: Desk, meeting_id: UUID) -> RouteMeeting:
    row = routes.meeting(desk.tx, meeting_id)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="会议")
    desk.about("route_meeting", str(row.id))
    desk.at_unit = row.unit_code
    return row
