"""Planned power cuts, whom to warn, and help for web customers (R11.5, R11.6)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.refusals import Refusal
from hub.operations import helping, power_cuts, staff
from hub.operations.desk import Desk
from hub.operations.power_cuts import CutRequest
from hub.ports import SHANGHAI

from .pages import act, desk, render

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/power-cuts")
def listing(request: Request) -> Response:
    """All cuts, and the form."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        units = [(unit.code, unit.name) for unit in staff.list_units(found)]
        rows = power_cuts.list_cuts(found)
        status = refusal.status if refusal else 200
        return render(request, "power/list.html", status, rows=rows, units=units, refusal=refusal)


@router.post("/power-cuts")
def enter(
    request: Request,
    unit_code: Text = "",
    area: Text = "",
    begins_at: Text = "",
    ends_at: Text = "",
    source: Text = "",
    routes: Text = "",
    codes: Text = "",
) -> Response:
    """Enter a cut; routes and codes are apart by spaces or commas."""
    cut = CutRequest(unit_code, area, _moment(begins_at), _moment(ends_at), source, _words(routes), _words(codes))
    return act(
        request,
        lambda found: power_cuts.enter_cut(found, cut),
        "/power-cuts?done=cut_entered",
        lambda refusal: _list(request, refusal),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\\s,;,、;]+", text.strip())) if text.strip() else ()


def _moment(words: str) -> datetime:
    """A moment of Beijing's clock, or one long ago, which is refused with words."""
    try:
        return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)
    except ValueError:
        return datetime(1, 1, 2, tzinfo=UTC)


@router.get("/power-cuts/{cut_id}")
def show(request: Request, cut_id: UUID) -> Response:
    """One cut."""
    return _page(request, cut_id)


def _page(request: Request, cut_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        cut, rows = power_cuts.show_cut(found, cut_id)
        status = refusal.status if refusal else 200
        arranged = power_cuts.ARRANGED
        return render(request, "power/page.html", status, cut=cut, rows=rows, arranged=arranged, refusal=refusal)


def _on(request: Request, cut_id: UUID, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/power-cuts/{cut_id}?done={done}", lambda refusal: _page(request, cut_id, refusal))


@router.post("/power-cuts/{cut_id}/warnings/{customer_id}")
def warn(request: Request, cut_id: UUID, customer_id: UUID, arranged: Text = "", note: Text = "") -> Response:
    """The customer was warned."""
    return _on(request, cut_id, lambda found: power_cuts.warn(found, cut_id, customer_id, arranged, note), "cut_warned")


@router.post("/power-cuts/{cut_id}/end")
def call_off(request: Request, cut_id: UUID, why: Text = "") -> Response:
    """There will be no cut."""
    return _on(request, cut_id, lambda found: power_cuts.call_off(found, cut_id, why), "cut_off")


@router.get("/help-records")
def helped(request: Request, month: str = "") -> Response:
    """A month's help."""
    with desk(request) as found:
        view = helping.list_help(found, month)
        return render(request, "power/help.html", view=view, kinds=helping.KINDS)


@router.get("/customers/{customer_id}/help")
def help_form(request: Request, customer_id: UUID) -> Response:
    """The form for one customer."""
    return _help(request, customer_id)


def _help(request: Request, customer_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        customer, records = helping.help_page(found, customer_id)
        status = refusal.status if refusal else 200
        more = {"records": records, "kinds": helping.KINDS, "refusal": refusal}
        return render(request, "power/help_form.html", status, customer=customer, **more)


@router.post("/customers/{customer_id}/help")
def record_help(
    request: Request, customer_id: UUID, kind: Text = "", note: Text = "", ordered_by: Text = ""
) -> Response:
    """Record help."""
    return act(
        request,
        lambda found: helping.record_help(found, customer_id, kind, note, ordered_by),
        f"/customers/{customer_id}/help?done=helped",
        lambda refusal: _help(request, customer_id, refusal),
    )
