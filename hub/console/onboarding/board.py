"""New entrants: the board, one of them, web ordering and trainings."""

from uuid import UUID

from fastapi import APIRouter

from hub.console.forms import post
from hub.console.pages import page
from hub.domain.customers.catalogue import FIELDS
from hub.domain.onboarding import STEPS
from hub.operations.desk import Desk
from hub.operations.onboarding import board, entrant_lists, trainings, web_ordering

router = APIRouter()
COLOURS = {"done": "green", "open": "azure", "late": "red", "waiting": "secondary"}


def _board(reader: Desk, step: str = "", late: str = "", after: UUID | None = None) -> dict[str, object]:
    """The board."""
    lists = entrant_lists.show_lists(reader)
    return {"board": board.show_board(reader, step, late == "yes", after), "lists": lists, "step": step, "late": late}


ONE, WEB = "/onboarding/{onboarding_id}", "/web-ordering"
_listing = page(router, "/onboarding", "onboarding/board.html", _board, all_steps=STEPS, colours=COLOURS)
_show = page(router, ONE, "onboarding/page.html", {"view": board.show_onboarding}, colours=COLOURS, fields=FIELDS)
_web = page(
    router,
    WEB,
    "onboarding/web.html",
    {"cases": web_ordering.list_web_orderings, "trainings": trainings.list_trainings},
    ways=web_ordering.WAYS,
    training_ways=trainings.WAYS,
)
LIST, LOOKED = "/onboarding/lists/{unit_code}", "/onboarding?done=list_looked#list"
post(router, LIST + "/none", entrant_lists.say_none, LOOKED, _listing)
post(router, LIST + "/look", entrant_lists.confirm_look, LOOKED, _listing)
post(router, ONE + "/settled", board.settle_entry, ONE + "?done=settled_with", _show)
post(router, ONE + "/approval", board.approve_quantity, ONE + "?done=quantity", _show)
post(router, ONE + "/end", board.end_onboarding, "/onboarding?done=onboarding_ended", _show)
post(router, WEB + "/{web_id}/password", web_ordering.issue_password, WEB + "?done=issued", _web)
post(router, WEB + "/{web_id}/reset", web_ordering.reset_password, WEB + "?done=issued", _web)
post(router, WEB + "/{web_id}/delivery", web_ordering.deliver_password, WEB + "?done=delivered", _web)
post(router, "/customers/{customer_id}/trainings", trainings.agree_training, WEB + "?done=agreed", _web)
post(router, "/trainings/{training_id}/record", trainings.record_training, WEB + "?done=trained", _web)
