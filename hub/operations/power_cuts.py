"""Planned power cuts: account managers are told whom to warn, and record what was arranged (R11.5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.domain.people import Post
from hub.domain.refusals import BadInput, NotFound, Stale
from hub.domain.states import POWER_CUT, PowerCutState
from hub.ports import SHANGHAI, new_id, now
from hub.registry import people, power_cuts
from hub.registry.schema import Customer, PowerCut, PowerWarning

from .desk import Desk
from .operation import operation
from .tasks import close_tasks, open_task
from .telling import tell

ENTERS = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER, Post.CALL_CLERK, Post.SECTION_CHIEF}
LOOKS = ENTERS | {Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL}
LONGEST = timedelta(days=14)
ARRANGED = {
    "order_earlier": ("停电前订货", "Orders before the cut"),
    "laptop": ("用笔记本电脑订货", "Orders on a laptop"),
    "elsewhere": ("到不停电的地方订货", "Orders from elsewhere"),
    "on_behalf": ("由公司协助订货", "The company helps"),
    "none_needed": ("不影响订货", "Not affected"),
}
"""What the article names, and that nothing is needed."""


@dataclass(frozen=True)
class CutRequest:
    """A cut as it was announced; routes or customer codes narrow it down, none of both: the whole unit."""

    unit_code: str
    area: str
    begins_at: datetime
    ends_at: datetime
    source: str
    routes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@operation(article="R11.5", posts=ENTERS, title=("登记计划停电", "Enter a planned power cut"))
def enter_cut(desk: Desk, cut: CutRequest) -> UUID:
    """Write the cut down with everybody who orders on the web on a day of it; account managers get the list.

    Raises NotFound, BadInput.
    """
    if people.unit(desk.tx, cut.unit_code) is None or (desk.units is not None and cut.unit_code not in desk.units):
        raise NotFound(what="单位")
    if not now() < cut.begins_at < cut.ends_at <= cut.begins_at + LONGEST:
        raise BadInput(field="停电时间", problem="已经开始、前后颠倒或超过 14 天", mend="请核对起止时间。")
    if not cut.area.strip() or not cut.source.strip():
        raise BadInput(field="范围或来源", problem="没有填写", mend="请写明停电范围和消息来源。")
    row = PowerCut(
        id=new_id(),
        unit_code=cut.unit_code,
        area=cut.area.strip()[:200],
        begins_at=cut.begins_at,
        ends_at=cut.ends_at,
        source=cut.source.strip()[:200],
        entered_at=now(),
        entered_by_name=desk.actor.name,
        state=PowerCutState.PLANNED,
    )
    desk.tx.add(row)
    desk.tx.flush()
    units = people.units_below(desk.tx, {cut.unit_code})
    found = power_cuts.affected(desk.tx, units, order_days(cut.begins_at, cut.ends_at), cut.routes, cut.codes)
    desk.tx.add_all([PowerWarning(cut_id=row.id, customer_id=customer.id) for customer in found])
    desk.tx.flush()
    desk.about("power_cut", str(row.id))
    if found:
        _hand_to_managers(desk, row, found)
    return row.id


def order_days(begins: datetime, ends: datetime) -> list[str]:
    """The order days (1 Monday … 7 Sunday) that the cut touches, as customers' records have them."""
    first, last = begins.astimezone(SHANGHAI).date(), ends.astimezone(SHANGHAI).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return sorted({str(day.isoweekday()) for day in days})


def _hand_to_managers(desk: Desk, row: PowerCut, found: list[Customer]) -> None:
    """One task a unit, due when the cut begins."""
    for unit in sorted({customer.unit_code for customer in found}):
        task = open_task(
            desk,
            "warn_power_cut",
            "R11.5",
            post=Post.ACCOUNT_MANAGER,
            unit_code=unit,
            subject=(f"power_cut {unit}", row.id),
            details={"customers": sum(customer.unit_code == unit for customer in found)},
        )
        task.due_at, task.sum = row.begins_at, "停电开始之前"


@operation(article="R11.5", posts=LOOKS, title=("查看计划停电", "See power cuts"), changes=False, audited=False)
def list_cuts(desk: Desk) -> list[tuple[PowerCut, int, int]]:
    """Cuts of the caller's units, the latest first, with how many are to be warned and how many were."""
    return power_cuts.listed(desk.tx, desk.units, 100)


@operation(article="R11.5", posts=LOOKS, title=("查看停电通知名单", "See whom to warn"), changes=False, audited=False)
def show_cut(desk: Desk, cut_id: UUID) -> tuple[PowerCut, list[tuple[PowerWarning, Customer]]]:
    """A cut and everybody to be warned in the caller's units, those not yet first. Raises NotFound."""
    row = _cut(desk, cut_id)
    found = power_cuts.warnings(desk.tx, row.id)
    return row, [each for each in found if desk.units is None or each[1].unit_code in desk.units]


@operation(
    article="R11.5",
    posts={Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK},
    title=("登记停电提醒", "Record a warning of a cut"),
)
def warn(desk: Desk, cut_id: UUID, customer_id: UUID, arranged: str, note: str = "") -> None:
    """The customer was warned, and this was arranged; the unit's last one ends its task. Raises NotFound, BadInput, Stale."""
    customer = desk.customer(customer_id, "停电提醒")
    row = _cut(desk, cut_id)
    warning = desk.tx.get(PowerWarning, (row.id, customer.id))
    if warning is None:
        raise NotFound(what="停电提醒")
    if row.state != PowerCutState.PLANNED:
        raise Stale(what="停电记录")
    if arranged not in ARRANGED:
        raise BadInput(field="应急安排", problem="没有选择", mend="请从列表中选择。")
    warning.arranged, warning.note = arranged, note.strip()[:200] or None
    warning.warned_at, warning.warned_by_name = now(), desk.actor.name
    desk.tx.flush()
    left = [each for each, other in power_cuts.warnings(desk.tx, row.id) if other.unit_code == customer.unit_code]
    if all(each.warned_at for each in left):
        close_tasks(desk, f"power_cut {customer.unit_code}", row.id, "done")


def _close(desk: Desk, row: PowerCut, outcome: str) -> None:
    """Every unit's task about the cut is over."""
    for unit in people.units_below(desk.tx, {row.unit_code}):
        close_tasks(desk, f"power_cut {unit}", row.id, outcome)


@operation(article="R11.5", posts=ENTERS, title=("取消停电记录", "Call a power cut off"))
def call_off(desk: Desk, cut_id: UUID, why: str) -> None:
    """There will be no cut, or at another time (enter that one anew). Raises NotFound, BadInput, Stale."""
    row = _cut(desk, cut_id)
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明取消原因。")
    _become(row, PowerCutState.CALLED_OFF)
    row.ended_why = why.strip()[:200]
    _close(desk, row, "void")


def keep_cuts(desk: Desk) -> int:
    """When a cut begins, the section chief is told of whoever was not warned; the hub's own step."""
    rows = power_cuts.begun(desk.tx, now(), 100)
    for row in rows:
        _become(row, PowerCutState.BEGUN)
        missed = [customer for each, customer in power_cuts.warnings(desk.tx, row.id) if each.warned_at is None]
        for unit in sorted({customer.unit_code for customer in missed}):
            count = sum(customer.unit_code == unit for customer in missed)
            tell(desk, "cut_unwarned", "R11.5", (Post.SECTION_CHIEF,), unit, customers=count)
        _close(desk, row, "missed")
    return len(rows)


def _cut(desk: Desk, cut_id: UUID) -> PowerCut:
    row = power_cuts.get(desk.tx, cut_id)
    below = frozenset() if row is None else people.units_below(desk.tx, {row.unit_code})
    if row is None or (desk.units is not None and not below & desk.units):
        raise NotFound(what="停电记录")
    desk.about("power_cut", str(row.id))
    return row


def _become(row: PowerCut, state: PowerCutState) -> None:
    if state not in POWER_CUT[PowerCutState(row.state)]:
        raise Stale(what="停电记录")
    row.state = state
