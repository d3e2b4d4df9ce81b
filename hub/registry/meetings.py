"""Questions about route meetings and proposals; their states change here alone."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from hub.domain.states import MEETING, PROPOSAL, MeetingState, ProposalState

from .schema import Customer, RouteMeeting, RouteMinutes, RouteProposal, Task
from .session import Transaction
from .settlement import WrongStep


def step(row: RouteMeeting, to: MeetingState) -> None:
    """Move a meeting to a state that its table allows; raises WrongStep."""
    if to not in MEETING[MeetingState(row.state)]:
        raise WrongStep(f"RouteMeeting {row.id}: {row.state} -> {to}")
    row.state = to


def step_proposal(row: RouteProposal, to: ProposalState) -> None:
    """Move a proposal to a state that its table allows; raises WrongStep."""
    if to != row.state and to not in PROPOSAL[ProposalState(row.state)]:
        raise WrongStep(f"RouteProposal {row.id}: {row.state} -> {to}")
    row.state = to


def meeting(tx: Transaction, meeting_id: UUID, *, lock: bool = False) -> RouteMeeting | None:
    """The meeting with this id."""
    query = select(RouteMeeting).where(RouteMeeting.id == meeting_id)
    return tx.scalar(query.with_for_update() if lock else query)


def proposal(tx: Transaction, proposal_id: UUID, *, lock: bool = False) -> RouteProposal | None:
    """The proposal with this id."""
    query = select(RouteProposal).where(RouteProposal.id == proposal_id)
    return tx.scalar(query.with_for_update() if lock else query)


def minutes(tx: Transaction, meeting_id: UUID) -> RouteMinutes | None:
    """The final minutes of a meeting that is closed."""
    return tx.get(RouteMinutes, meeting_id)


def listed(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[RouteMeeting]:
    """Meetings of some units, the latest day first."""
    query = select(RouteMeeting).order_by(RouteMeeting.held_on.desc(), RouteMeeting.id.desc()).limit(limit)
    return list(tx.scalars(query if units is None else query.where(RouteMeeting.unit_code.in_(units))))


def open_meeting(tx: Transaction, unit_code: str) -> RouteMeeting | None:
    """The unit's meeting that is called or sits."""
    states = [MeetingState.CALLED, MeetingState.SITTING]
    query = select(RouteMeeting).where(RouteMeeting.unit_code == unit_code, RouteMeeting.state.in_(states))
    return tx.scalar(query.with_for_update())


def agenda(tx: Transaction, meeting_id: UUID) -> list[tuple[RouteProposal, Customer]]:
    """What a meeting has before it, in the order in which it came."""
    query = select(RouteProposal, Customer).join(Customer, Customer.id == RouteProposal.customer_id)
    query = query.where(RouteProposal.meeting_id == meeting_id).order_by(RouteProposal.made_at, RouteProposal.id)
    return [(row, customer) for row, customer in tx.execute(query)]


def waiting(tx: Transaction, units: frozenset[str] | None) -> list[tuple[RouteProposal, Customer]]:
    """What waits for the next meeting of some units."""
    query = select(RouteProposal, Customer).join(Customer, Customer.id == RouteProposal.customer_id)
    query = query.where(RouteProposal.state == ProposalState.PROPOSED, RouteProposal.meeting_id.is_(None))
    if units is not None:
        query = query.where(RouteProposal.unit_code.in_(units))
    found = tx.execute(query.order_by(RouteProposal.made_at, RouteProposal.id).limit(1000))
    return [(row, customer) for row, customer in found]


def open_of(tx: Transaction, customer_id: UUID) -> RouteProposal | None:
    """The customer's proposal that is not at its end."""
    states = [ProposalState.PROPOSED, ProposalState.ACCEPTED, ProposalState.POSTPONED]
    query = select(RouteProposal).where(RouteProposal.customer_id == customer_id, RouteProposal.state.in_(states))
    return tx.scalar(query.limit(1))


def units_met(tx: Transaction, first: date, last: date) -> set[str]:
    """Units with a meeting that was held between two days and closed."""
    query = select(RouteMeeting.unit_code).where(RouteMeeting.held_on >= first, RouteMeeting.held_on <= last)
    return set(tx.scalars(query.where(RouteMeeting.state == MeetingState.CLOSED)))


def reminded(tx: Transaction, kind: str) -> set[UUID]:
    """What there are open tasks about, of a kind of subject."""
    return set(tx.scalars(select(Task.subject_id).where(Task.subject_kind == kind, Task.done_at.is_(None))))
