"""How people see route meetings, and how a closed one keeps its agenda and loads (R13.1, R13.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter

from hub.domain.routes.loads import Load

from .proposals import ProposalView


@dataclass(frozen=True)
class MeetingView:
    """A meeting; `attendees` are those of marketing, `logistics` those of logistics."""

    id: UUID
    unit_code: str
    held_on: date
    state: str
    attendees: str
    logistics: str
    minutes: str
    called_by_name: str
    closed_by_name: str | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Meetings:
    """Meetings, the latest first, and proposals that wait for one."""

    meetings: list[MeetingView]
    waiting: list[ProposalView]


@dataclass(frozen=True)
class LoadChange:
    """Loads of routes before and after what was accepted."""

    before: list[Load]
    after: list[Load]


@dataclass(frozen=True)
class MeetingPage:
    """A meeting with its agenda, and by field (delivery_route, visit_route) the loads before and after.

    A closed meeting shows agenda and loads as they were when it was closed; only what became of a proposal is current.
    """

    meeting: MeetingView
    agenda: list[ProposalView]
    load: dict[str, LoadChange]


# A closed meeting stores its agenda and loads as JSON in the form of these views: a field added to one needs a default.
AGENDA = TypeAdapter(list[ProposalView])
LOADS = TypeAdapter(dict[str, LoadChange])
