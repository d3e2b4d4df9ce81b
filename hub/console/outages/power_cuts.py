"""Planned power cuts, whom to warn, and help for web customers (R11.5, R11.6)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console import typed
from hub.console.customers.customers import unit_names
from hub.console.rendering import act, desk, render
from hub.domain.outages.power_cuts import ARRANGED, SCOPES
from hub.domain.outages.web_help import HELP
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.outages import power_cuts, web_help
from hub.operations.outages.power_cuts import CutRequest

router = APIRouter()
Text = Annotated[str, Form()]
ROWS = 200
PRINTED = 2000


def moment(words: str) -> datetime:
    """A moment of Beijing time as a form gives it; one long ago, which is refused with words."""
    return typed.moment(words) or datetime(2000, 1, 1, tzinfo=UTC)


@router.get("/power-cuts")
def listing(request: Request) -> Response:
    """Cuts, planned ones first."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows, units = power_cuts.list_cuts(found), unit_names(found)
        status = refusal.status if refusal else 200
        return render(
            request, "outages/power_cuts.html", status, rows=rows, units=units, scopes=SCOPES, refusal=refusal
        )


@router.post("/power-cuts")
def enter(
    request: Request,
    unit_code: Text = "",
    scope: Text = "",
    named: Text = "",
    begins: Text = "",
    ends: Text = "",
    source: Text = "",
) -> Response:
    """Enter a cut."""
    names = tuple(named.replace(",", "\n").replace("、", "\n").replace(",", "\n").splitlines())
    wanted = CutRequest(unit_code.strip(), scope, moment(begins), moment(ends), source, names)

    def do(found: Desk) -> None:
        power_cuts.enter_cut(found, wanted)

    return act(request, do, "/power-cuts?done=cut_entered", lambda refusal: _list(request, refusal))


@router.get("/power-cuts/{cut_id}")
def show(request: Request, cut_id: UUID, after: str = "") -> Response:
    """One cut, or one manager's part of it."""
    return _show(request, cut_id, after)


def _show(request: Request, cut_id: UUID, after: str = "", refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view, lines = power_cuts.show_cut(found, cut_id, after, ROWS + 1)
        return render(
            request,
            "outages/power_cut.html",
            refusal.status if refusal else 200,
            view=view,
            lines=lines[:ROWS],
            more=len(lines) > ROWS,
            shown=cut_id,
            units=unit_names(found),
            arranged=ARRANGED,
            refusal=refusal,
        )


@router.get("/power-cuts/{cut_id}/print")
def printed(request: Request, cut_id: UUID) -> Response:
    """The list on paper, to take along on the round."""
    with desk(request) as found:
        view, lines = power_cuts.show_cut(found, cut_id, "", PRINTED)
        return render(request, "print/power_cut.html", view=view, lines=lines, units=unit_names(found))


def _on(request: Request, cut_id: UUID, do: Callable[[Desk], object], done: str) -> Response:
    there = f"/power-cuts/{cut_id}?done={done}"
    return act(request, do, there, lambda refusal: _show(request, cut_id, refusal=refusal))


@router.post("/power-cuts/{cut_id}/move")
def move(request: Request, cut_id: UUID, begins: Text = "", ends: Text = "", why: Text = "") -> Response:
    """It comes at another time."""

    def do(found: Desk) -> None:
        power_cuts.move_cut(found, cut_id, moment(begins), moment(ends), why)

    return _on(request, cut_id, do, "cut_is_moved")


@router.post("/power-cuts/{cut_id}/off")
def off(request: Request, cut_id: UUID, why: Text = "") -> Response:
    """It does not come."""
    return _on(request, cut_id, lambda found: power_cuts.call_off(found, cut_id, why), "cut_off")


@router.post("/power-cuts/{cut_id}/warnings/{customer_id}")
def warn(request: Request, cut_id: UUID, customer_id: UUID, arranged: Text = "", note: Text = "") -> Response:
    """A customer was warned."""

    def do(found: Desk) -> None:
        power_cuts.record_warning(found, cut_id, customer_id, arranged, note)

    return _on(request, cut_id, do, "cut_warned")


@router.get("/help-records")
def helped(request: Request, month: str = "", code: str = "") -> Response:
    """Help of a month."""
    return _helped(request, month, code)


def _helped(request: Request, month: str = "", code: str = "", refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = web_help.list_help(found, month, code)
        status = refusal.status if refusal else 200
        return render(request, "outages/web_help.html", status, view=view, code=code, kinds=HELP, refusal=refusal)


@router.get("/help-records/print")
def printed_help(request: Request, month: str = "", code: str = "") -> Response:
    """The same on paper."""
    with desk(request) as found:
        view = web_help.list_help(found, month, code, PRINTED)
        return render(request, "print/help.html", view=view, code=code, kinds=HELP)


@router.post("/help-records")
def record(request: Request, code: Text = "", kind: Text = "", ordered_by: Text = "", note: Text = "") -> Response:
    """Record a help."""

    def do(found: Desk) -> None:
        web_help.record_help_by_code(found, code, kind, ordered_by, note)

    return act(request, do, "/help-records?done=helped", lambda refusal: _helped(request, "", code, refusal))
