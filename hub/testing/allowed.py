"""Which facts each verb may state, and which of them claim that something holds at the partner."""

from collections.abc import Mapping

from hub.plugin import (
    Absent,
    Accepted,
    AgreementEnded,
    AgreementSigned,
    Answer,
    BindingEnded,
    BindingLive,
    CardChecked,
    CustomerKnown,
    Declined,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    NeedsInput,
    Pending,
    ProbeLeg,
)

# Answers to sending a binding, to asking how it ended, to announcing a customer, and what a carrier holds.
_FILED: tuple[type, ...] = (Accepted, BindingLive, Pending, Declined, NeedsInput)
_FOUND: tuple[type, ...] = (BindingLive, Pending, Declined, Absent, BindingEnded, NeedsInput)
_TAKEN: tuple[type, ...] = (Accepted, CustomerKnown, Pending, Declined)
_HELD: tuple[type, ...] = (AgreementSigned, AgreementEnded, DeviceBound, DeviceFailed, DeviceEnded)
# What each verb may end with (ADR 0003), verb by verb.
ALLOWED: Mapping[str, tuple[type, ...]] = {
    "probe": (ProbeLeg,),
    "check_card": (CardChecked,),
    "bind_card": _FILED,
    "query_binding": _FOUND,
    "unbind_card": (Accepted, BindingEnded, Pending, Declined, NeedsInput),
    "query_unbinding": _FOUND,
    "query_binding_in_force": (BindingLive, BindingEnded, Pending),
    "deliver_agreements": _FILED,
    "query_delivery": _FOUND,
    "list_bindings": (BindingLive, BindingEnded),
    "confirm_binding": _FILED,
    "announce_customer": _TAKEN,
    "query_announcement": (*_TAKEN, Absent),
    "announce_customers": _TAKEN,
    "query_announcements": (*_TAKEN, Absent),
    "list_devices": _HELD,
    "query_device": (*_HELD, Absent),
}


def claims(answer: Answer) -> bool:
    """Whether the answer claims that something holds at the partner; Pending and NeedsInput claim nothing."""
    if isinstance(answer, ProbeLeg):
        return answer.ok
    return not isinstance(answer, Pending | NeedsInput)
