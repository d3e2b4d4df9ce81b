"""Notices to the caller's posts, and who has seen them (R17.1)."""

from fastapi import APIRouter

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.pages import page
from hub.operations.desk import Desk
from hub.operations.tasks import notices

router = APIRouter(prefix="/notices")


def _notices(reader: Desk, seen: str = "") -> dict[str, object]:
    """Unseen notices, or all."""
    return {"notices": notices.list_notices(reader, bool(seen)), "seen": seen, "units": unit_names(reader)}


_page = page(router, "", "tasks/notices.html", _notices)
page(router, "/count", "tasks/_notice_count.html", {"number": notices.count_notices})
post(router, "/seen", notices.see_all, "/notices?done=seen", _page)
post(router, "/{staff_notice_id}/seen", notices.see_notice, "/notices?done=seen", _page)
