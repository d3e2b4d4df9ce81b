"""A route meeting that sits, with a proposal before it."""

from uuid import UUID

from hub.operations.desk import Desk
from hub.ports import new_id, now, today
from hub.registry.schema import Customer, RouteMeeting, RouteProposal


def sitting(desk: Desk, row: Customer, why: str = "顺路") -> tuple[UUID, UUID]:
    """The ids of a proposal about the customer and of the meeting which has it before it."""
    meeting = RouteMeeting(
        id=new_id(),
        unit_code=row.unit_code,
        held_on=today(),
        state="sitting",
        called_at=now(),
        called_by_name="科长",
    )
    desk.tx.add(meeting)
    desk.tx.flush()
    proposal = RouteProposal(
        id=new_id(),
        customer_id=row.id,
        unit_code=row.unit_code,
        meeting_id=meeting.id,
        proposed={"delivery_route": "三线", "stop_order": "9"},
        why=why,
        article="R13.1",
        state="proposed",
        made_at=now(),
        made_by_name="经理",
    )
    desk.tx.add(proposal)
    desk.tx.flush()
    return proposal.id, meeting.id
