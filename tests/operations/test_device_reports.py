"""Devices that the carrier cannot mend: the clerk's task, what is known, what is asked for (R11.2)."""

from datetime import timedelta

import pytest

from hub.domain.facts import DeviceFailed, DeviceLive, Fact
from hub.domain.people import HUB
from hub.operations import device_reports, returning
from hub.operations.differences import compare
from hub.operations.news import take_in
from hub.operations.office import Office
from hub.operations.tasks import inbox
from hub.ports import now
from hub.registry.schema import Customer
from tests.access.conftest import Clock, clock, office
from tests.operations.test_changes import CALL, asked, customer
from tests.support import people

__all__ = ["clock", "office"]
DEVICE = "860000000000001"


def said(office: Office, *facts: Fact) -> None:
    """What the carrier's list says."""
    with office.desk(HUB) as desk:
        take_in(desk, "telecom", list(facts), now())
        compare(desk, "telecom", None)
    office.perform(HUB, device_reports.keep_tasks)


def kinds(office: Office) -> list[str]:
    """What the clerk has to do."""
    with office.desk(people.CLERK) as desk:
        return [view.task.kind for view in inbox(desk)]


def failed(row: Customer, repairable: bool, minutes: int = 0) -> DeviceFailed:
    """The carrier's word of a broken device, so many minutes ahead of now."""
    return DeviceFailed(DEVICE, row.code, repairable=repairable, at=now() + timedelta(minutes=minutes))
