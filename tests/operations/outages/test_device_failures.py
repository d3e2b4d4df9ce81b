"""Devices that the carrier cannot mend: the clerk's task, what is known, what is asked for (R11.2)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.channels import host
from hub.domain.facts import DeviceBound, DeviceFailed, Fact
from hub.domain.staff.posts import HUB
from hub.operations.changes import temporary
from hub.operations.office import Office
from hub.operations.outages import device_failures
from hub.operations.reconciliation.full_comparison import compare_all
from hub.operations.reconciliation.intake import take_in
from hub.operations.tasks.tasks import inbox
from hub.ports import now
from hub.registry.schema import Customer
from tests.support import people
from tests.support.makers.applications import CALL, asked, customer

DEVICE = "860000000000001"
CARRIERS = {"telecom": host.load(("telecom",)).partners["telecom"].capability}


def said(office: Office, *facts: Fact) -> None:
    """What the carrier's list says."""
    with replace(office, channels=CARRIERS).desk(HUB) as desk:
        take_in(desk, "telecom", list(facts), now())
    compare_all(replace(office, channels=CARRIERS), "telecom", "list_devices")
    office.perform(HUB, device_failures.keep_tasks)


def kinds(office: Office) -> list[str]:
    """What the clerk has to do."""
    with office.desk(people.CLERK) as desk:
        return [view.task.kind for view in inbox(desk).views]


def failed(row: Customer, repairable: bool, minutes: int = 0) -> DeviceFailed:
    """The carrier's word of a broken device, so many minutes ahead of now."""
    return DeviceFailed(row.code, DEVICE, repairable=repairable, at=now() + timedelta(minutes=minutes))


@pytest.mark.article("R11.2")
def test_a_report_beyond_repair_is_the_clerks_task_and_opens_the_phone_for_now(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="handset", order_day="1")
    said(office, DeviceBound(row.code, DEVICE, "TX1", at=now() - timedelta(days=9)))
    said(office, failed(row, True, -30))
    with office.desk(people.CLERK) as desk:
        [report] = device_failures.show_reports(desk, row.id)
        assert not report.offered and [type(each.missing).__name__ for each in report.checks][1] == "NothingReported"
    assert kinds(office) == []
    said(office, failed(row, False, -20))
    said(office)
    assert kinds(office) == ["device_failed"]
    with office.desk(people.CLERK) as desk:
        [report] = device_failures.show_reports(desk, row.id)
        assert report.offered and report.rule == "phone_device"
        assert report.said_at is not None and timedelta(minutes=19) < now() - report.said_at < timedelta(minutes=25)
        asked(desk, desk.customer(row.id), "phone_device", order_method="phone", reason="device_failed")
    office.perform(HUB, device_failures.keep_tasks)
    assert kinds(office) == []
    office.perform(CALL, temporary.record_order, row.id, "phone")
    office.perform(HUB, temporary.return_all)
    office.perform(HUB, device_failures.keep_tasks)
    assert kinds(office) == ["device_failed"], "the order came, the device is still broken"
    said(office, DeviceBound(row.code, DEVICE, "TX1", at=now()))
    assert kinds(office) == []
