"""Planned power cuts, whom to warn, and help for web customers (R11.5, R11.6)."""

import re
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.customers.customers import unit_names
from hub.console.forms import Posted, post
from hub.console.rendering import desk, render
from hub.domain.outages.power_cuts import ARRANGED, SCOPES
from hub.domain.outages.web_help import HELP
from hub.domain.refusals import Refusal
from hub.operations.outages import power_cuts, web_help

router = APIRouter()
ROWS = 200
PRINTED = 2000


@router.get("/power-cuts")
def listing(request: Request) -> Response:
    """Cuts, planned ones first."""
    return _listing(request)


def _listing(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as reader:
        cuts, units = power_cuts.list_cuts(reader), unit_names(reader)
    status = refusal.status if refusal else 200
    return render(request, "outages/power_cuts.html", status, cuts=cuts, units=units, scopes=SCOPES, refusal=refusal)


@router.get("/power-cuts/{cut_id}")
def show(request: Request, cut_id: UUID, after: str = "") -> Response:
    """One cut, or one manager's part of it."""
    return _page(request, cut_id, after)


def _page(request: Request, cut_id: UUID, after: str = "", refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        # One more than a page holds: whether there is a next page.
        page, units = power_cuts.show_cut(reader, cut_id, after, ROWS + 1), unit_names(reader)
    words = {"shown": cut_id, "units": units, "arranged": ARRANGED, "refusal": refusal}
    lines, more = page.warnings[:ROWS], len(page.warnings) > ROWS
    status = refusal.status if refusal else 200
    return render(request, "outages/power_cut.html", status, cut=page.cut, warnings=lines, more=more, **words)


@router.get("/power-cuts/{cut_id}/print")
def printed(request: Request, cut_id: UUID) -> Response:
    """The list on paper, to take along on the round."""
    with desk(request) as reader:
        page, units = power_cuts.show_cut(reader, cut_id, "", PRINTED), unit_names(reader)
    return render(request, "print/power_cut.html", cut=page.cut, warnings=page.warnings, units=units)


@router.get("/help-records")
def helped(request: Request, month: str = "", code: str = "") -> Response:
    """Help of a month."""
    return _help_page(request, month=month, code=code)


def _help_page(request: Request, refusal: Refusal | None = None, month: str = "", code: str = "") -> Response:
    with desk(request) as reader:
        view = web_help.list_help(reader, month, code)
    status = refusal.status if refusal else 200
    return render(request, "outages/web_help.html", status, view=view, code=code, kinds=HELP, refusal=refusal)


@router.get("/help-records/print")
def printed_help(request: Request, month: str = "", code: str = "") -> Response:
    """The same on paper."""
    with desk(request) as reader:
        view = web_help.list_help(reader, month, code, PRINTED)
    return render(request, "print/help.html", view=view, code=code, kinds=HELP)


def _named(texts: Posted) -> Posted:
    """The form names routes or customers on lines, or between commas."""
    names = [name.strip() for name in re.split(r"[,,、\r\n]+", str(texts.get("named", "")))]
    return texts | {"named": [name for name in names if name]}


CUT = "/power-cuts/{cut_id}"
post(router, "/power-cuts", power_cuts.enter_cut, "/power-cuts?done=cut_entered", _listing, prepare=_named)
post(router, f"{CUT}/move", power_cuts.move_cut, f"{CUT}?done=cut_is_moved", _page)
post(router, f"{CUT}/off", power_cuts.call_off, f"{CUT}?done=cut_off", _page)
post(router, f"{CUT}/warnings/{{customer_id}}", power_cuts.record_warning, f"{CUT}?done=cut_warned", _page)
post(router, "/help-records", web_help.record_help_by_code, "/help-records?done=helped", _help_page)
