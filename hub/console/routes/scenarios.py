"""Large route changes: asked for, watched while a worker computes, signed, taken back (R13.3)."""

import re
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import Posted, post
from hub.console.rendering import desk, render
from hub.domain.refusals import Refusal
from hub.operations.routes import scenarios

from .meetings import listed, plots_of

router = APIRouter()
APART = re.compile(r"[\s,;,、;]+")
SCENARIO = "/routes/scenarios/{scenario_id}"


def _lists(texts: Posted) -> dict[str, Any]:
    """Routes are typed apart by spaces or commas, account managers one a line."""
    sources, targets = (APART.split(texts.get(name, "")) for name in ("sources", "targets"))
    named = [name for name in sources if name], [name for name in targets if name]
    return texts | {"sources": named[0], "targets": named[1], "managers": managers_of(texts.get("managers", ""))}


def managers_of(words: str) -> dict[str, str]:
    """Account managers as they are written: "route=name", one a line."""
    pairs = (line.replace("=", "=").replace(":", "=").partition("=") for line in words.splitlines() if line.strip())
    return {route.strip(): name.strip() for route, _, name in pairs}


def _listed(request: Request, refusal: Refusal | None = None) -> Response:
    return listed(request, request.state.typed.get("unit_code", ""), refusal=refusal)


@router.get(SCENARIO)
def scenario(request: Request, scenario_id: UUID) -> Response:
    """One scenario."""
    return _scenario(request, scenario_id)


def _scenario(request: Request, scenario_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as clerk:
        shown = scenarios.show_scenario(clerk, scenario_id)
    plots = plots_of(request, shown.field, shown.before, shown.after)
    status = refusal.status if refusal else 200
    return render(request, "routes/scenario.html", status, scenario=shown, plots=plots, refusal=refusal)


@router.get(SCENARIO + "/progress")
def progress(request: Request, scenario_id: UUID) -> Response:
    """Whether it is computed; the page asks every second until it is."""
    with desk(request) as clerk:
        shown = scenarios.show_scenario(clerk, scenario_id)
    answer = render(request, "routes/_progress.html", scenario=shown)
    if shown.state != "computing":
        answer.headers["HX-Refresh"] = "true"
    return answer


post(router, "/routes/scenarios", scenarios.compute_scenario, "/routes/scenarios/{made}", _listed, prepare=_lists)
post(router, SCENARIO + "/signature", scenarios.sign_scenario, SCENARIO + "?done=scenario_signed", _scenario)
post(router, SCENARIO + "/reversal", scenarios.reverse_scenario, SCENARIO + "?done=scenario_taken_back", _scenario)
