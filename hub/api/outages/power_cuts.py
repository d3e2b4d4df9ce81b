"""Planned power cuts with whom to warn, and help for web customers (R11.5, R11.6)."""

from hub.api.resource import Resource
from hub.operations.outages import power_cuts, web_help

resource = Resource("power-cuts")
resource.shows("/power-cuts", power_cuts.list_cuts, "cuts")
resource.does("POST", "/power-cuts", power_cuts.enter_cut, "enter", status=201)
resource.shows("/power-cuts/{cut_id}", power_cuts.show_cut, "show")
resource.does("POST", "/power-cuts/{cut_id}/move", power_cuts.move_cut, "move")
resource.does("POST", "/power-cuts/{cut_id}/off", power_cuts.call_off, "off")
resource.does("POST", "/power-cuts/{cut_id}/warnings/{customer_id}", power_cuts.record_warning, "warn")
resource.shows("/help-records", web_help.list_help, "helped")
resource.does("POST", "/help-records", web_help.record_help_by_code, "help_by_code", status=201)
resource.does("POST", "/customers/{customer_id}/help-records", web_help.record_help, "help_customer", status=201)
