"""A and B holders: who is away, who covers for them, what was handed over (R5.1)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.rendering import desk, may, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.operations.staff import leave_cover
from hub.ports import today

router = APIRouter()


@router.get("/cover")
def show(request: Request) -> Response:
    """Leaves, holders, and the form."""
    return _page(request)


def _page(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        holders = leave_cover.list_holders(reader) if may(reader.actor, "cover.list_holders") else []
        leaves, units, me = leave_cover.list_leaves(reader), unit_names(reader), reader.actor.user_id
    logins = {login: name for post_held in holders for login, name in post_held.logins.items()}
    words = {"holders": holders, "logins": logins, "units": units, "rules": RULES, "me": me, "refusal": refusal}
    status = refusal.status if refusal else 200
    return render(request, "staff/leave_cover.html", status, leaves=leaves, today=today().isoformat(), **words)


RECORD = "/cover/records/{handover_id}/acknowledge"
post(router, "/cover", leave_cover.enter_leave, "/cover?done=leave_entered", _page)
post(router, "/cover/{leave_id}/end", leave_cover.end_leave, "/cover?done=leave_ended", _page)
post(router, RECORD, leave_cover.acknowledge, "/cover?done=acknowledged", _page)
