"""A customer's timeline."""

from hub.api.resource import Resource
from hub.operations.customers import timeline

resource = Resource("timelines")
resource.shows("/customers/{customer_id}/timeline", timeline.show_timeline, "show")
