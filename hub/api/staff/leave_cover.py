"""A and B holders: leaves, cover, handover records (R5.1)."""

from hub.api.resource import Resource
from hub.operations.staff import leave_cover

resource = Resource("cover")
resource.shows("/leaves", leave_cover.list_leaves, "leaves")
resource.does("POST", "/leaves", leave_cover.enter_leave, "enter", status=201, silent=True)
resource.does("POST", "/leaves/{leave_id}/end", leave_cover.end_leave, "end")
resource.does("POST", "/handovers/{handover_id}/acknowledge", leave_cover.acknowledge, "acknowledge")
resource.shows("/holders", leave_cover.list_holders, "holders")
