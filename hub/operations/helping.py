"""Help for web customers whose own device fails: each recorded with who ordered for whom (R11.6)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from hub.domain.people import Post
from hub.domain.refusals import BadInput, Refusal
from hub.ports import SHANGHAI, new_id, now
from hub.registry import power_cuts
from hub.registry.schema import Customer, HelpRecord

from .desk import Desk
from .operation import operation
from .returning import ordered
from .timeliness import following, month_of

HELPS = {Post.ACCOUNT_MANAGER, Post.CALL_CLERK, Post.STATISTICS_CLERK}
LOOKS = HELPS | {Post.SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL, Post.INSPECTOR}
KINDS = {
    "terminal": ("到公司终端订货", "On the company's terminal"),
    "device_found": ("帮助联系其他设备", "A device was found"),
    "on_behalf": ("由公司人员代为订货", "Ordered on the customer's behalf"),
}


class NotOnTheWeb(Refusal):
    """This help is for customers who order on the web (R11.6)."""

    article = "R11.6"
    says = ("该客户不是网上订货户。", "This customer does not order on the web.")
    then = (
        "手机、烟信通设备故障请由运营商维修,必要时临时电话订货(R11.2)。",
        "Devices are the carrier's to mend (R11.2).",
    )


@dataclass(frozen=True)
class HelpMonth:
    """A month's help, the latest first, and how often each kind."""

    first: date
    rows: list[tuple[HelpRecord, Customer]]
    counts: dict[str, int]


@operation(article="R11.6", posts=HELPS, title=("登记协助订货", "Record help for a web customer"))
def record_help(desk: Desk, customer_id: UUID, kind: str, note: str, ordered_by: str = "") -> int:
    """Write the help down; an order on the customer's behalf is recorded as one, with who placed it.

    Returns how many temporary changes now return (I2). Raises NotOnTheWeb, BadInput.
    """
    customer = desk.customer(customer_id)
    if customer.values.get("order_method") != "web":
        raise NotOnTheWeb()
    if kind not in KINDS or not note.strip():
        raise BadInput(field="协助方式或说明", problem="没有填写", mend="请选择方式并写明情况。")
    if kind == "on_behalf" and not ordered_by.strip():
        raise BadInput(field="代订人", problem="没有填写", mend="请写明由谁代为订货。")
    who = ordered_by.strip()[:40] or None
    row = HelpRecord(id=new_id(), customer_id=customer.id, at=now(), kind=kind, ordered_by=who)
    row.note, row.by_name = note.strip()[:200], desk.actor.name
    desk.tx.add(row)
    if kind != "on_behalf":
        return 0
    return ordered(desk, customer, "on_behalf", row.at, f"由{who}代为订货")


@operation(article="R11.6", posts=HELPS, title=("打开协助登记", "Open the form for help"), changes=False, audited=False)
def help_page(desk: Desk, customer_id: UUID) -> tuple[Customer, list[HelpRecord]]:
    """The customer, and the help that there was, the latest first."""
    customer = desk.customer(customer_id)
    return customer, power_cuts.help_of(desk.tx, customer.id)


@operation(
    article="R11.6", posts=LOOKS, title=("查看协助订货", "See help for web customers"), changes=False, audited=False
)
def list_help(desk: Desk, month: str = "") -> HelpMonth:
    """A month like 2026-11 of the caller's units; this month when none is named. Raises BadInput."""
    first = month_of(month)
    begins, ends = (datetime.combine(day, time(), SHANGHAI) for day in (first, following(first)))
    rows = power_cuts.helped(desk.tx, desk.units, begins, ends, 500)
    return HelpMonth(first, rows, dict(Counter(row.kind for row, _ in rows)))
