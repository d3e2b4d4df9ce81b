"""Partners' messages that the hub keeps: listed, in clear with a reason, heard again."""

from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Page, page
from hub.domain.inputs import Key, Limit
from hub.operations.desk import Desk
from hub.operations.reconciliation import callback_archive
from hub.operations.reconciliation.callback_archive import MessageView, Outcome

resource = Resource("messages")


@resource.get("/channels/{channel}/messages", callback_archive.list_messages)
def list_them(
    desk: Desk, channel: Key, outcome: Outcome | None = None, after: UUID | None = None, limit: Limit = 50
) -> Page[MessageView]:
    """Newest first; `after` is the cursor of the page before."""
    rows = callback_archive.list_messages(desk, channel, outcome, after, limit)
    return Page[MessageView].model_validate(page(rows, limit, "id"))


resource.shows("/messages/{message_id}", callback_archive.show_message, "show")
resource.asks("/messages/{message_id}/reveal", callback_archive.reveal_message, "reveal")
resource.does("POST", "/messages/{message_id}/hear", callback_archive.hear_again, "hear", status=202)
