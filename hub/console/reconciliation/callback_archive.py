"""A channel's kept messages: what became of each, one in clear with a reason, one processed again."""

from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.pages import page
from hub.console.rendering import desk, refusal_page
from hub.console.typed import chosen
from hub.domain.refusals import NotFound
from hub.operations.desk import Desk
from hub.operations.reconciliation import callback_archive
from hub.operations.reconciliation.callback_archive import Outcome

router = APIRouter(prefix="/channels")
Text = Annotated[str, Form()]
OUTCOMES = get_args(Outcome)
PAGE = callback_archive.PAGE


def _listing(reader: Desk, channel: str, outcome: str = "", after: UUID | None = None) -> dict[str, object]:
    """Newest first, of one outcome or of all."""
    of = next((known for known in OUTCOMES if known == chosen(outcome, OUTCOMES, "outcome")), None)
    rows = callback_archive.list_messages(reader, channel, of, after, PAGE + 1)
    # One more than is shown was read, which tells whether there is a next page.
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return {"rows": rows[:PAGE], "more": more, "channel": reader.channels[channel], "chosen": outcome}


def _message(reader: Desk, channel: str, message_id: UUID) -> dict[str, object]:
    """One message."""
    row = callback_archive.show_message(reader, message_id)
    capability = reader.channels.get(channel)
    # The address names both: a message is not shown under another channel's name.
    if row.channel != channel or capability is None:
        raise NotFound(what="对方通知")
    return {"row": row, "channel": capability}


_ONE = "/{channel}/messages/{message_id}"
page(router, "/{channel}/messages", "reconciliation/callbacks.html", _listing, outcomes=OUTCOMES)
_show = page(router, _ONE, "reconciliation/callback.html", _message, clear=None)


@router.post(f"{_ONE}/reveal")
def reveal(request: Request, channel: str, message_id: UUID, why: Text = "") -> Response:
    """What came, in clear; the reason is in the audit."""
    try:
        with desk(request) as reader:
            clear = callback_archive.reveal_message(reader, message_id, why)
    except callback_archive.ReasonForMessage as refusal:
        return _show(request, refusal, channel=channel, message_id=message_id)
    except NotFound as refusal:
        # There is no message on whose page the refusal could be shown.
        return refusal_page(request, refusal)
    return _show(request, also={"clear": clear}, channel=channel, message_id=message_id)


post(router, f"{_ONE}/hear", callback_archive.hear_again, f"/channels{_ONE}?done=message_again", _show)
