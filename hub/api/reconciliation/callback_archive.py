"""Partners' messages that the hub keeps: listed, in clear with a reason, heard again."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path

from hub.api.resource import Resource
from hub.api.shapes import Done, Id, Limit, Page, Reason, Shown, page
from hub.operations.desk import Desk
from hub.operations.reconciliation import callback_archive

resource = Resource("messages")
Key = Annotated[str, Path(max_length=64)]


class MessageShown(Shown):
    """A message, without its content; `outcome` is null until it was looked into."""

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


class MessageInClear(Shown):
    """What came."""

    id: UUID
    headers: dict[str, str]
    body: str


@resource.get("/channels/{channel}/messages", callback_archive.list_messages)
def list_them(
    desk: Desk,
    channel: Key,
    outcome: Literal["heard", "repeated", "contradicts", "forged", "not_understood"] | None = None,
    after: Id | None = None,
    limit: Limit = 50,
) -> Page[MessageShown]:
    """Newest first; `after` is the cursor of the page before."""
    rows = callback_archive.list_messages(desk, channel, outcome or "", after, limit)
    return Page[MessageShown].model_validate(page(rows, limit, "id"))


@resource.get("/messages/{message_id}", callback_archive.show_message)
def show(desk: Desk, message_id: UUID) -> MessageShown:
    """What became of one message."""
    return MessageShown.model_validate(callback_archive.show_message(desk, message_id))


@resource.ask("/messages/{message_id}/reveal", callback_archive.reveal_message)
def reveal(desk: Desk, message_id: UUID, given: Reason) -> MessageInClear:
    """One message in clear; people only, and audited."""
    found = callback_archive.reveal_message(desk, message_id, given.why)
    return MessageInClear(id=found.row.id, headers=found.headers, body=found.body.reveal())


@resource.change("POST", "/messages/{message_id}/hear", callback_archive.hear_again, status=202)
def hear(desk: Desk, message_id: UUID, given: Reason) -> Done:
    """Let a worker look into it anew, as fresh as when it came."""
    callback_archive.hear_again(desk, message_id, given.why)
    return Done()
