"""Which facts each verb may state, and which of them claim that something is so at the partner."""

from collections.abc import Mapping

from hub.plugin import (
    Answer,
    BindingAbsent,
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    CardChecked,
    NeedsInput,
    ProbeLeg,
)

_FILED: tuple[type, ...] = (BindingAccepted, BindingLive, BindingPending, BindingRefused, NeedsInput)
_FOUND: tuple[type, ...] = (BindingLive, BindingPending, BindingRefused, BindingAbsent, BindingEnded, NeedsInput)
ALLOWED: Mapping[str, tuple[type, ...]] = {
    "probe": (ProbeLeg,),
    "check_card": (CardChecked,),
    "bind_card": _FILED,
    "query_binding": _FOUND,
    "unbind_card": (BindingAccepted, BindingEnded, BindingPending, BindingRefused, NeedsInput),
    "query_unbinding": _FOUND,
    "deliver_agreements": _FILED,
    "query_delivery": _FOUND,
    "list_bindings": (BindingLive, BindingEnded),
}
"""The closed lists of decision 9, verb by verb."""


def claims(answer: Answer) -> bool:
    """Whether the answer says that something is so at the partner; pending claims nothing."""
    if isinstance(answer, ProbeLeg):
        return answer.ok
    return not isinstance(answer, BindingPending | NeedsInput)
