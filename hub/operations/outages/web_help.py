"""Help for web customers whose own device fails, each with the order that came of it: who ordered for whom (R11.6)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from hub.domain.outages.web_help import HELP
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import Post
from hub.operations.changes.temporary import enter_order
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import SHANGHAI, new_id, today
from hub.registry.customers import customers
from hub.registry.outages import web_help
from hub.registry.schema import Customer, HelpRecord

HELPS = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER, Post.CALL_CLERK}
LOOKS = HELPS | {Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF, Post.INTERNAL_CONTROL}
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class NotOnWeb(Refusal):
    """Help of this kind is for customers who order by web; the carriers mend handsets and Yanxintong (R11.2, R11.6)."""

    article = "R11.6"
    says = ("客户 {code} 不是网上订货户。", "Customer {code} does not order by web.")
    then = (
        "手机、烟信通设备故障请由通讯部门解决,或临时改为电话订货。",
        "A handset is mended by its carrier; meanwhile the customer orders by phone.",
    )


@dataclass(frozen=True)
class HelpMonth:
    """A month of help: the rows, and how often each kind."""

    month: str
    rows: list[tuple[HelpRecord, Customer]]
    counts: dict[str, int]


@operation(
    "help_records.record_help",
    article="R11.6",
    posts=HELPS,
    title=("登记帮助网上客户订货", "Record help for a web customer"),
)
def record_help(
    desk: Desk, customer_id: UUID, kind: str, ordered_by: str, note: str, at: datetime | None = None
) -> UUID:
    """Record which help was given and who placed the order; the order itself is recorded with it, so that temporary
    changes return. Raises NotOnWeb, BadInput, NotFound.
    """
    customer = desk.customer(customer_id)
    if customer.values.get("order_method") != "web":
        raise NotOnWeb(code=customer.code)
    who = shortened(ordered_by, 64) or (desk.actor.name if kind == "on_behalf" else customer.licence_holder)
    if kind not in HELP or not note.strip():
        raise BadInput(field="帮助方式或说明", problem="没有选择或没有填写", mend="请选择帮助方式,并写明设备情况。")
    way = "on_behalf" if kind == "on_behalf" else "web"
    order, _ = enter_order(desk, customer, way, at, f"{HELP[kind][0]};订货人:{who}")
    row = HelpRecord(
        id=new_id(),
        order_id=order.id,
        customer_id=customer.id,
        unit_code=customer.unit_code,
        kind=kind,
        ordered_by_name=who,
        note=shortened(note, 200),
        at=order.at,
        by_name=desk.actor.name,
    )
    desk.tx.add(row)
    desk.tx.flush()
    desk.audit_detail["help"] = kind
    return row.id


@operation(
    "help_records.record_help_by_code",
    article="R11.6",
    posts=HELPS,
    title=("按客户代码登记帮助", "Record help by the customer's code"),
)
def record_help_by_code(desk: Desk, code: str, kind: str, ordered_by: str, note: str) -> UUID:
    """The same for a customer whose code was given. Raises BadInput besides."""
    found = customers.by_codes(desk.tx, [code.strip()])
    if not found or (desk.units is not None and found[0].unit_code not in desk.units):
        raise BadInput(field="客户代码", problem="本单位没有此客户", mend="请核对客户代码。")
    return record_help(desk, found[0].id, kind, ordered_by, note)


@operation(
    "help_records.list_help",
    article="R11.6",
    posts=LOOKS,
    title=("查看帮助订货登记", "See help records"),
    changes=False,
    audited=False,
)
def list_help(desk: Desk, month: str = "", code: str = "", limit: int = 200) -> HelpMonth:
    """Help of a month (2026-11; empty: this one) in the caller's units; of one customer by code. Raises BadInput."""
    month = month or f"{today():%Y-%m}"
    if not MONTH.fullmatch(month) or not "2000" <= month < "2200":
        raise BadInput(field="月份", problem="格式不正确", mend="请按 2026-11 的格式填写。")
    first = date.fromisoformat(f"{month}-01")
    since = datetime.combine(first, time(), SHANGHAI)
    until = datetime.combine((first + timedelta(days=31)).replace(day=1), time(), SHANGHAI)
    only = None
    if code.strip():
        there = customers.by_codes(desk.tx, [code.strip()])
        if not there:
            return HelpMonth(month, [], {})
        only = there[0].id
    rows = web_help.listed(desk.tx, desk.units, since, until, only, min(limit, 2000))
    return HelpMonth(month, rows, web_help.counts(desk.tx, desk.units, since, until, only))
