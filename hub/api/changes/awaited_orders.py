"""Orders that temporary changes wait for (I2, R11.1, R12.2)."""

from hub.api.resource import Resource
from hub.operations.changes import awaited_orders, temporary

resource = Resource("orders")
resource.shows("/orders/awaited", awaited_orders.list_awaited, "awaited")
resource.does("POST", "/orders", awaited_orders.record_orders, "many")
resource.does("POST", "/customers/{customer_id}/orders", temporary.record_order, "one", key="returning")
