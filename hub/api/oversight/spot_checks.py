"""Spot checks of a customer's fields by a second person (R17.2)."""

from hub.api.resource import Resource
from hub.operations.oversight import spot_checks

resource = Resource("spot checks")
resource.shows("/customers/{customer_id}/spot-checks", spot_checks.list_checks, "listing")
resource.does("POST", "/customers/{customer_id}/spot-checks", spot_checks.record_check, "record", status=201)
