"""Outages for pages: one that is stopped half-way, one that is only reported; a customer whom nobody calls."""

from uuid import UUID

from hub.domain.staff.posts import HUB
from hub.operations.office import Office
from hub.operations.outages import batches, outages
from hub.ports import new_id, now
from hub.registry.schema import CallStop, Device

from . import people

SHOPS = ("web", "web", "web", "handset", "handset", "yanxintong", "phone")


def outages_of(office: Office, words: str) -> tuple[UUID, UUID, UUID]:
    """The ids of the one under way, the one that is reported, and a customer with a broken device; `words` are what is known of them."""
    with office.desk(people.CLERK) as desk:
        rows = []
        for number, method in enumerate(SHOPS, start=900):
            row = people.customer(desk, number, name="赵示例")
            row.values = {"order_method": method, "order_day": "3"}
            rows.append(row)
        rows[1].sealed = {}
        stop = {"why": words, "stopped_at": now(), "stopped_by_name": "电访员甲"}
        asked = {"asked_at": now(), "asked_by_name": "统计员甲"}
        for row, more in ((rows[-1], {}), (rows[3], asked)):
            desk.tx.add(CallStop(id=new_id(), customer_id=row.id, unit_code=row.unit_code, **stop, **more))
        broken = {"channel": "telecom", "kind": "handset", "device_no": "860000000000777", "state": "failed"}
        desk.tx.add(Device(id=new_id(), customer_id=rows[3].id, repairable=False, bound_at=now(), **broken))
        desk.tx.flush()
        ids = [row.id for row in rows]
        [first] = outages.report_outage(desk, [people.UNIT], ["web"], now(), words, True)
        [planned] = outages.report_outage(desk, [people.UNIT], ["handset", "yanxintong"], now(), words, True)
        outages.switch_over(desk, first.id, outages.show_outage(desk, first.id).waiting)
    office.perform(HUB, batches.switch_batch, 1)
    office.perform(people.CLERK, outages.stop_switching, first.id)
    return first.id, planned.id, ids[3]
