"""Devices that a carrier reported broken: what is known, what the phone for now asks for, and the clerk's task (R11.2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.changes import RULES, Need, Rule
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.changes.applications import OpenAlready
from hub.operations.changes.conditions import CONDITIONS
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.registry.changes import applications
from hub.registry.outages import device_failures
from hub.registry.schema import Device

AT_A_TIME = 200
CHECKS = {
    Need.ORDERS_BY_DEVICE: ("客户以手机或烟信通订货", "The customer orders by handset or Yanxintong"),
    Need.DEVICE_REPORTED: ("运营商已报告该设备不能修复", "The carrier has reported the device beyond repair"),
}
"""What the conditions of the rule ask for, in words."""


@dataclass(frozen=True)
class Check:
    """One thing that the rule asks for: whether it is there, else what stands against it."""

    words: tuple[str, str]
    missing: Refusal | None


@dataclass(frozen=True)
class DeviceReport:
    """A device that does not work, when the carrier said so, and what its rule asks for."""

    device: Device
    said_at: datetime | None
    rule: Rule
    checks: tuple[Check, ...]

    @property
    def offered(self) -> bool:
        """Whether nothing is missing."""
        return all(each.missing is None for each in self.checks)


@operation(
    "device_reports.show_reports",
    article="R11.2",
    posts=STAFF,
    title=("查看设备故障报告", "See reports of a device"),
    changes=False,
    audited=False,
)
def show_reports(desk: Desk, customer_id: UUID) -> list[DeviceReport]:
    """What the carrier reported of the customer's devices, and whether phone ordering for now may be asked for."""
    customer = desk.customer(customer_id)
    found = device_failures.of_customer(desk.tx, customer.id)
    if not found:
        return []
    rule = RULES[device_failures.RULE]
    checks = [Check(CHECKS[name], next(CONDITIONS[name](desk, customer, {}), None)) for name in rule.needs]
    asked = applications.open_application(desk.tx, customer.id, rule.key)
    checks.append(Check(("没有同类申请在办理", "No such application is open"), OpenAlready() if asked else None))
    return [DeviceReport(device, at, rule, tuple(checks)) for device, at in found]


def keep_tasks(desk: Desk) -> int:
    """A report beyond repair is the clerk's task until the customer orders otherwise or the device works (R11.2)."""
    assert desk.actor == HUB
    over = device_failures.moot(desk.tx, AT_A_TIME)
    for task in over:
        close_tasks(desk, "device", task.subject_id, "done", device_failures.TASK)
    found = device_failures.unseen_reports(desk.tx, AT_A_TIME)
    for device, customer, at in found:
        about = {"unit_code": customer.unit_code, "customer_id": customer.id, "subject": ("device", device.id)}
        clerk = Post.STATISTICS_CLERK
        open_task(desk, device_failures.TASK, "R11.2", post=clerk, days=1, since=at, **about)  # type: ignore[arg-type]
    return len(over) + len(found)
