"""Route scenarios: computed, signed, reversed (article 13)."""

from datetime import date
from typing import Any
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Day, Done, Given, Made, Reason, Shown
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.routes import scenarios as route_scenarios

resource = Resource("routes")


class ScenarioGiven(Given):
    """Whose customers may move (sources), which routes there are afterwards (targets), and from which day.

    `field` is delivery_route or visit_route; `managers` names the account manager of a visit route.
    """

    unit_code: Code
    sources: list[Text]
    targets: list[Text]
    title: Text
    cut_over: Day
    field: Code = "delivery_route"
    managers: dict[str, Text] = {}


class ScenarioShown(Shown):
    """A scenario; `shown` is what a signer signs. While it is `computing` there are no moves yet."""

    id: UUID
    unit_code: str
    title: str
    field: str
    sources: list[str]
    targets: list[str]
    managers: dict[str, Any]
    method: str
    moves: list[dict[str, Any]]
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]
    cut_over: date
    state: str
    shown: str
    trouble: list[str]
    failed_why: str | None


class Signature(Given):
    """Yes or no, over what was shown."""

    agree: bool
    why: str = ""
    shown: Text


class Codes(Shown):
    """Customers by code."""

    codes: list[str]


@resource.get("/route-scenarios", route_scenarios.list_scenarios)
def scenarios(desk: Desk) -> list[ScenarioShown]:
    """Scenarios, the latest first."""
    return [_scenario(row) for row in route_scenarios.list_scenarios(desk)]


def _scenario(row: object) -> ScenarioShown:
    kept = {name: getattr(row, name) for name in ScenarioShown.model_fields if name != "shown"}
    return ScenarioShown(**kept, shown=row.shown_hash.hex())  # type: ignore[attr-defined]


@resource.change("POST", "/route-scenarios", route_scenarios.compute_scenario, status=201)
def compute(desk: Desk, given: ScenarioGiven) -> Made:
    """Have one computed by a worker: ask for it until its state is no longer `computing`."""
    args = (given.unit_code, given.sources, given.targets, given.title, given.cut_over, given.field, given.managers)
    return Made(id=route_scenarios.compute_scenario(desk, *args))


@resource.get("/route-scenarios/{scenario_id}", route_scenarios.show_scenario)
def scenario(desk: Desk, scenario_id: UUID) -> ScenarioShown:
    """One."""
    return _scenario(route_scenarios.show_scenario(desk, scenario_id))


@resource.change("POST", "/route-scenarios/{scenario_id}/signature", route_scenarios.sign_scenario)
def sign(desk: Desk, scenario_id: UUID, given: Signature) -> Done:
    """Sign or refuse it."""
    route_scenarios.sign_scenario(desk, scenario_id, given.agree, given.why, given.shown)
    return Done()


@resource.change("POST", "/route-scenarios/{scenario_id}/reversal", route_scenarios.reverse_scenario)
def reverse(desk: Desk, scenario_id: UUID, given: Reason) -> Codes:
    """Take it back; who stays because somebody moved them since."""
    return Codes(codes=route_scenarios.reverse_scenario(desk, scenario_id, given.why))
