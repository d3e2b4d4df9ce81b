"""Large route changes: asked for, watched while a worker computes, signed, taken back (R13.3)."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, back, desk, render
from hub.domain.refusals import Refusal
from hub.operations.routes import scenarios

from .meetings import day_of, listed, plots_of

router = APIRouter()
Text = Annotated[str, Form()]
APART = re.compile(r"[\s,;,、;]+")


@router.post("/routes/scenarios")
def compute(
    request: Request,
    unit_code: Text = "",
    title: Text = "",
    field: Text = "",
    sources: Text = "",
    targets: Text = "",
    managers: Text = "",
    cut_over: Text = "",
) -> Response:
    """Have a scenario computed."""
    before, after = APART.split(sources), APART.split(targets)
    try:
        with desk(request) as found:
            scenario_id = scenarios.compute_scenario(
                found, unit_code, before, after, title, day_of(cut_over), field, named(managers)
            )
    except Refusal as refusal:
        return listed(request, unit_code, refusal=refusal)
    return back(f"/routes/scenarios/{scenario_id}")


def named(words: str) -> dict[str, str]:
    """Account managers as they are written: "route=name", one a line."""
    pairs = (line.replace("=", "=").replace(":", "=").partition("=") for line in words.splitlines() if line.strip())
    return {route.strip(): name.strip() for route, _, name in pairs}


@router.get("/routes/scenarios/{scenario_id}")
def scenario(request: Request, scenario_id: UUID) -> Response:
    """One scenario."""
    return _scenario(request, scenario_id)


def _scenario(request: Request, scenario_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        row = scenarios.show_scenario(found, scenario_id)
        plots = plots_of(request, row.field, row.before, row.after)
        status = refusal.status if refusal else 200
        return render(request, "routes/scenario.html", status, row=row, plots=plots, refusal=refusal)


@router.get("/routes/scenarios/{scenario_id}/progress")
def progress(request: Request, scenario_id: UUID) -> Response:
    """Whether it is computed; the page asks every second until it is."""
    with desk(request) as found:
        row = scenarios.show_scenario(found, scenario_id)
        answer = render(request, "routes/_progress.html", row=row)
    if row.state != "computing":
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/routes/scenarios/{scenario_id}/signature")
def sign(request: Request, scenario_id: UUID, shown: Text = "", agree: Text = "", why: Text = "") -> Response:
    """Sign or refuse it."""
    return act(
        request,
        lambda found: scenarios.sign_scenario(found, scenario_id, agree == "yes", why, shown),
        f"/routes/scenarios/{scenario_id}?done=scenario_signed",
        lambda refusal: _scenario(request, scenario_id, refusal),
    )


@router.post("/routes/scenarios/{scenario_id}/reversal")
def reverse(request: Request, scenario_id: UUID, why: Text = "") -> Response:
    """Take it back."""
    return act(
        request,
        lambda found: scenarios.reverse_scenario(found, scenario_id, why),
        f"/routes/scenarios/{scenario_id}?done=scenario_taken_back",
        lambda refusal: _scenario(request, scenario_id, refusal),
    )
