"""Help for web customers whose own device fails, each with the order it led to: who ordered for whom (R11.6)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Choices, Code, Label, Limit, OptionalText, Printable, Text
from hub.domain.outages.web_help import HELP
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import Post
from hub.operations.changes.conditions import lasting
from hub.operations.changes.temporary import enter_order
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.views import view
from hub.ports import SHANGHAI, new_id, today
from hub.registry.customers import customers
from hub.registry.outages import web_help
from hub.registry.schema import HelpRecord

HELPS = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER, Post.CALL_CLERK}
LOOKS = HELPS | {Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF, Post.INTERNAL_CONTROL}
Kind = Annotated[Code, Label("帮助方式", "Help"), Choices(HELP)]
Note = Annotated[Text, Label("设备情况", "What had failed")]
OrderedBy = Annotated[
    str,
    Printable,
    Field(max_length=64),
    Label("订货人", "Ordered by", ("不填:代订为登记人,其他为持证人。", "Empty: you when on behalf, else the holder.")),
]
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class NotOnWeb(Refusal):
    """This help is for customers who order by web; carriers repair handsets and Yanxintong (R11.2, R11.6)."""

    article = "R11.6"
    says = ("客户 {code} 不是网上订货户。", "Customer {code} does not order by web.")
    then = (
        "手机、烟信通设备故障请由通讯公司解决,或临时改为电话订货。",
        "The carrier repairs a handset; meanwhile the customer orders by phone.",
    )


@dataclass(frozen=True)
class HelpView:
    """One help, for whom, and the order that came of it."""

    id: UUID
    order_id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    kind: str
    ordered_by_name: str
    note: str
    at: datetime
    by_name: str


@dataclass(frozen=True)
class HelpMonth:
    """A month of help, and how often each kind."""

    month: str
    counts: dict[str, int]
    rows: list[HelpView]


@operation(
    "help_records.record_help",
    article="R11.6",
    posts=HELPS,
    title=("登记帮助网上客户订货", "Record help for a web customer"),
)
def record_help(
    desk: Desk, customer_id: UUID, kind: Kind, note: Note, ordered_by: OrderedBy = "", at: datetime | None = None
) -> UUID:
    """Record which help was given and who placed the order, with the order itself, so that temporary changes return.

    `at` is when the order was placed, now when left out. Raises NotOnWeb, BadInput, NotFound.
    """
    customer = desk.customer(customer_id)
    # The lasting method: whoever is on the phone for now is still a web customer.
    if lasting(desk, customer, "order_method") != "web":
        raise NotOnWeb(code=customer.code)
    who = shortened(ordered_by, 64) or (desk.actor.name if kind == "on_behalf" else customer.licence_holder)
    if kind not in HELP or not note.strip():
        raise BadInput(field="帮助方式或说明", problem="没有选择或没有填写", mend="请选择帮助方式,并写明设备情况。")
    way = "on_behalf" if kind == "on_behalf" else "web"
    # The order first, through the same door as any other: it starts the return of temporary changes and ends a stop
    # of calls.
    order, _ = enter_order(desk, customer, way, at, f"{HELP[kind][0]};订货人:{who}")
    record = HelpRecord(
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
    desk.tx.add(record)
    desk.tx.flush()
    desk.audit_detail["help"] = kind
    return record.id


@operation(
    "help_records.record_help_by_code",
    article="R11.6",
    posts=HELPS,
    title=("按客户代码登记帮助", "Record help by the customer's code"),
)
def record_help_by_code(
    desk: Desk,
    code: Annotated[Code, Label("客户代码", "Customer code")],
    kind: Kind,
    note: Note,
    ordered_by: OrderedBy = "",
) -> UUID:
    """Record help for the customer with this code. Raises what record_help does."""
    named = customers.by_codes(desk.tx, [code.strip()])
    # One answer for both, so that a code of another unit cannot be told from one that does not exist.
    if not named or (desk.units is not None and named[0].unit_code not in desk.units):
        raise BadInput(field="客户代码", problem="本单位没有此客户", mend="请核对客户代码。")
    return record_help(desk, named[0].id, kind, note, ordered_by)


@operation(
    "help_records.list_help",
    article="R11.6",
    posts=LOOKS,
    title=("查看帮助订货登记", "See help records"),
    changes=False,
    audited=False,
)
def list_help(desk: Desk, month: OptionalText = "", code: OptionalText = "", limit: Limit = 200) -> HelpMonth:
    """Help of a month (2026-11; empty: this one) in the caller's units; of one customer by code. Raises BadInput."""
    month = month or f"{today():%Y-%m}"
    if not MONTH.fullmatch(month) or not "2000" <= month < "2200":
        raise BadInput(field="月份", problem="格式不正确", mend="请按 2026-11 的格式填写。")
    first = date.fromisoformat(f"{month}-01")
    since = datetime.combine(first, time(), SHANGHAI)
    # 31 days on is always in the next month, whose first day ends the period.
    until = datetime.combine((first + timedelta(days=31)).replace(day=1), time(), SHANGHAI)
    only = None
    if code.strip():
        named = customers.by_codes(desk.tx, [code.strip()])
        if not named:
            return HelpMonth(month, {}, [])
        only = named[0].id
    records = web_help.listed(desk.tx, desk.units, since, until, only, min(limit, 2000))
    return HelpMonth(
        month,
        web_help.counts(desk.tx, desk.units, since, until, only),
        [view(HelpView, record, code=customer.code, shop_name=customer.shop_name) for record, customer in records],
    )
