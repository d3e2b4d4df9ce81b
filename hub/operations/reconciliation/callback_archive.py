"""Partners' messages as they were kept: listed, read in clear with a reason, heard again (R7.7, R7.9, G4)."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.registry.reconciliation import callbacks
from hub.registry.schema import Callback

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
OPENS = {Post.INFORMATION_CENTRE}
PAGE = 50
SHORTEST = 5
"""Characters of a reason."""


class ReasonForMessage(Refusal):
    """A partner's message names customers: it is read in clear for a reason alone (G4)."""

    article, status = "G4", 422
    says = ("查看报文原文须说明理由(至少 5 个字)。", "Reading a message needs a reason (5 characters at least).")
    then = ("请填写理由后再查看。", "Give the reason and try again.")


class HeardAlready(Refusal):
    """The message had its effect; hearing it again would change nothing (R7.9)."""

    article = "R7.9"
    says = ("该报文已经生效,不需要重新处理。", "The message had its effect already.")
    then = ("如与对方不一致,请在“差异”里核对。", "If both sides differ, look at the differences.")


@dataclass(frozen=True)
class Message:
    """A message in clear: what came, with the headers that the plugin verified."""

    row: Callback
    headers: dict[str, str]
    body: Secret


@operation(
    "messages.list_messages",
    article="R7.9",
    posts=LOOKS,
    title=("查看收到的报文", "See kept messages"),
    changes=False,
    audited=False,
)
def list_messages(
    desk: Desk, channel: str, outcome: str = "", after: UUID | None = None, limit: int = PAGE
) -> list[Callback]:
    """A channel's messages without their content, newest first; `after` is the last one of the page before."""
    if channel not in desk.channels:
        raise NotFound(what="渠道")
    return callbacks.listed(desk.tx, channel, [outcome] if outcome else [], after, min(limit, 200))


@operation(
    "messages.show_message",
    article="R7.9",
    posts=LOOKS,
    title=("查看报文", "See a kept message"),
    changes=False,
    audited=False,
)
def show_message(desk: Desk, message_id: UUID) -> Callback:
    """What became of a message, without its content. Raises NotFound."""
    return _message(desk, message_id)


@operation(
    "messages.reveal_message",
    article="G4",
    posts=OPENS,
    title=("查看报文原文", "Read a message in clear"),
    changes=False,
    people_only=True,
    company=True,
)
def reveal_message(desk: Desk, message_id: UUID, reason: str) -> Message:
    """What came, in clear, with the reason in the audit. Raises NotFound, ReasonForMessage."""
    row = _message(desk, message_id)
    if len(reason.strip()) < SHORTEST:
        raise ReasonForMessage()
    desk.audit_detail |= {"reason": reason, "event": row.event}
    raw = callbacks.raw(desk.vault, row)
    return Message(row, raw.headers, Secret(raw.body.decode(errors="replace")))


@operation(
    "messages.hear_again", article="R7.9", posts=OPENS, title=("重新处理报文", "Hear a message again"), company=True
)
def hear_again(desk: Desk, message_id: UUID, why: str) -> None:
    """Let a worker look into it anew, as fresh as when it came: after a plugin was mended, or a key was put right.

    Raises NotFound, HeardAlready.
    """
    row = _message(desk, message_id, lock=True)
    if row.outcome in callbacks.VERIFIED:
        raise HeardAlready()
    desk.audit_detail |= {"was": row.outcome, "code": row.code, "why": why}
    row.outcome, row.code, row.settled_at = None, None, None


def _message(desk: Desk, message_id: UUID, *, lock: bool = False) -> Callback:
    row = callbacks.get(desk.tx, message_id, lock=lock)
    if row is None:
        raise NotFound(what="报文")
    desk.about("channel", row.channel)
    return row


VERIFIED = callbacks.VERIFIED
__all__ = [
    "VERIFIED",
    "HeardAlready",
    "Message",
    "ReasonForMessage",
    "hear_again",
    "list_messages",
    "reveal_message",
    "show_message",
]
