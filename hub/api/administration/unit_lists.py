"""The lists of values that a unit keeps for its customers' records (R2.2)."""

from hub.api.resource import Resource
from hub.operations.unit_lists import keeping

resource = Resource("unit lists")
ONE = "/unit-lists/{unit_code}/{field}"
resource.shows("/unit-lists/{unit_code}", keeping.show_lists, "listing")
resource.shows(ONE + "/history", keeping.show_history, "history")
resource.shows(ONE + "/customers", keeping.list_having, "having")
resource.does("POST", ONE, keeping.add_entry, "add")
resource.does("POST", ONE + "/withdraw", keeping.withdraw_entry, "withdraw", key="customers")
