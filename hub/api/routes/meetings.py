"""Routes: meetings and proposals, and the load of routes (article 13)."""

from hub.api.resource import Resource
from hub.operations.routes import implementation, loads, meetings

resource = Resource("routes")
resource.does("POST", "/customers/{customer_id}/route-proposals", meetings.propose, "propose", status=201)
resource.shows("/route-meetings", meetings.list_meetings, "meetings")
resource.does("POST", "/route-meetings", meetings.call_meeting, "call", status=201)
resource.shows("/route-meetings/{meeting_id}", meetings.show_meeting, "show")
resource.does("POST", "/route-meetings/{meeting_id}/proposals/{proposal_id}", meetings.decide_proposal, "decide")
resource.does("POST", "/route-meetings/{meeting_id}/close", meetings.close_meeting, "close", key="count")
resource.does("POST", "/route-meetings/{meeting_id}/cancel", meetings.cancel_meeting, "cancel")
resource.does("POST", "/route-proposals/{proposal_id}/carry", implementation.carry_route, "carry")
resource.does("POST", "/route-proposals/{proposal_id}/postpone", implementation.postpone_route, "postpone", status=201)
resource.shows("/route-proposals/to-carry", implementation.list_to_carry, "to_carry")
resource.shows("/route-loads/{unit_code}", loads.list_loads, "load")
resource.shows("/route-loads/{unit_code}/stops", loads.show_route, "stops")
