"""A channel's kept messages: what became of each, one in clear with a reason, one heard again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, refusal_page, render
from hub.domain.refusals import NotFound, Refusal
from hub.operations.reconciliation import callback_archive
from hub.operations.reconciliation.callback_archive import Message

router = APIRouter(prefix="/channels")
Text = Annotated[str, Form()]
OUTCOMES = ("heard", "repeated", "contradicts", "forged", "not_understood")


@router.get("/{channel}/messages")
def listing(request: Request, channel: str, outcome: str = "", after: UUID | None = None) -> Response:
    """Newest first, of one outcome or of all."""
    chosen = outcome if outcome in OUTCOMES else ""
    with desk(request) as found:
        rows = callback_archive.list_messages(found, channel, chosen, after, callback_archive.PAGE + 1)
        more = rows[callback_archive.PAGE - 1].id if len(rows) > callback_archive.PAGE else None
        return render(
            request,
            "reconciliation/callbacks.html",
            rows=rows[: callback_archive.PAGE],
            more=more,
            channel=found.channels[channel],
            outcomes=OUTCOMES,
            chosen=chosen,
        )


@router.get("/{channel}/messages/{message_id}")
def show(request: Request, channel: str, message_id: UUID) -> Response:
    """One message."""
    return _show(request, channel, message_id)


def _show(
    request: Request, channel: str, message_id: UUID, refusal: Refusal | None = None, clear: Message | None = None
) -> Response:
    with desk(request) as found:
        row = callback_archive.show_message(found, message_id)
        if row.channel != channel or channel not in found.channels:
            raise NotFound(what="报文")
        return render(
            request,
            "reconciliation/callback.html",
            refusal.status if refusal else 200,
            row=row,
            channel=found.channels[channel],
            heard=row.outcome in callback_archive.VERIFIED,
            clear=clear,
            refusal=refusal,
        )


@router.post("/{channel}/messages/{message_id}/reveal")
def reveal(request: Request, channel: str, message_id: UUID, why: Text = "") -> Response:
    """What came, in clear; the reason is in the audit."""
    try:
        with desk(request) as found:
            clear = callback_archive.reveal_message(found, message_id, why)
    except callback_archive.ReasonForMessage as refusal:
        return _show(request, channel, message_id, refusal)
    except NotFound as refusal:
        return refusal_page(request, refusal)
    return _show(request, channel, message_id, clear=clear)


@router.post("/{channel}/messages/{message_id}/hear")
def hear(request: Request, channel: str, message_id: UUID, why: Text = "") -> Response:
    """Let a worker look into it anew."""
    return act(
        request,
        lambda found: callback_archive.hear_again(found, message_id, why),
        f"/channels/{channel}/messages/{message_id}?done=message_again",
        lambda refusal: _show(request, channel, message_id, refusal),
    )
