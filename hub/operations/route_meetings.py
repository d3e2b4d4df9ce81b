"""Route meetings: proposals, agenda, decisions, minutes, and what is carried out within a working day (R13.1, R7.14)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hub.domain.balancing import Load, Stop, loads, place_of
from hub.domain.catalogue import FIELDS
from hub.domain.changes import RULES
from hub.domain.fields import check_value
from hub.domain.people import Post
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.states import ROUTE_MEETING, RouteMeetingState
from hub.domain.words import problem
from hub.ports import new_id, now, today
from hub.registry import people, routes, work
from hub.registry.schema import Customer, RouteMeeting, RouteProposal

from .conditions import no_double_visit
from .customers import set_field
from .desk import Desk
from .operation import operation
from .settlement import touch
from .tasks import close_tasks, open_task
from .timeliness import following

FIELDS_OF_A_ROUTE = RULES["route_urgent"].sets
PROPOSES = {Post.ACCOUNT_MANAGER, Post.DELIVERY_DRIVER, Post.STATISTICS_CLERK}
LEADS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF}
LOOKS = PROPOSES | LEADS | {Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL}
DECISIONS = ("accepted", "refused", "postponed")
REMINDED_FROM = 20
"""Day of the month from which a unit without a meeting is reminded (own convention)."""


class MeetingUnfinished(Refusal):
    """A meeting is closed with every proposal decided, with attendees and minutes (R13.1)."""

    article = "R13.1"
    says = ("会议还不能结束:{what}。", "The meeting cannot be closed: {what_en}.")
    then = ("请补齐后再结束会议。", "Complete it first.")


@dataclass(frozen=True)
class MeetingView:
    """A meeting with its agenda, and each route's load before and after what was accepted or is open."""

    meeting: RouteMeeting
    items: list[tuple[RouteProposal, Customer]]
    before: list[Load]
    after: list[Load]


@operation(article="R13.1", posts=PROPOSES, title=("提交线路会议议题", "Propose to the route meeting"))
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
    row = RouteProposal(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        proposed=clean,
        why=why.strip()[:200],
        disputed=work.onboarding_open(desk.tx, customer.id),
        proposed_by_name=desk.actor.name,
        proposed_at=now(),
    )
    desk.tx.add(row)
    desk.tx.flush()
    return row.id


def _value(key: str, text: str) -> str:
    found = check_value(FIELDS[key], text)
    if found.problem:
        words = problem(found.problem)
        raise BadInput(field=FIELDS[key].title[0], problem=words.problem[0], mend=words.mend[0])
    return found.value


@operation(article="R13.1", posts=LEADS, title=("召开线路会议", "Call a route meeting"))
def call_meeting(desk: Desk, unit_code: str, held_on: date) -> UUID:
    """Open a meeting; its agenda is whatever waits in the unit. Raises NotFound, BadInput."""
    if people.unit(desk.tx, unit_code) is None or (desk.units is not None and unit_code not in desk.units):
        raise NotFound(what="单位")
    if not today() - timedelta(days=31) <= held_on <= today() + timedelta(days=31):
        raise BadInput(field="会议日期", problem="不在前后一个月内", mend="请核对日期。")
    row = RouteMeeting(id=new_id(), unit_code=unit_code, held_on=held_on, state=RouteMeetingState.CALLED)
    row.called_by_name, row.called_at = desk.actor.name, now()
    desk.tx.add(row)
    desk.tx.flush()
    desk.about("route_meeting", str(row.id))
    return row.id


@operation(article="R13.1", posts=LOOKS, title=("查看线路会议", "See route meetings"), changes=False, audited=False)
def list_meetings(desk: Desk) -> tuple[list[RouteMeeting], list[tuple[RouteProposal, Customer]]]:
    """Meetings of the caller's units, the latest first, and proposals that wait for one."""
    units = desk.units if desk.units is not None else frozenset(unit.code for unit in people.units(desk.tx))
    return routes.meetings(desk.tx, desk.units, 50), routes.agenda(desk.tx, units, None)


@operation(
    article="R13.3",
    posts=LOOKS,
    title=("查看会议与线路负荷", "See a meeting and the load"),
    changes=False,
    audited=False,
)
def show_meeting(desk: Desk, meeting_id: UUID) -> MeetingView:
    """Agenda and load before and after. Raises NotFound."""
    row = _meeting(desk, meeting_id)
    items = _items(desk, row)
    stops = stops_of(desk, row.unit_code)
    names = sorted(
        {stop.route for stop in stops} | {str(p.proposed.get("delivery_route", "")) for p, _ in items} - {""}
    )
    moved = {
        customer.code: str(each.proposed["delivery_route"])
        for each, customer in items
        if "delivery_route" in each.proposed and each.decision in (None, "accepted") and each.carried_at is None
    }
    then = [Stop(stop.code, moved.get(stop.code, stop.route), stop.quantity, stop.place) for stop in stops]
    return MeetingView(row, items, loads(stops, names), loads(then, names))


def stops_of(desk: Desk, unit_code: str, names: list[str] | None = None) -> list[Stop]:
    """A unit's customers on their routes, with the quantity that was approved for them."""
    rows = routes.on_routes(desk.tx, people.units_below(desk.tx, {unit_code}), names)
    return [stop_of(row) for row in rows]


def stop_of(row: Customer) -> Stop:
    """A customer as a stop."""
    quantity = str(row.values.get("quantified_data", ""))
    amount = float(quantity) if quantity.replace(".", "", 1).isdigit() else 0.0
    return Stop(
        row.code, str(row.values.get("delivery_route", "")), amount, place_of(str(row.values.get("location", "")))
    )


@operation(article="R13.3", posts=LOOKS, title=("查看线路负荷", "See the load of routes"), changes=False, audited=False)
def list_loads(desk: Desk, unit_code: str) -> list[Load]:
    """Customers and monthly quantity of each delivery route. Raises NotFound."""
    if people.unit(desk.tx, unit_code) is None or (desk.units is not None and unit_code not in desk.units):
        raise NotFound(what="单位")
    stops = stops_of(desk, unit_code)
    return loads(stops, sorted({stop.route for stop in stops}))


@operation(article="R13.1", posts=LEADS, title=("登记会议决定", "Record a decision of the meeting"))
def decide_proposal(desk: Desk, meeting_id: UUID, proposal_id: UUID, decision: str, why: str = "") -> None:
    """Accepted, refused or postponed. What would visit twice in a cycle is not accepted (R13.2).

    Raises NotFound, Stale, BadInput, DoubleVisit.
    """
    meeting = _meeting(desk, meeting_id)
    row = routes.proposal(desk.tx, proposal_id)
    if row is None or row.unit_code not in people.units_below(desk.tx, {meeting.unit_code}):
        raise NotFound(what="议题")
    if meeting.state != RouteMeetingState.CALLED or row.meeting_id not in (None, meeting.id):
        raise Stale(what="会议")
    if decision not in DECISIONS or (decision != "accepted" and not why.strip()):
        raise BadInput(field="决定", problem="没有选择,或没有写明理由", mend="不采纳或推迟的,请写明理由。")
    customer = desk.customer(row.customer_id, "议题")
    if decision == "accepted":
        for refusal in no_double_visit(desk, customer, row.proposed):
            raise refusal
    row.meeting_id, row.decision, row.decided_why = meeting.id, decision, why.strip()[:200] or None


@operation(article="R13.1", posts=LEADS, title=("结束线路会议", "Close a route meeting"))
def close_meeting(desk: Desk, meeting_id: UUID, attendees: str, minutes: str) -> int:
    """Minutes become final; each accepted proposal becomes a task of one working day; postponed ones wait for the next.

    Returns how many are to be carried out. Raises NotFound, Stale, MeetingUnfinished.
    """
    row = _meeting(desk, meeting_id)
    items = _items(desk, row)
    if not attendees.strip() or not minutes.strip():
        raise MeetingUnfinished(what="没有填写参会人员或会议记录", what_en="attendees or minutes are missing")
    if any(each.decision is None for each, _ in items):
        raise MeetingUnfinished(what="还有议题没有决定", what_en="a proposal is undecided")
    if RouteMeetingState.CLOSED not in ROUTE_MEETING[RouteMeetingState(row.state)]:
        raise Stale(what="会议")
    row.attendees, row.minutes = attendees.strip()[:400], minutes.strip()[:4000]
    row.minutes_hash = minutes_hash(row, items)
    row.state, row.closed_at, row.closed_by_name = RouteMeetingState.CLOSED, now(), desk.actor.name
    for each, customer in items:
        if each.decision == "accepted":
            _to_carry(desk, each, customer)
        elif each.decision == "postponed":
            each.meeting_id = each.decision = None
    close_tasks(desk, "route_month", month_id(row.unit_code, row.held_on), "held")
    return sum(each.decision == "accepted" for each, _ in items)


def minutes_hash(row: RouteMeeting, items: list[tuple[RouteProposal, Customer]]) -> bytes:
    """What binds the minutes: who, what was written, and each decision."""
    decided = [(str(each.id), each.decision, each.decided_why) for each, _ in items if each.decision != "postponed"]
    return hashlib.sha256(repr([row.held_on, row.attendees, row.minutes, sorted(decided)]).encode()).digest()


def _to_carry(desk: Desk, row: RouteProposal, customer: Customer) -> None:
    open_task(
        desk,
        "carry_route",
        "R13.1",
        post=Post.STATISTICS_CLERK,
        unit_code=row.unit_code,
        subject=("route_proposal", row.id),
        customer_id=customer.id,
        days=1,
    )


@operation(
    article="R13.1", posts={Post.STATISTICS_CLERK}, title=("维护会议决定的线路", "Carry out what the meeting decided")
)
def carry_route(desk: Desk, proposal_id: UUID) -> int:
    """Set what was accepted, with the meeting in the history; returns the record's version.

    Raises NotFound, Stale, DoubleVisit (then it goes back to the next meeting by `propose`).
    """
    row = routes.proposal(desk.tx, proposal_id)
    if row is None:
        raise NotFound(what="议题")
    customer = desk.customer(row.customer_id, "议题")
    meeting = routes.meeting(desk.tx, row.meeting_id) if row.meeting_id else None
    if meeting is None or meeting.state != RouteMeetingState.CLOSED or row.decision != "accepted" or row.carried_at:
        raise Stale(what="议题")
    changes: dict[str, list[Any]] = {}
    for key, text in row.proposed.items():
        changes |= set_field(desk, customer, FIELDS[key], str(text))
    touch(desk, customer, "R13.1", f"{meeting.held_on} 线路会议决定:{row.why}", changes)
    row.carried_at, row.carried_by_name = now(), desk.actor.name
    close_tasks(desk, "route_proposal", row.id, "done")
    return customer.version


@operation(article="R13.1", posts=LOOKS, title=("查看待维护线路", "See what is to be carried out"), changes=False,
           audited=False)  # fmt: skip
def list_to_carry(desk: Desk) -> list[tuple[RouteProposal, Customer]]:
    """What closed meetings accepted and nobody has carried out yet."""
    return routes.to_carry(desk.tx, desk.units)


def remind_meetings(desk: Desk) -> int:
    """Late in a month, the section chief of a unit with customers and no meeting has a task; the hub's own step."""
    day = today()
    if day.day < REMINDED_FROM:
        return 0
    first = day.replace(day=1)
    made = 0
    for code in work.units_with_customers(desk.tx):
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
    if row.state == RouteMeetingState.CLOSED:
        return routes.decided(desk.tx, row.id)
    return routes.agenda(desk.tx, people.units_below(desk.tx, {row.unit_code}), row.id)


def _meeting(desk: Desk, meeting_id: UUID) -> RouteMeeting:
    row = routes.meeting(desk.tx, meeting_id)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="会议")
    desk.about("route_meeting", str(row.id))
    desk.at_unit = row.unit_code
    return row
