"""Planned power cuts: entered, moved, called off; customers warned of them, and what was arranged (R11.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.domain.outages.power_cuts import ARRANGED, LONGEST, SCOPES
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import POWER_CUT, PowerCutState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.customers import customers
from hub.registry.outages import power_cuts
from hub.registry.schema import PowerCut, PowerCutList
from hub.registry.staff import users

from .warning_lists import drop, fill, settle_task

HEARS = {
    Post.ACCOUNT_MANAGER,
    Post.STATISTICS_CLERK,
    Post.CALL_CLERK,
    Post.SECTION_CHIEF,
    Post.DEPUTY_SECTION_CHIEF,
}
"""Who may hear of a cut and enter it: the regulation names nobody (own convention)."""
LOOKS = HEARS | {Post.INTERNAL_CONTROL, Post.DEPUTY_MANAGER}
AT_A_TIME = 100


class CutBegun(Refusal):
    """A cut that has begun, is over or called off is not planned anew (R11.5)."""

    article = "R11.5"
    says = ("该次停电{state},不能再{action}。", "This cut is no longer planned; too late for this.")
    then = ("如有新的停电安排,请另行登记。", "Enter a new cut.")


@dataclass(frozen=True)
class CutRequest:
    """A cut as it was announced. `named`: routes or customer codes by the scope; none for a whole unit."""

    unit_code: str
    scope: str
    begins_at: datetime
    ends_at: datetime
    source: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartView:
    """One account manager's part: how many to warn, how many warned."""

    part: PowerCutList
    total: int
    warned: int


@dataclass(frozen=True)
class CutView:
    """A cut with the parts that the reader may see."""

    cut: PowerCut
    parts: tuple[PartView, ...]

    @property
    def total(self) -> int:
        """Customers to be warned."""
        return sum(each.total for each in self.parts)

    @property
    def warned(self) -> int:
        """Of these warned."""
        return sum(each.warned for each in self.parts)


@operation("power_cuts.enter_cut", article="R11.5", posts=HEARS, title=("登记计划停电", "Enter a power cut"))
def enter_cut(desk: Desk, wanted: CutRequest) -> UUID:
    """Enter a planned cut; account managers get the list of whom to warn. Raises BadInput, NotFound."""
    if desk.units is not None and wanted.unit_code not in desk.units:
        raise NotFound(what="单位")
    named = _named(desk, wanted)
    _check_times(wanted.begins_at, wanted.ends_at)
    if not wanted.source.strip():
        raise BadInput(field="消息来源", problem="没有填写", mend="请写明停电消息的来源。")
    row = PowerCut(
        id=new_id(),
        unit_code=wanted.unit_code,
        scope=wanted.scope,
        named=named,
        begins_at=wanted.begins_at,
        ends_at=wanted.ends_at,
        source=wanted.source.strip(),
        state=PowerCutState.PLANNED,
        entered_at=now(),
        entered_by_name=desk.actor.name,
        filled_on=today(),
    )
    desk.tx.add(row)
    desk.tx.flush()
    desk.about("power_cut", str(row.id))
    fill(desk, row)
    return row.id


def _named(desk: Desk, wanted: CutRequest) -> list[str]:
    named = sorted({each.strip() for each in wanted.named if each.strip()})
    if wanted.scope not in SCOPES or (wanted.scope != "unit" and not named):
        raise BadInput(field="停电范围", problem="没有选择或没有填写", mend="请选择范围,并写明线路或客户代码。")
    if wanted.scope == "customers":
        below = users.units_below(desk.tx, {wanted.unit_code})
        known = {row.code for row in customers.by_codes(desk.tx, named) if row.unit_code in below}
        if known != set(named):
            raise BadInput(field="客户名单", problem="含有本单位没有的客户代码", mend="请核对客户代码后重新登记。")
    return [] if wanted.scope == "unit" else named


def _check_times(begins: datetime, ends: datetime) -> None:
    if not now() < begins < ends <= begins + LONGEST:
        raise BadInput(
            field="停电时间",
            problem="已经开始、先后颠倒或超过31天",
            mend="请核对起止时间;已经停电的按系统故障或设备故障办理。",
        )


def step(row: PowerCut, to: PowerCutState, action: str) -> None:
    """Move a cut as its table allows; raises CutBegun."""
    old = PowerCutState(row.state)
    if to not in POWER_CUT[old]:
        raise CutBegun(state={"over": "已结束", "called_off": "已取消"}[old], action=action)
    row.state = to


def _open(desk: Desk, cut_id: UUID, action: str, why: str) -> PowerCut:
    row = power_cuts.cut(desk.tx, cut_id, lock=True)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="计划停电")
    desk.about("power_cut", str(row.id))
    if row.state == PowerCutState.PLANNED and row.begins_at <= now():
        raise CutBegun(state="已开始", action=action)
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明原因。")
    return row


@operation("power_cuts.move_cut", article="R11.5", posts=HEARS, title=("变更停电时间", "Move a power cut"))
def move_cut(desk: Desk, cut_id: UUID, begins_at: datetime, ends_at: datetime, why: str) -> None:
    """The cut comes at another time: who was warned is to be told anew. Raises CutBegun, BadInput, NotFound."""
    row = _open(desk, cut_id, "变更时间", why)
    step(row, PowerCutState.PLANNED, "变更时间")
    _check_times(begins_at, ends_at)
    row.begins_at, row.ends_at, row.last_why = begins_at, ends_at, why.strip()
    row.moved += 1
    _tell_managers(desk, row, "cut_moved")
    fill(desk, row, moved=True)


@operation("power_cuts.call_off", article="R11.5", posts=HEARS, title=("取消计划停电", "Call a power cut off"))
def call_off(desk: Desk, cut_id: UUID, why: str) -> None:
    """There is no cut: tasks end, and the managers are told whom they warned. Raises CutBegun, BadInput, NotFound."""
    row = _open(desk, cut_id, "取消", why)
    step(row, PowerCutState.CALLED_OFF, "取消")
    row.last_why = why.strip()
    _tell_managers(desk, row, "cut_called_off")
    drop(desk, row, "called_off")


def _tell_managers(desk: Desk, row: PowerCut, kind: str) -> None:
    """Those who warned somebody must tell them again."""
    for view in _view(desk, row, None).parts:
        if view.warned:
            about: dict[str, Any] = {"customers": view.warned, "subject_kind": "power_cut", "subject_id": str(row.id)}
            tell(desk, kind, "R11.5", [Post.ACCOUNT_MANAGER], view.part.unit_code, **about)


@operation(
    "power_cuts.record_warning",
    article="R11.5",
    posts={Post.ACCOUNT_MANAGER},
    title=("登记已提醒客户", "Record that a customer was warned"),
)
def record_warning(desk: Desk, cut_id: UUID, customer_id: UUID, arranged: str, note: str = "") -> None:
    """The customer was warned, and what was arranged; may be put right until the cut is over.

    Raises NotFound, BadInput, CutBegun.
    """
    desk.customer(customer_id, "停电提醒")
    row = power_cuts.cut(desk.tx, cut_id, lock=True)
    warning = power_cuts.warning(desk.tx, cut_id, customer_id)
    if row is None or warning is None:
        raise NotFound(what="停电提醒")
    step(row, PowerCutState.PLANNED, "登记提醒")
    if arranged not in ARRANGED:
        raise BadInput(field="订货安排", problem="没有选择", mend="请选择与客户商定的订货办法。")
    warning.arranged, warning.note = arranged, shortened(note, 200)
    warning.warned_at, warning.warned_by_name = now(), desk.actor.name
    desk.tx.flush()
    [part] = [each for each in power_cuts.lists_of(desk.tx, cut_id) if each.id == warning.list_id]
    settle_task(desk, row, part)


@operation(
    "power_cuts.list_cuts",
    article="R11.5",
    posts=LOOKS,
    title=("查看计划停电", "See power cuts"),
    changes=False,
    audited=False,
)
def list_cuts(desk: Desk, limit: int = 100) -> list[CutView]:
    """Cuts of the caller's units: planned ones first, each with how many were warned."""
    rows = power_cuts.listed(desk.tx, desk.units, min(limit, 200))
    return list(_views(desk, rows, desk.units))


@operation(
    "power_cuts.show_cut",
    article="R11.5",
    posts=LOOKS,
    title=("查看停电提醒名单", "See whom to warn"),
    changes=False,
    audited=False,
)
def show_cut(desk: Desk, cut_id: UUID, after: str = "", limit: int = 200) -> tuple[CutView, list[power_cuts.Line]]:
    """A cut and its list, by customer code behind `after`; by the id of one manager's part that part alone.

    Raises NotFound.
    """
    part = power_cuts.part(desk.tx, cut_id)
    row = power_cuts.cut(desk.tx, part.cut_id if part else cut_id)
    if row is None or not power_cuts.visible(desk.tx, row.id, desk.units):
        raise NotFound(what="计划停电")
    alone = part.id if part else None
    return _view(desk, row, desk.units), power_cuts.lines(desk.tx, row.id, desk.units, after, min(limit, 2000), alone)


def _view(desk: Desk, row: PowerCut, units: frozenset[str] | None) -> CutView:
    [found] = _views(desk, [row], units)
    return found


def _views(desk: Desk, rows: Iterable[PowerCut], units: frozenset[str] | None) -> list[CutView]:
    rows = list(rows)
    numbers = power_cuts.counts(desk.tx, [row.id for row in rows], units)
    found = []
    for row in rows:
        parts = [each for each in power_cuts.lists_of(desk.tx, row.id) if (row.id, each.id) in numbers]
        parts.sort(key=lambda each: (each.unit_code, each.manager))
        found.append(CutView(row, tuple(PartView(each, *numbers[row.id, each.id]) for each in parts)))
    return found


def keep_cuts(desk: Desk) -> int:
    """The hub's own step: lists follow the records once a day, chiefs hear who was not warned, cuts come to their end."""
    assert desk.actor == HUB
    filled = power_cuts.to_fill(desk.tx, today(), now(), AT_A_TIME)
    for row in filled:
        fill(desk, row)
    begun = power_cuts.begun(desk.tx, now(), AT_A_TIME)
    for row in begun:
        _tell_chiefs(desk, row)
    over = power_cuts.ended(desk.tx, now(), AT_A_TIME)
    for row in over:
        step(row, PowerCutState.OVER, "结束")
        drop(desk, row, "over")
    return len(filled) + len(begun) + len(over)


def _tell_chiefs(desk: Desk, row: PowerCut) -> None:
    """The cut has begun: the chief of each unit hears how many of its customers nobody warned."""
    row.told_at = now()
    left: dict[str, int] = {}
    for view in _view(desk, row, None).parts:
        left[view.part.unit_code] = left.get(view.part.unit_code, 0) + view.total - view.warned
    for unit, customers_left in left.items():
        if customers_left:
            begins = f"{row.begins_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            subject: dict[str, Any] = {"subject_kind": "power_cut", "subject_id": str(row.id)}
            tell(
                desk,
                "cut_unwarned",
                "R11.5",
                [Post.SECTION_CHIEF],
                unit,
                customers=customers_left,
                due=begins,
                **subject,
            )
