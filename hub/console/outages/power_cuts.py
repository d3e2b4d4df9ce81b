"""Planned power cuts, whom to warn, and help for web customers (R11.5, R11.6)."""

from uuid import UUID

from fastapi import APIRouter

from hub.console.customers.customers import unit_names
from hub.console.forms import Posted, post
from hub.console.pages import page
from hub.console.typed import names
from hub.domain.outages.power_cuts import ARRANGED, SCOPES
from hub.domain.outages.web_help import HELP
from hub.operations.desk import Desk
from hub.operations.outages import power_cuts, web_help

router = APIRouter()
# Customers on a page, and on the printed list, which is taken along as a whole.
ROWS = 200
PRINTED = 2000


def _cut(reader: Desk, cut_id: UUID, after: str = "") -> dict[str, object]:
    """One cut, or one manager's part of it."""
    # One more than a page holds tells whether there is a next page.
    cut = power_cuts.show_cut(reader, cut_id, after, ROWS + 1)
    lines, more = cut.warnings[:ROWS], len(cut.warnings) > ROWS
    return {"shown": cut_id, "cut": cut.cut, "warnings": lines, "more": more, "units": unit_names(reader)}


def _printed_cut(reader: Desk, cut_id: UUID) -> dict[str, object]:
    """The list on paper, to take along on the round."""
    cut = power_cuts.show_cut(reader, cut_id, "", PRINTED)
    return {"cut": cut.cut, "warnings": cut.warnings, "units": unit_names(reader)}


def _help(reader: Desk, month: str = "", code: str = "") -> dict[str, object]:
    """Help of a month."""
    return {"view": web_help.list_help(reader, month, code), "code": code}


def _printed_help(reader: Desk, month: str = "", code: str = "") -> dict[str, object]:
    """The same on paper."""
    return {"view": web_help.list_help(reader, month, code, PRINTED), "code": code}


def _named(texts: Posted) -> Posted:
    """The form names routes or customers on lines, or between commas."""
    return texts | {"named": names(str(texts.get("named", "")))}


CUT, HELPED = "/power-cuts/{cut_id}", "/help-records"
_listing = page(
    router, "/power-cuts", "outages/power_cuts.html", {"cuts": power_cuts.list_cuts, "units": unit_names}, scopes=SCOPES
)
_page = page(router, CUT, "outages/power_cut.html", _cut, arranged=ARRANGED)
page(router, f"{CUT}/print", "print/power_cut.html", _printed_cut)
_help_page = page(router, HELPED, "outages/web_help.html", _help, kinds=HELP)
page(router, f"{HELPED}/print", "print/help.html", _printed_help, kinds=HELP)
post(router, "/power-cuts", power_cuts.enter_cut, "/power-cuts?done=cut_entered", _listing, prepare=_named)
post(router, f"{CUT}/move", power_cuts.move_cut, f"{CUT}?done=cut_is_moved", _page)
post(router, f"{CUT}/off", power_cuts.call_off, f"{CUT}?done=cut_off", _page)
post(router, f"{CUT}/warnings/{{customer_id}}", power_cuts.record_warning, f"{CUT}?done=cut_warned", _page)
post(router, HELPED, web_help.record_help_by_code, "/help-records?done=helped", _help_page)
