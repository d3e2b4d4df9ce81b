"""A and B holders: who is away, who covers for them, what was handed over (R5.1)."""

from fastapi import APIRouter

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.pages import page
from hub.console.rendering import may
from hub.operations.desk import Desk
from hub.operations.staff import leave_cover
from hub.ports import today

router = APIRouter()


def _leaves(reader: Desk) -> dict[str, object]:
    """Leaves, holders, and the form."""
    holders = leave_cover.list_holders(reader) if may(reader.actor, "cover.list_holders") else []
    return {
        "leaves": leave_cover.list_leaves(reader),
        "holders": holders,
        "logins": {login: name for post_held in holders for login, name in post_held.logins.items()},
        "units": unit_names(reader),
        "today": today().isoformat(),
    }


_page = page(router, "/cover", "staff/leave_cover.html", _leaves)
RECORD = "/cover/records/{handover_id}/acknowledge"
post(router, "/cover", leave_cover.enter_leave, "/cover?done=leave_entered", _page)
post(router, "/cover/{leave_id}/end", leave_cover.end_leave, "/cover?done=leave_ended", _page)
post(router, RECORD, leave_cover.acknowledge, "/cover?done=acknowledged", _page)
