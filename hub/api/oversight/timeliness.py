"""Timeliness and accuracy by post and by channel (R17.1)."""

from hub.api.resource import Resource
from hub.operations.oversight import timeliness

resource = Resource("timeliness")
resource.shows("/timeliness", timeliness.show_timeliness, "show")
