"""Outages of ordering systems (R11.1, I2), reports of broken devices (R11.2)."""

from hub.api.resource import Resource
from hub.operations.outages import device_failures, outages

resource = Resource("outages")
resource.shows("/outages", outages.list_outages, "listing")
resource.does("POST", "/outages", outages.report_outage, "report", status=201)
resource.shows("/outages/{outage_id}", outages.show_outage, "show")
resource.shows("/outages/{outage_id}/customers", outages.list_affected, "affected")
resource.shows("/outages/{outage_id}/unreturned", outages.list_unreturned, "unreturned")
resource.does("POST", "/outages/{outage_id}/switch", outages.switch_over, "switch")
resource.does("POST", "/outages/{outage_id}/stop", outages.stop_switching, "stop")
resource.does("POST", "/outages/{outage_id}/go-on", outages.go_on, "go_on")
resource.does("POST", "/outages/{outage_id}/end", outages.end_outage, "end")
resource.shows("/customers/{customer_id}/device-reports", device_failures.show_reports, "reports")
