"""Every state and every allowed step, one table a noun (decision 10). Final states have no step out."""

from collections.abc import Mapping
from enum import StrEnum


class AskState(StrEnum):
    """Where an ask stands between us and the partner."""

    PLANNED = "planned"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    LIVE = "live"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    ASKED = "asked"
    PERSON = "person"
    CANCELLED = "cancelled"


class AccountState(StrEnum):
    """A settlement account of a customer, as we hold it."""

    FILED = "filed"
    LIVE = "live"
    REFUSED = "refused"
    ENDING = "ending"
    ENDED = "ended"


class AgreementState(StrEnum):
    """A signed agreement: on file here, delivered, in force at the partner, ended."""

    SIGNED = "signed"
    DELIVERED = "delivered"
    LIVE = "live"
    REFUSED = "refused"
    ENDED = "ended"


class DeviceState(StrEnum):
    """An ordering device (handset, Yanxintong) of a customer."""

    BOUND = "bound"
    LIVE = "live"
    FAILED = "failed"
    ENDED = "ended"


class ApplicationState(StrEnum):
    """A change that was asked for: with its signers, decided, done (decision 17)."""

    SENT = "sent"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    CARRIED_OUT = "carried_out"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class WebOrderingState(StrEnum):
    """A customer's way onto web ordering, after the approval (R7.6)."""

    SET_UP = "set_up"
    ISSUED = "issued"
    DELIVERED = "delivered"
    AGREED = "agreed"
    TRAINED = "trained"


class MeetingState(StrEnum):
    """A route meeting (R13.1)."""

    CALLED = "called"
    SITTING = "sitting"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ProposalState(StrEnum):
    """New route data for a customer, on the way through a route meeting (R13.1)."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    POSTPONED = "postponed"
    CARRIED_OUT = "carried_out"
    WITHDRAWN = "withdrawn"


A = AskState
ASK: Mapping[AskState, frozenset[AskState]] = {
    A.PLANNED: frozenset({A.QUEUED, A.CANCELLED}),
    A.QUEUED: frozenset({A.SENDING, A.REFUSED, A.CANCELLED}),
    A.SENDING: frozenset({A.QUEUED, A.ACCEPTED, A.LIVE, A.REFUSED, A.IN_DOUBT, A.PERSON}),
    A.ACCEPTED: frozenset({A.ASKED, A.SENDING, A.QUEUED, A.LIVE, A.REFUSED, A.PERSON, A.CANCELLED}),
    A.IN_DOUBT: frozenset({A.ASKED, A.LIVE, A.REFUSED, A.ACCEPTED, A.PERSON}),
    A.ASKED: frozenset({A.IN_DOUBT, A.ACCEPTED, A.LIVE, A.REFUSED, A.QUEUED, A.PERSON}),
    A.PERSON: frozenset({A.ASKED, A.QUEUED, A.LIVE, A.REFUSED, A.CANCELLED, A.ACCEPTED}),
    A.LIVE: frozenset(),
    A.REFUSED: frozenset(),
    A.CANCELLED: frozenset(),
}
ACCOUNT: Mapping[AccountState, frozenset[AccountState]] = {
    AccountState.FILED: frozenset({AccountState.LIVE, AccountState.REFUSED, AccountState.ENDED}),
    AccountState.LIVE: frozenset({AccountState.ENDING, AccountState.ENDED}),
    AccountState.ENDING: frozenset({AccountState.ENDED, AccountState.LIVE}),
    AccountState.REFUSED: frozenset(),
    AccountState.ENDED: frozenset(),
}
AGREEMENT: Mapping[AgreementState, frozenset[AgreementState]] = {
    AgreementState.SIGNED: frozenset(
        {AgreementState.DELIVERED, AgreementState.LIVE, AgreementState.REFUSED, AgreementState.ENDED}
    ),
    AgreementState.DELIVERED: frozenset({AgreementState.LIVE, AgreementState.REFUSED, AgreementState.ENDED}),
    AgreementState.LIVE: frozenset({AgreementState.ENDED}),
    AgreementState.REFUSED: frozenset(),
    AgreementState.ENDED: frozenset(),
}
DEVICE: Mapping[DeviceState, frozenset[DeviceState]] = {
    DeviceState.BOUND: frozenset({DeviceState.LIVE, DeviceState.FAILED, DeviceState.ENDED}),
    DeviceState.LIVE: frozenset({DeviceState.FAILED, DeviceState.ENDED}),
    DeviceState.FAILED: frozenset({DeviceState.LIVE, DeviceState.ENDED}),
    DeviceState.ENDED: frozenset(),
}
P = ApplicationState
APPLICATION: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    P.SENT: frozenset({P.SENT_BACK, P.APPROVED, P.REJECTED, P.WITHDRAWN, P.VOID}),
    P.SENT_BACK: frozenset({P.SENT, P.WITHDRAWN, P.VOID}),
    P.APPROVED: frozenset({P.CARRIED_OUT, P.WITHDRAWN, P.VOID}),
    P.CARRIED_OUT: frozenset(),
    P.REJECTED: frozenset(),
    P.WITHDRAWN: frozenset(),
    P.VOID: frozenset(),
}
W = WebOrderingState
WEB_ORDERING: Mapping[WebOrderingState, frozenset[WebOrderingState]] = {
    W.SET_UP: frozenset({W.ISSUED}),
    W.ISSUED: frozenset({W.DELIVERED}),
    W.DELIVERED: frozenset({W.AGREED, W.ISSUED}),
    W.AGREED: frozenset({W.TRAINED, W.DELIVERED}),
    W.TRAINED: frozenset(),
}
"""A password that does not open anything is issued anew; a training that was not held is agreed anew."""
M, R = MeetingState, ProposalState
MEETING: Mapping[MeetingState, frozenset[MeetingState]] = {
    M.CALLED: frozenset({M.SITTING, M.CANCELLED}),
    M.SITTING: frozenset({M.CLOSED}),
    M.CLOSED: frozenset(),
    M.CANCELLED: frozenset(),
}
PROPOSAL: Mapping[ProposalState, frozenset[ProposalState]] = {
    R.PROPOSED: frozenset({R.ACCEPTED, R.REFUSED, R.POSTPONED, R.WITHDRAWN}),
    R.ACCEPTED: frozenset({R.REFUSED, R.POSTPONED, R.CARRIED_OUT}),
    R.REFUSED: frozenset({R.ACCEPTED, R.POSTPONED}),
    R.POSTPONED: frozenset({R.ACCEPTED, R.REFUSED, R.PROPOSED}),
    R.CARRIED_OUT: frozenset(),
    R.WITHDRAWN: frozenset(),
}
"""Until the meeting is closed it may decide otherwise; after that an accepted proposal is only carried out."""
OPEN_ASKS = frozenset(state for state, steps in ASK.items() if steps)


def final(state: AskState) -> bool:
    """Whether nothing can follow."""
    return not ASK[state]


def may_become(table: Mapping[StrEnum, frozenset[StrEnum]], old: StrEnum, new: StrEnum) -> bool:
    """Whether the step is in the table."""
    return new in table[old]
