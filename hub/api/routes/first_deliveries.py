"""Corrections after a first delivery: what account manager and driver say (R7.14)."""

from hub.api.resource import Resource
from hub.operations.changes import first_delivery

resource = Resource("routes")
resource.shows("/first-deliveries", first_delivery.list_first_deliveries, "first_deliveries")
resource.does("POST", "/applications/{application_id}/views", first_delivery.record_view, "view")
resource.does(
    "POST", "/applications/{application_id}/route-meeting", first_delivery.to_meeting, "to_meeting", status=201
)
