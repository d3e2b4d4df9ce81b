"""Devices that a carrier reported broken, what temporary phone ordering requires, and the clerk's task (R11.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import InstanceOf, PlainSerializer

from hub.domain.changes import RULES, Need
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.changes.applications import OpenAlready
from hub.operations.changes.conditions import CONDITIONS
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.registry.changes import applications
from hub.registry.outages import device_failures

AT_A_TIME = 200
# What the rule's conditions require, in words.
CHECKS = {
    Need.ORDERS_BY_DEVICE: ("客户以手机或烟信通订货", "The customer orders by handset or Yanxintong"),
    Need.DEVICE_REPORTED: ("通讯公司已报告该设备不能修复", "The carrier has reported the device beyond repair"),
}


# A refusal that leaves the API as its code: pages need its sentence, programs must not parse one.
RefusalCode = Annotated[InstanceOf[Refusal], PlainSerializer(lambda refusal: refusal.code, return_type=str)]


@dataclass(frozen=True)
class Check:
    """One thing that the rule requires, in both languages; `missing` is the refusal as long as it is not met."""

    zh: str
    en: str
    missing: RefusalCode | None


@dataclass(frozen=True)
class DeviceReport:
    """A broken device, when the carrier reported it, and what the rule for temporary phone ordering requires.

    `offered`: nothing is missing.
    """

    device_no: str
    kind: str
    repairable: bool
    said_at: datetime | None
    rule: str
    offered: bool
    checks: list[Check]


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
    reports = device_failures.of_customer(desk.tx, customer.id)
    if not reports:
        return []
    rule = RULES[device_failures.RULE]
    # The rule's own conditions, so that the page never offers what the application would refuse.
    checks = [Check(*CHECKS[name], next(CONDITIONS[name](desk, customer, {}), None)) for name in rule.needs]
    asked = applications.open_application(desk.tx, customer.id, rule.key)
    checks.append(Check("没有同类申请在办理", "No such application is open", OpenAlready() if asked else None))
    offered = all(check.missing is None for check in checks)
    return [
        view(DeviceReport, device, said_at=at, rule=rule.key, offered=offered, checks=checks) for device, at in reports
    ]


def keep_tasks(desk: Desk) -> int:
    """A device reported beyond repair is the clerk's task until the customer orders otherwise or it works (R11.2).

    Returns how many tasks were opened or closed.
    """
    assert desk.actor == HUB
    over = device_failures.moot(desk.tx, AT_A_TIME)
    for task in over:
        close_tasks(desk, "device", task.subject_id, "done", device_failures.TASK)
    unseen = device_failures.unseen_reports(desk.tx, AT_A_TIME)
    for device, customer, at in unseen:
        open_task(
            desk,
            device_failures.TASK,
            "R11.2",
            post=Post.STATISTICS_CLERK,
            unit_code=customer.unit_code,
            subject=("device", device.id),
            customer_id=customer.id,
            days=1,
            since=at,
        )
    return len(over) + len(unseen)
