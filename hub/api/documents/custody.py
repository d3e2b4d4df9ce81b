"""Who keeps the papers, and which have not reached their custodian (R16.1)."""

from hub.api.resource import Resource
from hub.operations.documents import custody

resource = Resource("custody")
resource.shows("/custody", custody.list_custody, "listing")
resource.does("POST", "/evidence/{evidence_id}/hand-in", custody.hand_in, "hand_in", status=201)
resource.does("PUT", "/units/{unit_code}/custodians", custody.name_custodian, "name")
