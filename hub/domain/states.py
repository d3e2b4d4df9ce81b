"""All states and all allowed steps, one table for each noun. Final states have no step out."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class AskState(StrEnum):
    """How far an ask has come between us and the partner."""

    PLANNED = "planned"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    ASKED = "asked"
    PERSON = "person"
    CANCELLED = "cancelled"

    @classmethod
    def _missing_(cls, value: object) -> "AskState | None":
        """The name that callers of API 0.1 may still use: the good end was "live" then, even that of an ending."""
        return cls.DONE if value == "live" else None


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
    """A change that was asked for: with its signers, decided, done (ADR 0007)."""

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


class PermitState(StrEnum):
    """A permit to share a phone: requested, signed by the chief, by the deputy manager, ended (R12.5)."""

    ASKED = "asked_for"
    CHIEF_SIGNED = "chief_signed"
    PERMITTED = "permitted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class RouteMeetingState(StrEnum):
    """A route meeting (R13.1)."""

    CALLED = "called"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ScenarioState(StrEnum):
    """A large route change (R13.3): a worker computes it, two sign it, it is applied on its day."""

    COMPUTING = "computing"
    FAILED = "failed"
    COMPUTED = "computed"
    CHIEF_SIGNED = "chief_signed"
    APPROVED = "approved"
    APPLIED = "applied"
    SENT_BACK = "sent_back"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


class ScenarioRecordKind(StrEnum):
    """What is recorded of a scenario (R13.7)."""

    RUN = "run"
    MEETING = "meeting"
    APPLIED = "applied"
    CORRECTION = "correction"
    UPKEEP = "upkeep"
    REVERSED = "reversed"


class ExportState(StrEnum):
    """A list that somebody wants to export (R18.1)."""

    ASKED = "asked_for"
    PERMITTED = "permitted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    OVER = "over"


class ProposalState(StrEnum):
    """A channel's settings that one person proposed (G3): decided by another, withdrawn, or superseded."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class PowerCutState(StrEnum):
    """A power cut that was announced (R11.5)."""

    PLANNED = "planned"
    CALLED_OFF = "called_off"
    OVER = "over"


class OutageState(StrEnum):
    """An ordering system that is down: reported, customers switched to the phone, ended (R11.1)."""

    REPORTED = "reported"
    SWITCHING = "switching"
    STOPPED = "stopped"
    SWITCHED = "switched"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class AccessState(StrEnum):
    """A grant, new password or token that a second person confirms, or that waits to be taken (R4.1, R6.1)."""

    ASKED = "asked_for"
    WAITING = "to_be_taken"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    OVER = "over"


# PERSON leads to every end: whoever looks into an ask by hand may find out anything.
A = AskState
ASK: Mapping[AskState, frozenset[AskState]] = {
    A.PLANNED: frozenset({A.QUEUED, A.CANCELLED}),
    A.QUEUED: frozenset({A.SENDING, A.REFUSED, A.CANCELLED}),
    A.SENDING: frozenset({A.QUEUED, A.ACCEPTED, A.DONE, A.REFUSED, A.IN_DOUBT, A.PERSON}),
    A.ACCEPTED: frozenset({A.ASKED, A.SENDING, A.QUEUED, A.DONE, A.REFUSED, A.PERSON, A.CANCELLED}),
    A.IN_DOUBT: frozenset({A.ASKED, A.DONE, A.REFUSED, A.ACCEPTED, A.PERSON}),
    A.ASKED: frozenset({A.IN_DOUBT, A.ACCEPTED, A.DONE, A.REFUSED, A.QUEUED, A.PERSON}),
    A.PERSON: frozenset({A.ASKED, A.QUEUED, A.DONE, A.REFUSED, A.CANCELLED, A.ACCEPTED}),
    A.DONE: frozenset(),
    A.REFUSED: frozenset(),
    A.CANCELLED: frozenset(),
}
# ENDING may return to LIVE: the bank refuses, or the application to end it is withdrawn.
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
# Two steps lead back: a password that does not work is issued again, a training that was not held is agreed again.
WEB_ORDERING: Mapping[WebOrderingState, frozenset[WebOrderingState]] = {
    W.SET_UP: frozenset({W.ISSUED}),
    W.ISSUED: frozenset({W.DELIVERED}),
    W.DELIVERED: frozenset({W.AGREED, W.ISSUED}),
    W.AGREED: frozenset({W.TRAINED, W.DELIVERED}),
    W.TRAINED: frozenset(),
}
E = ExportState
EXPORT: Mapping[ExportState, frozenset[ExportState]] = {
    E.ASKED: frozenset({E.PERMITTED, E.REJECTED, E.WITHDRAWN}),
    E.PERMITTED: frozenset({E.WITHDRAWN, E.OVER}),
    E.REJECTED: frozenset(),
    E.WITHDRAWN: frozenset(),
    E.OVER: frozenset(),
}
S = PermitState
PERMIT: Mapping[PermitState, frozenset[PermitState]] = {
    S.ASKED: frozenset({S.CHIEF_SIGNED, S.REJECTED, S.WITHDRAWN}),
    S.CHIEF_SIGNED: frozenset({S.PERMITTED, S.REJECTED, S.WITHDRAWN}),
    S.PERMITTED: frozenset({S.ENDED}),
    S.REJECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.ENDED: frozenset(),
}
# Planned to planned is a step: a cut that is moved stays planned, for another time.
POWER_CUT: Mapping[PowerCutState, frozenset[PowerCutState]] = {
    PowerCutState.PLANNED: frozenset({PowerCutState.PLANNED, PowerCutState.CALLED_OFF, PowerCutState.OVER}),
    PowerCutState.CALLED_OFF: frozenset(),
    PowerCutState.OVER: frozenset(),
}
ROUTE_MEETING: Mapping[RouteMeetingState, frozenset[RouteMeetingState]] = {
    RouteMeetingState.CALLED: frozenset({RouteMeetingState.CLOSED, RouteMeetingState.CANCELLED}),
    RouteMeetingState.CLOSED: frozenset(),
    RouteMeetingState.CANCELLED: frozenset(),
}
# Back to COMPUTING only while nobody has signed the result, or once it failed, was sent back or was rejected.
Z = ScenarioState
SCENARIO: Mapping[ScenarioState, frozenset[ScenarioState]] = {
    Z.COMPUTING: frozenset({Z.COMPUTED, Z.FAILED, Z.WITHDRAWN}),
    Z.FAILED: frozenset({Z.COMPUTING}),
    Z.COMPUTED: frozenset({Z.COMPUTING, Z.CHIEF_SIGNED, Z.REJECTED, Z.WITHDRAWN}),
    Z.CHIEF_SIGNED: frozenset({Z.APPROVED, Z.REJECTED, Z.WITHDRAWN}),
    Z.APPROVED: frozenset({Z.APPLIED, Z.SENT_BACK, Z.WITHDRAWN}),
    Z.APPLIED: frozenset({Z.REVERSED}),
    Z.SENT_BACK: frozenset({Z.COMPUTING, Z.WITHDRAWN}),
    Z.REJECTED: frozenset({Z.COMPUTING}),
    Z.WITHDRAWN: frozenset(),
    Z.REVERSED: frozenset(),
}
F = OutageState
OUTAGE: Mapping[OutageState, frozenset[OutageState]] = {
    F.REPORTED: frozenset({F.SWITCHING, F.WITHDRAWN}),
    F.SWITCHING: frozenset({F.STOPPED, F.SWITCHED, F.ENDED}),
    F.STOPPED: frozenset({F.SWITCHING, F.ENDED}),
    F.SWITCHED: frozenset({F.ENDED}),
    F.ENDED: frozenset(),
    F.WITHDRAWN: frozenset(),
}
X = AccessState
ACCESS: Mapping[AccessState, frozenset[AccessState]] = {
    X.ASKED: frozenset({X.DONE, X.WAITING, X.REJECTED, X.WITHDRAWN, X.OVER}),
    X.WAITING: frozenset({X.DONE, X.WITHDRAWN, X.OVER}),
    X.DONE: frozenset(),
    X.REJECTED: frozenset(),
    X.WITHDRAWN: frozenset(),
    X.OVER: frozenset(),
}

T = TypeVar("T", bound=StrEnum)


# Derived from the tables, so that a new state counts as open as soon as a step leads on from it.
def unfinished(table: Mapping[T, frozenset[T]]) -> tuple[T, ...]:
    """The states from which a step leads on, in the table's order."""
    return tuple(state for state, steps in table.items() if steps)


OPEN_ASKS = frozenset(unfinished(ASK))
OPEN_ACCOUNTS, OPEN_APPLICATIONS, OPEN_ACCESS = unfinished(ACCOUNT), unfinished(APPLICATION), unfinished(ACCESS)
# Outcomes of an attempt after which nobody knows what the partner did.
UNSURE_OUTCOMES = ("unknown", "forged", "worker_lost")
# Outcomes of a callback that prove nothing about its sender.
UNVERIFIED_OUTCOMES = ("forged", "not_understood")


def final(state: AskState) -> bool:
    """Whether nothing can follow."""
    return not ASK[state]
