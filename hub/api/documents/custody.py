"""Who keeps the papers, and which have not reached their custodian (R16.1)."""

from hub.api.resource import Resource
from hub.operations.documents import custody, hand_ins

resource = Resource("custody")
resource.shows("/custody", custody.list_custody, "listing")
resource.does("POST", "/evidence/{evidence_id}/hand-in", custody.hand_in, "hand_in", status=201)
resource.does("PUT", "/units/{unit_code}/custodians", custody.name_custodian, "name")
resource.does("POST", "/applications/{application_id}/hand-in", hand_ins.hand_in_record, "record", status=201)
resource.does("POST", "/hand-ins/{hand_in_id}/confirm", hand_ins.confirm_hand_in, "confirm")
resource.does("POST", "/hand-ins/{hand_in_id}/decline", hand_ins.decline_hand_in, "decline")
