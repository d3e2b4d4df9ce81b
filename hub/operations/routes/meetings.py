"""Route meetings: proposals, agenda, decisions, final minutes, and who may decide and close (R13.1, R7.14)."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.changes import RULES
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import check_value
from hub.domain.customers.input_problems import problem
from hub.domain.inputs import Choices, Code, Label, OptionalText, Printable, Text, Why
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.routes.criteria import judged
from hub.domain.routes.loads import Stop, loads
from hub.domain.staff.posts import Post
from hub.domain.states import ROUTE_MEETING, RouteMeetingState
from hub.domain.tasks.working_days import following
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.unit_lists.listed import keep_to_list
from hub.operations.views import view, views
from hub.operations.visits import guard as visit_guard
from hub.ports import new_id, now, today
from hub.registry import routes
from hub.registry.changes import applications
from hub.registry.schema import Customer, RouteMeeting, RouteProposal
from hub.registry.staff import users

from .implementation import open_carry_task
from .loads import DELIVERY, FIELDS_OF_LOAD, LOOKS, VISIT, own_unit, stops_of
from .meeting_views import AGENDA, LOADS, LoadChange, MeetingPage, Meetings, MeetingView
from .proposals import ProposalView, enter_proposal, view_proposal

FIELDS_OF_A_ROUTE = RULES["route_urgent"].sets
PROPOSES = {Post.ACCOUNT_MANAGER, Post.DELIVERY_DRIVER, Post.STATISTICS_CLERK}
# Who decides and closes: the posts that also sign the urgent change of a single customer (R13.4).
LEADS = {Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF}
CALLS = LEADS | {Post.STATISTICS_CLERK}
DECISIONS = {
    "accepted": ("采纳", "Accepted"),
    "refused": ("不采纳", "Refused"),
    "postponed": ("推迟", "Postponed"),
}
# Day of the month from which a unit without a meeting is reminded (own convention).
REMINDED_FROM = 20
StopsByField = dict[str, list[Stop]]
Agenda = list[tuple[RouteProposal, Customer]]
Decision = Annotated[Code, Label("决定", "Decision"), Choices(DECISIONS)]
OptionalWhy = Annotated[OptionalText, Label("理由", "Why")]
Minutes = Annotated[str, Printable, Field(max_length=20_000), Label("会议记录", "Minutes")]


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
    """A proposer neither decides on the proposal nor closes the meeting that accepted it (R13.1, as I3)."""

    article, status = "R13.1", 403
    says = ("建议由您本人提出,不能由您{action}。", "You made the proposal, so {action_en} is up to a colleague.")
    then = ("请由另一位科长或副科长办理。", "Let another section chief or deputy do it.")


@operation(
    "route_meetings.propose",
    article="R13.1",
    posts=PROPOSES,
    title=("提交线路调整建议", "Propose to the route meeting"),
)
def propose(desk: Desk, customer_id: UUID, values: dict[str, str], why: Why) -> UUID:
    """Propose a change of batch, route, stop or order day to the next meeting.

    `values`: fields of a route with their new values.

    Raises BadInput, NotListed.
    """
    customer = desk.customer(customer_id)
    changed = {key: text for key, text in values.items() if text.strip()}
    if not changed or set(changed) - set(FIELDS_OF_A_ROUTE):
        raise BadInput(
            field="调整内容", problem="没有填写,或不属于线路调整", mend="请填写要调整的批次、线路、顺序或订货日。"
        )
    clean = {key: _value(desk, customer, key, text) for key, text in changed.items()}
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明理由。")
    # Disputes after a first delivery come only from `route_views.to_meeting` (R7.14).
    return enter_proposal(desk, customer, clean, shortened(why, 200), False).id


def _value(desk: Desk, customer: Customer, key: str, text: str) -> str:
    checked = check_value(FIELDS[key], text)
    if checked.problem:
        words = problem(checked.problem)
        raise BadInput(field=FIELDS[key].title, problem=words.problem, mend=words.mend)
    return keep_to_list(desk, customer.unit_code, key, checked.value)


@operation("route_meetings.call_meeting", article="R13.1", posts=CALLS, title=("召开线路会议", "Call a route meeting"))
def call_meeting(
    desk: Desk,
    unit_code: Annotated[Code, Label("单位", "Unit")],
    held_on: Annotated[date, Label("会议日期", "Held on")],
) -> UUID:
    """Open a meeting; its agenda is whatever waits in the unit. Raises NotFound, BadInput, MeetingOpen."""
    own_unit(desk, unit_code)
    if not today() - timedelta(days=31) <= held_on <= today() + timedelta(days=31):
        raise BadInput(field="会议日期", problem="不在前后一个月内", mend="请核对日期。")
    meeting = RouteMeeting(id=new_id(), unit_code=unit_code, held_on=held_on, state=RouteMeetingState.CALLED)
    meeting.called_by_name, meeting.called_at = desk.actor.name, now()
    # Two callers at once: looking first gives the better message, but only the unique index decides.
    if (earlier := routes.open_meeting(desk.tx, unit_code)) or not routes.enter_meeting(desk.tx, meeting):
        raise MeetingOpen(held_on=earlier.held_on if earlier else held_on)
    desk.about("route_meeting", str(meeting.id))
    return meeting.id


@operation(
    "route_meetings.list_meetings",
    article="R13.1",
    posts=LOOKS,
    title=("查看线路会议", "See route meetings"),
    changes=False,
    audited=False,
)
def list_meetings(desk: Desk) -> Meetings:
    """Meetings of the caller's units, the latest first, and proposals that wait for one."""
    units = desk.units if desk.units is not None else frozenset(unit.code for unit in users.units(desk.tx))
    waiting = [view_proposal(*pair) for pair in routes.agenda(desk.tx, units, None)]
    return Meetings(views(MeetingView, routes.meetings(desk.tx, desk.units, 50)), waiting)


@operation(
    "route_meetings.show_meeting",
    article="R13.3",
    posts=LOOKS,
    title=("查看会议与线路负荷", "See a meeting and the load"),
    changes=False,
    audited=False,
)
def show_meeting(desk: Desk, meeting_id: UUID) -> MeetingPage:
    """A meeting's agenda, and the load before and after. Raises NotFound."""
    meeting = _meeting(desk, meeting_id)
    if meeting.state != RouteMeetingState.CALLED:
        return _closed_page(desk, meeting)
    agenda = _agenda(desk, meeting)
    # While the meeting is open, the load shows what it would be if everything undecided were accepted.
    counted = [(proposal, customer) for proposal, customer in agenda if proposal.decision in (None, "accepted")]
    unit_stops = _stops(desk, meeting)
    return MeetingPage(view(MeetingView, meeting), _judged(unit_stops, agenda), _loads(unit_stops, counted))


def _closed_page(desk: Desk, meeting: RouteMeeting) -> MeetingPage:
    proposals = {proposal.id: proposal for proposal, _ in routes.decided(desk.tx, meeting.id)}
    agenda = []
    for line in AGENDA.validate_python(meeting.agenda or []):
        if (proposal := proposals.get(line.id)) is not None:
            returned = line.decision == "accepted" and proposal.decision == "postponed"
            at, by = proposal.carried_at, proposal.carried_by_name
            line = replace(line, carried_at=at, carried_by_name=by, returned=returned)
        agenda.append(line)
    return MeetingPage(view(MeetingView, meeting), agenda, LOADS.validate_python(meeting.load or {}))


def _stops(desk: Desk, meeting: RouteMeeting) -> StopsByField:
    """The unit's customers on their delivery and on their visit routes."""
    return {field: stops_of(desk, meeting.unit_code, None, field) for field in FIELDS_OF_LOAD}


def _loads(stops: StopsByField, agenda: Agenda) -> dict[str, LoadChange]:
    """Loads of delivery and of visit routes before and after these changes, by field."""
    changes = {}
    for field, here in stops.items():
        moves = {customer.code: str(line.proposed[field]) for line, customer in agenda if field in line.proposed}
        moved = [replace(stop, route=moves.get(stop.code, stop.route)) for stop in here]
        names = sorted({stop.route for stop in (*here, *moved)})
        changes[field] = LoadChange(loads(here, names), loads(moved, names))
    return changes


def _judged(stops: StopsByField, agenda: Agenda) -> list[ProposalView]:
    """The agenda; a proposal to change a route is judged by the four criteria, each proposal on its own (R13.6)."""
    lines = []
    for proposal, customer in agenda:
        line = view_proposal(proposal, customer)
        if stops.keys() & proposal.proposed.keys():
            changes = _loads(stops, [(proposal, customer)])
            before = {field: change.before for field, change in changes.items()}
            after = {field: change.after for field, change in changes.items()}
            line = replace(line, judged=judged(before, after, DELIVERY, VISIT))
        lines.append(line)
    return lines


@operation(
    "route_meetings.decide_proposal",
    article="R13.1",
    posts=LEADS,
    title=("登记会议决定", "Record a decision of the meeting"),
    people_only=True,
)
def decide_proposal(desk: Desk, meeting_id: UUID, proposal_id: UUID, decision: Decision, why: OptionalWhy = "") -> None:
    """Accept, refuse or postpone a proposal, never one's own.

    What would visit twice in a cycle now is accepted for the first working day on which it does not (R13.2).
    Raises NotFound, Stale, BadInput, OwnProposal, DoubleVisit, NotListed.
    """
    meeting = _meeting(desk, meeting_id)
    proposal = routes.proposal(desk.tx, proposal_id)
    if proposal is None or proposal.unit_code not in users.units_below(desk.tx, {meeting.unit_code}):
        raise NotFound(what="线路调整建议")
    if meeting.state != RouteMeetingState.CALLED or proposal.meeting_id not in (None, meeting.id):
        raise Stale(what="会议")
    if decision not in DECISIONS or (decision != "accepted" and not why.strip()):
        raise BadInput(field="决定", problem="没有选择,或没有写明理由", mend="不采纳或推迟的,请写明理由。")
    customer = desk.customer(proposal.customer_id, "线路调整建议")
    if proposal.proposed_by is not None and proposal.proposed_by == desk.actor.user_id:
        raise OwnProposal(action="决定", action_en="deciding")
    # A value may have been withdrawn from the unit's list since it was proposed (R2.2).
    for key, text in proposal.proposed.items() if decision == "accepted" else ():
        keep_to_list(desk, customer.unit_code, key, str(text))
    day = visit_guard.first_day(desk, customer, proposal.proposed, today()) if decision == "accepted" else None
    # Bound to the meeting by its decision: until then a proposal is on the agenda of whichever meeting is open.
    proposal.meeting_id, proposal.decision, proposal.decided_why = meeting.id, decision, shortened(why, 200) or None
    proposal.decided_by, proposal.decided_by_name, proposal.not_before = desk.actor.user_id, desk.actor.name, day


@operation(
    "route_meetings.close_meeting",
    article="R13.1",
    posts=LEADS,
    title=("结束线路会议", "Close a route meeting"),
    people_only=True,
)
def close_meeting(
    desk: Desk,
    meeting_id: UUID,
    attendees: Annotated[Text, Label("营销部门参会人员", "Attendees of marketing")],
    logistics: Annotated[Text, Label("物流部门参会人员", "Attendees of logistics")],
    minutes: Minutes,
) -> int:
    """Close a meeting of both departments: minutes, agenda and load become final.

    What is accepted becomes a task of one working day, or of the first day that keeps one visit a cycle; what is
    postponed waits for the next meeting. Returns how many changes are to be carried out.
    Raises NotFound, Stale, MeetingUnfinished, OwnProposal.
    """
    meeting = _meeting(desk, meeting_id)
    if RouteMeetingState.CLOSED not in ROUTE_MEETING[RouteMeetingState(meeting.state)]:
        raise Stale(what="会议")
    agenda = _agenda(desk, meeting)
    _refuse_unfinished(meeting, agenda, attendees, logistics, minutes)
    accepted = [(proposal, customer) for proposal, customer in agenda if proposal.decision == "accepted"]
    closer = desk.actor.user_id
    if closer is not None and any(proposal.proposed_by == closer for proposal, _ in accepted):
        raise OwnProposal(action="结束会议", action_en="closing the meeting")
    # Days may have passed since the decision: the first allowed day is counted again, from today.
    for proposal, customer in accepted:
        proposal.not_before = visit_guard.first_day(desk, customer, proposal.proposed, today())
    meeting.attendees, meeting.logistics = shortened(attendees, 400), shortened(logistics, 400)
    meeting.minutes = shortened(minutes, 4000)
    # Before `_return` clears the decisions on what was postponed: the final agenda must show them.
    unit_stops = _stops(desk, meeting)
    meeting.agenda = AGENDA.dump_python(_judged(unit_stops, agenda), mode="json")
    meeting.load = LOADS.dump_python(_loads(unit_stops, accepted), mode="json")
    meeting.minutes_hash = minutes_hash(meeting)
    meeting.state, meeting.closed_at, meeting.closed_by_name = RouteMeetingState.CLOSED, now(), desk.actor.name
    for proposal, customer in agenda:
        if proposal.decision == "accepted":
            open_carry_task(desk, proposal, customer)
        elif proposal.decision == "postponed":
            _return(proposal)
    close_tasks(desk, "route_month", month_id(meeting.unit_code, meeting.held_on), "held")
    return len(accepted)


def _refuse_unfinished(
    meeting: RouteMeeting,
    agenda: list[tuple[RouteProposal, Customer]],
    attendees: str,
    logistics: str,
    minutes: str,
) -> None:
    if today() < meeting.held_on:
        raise MeetingUnfinished(what=f"会议在 {meeting.held_on} 召开", what_en=f"it is held on {meeting.held_on}")
    if not attendees.strip() or not logistics.strip():
        what = "营销部门与物流部门的参会人员都要填写"
        raise MeetingUnfinished(what=what, what_en="attendees of both departments, marketing and logistics, are needed")
    if not minutes.strip():
        raise MeetingUnfinished(what="没有填写会议记录", what_en="minutes are missing")
    if any(proposal.decision is None for proposal, _ in agenda):
        raise MeetingUnfinished(what="还有调整建议没有决定", what_en="a proposal is undecided")


def _return(proposal: RouteProposal) -> None:
    """Let the next meeting decide the proposal."""
    proposal.meeting_id = proposal.decision = proposal.decided_why = None
    proposal.decided_by = proposal.decided_by_name = proposal.not_before = None


@operation(
    "route_meetings.cancel_meeting",
    article="R13.1",
    posts=LEADS,
    title=("取消线路会议", "Cancel a route meeting"),
    people_only=True,
)
def cancel_meeting(desk: Desk, meeting_id: UUID, why: Why) -> None:
    """Cancel a meeting; its agenda waits for the next. Raises NotFound, Stale, BadInput."""
    meeting = _meeting(desk, meeting_id)
    if RouteMeetingState.CANCELLED not in ROUTE_MEETING[RouteMeetingState(meeting.state)]:
        raise Stale(what="会议")
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明取消的理由。")
    for proposal, _ in routes.decided(desk.tx, meeting.id):
        _return(proposal)
    # The reason takes the place of minutes, and is bound by the same digest.
    meeting.minutes, meeting.agenda, meeting.load = shortened(why, 400), [], {}
    meeting.minutes_hash = minutes_hash(meeting)
    meeting.state, meeting.closed_at, meeting.closed_by_name = RouteMeetingState.CANCELLED, now(), desk.actor.name


def minutes_hash(meeting: RouteMeeting) -> bytes:
    """A digest that binds the minutes: attendees, words, each decision, and the load that was shown."""
    # What is in this list is final: a change of any of it, even in the database, no longer fits the digest.
    bound = [meeting.held_on, meeting.attendees, meeting.logistics, meeting.minutes, meeting.agenda, meeting.load]
    return hashlib.sha256(repr(bound).encode()).digest()


def remind_meetings(desk: Desk) -> int:
    """Late in a month, give the section chief of each unit without a meeting a task; returns how many.

    A periodic step of the hub.
    """
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
    # Derived, not stored: the same month gives the same subject, by which an open task is found.
    return UUID(bytes=hashlib.sha256(f"route meeting {unit_code} {day:%Y-%m}".encode()).digest()[:16])


def _agenda(desk: Desk, meeting: RouteMeeting) -> list[tuple[RouteProposal, Customer]]:
    return routes.agenda(desk.tx, users.units_below(desk.tx, {meeting.unit_code}), meeting.id)


def _meeting(desk: Desk, meeting_id: UUID) -> RouteMeeting:
    meeting = routes.meeting(desk.tx, meeting_id)
    if meeting is None or (desk.units is not None and meeting.unit_code not in desk.units):
        raise NotFound(what="会议")
    desk.about("route_meeting", str(meeting.id))
    desk.at_unit = meeting.unit_code
    return meeting
