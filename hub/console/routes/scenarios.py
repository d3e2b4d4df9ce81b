"""Large route changes: requested, followed while a worker computes, signed, reversed (R13.3)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import Posted, post
from hub.console.pages import page
from hub.console.rendering import may
from hub.console.typed import names
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.routes import meetings, scenario_upkeep, scenarios

from .meetings import listed, plots_of

router = APIRouter()
# A colon, and both signs full-width.
EQUALS = str.maketrans(dict.fromkeys(":\uff1a\uff1d", "="))
SCENARIO = "/routes/scenarios/{scenario_id}"


def _lists(texts: Posted) -> dict[str, Any]:
    """Routes are separated by spaces or commas, account managers one a line."""
    sources, targets = (_routes(texts.get(name, "")) for name in ("sources", "targets"))
    return texts | {"sources": sources, "targets": targets, "managers": managers_of(texts.get("managers", ""))}


def _routes(text: str) -> list[str]:
    """Routes have no blanks in their names, so these stand between them too."""
    return [route for part in names(text) for route in part.split()]


def _targets(texts: Posted) -> dict[str, Any]:
    """Routes after the change, if other ones are wanted than before; empty fields are left out, so old values stay."""
    named = _routes(texts.get("targets", ""))
    return {key: text for key, text in texts.items() if key != "targets" and text} | (
        {"targets": named} if named else {}
    )


def managers_of(words: str) -> dict[str, str]:
    """Account managers as typed: "route=name", one a line."""
    lines = (line.translate(EQUALS) for line in words.splitlines() if line.strip())
    pairs = (line.partition("=") for line in lines)
    return {route.strip(): name.strip() for route, _, name in pairs}


def _listed(request: Request, refusal: Refusal | None = None) -> Response:
    # The unit that was chosen in the form, or the list would show another one with the refusal.
    return listed(request, refusal, unit=request.state.typed.get("unit_code", ""))


def _shown(reader: Desk, request: Request, scenario_id: UUID) -> dict[str, object]:
    """One scenario."""
    scenario = scenarios.show_scenario(reader, scenario_id)
    named = {record.meeting_id for record in scenario.records}
    known = meetings.list_meetings(reader).meetings if may(reader.actor, "route_scenarios.record_meeting") else []
    return {
        "scenario": scenario,
        "plots": plots_of(request, scenario.field, scenario.before, scenario.after),
        "held": [meeting for meeting in known if meeting.state == "closed" and meeting.id not in named],
        "kept": any(record.kind == "upkeep" for record in scenario.records),
    }


def _computed(shown: Mapping[str, Any]) -> bool:
    return bool(shown["scenario"].state != "computing")


_scenario = page(router, SCENARIO, "routes/scenario.html", _shown)
page(router, f"{SCENARIO}/progress", "routes/_progress.html", {"scenario": scenarios.show_scenario}, over=_computed)
post(router, "/routes/scenarios", scenarios.compute_scenario, "/routes/scenarios/{made}", _listed, prepare=_lists)
post(router, SCENARIO + "/signature", scenarios.sign_scenario, SCENARIO + "?done=scenario_signed", _scenario)
post(router, SCENARIO + "/reversal", scenarios.reverse_scenario, SCENARIO + "?done=scenario_taken_back", _scenario)
post(router, SCENARIO + "/meetings", scenario_upkeep.record_meeting, SCENARIO + "?done=scenario_met#records", _scenario)
post(
    router,
    SCENARIO + "/runs",
    scenario_upkeep.compute_again,
    SCENARIO + "?done=scenario_again",
    _scenario,
    prepare=_targets,
)
post(
    router,
    SCENARIO + "/corrections/{code}",
    scenario_upkeep.correct_customer,
    SCENARIO + "?done=scenario_corrected#records",
    _scenario,
)
post(router, SCENARIO + "/upkeep", scenario_upkeep.finish_upkeep, SCENARIO + "?done=scenario_kept#records", _scenario)
