"""What units set within the regulation: stricter limits and the choices that they are given (I8, R9.3)."""

from hub.api.resource import Resource
from hub.operations.administration import unit_rules

resource = Resource("unit rules")
resource.shows("/unit-rules", unit_rules.list_rules, "listing")
resource.does("POST", "/unit-rules/{unit_code}/{rule}", unit_rules.set_rule, "set_rule", key="voided")
