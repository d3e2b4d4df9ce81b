"""A channel's kept messages: what became of each, one in clear with a reason, one heard again."""

from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import desk, refusal_page, render
from hub.domain.refusals import NotFound, Refusal
from hub.operations.reconciliation import callback_archive
from hub.operations.reconciliation.callback_archive import MessageInClear, Outcome

router = APIRouter(prefix="/channels")
Text = Annotated[str, Form()]
OUTCOMES = get_args(Outcome)
PAGE = callback_archive.PAGE


@router.get("/{channel}/messages")
def listing(request: Request, channel: str, outcome: str = "", after: UUID | None = None) -> Response:
    """Newest first, of one outcome or of all."""
    chosen = next((known for known in OUTCOMES if known == outcome), None)
    with desk(request) as reader:
        rows = callback_archive.list_messages(reader, channel, chosen, after, PAGE + 1)
        capability = reader.channels[channel]
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    words = {"channel": capability, "outcomes": OUTCOMES, "chosen": chosen or ""}
    return render(request, "reconciliation/callbacks.html", 200, rows=rows[:PAGE], more=more, **words)


@router.get("/{channel}/messages/{message_id}")
def show(request: Request, channel: str, message_id: UUID) -> Response:
    """One message."""
    return _show(request, channel, message_id)


def _show(
    request: Request,
    channel: str,
    message_id: UUID,
    refusal: Refusal | None = None,
    clear: MessageInClear | None = None,
) -> Response:
    with desk(request) as reader:
        row = callback_archive.show_message(reader, message_id)
        capability = reader.channels.get(channel)
    if row.channel != channel or capability is None:
        raise NotFound(what="报文")
    status = refusal.status if refusal else 200
    page = {"row": row, "channel": capability, "clear": clear, "refusal": refusal}
    return render(request, "reconciliation/callback.html", status, **page)


@router.post("/{channel}/messages/{message_id}/reveal")
def reveal(request: Request, channel: str, message_id: UUID, why: Text = "") -> Response:
    """What came, in clear; the reason is in the audit."""
    try:
        with desk(request) as reader:
            clear = callback_archive.reveal_message(reader, message_id, why)
    except callback_archive.ReasonForMessage as refusal:
        return _show(request, channel, message_id, refusal)
    except NotFound as refusal:
        return refusal_page(request, refusal)
    return _show(request, channel, message_id, clear=clear)


_ONE = "/{channel}/messages/{message_id}"
post(router, f"{_ONE}/hear", callback_archive.hear_again, f"/channels{_ONE}?done=message_again", _show)
