"""Partners' messages as they were kept: listed, read in clear with a reason, heard again (R7.7, R7.9, G4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from hub.domain.inputs import Key, Limit, Why
from hub.domain.privacy.charsets import named_in, readable
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.views import Revealed, view, views
from hub.registry.reconciliation import callbacks
from hub.registry.schema import Callback

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
OPENS = {Post.INFORMATION_CENTRE}
PAGE = 50
# Fewest characters of a reason.
SHORTEST = 5
Outcome = Literal["heard", "repeated", "contradicts", "forged", "not_understood"]


class ReasonForMessage(Refusal):
    """A partner's message names customers: it is read in clear only with a reason (G4)."""

    article, status = "G4", 422
    says = ("查看对方通知原文须说明理由(至少 5 个字)。", "Reading a message needs a reason (5 characters at least).")
    then = ("请填写理由后再查看。", "Give the reason and try again.")


class HeardAlready(Refusal):
    """The message had its effect; hearing it again would change nothing (R7.9)."""

    article = "R7.9"
    says = ("该通知已经生效,不需要重新处理。", "The message had its effect already.")
    then = ("如与对方不一致,请在“信息不一致”里核对。", "If both sides differ, look at the differences.")


@dataclass(frozen=True)
class MessageView:
    """A message without its content; `outcome` is null until it is processed."""

    id: UUID
    channel: str
    received_at: datetime
    settled_at: datetime | None
    size: int
    times: int
    event: str | None
    outcome: str | None
    code: str | None
    facts: int

    @property
    def heard(self) -> bool:
        """Whether it had its effect."""
        return self.outcome in callbacks.VERIFIED


@dataclass(frozen=True)
class MessageInClear:
    """A message in clear: what came, with the headers that the plugin verified."""

    id: UUID
    headers: dict[str, str]
    body: Revealed


@operation(
    "messages.list_messages",
    article="R7.9",
    posts=LOOKS,
    title=("查看收到的对方通知", "See kept messages"),
    changes=False,
    audited=False,
)
def list_messages(
    desk: Desk, channel: Key, outcome: Outcome | None = None, after: UUID | None = None, limit: Limit = PAGE
) -> list[MessageView]:
    """A channel's messages without their content, newest first; `after` is the last one of the page before."""
    if channel not in desk.channels:
        raise NotFound(what="渠道")
    return views(MessageView, callbacks.listed(desk.tx, channel, [outcome] if outcome else [], after, limit))


@operation(
    "messages.show_message",
    article="R7.9",
    posts=LOOKS,
    title=("查看对方通知", "See a kept message"),
    changes=False,
    audited=False,
)
def show_message(desk: Desk, message_id: UUID) -> MessageView:
    """What became of a message, without its content. Raises NotFound."""
    return view(MessageView, _message(desk, message_id))


@operation(
    "messages.reveal_message",
    article="G4",
    posts=OPENS,
    title=("查看对方通知原文", "Read a message in clear"),
    changes=False,
    people_only=True,
    company=True,
)
def reveal_message(desk: Desk, message_id: UUID, why: Why) -> MessageInClear:
    """What came, in clear, with the reason in the audit. Raises NotFound, ReasonForMessage."""
    message = _message(desk, message_id)
    if len(why.strip()) < SHORTEST:
        raise ReasonForMessage()
    desk.audit_detail |= {"reason": why, "event": message.event}
    raw = callbacks.raw(desk.vault, message)
    capability = desk.channels.get(message.channel)
    charsets = [named_in(raw.headers), capability.charset if capability is not None else None]
    body = readable(raw.body, [charset for charset in charsets if charset])
    return MessageInClear(message.id, raw.headers, Secret(body))


@operation(
    "messages.hear_again", article="R7.9", posts=OPENS, title=("重新处理对方通知", "Hear a message again"), company=True
)
def hear_again(desk: Desk, message_id: UUID, why: Why) -> None:
    """Have a worker process it again as if it had just come: after a plugin was fixed, or a key corrected.

    Raises NotFound, HeardAlready.
    """
    message = _message(desk, message_id, lock=True)
    if message.outcome in callbacks.VERIFIED:
        raise HeardAlready()
    desk.audit_detail |= {"was": message.outcome, "code": message.code, "why": why}
    # Without an outcome it looks like one whose worker died: the sweep for those takes it up.
    message.outcome, message.code, message.settled_at = None, None, None


def _message(desk: Desk, message_id: UUID, *, lock: bool = False) -> Callback:
    message = callbacks.get(desk.tx, message_id, lock=lock)
    if message is None:
        raise NotFound(what="对方通知")
    desk.about("channel", message.channel)
    return message
