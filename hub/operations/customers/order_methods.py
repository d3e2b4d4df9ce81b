"""The order method follows what is in force at a carrier; it takes both agreement and device (R7.7, R7.8)."""

from hub.domain.customers.catalogue import FIELDS
from hub.domain.staff.posts import HUB
from hub.operations.desk import Desk
from hub.ports import today
from hub.registry.carriers import order_methods

from .fields import set_field
from .record import touch

AT_A_TIME = 100


def follow_carriers(desk: Desk) -> int:
    """Set whoever has agreement and device to order by it, on the same working day (R7.7, R7.8); returns how many."""
    assert desk.actor == HUB
    ready = order_methods.to_follow(desk.tx, today(), AT_A_TIME)
    for customer, kind in ready:
        changes = set_field(desk, customer, FIELDS["order_method"], kind)
        touch(desk, customer, "R7.19", "协议与订货设备均已生效", changes)
    return len(ready)
