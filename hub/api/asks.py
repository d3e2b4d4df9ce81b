"""Asks: what partners were asked for, how it went, and what a person may do about it."""

from uuid import UUID

from hub.domain.inputs import Key, Limit
from hub.domain.states import AskState
from hub.operations.asks import manual_closing, overview, requested_input, steering
from hub.operations.asks.views import AskView
from hub.operations.desk import Desk

from .resource import Resource
from .shapes import Page, page

resource = Resource("asks")


@resource.get("/asks", overview.list_asks)
def list_them(
    desk: Desk, state: AskState | None = None, channel: Key | None = None, after: UUID | None = None, limit: Limit = 50
) -> Page[AskView]:
    """Asks about the customers of the caller's units."""
    asks = overview.list_asks(desk, state, channel, after, limit)
    return Page[AskView].model_validate(page(asks, limit, "id"))


resource.shows("/asks/doubts", overview.doubts, "doubts")
resource.shows("/asks/{ask_id}", overview.show_ask, "show")
resource.does("POST", "/asks/{ask_id}/replay", steering.replay, "replay")
resource.does("POST", "/asks/{ask_id}/cancel", steering.cancel, "cancel")
resource.does("POST", "/asks/{ask_id}/ask-again", steering.ask_again, "ask_again")
resource.does("POST", "/asks/{ask_id}/code", requested_input.hand_in, "hand_in")
resource.does("POST", "/asks/{ask_id}/code/again", requested_input.send_again, "send_again")
resource.does("POST", "/asks/{ask_id}/give-up", requested_input.give_up, "give_up")
resource.does("POST", "/asks/{ask_id}/closing", manual_closing.propose_closing, "propose", status=201)
resource.does("POST", "/asks/{ask_id}/closing/confirm", manual_closing.confirm_closing, "confirm")
resource.does("POST", "/asks/{ask_id}/closing/reject", manual_closing.reject_closing, "reject")
