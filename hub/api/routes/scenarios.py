"""Route scenarios: computed, signed, reversed (article 13)."""

from hub.api.resource import Resource
from hub.operations.routes import scenario_upkeep, scenarios

resource = Resource("routes")
resource.shows("/route-scenarios", scenarios.list_scenarios, "scenarios")
resource.does("POST", "/route-scenarios", scenarios.compute_scenario, "compute", status=201)
resource.shows("/route-scenarios/{scenario_id}", scenarios.show_scenario, "scenario")
resource.does("POST", "/route-scenarios/{scenario_id}/signature", scenarios.sign_scenario, "sign")
resource.does("POST", "/route-scenarios/{scenario_id}/reversal", scenarios.reverse_scenario, "reverse", key="codes")
resource.does(
    "POST", "/route-scenarios/{scenario_id}/meetings", scenario_upkeep.record_meeting, "record_meeting", status=201
)
resource.does("POST", "/route-scenarios/{scenario_id}/runs", scenario_upkeep.compute_again, "compute_again")
resource.does(
    "POST", "/route-scenarios/{scenario_id}/corrections", scenario_upkeep.correct_customer, "correct", status=201
)
resource.does("POST", "/route-scenarios/{scenario_id}/upkeep", scenario_upkeep.finish_upkeep, "finish_upkeep")
