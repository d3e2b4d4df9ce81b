"""The words to answer with: all that a plugin imports of the hub. Contract version 1."""

from hub.domain.facts import (
    Answer,
    BindingAbsent,
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Busy,
    CardChecked,
    Fact,
    Forged,
    NeedsInput,
    ProbeLeg,
    Refused,
    Unknown,
)
from hub.domain.privacy import Secret

from .words import CONTRACT, Channel, Conversation, Heard, Reply, Request, Url, get, hookimpl, hookspec, post, to_json

__all__ = [
    "CONTRACT",
    "Answer",
    "BindingAbsent",
    "BindingAccepted",
    "BindingEnded",
    "BindingLive",
    "BindingPending",
    "BindingRefused",
    "Busy",
    "CardChecked",
    "Channel",
    "Conversation",
    "Fact",
    "Forged",
    "Heard",
    "NeedsInput",
    "ProbeLeg",
    "Refused",
    "Reply",
    "Request",
    "Secret",
    "Unknown",
    "Url",
    "get",
    "hookimpl",
    "hookspec",
    "post",
    "to_json",
]
