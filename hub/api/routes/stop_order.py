"""Who drives which route, the driver's own stops, and changed addresses for internal control to check (R13.5)."""

from hub.api.resource import Resource
from hub.operations.routes import stop_order

resource = Resource("driving")
resource.shows("/route-drivers", stop_order.list_drivers, "drivers")
resource.does("POST", "/route-drivers", stop_order.name_driver, "name_driver")
resource.shows("/my-routes", stop_order.my_routes, "mine")
resource.does("POST", "/my-routes/order", stop_order.reorder, "reorder", key="count")
resource.does("POST", "/my-routes/address", stop_order.report_address, "report")
resource.shows("/address-reports", stop_order.list_address_reports, "reports")
resource.does("POST", "/customers/{customer_id}/address-check", stop_order.clear_address, "check")
