"""Planned power cuts: entered, moved, called off; customers warned of them, and what was arranged (R11.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Choices, Code, Label, Limit, OptionalText, Printable, Text, Why
from hub.domain.outages.power_cuts import ARRANGED, LONGEST, SCOPES
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import POWER_CUT, PowerCutState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.views import view
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.customers import customers
from hub.registry.outages import power_cuts
from hub.registry.schema import PowerCut, PowerCutList
from hub.registry.staff import users

from .warning_lists import drop, fill, settle_task

# Who may enter a cut: whoever is likely to hear of one, as the regulation names no post (own convention).
HEARS = {
    Post.ACCOUNT_MANAGER,
    Post.STATISTICS_CLERK,
    Post.CALL_CLERK,
    Post.SECTION_CHIEF,
    Post.DEPUTY_SECTION_CHIEF,
}
LOOKS = HEARS | {Post.INTERNAL_CONTROL, Post.DEPUTY_MANAGER}
AT_A_TIME = 100
Begins = Annotated[datetime, Label("开始", "From")]
Ends = Annotated[datetime, Label("结束", "Until")]

OVER = {"over": ("已结束", "over"), "called_off": ("已取消", "called off")}


class CutBegun(Refusal):
    """A cut that has begun, is over or was called off can no longer be changed (R11.5)."""

    article = "R11.5"
    says = ("该次停电{state},不能再{action}。", "This cut is no longer planned; it is too late for this.")
    then = ("如有新的停电安排,请另行登记。", "Enter a new cut.")


@dataclass(frozen=True)
class CutRequest:
    """A cut as it was announced. `named`: routes or customer codes, depending on the scope; none for a whole unit."""

    unit_code: Annotated[Code, Label("单位", "Unit")]
    scope: Annotated[Code, Label("停电范围", "Where"), Choices(SCOPES)]
    begins_at: Begins
    ends_at: Ends
    source: Annotated[
        Text, Label("消息来源", "Known from", ("例如供电公司通知、村委会公告。", "Such as the power company's notice."))
    ]
    named: Annotated[
        tuple[Text, ...],
        Field(max_length=5000),
        Label("线路或客户代码(每行一个;整个单位不填)", "Routes or customer codes, one a line; none for a whole unit"),
    ] = ()


@dataclass(frozen=True)
class PartView:
    """One account manager's part of a cut's list; its id shows that part alone."""

    id: UUID
    unit_code: str
    manager: str
    total: int
    warned: int


@dataclass(frozen=True)
class CutView:
    """A cut with the parts of its list that the reader may see."""

    id: UUID
    unit_code: str
    scope: str
    named: list[str]
    begins_at: datetime
    ends_at: datetime
    source: str
    state: str
    moved: int
    last_why: str | None
    entered_by_name: str
    parts: list[PartView]

    @property
    def total(self) -> int:
        """How many customers must be warned."""
        return sum(part.total for part in self.parts)

    @property
    def warned(self) -> int:
        """How many of them were warned."""
        return sum(part.warned for part in self.parts)


@dataclass(frozen=True)
class WarningView:
    """A customer who was warned or is yet to be; `earlier` holds what was arranged before the cut was moved."""

    customer_id: UUID
    customer_code: str
    shop_name: str
    list_id: UUID
    manager: str
    order_on: date
    due_at: datetime
    arranged: str | None
    note: str
    warned_at: datetime | None
    warned_by_name: str | None
    earlier: list[dict[str, Any]]


@dataclass(frozen=True)
class WarningList:
    """A cut with a page of its list."""

    cut: CutView
    warnings: list[WarningView]


@operation("power_cuts.enter_cut", article="R11.5", posts=HEARS, title=("登记计划停电", "Enter a power cut"))
def enter_cut(desk: Desk, wanted: CutRequest) -> UUID:
    """Enter a planned cut; account managers get their lists of whom to warn. Raises BadInput, NotFound."""
    if desk.units is not None and wanted.unit_code not in desk.units:
        raise NotFound(what="单位")
    named = _named(desk, wanted)
    _check_times(wanted.begins_at, wanted.ends_at)
    if not wanted.source.strip():
        raise BadInput(field="消息来源", problem="没有填写", mend="请写明停电消息的来源。")
    cut = PowerCut(
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
    desk.tx.add(cut)
    desk.tx.flush()
    desk.about("power_cut", str(cut.id))
    fill(desk, cut)
    return cut.id


def _named(desk: Desk, wanted: CutRequest) -> list[str]:
    named = sorted({name.strip() for name in wanted.named if name.strip()})
    if wanted.scope not in SCOPES or (wanted.scope != "unit" and not named):
        raise BadInput(field="停电范围", problem="没有选择或没有填写", mend="请选择范围,并写明线路或客户代码。")
    if wanted.scope == "customers":
        below = users.units_below(desk.tx, {wanted.unit_code})
        # A code of another unit is refused like one that does not exist: nobody learns whose codes there are.
        known = {customer.code for customer in customers.by_codes(desk.tx, named) if customer.unit_code in below}
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


def step(cut: PowerCut, to: PowerCutState, action: str) -> None:
    """Move a cut to a state that its table allows. Raises CutBegun, which names the action."""
    old = PowerCutState(cut.state)
    if to not in POWER_CUT[old]:
        raise CutBegun(state=OVER[old], action=action)
    cut.state = to


def _open(desk: Desk, cut_id: UUID, action: str, why: str) -> PowerCut:
    cut = power_cuts.cut(desk.tx, cut_id, lock=True)
    if cut is None or (desk.units is not None and cut.unit_code not in desk.units):
        raise NotFound(what="计划停电")
    desk.about("power_cut", str(cut.id))
    # The state alone does not tell: the periodic step ends a cut only after its end.
    if cut.state == PowerCutState.PLANNED and cut.begins_at <= now():
        raise CutBegun(state="已开始", action=action)
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明原因。")
    return cut


@operation("power_cuts.move_cut", article="R11.5", posts=HEARS, title=("变更停电时间", "Move a power cut"))
def move_cut(desk: Desk, cut_id: UUID, begins_at: Begins, ends_at: Ends, why: Why) -> None:
    """The cut comes at another time: customers who were warned must be warned again.

    Raises CutBegun, BadInput, NotFound.
    """
    cut = _open(desk, cut_id, "变更时间", why)
    # Planned to planned is a step of its own: it refuses a cut that is over or was called off.
    step(cut, PowerCutState.PLANNED, "变更时间")
    _check_times(begins_at, ends_at)
    cut.begins_at, cut.ends_at, cut.last_why = begins_at, ends_at, why.strip()
    cut.moved += 1
    # Before the list is filled again, because that clears the warnings that managers have to take back.
    _tell_managers(desk, cut, "cut_moved")
    fill(desk, cut, moved=True)


@operation("power_cuts.call_off", article="R11.5", posts=HEARS, title=("取消计划停电", "Call a power cut off"))
def call_off(desk: Desk, cut_id: UUID, why: Why) -> None:
    """The cut is cancelled: tasks end, and managers who warned customers are told. Raises CutBegun, BadInput, NotFound."""
    cut = _open(desk, cut_id, "取消", why)
    step(cut, PowerCutState.CALLED_OFF, "取消")
    cut.last_why = why.strip()
    _tell_managers(desk, cut, "cut_called_off")
    drop(desk, cut, "called_off")


def _tell_managers(desk: Desk, cut: PowerCut, kind: str) -> None:
    """Managers who warned customers must tell them again."""
    for part in _view(desk, cut, None).parts:
        if part.warned:
            about: dict[str, Any] = {"customers": part.warned, "subject_kind": "power_cut", "subject_id": str(cut.id)}
            tell(desk, kind, "R11.5", [Post.ACCOUNT_MANAGER], part.unit_code, **about)


@operation(
    "power_cuts.record_warning",
    article="R11.5",
    posts={Post.ACCOUNT_MANAGER},
    title=("登记已提醒客户", "Record that a customer was warned"),
)
def record_warning(
    desk: Desk,
    cut_id: UUID,
    customer_id: UUID,
    arranged: Annotated[Code, Label("订货安排", "What was arranged"), Choices(ARRANGED)],
    note: Annotated[str, Printable, Field(max_length=200), Label("说明", "Note")] = "",
) -> None:
    """The customer was warned, and what was arranged; may be corrected until the cut is over.

    Raises NotFound, BadInput, CutBegun.
    """
    desk.customer(customer_id, "停电提醒")
    # Cut, then warning: the order in which `fill` locks them too.
    cut = power_cuts.cut(desk.tx, cut_id, lock=True)
    warning = power_cuts.warning(desk.tx, cut_id, customer_id)
    if cut is None or warning is None:
        raise NotFound(what="停电提醒")
    step(cut, PowerCutState.PLANNED, "登记提醒")
    if arranged not in ARRANGED:
        raise BadInput(field="订货安排", problem="没有选择", mend="请选择与客户商定的订货办法。")
    warning.arranged, warning.note = arranged, shortened(note, 200)
    warning.warned_at, warning.warned_by_name = now(), desk.actor.name
    desk.tx.flush()
    # The part's task counts its unwarned customers, and this may have been the last of them.
    [part] = [part for part in power_cuts.lists_of(desk.tx, cut_id) if part.id == warning.list_id]
    settle_task(desk, cut, part)


@operation(
    "power_cuts.list_cuts",
    article="R11.5",
    posts=LOOKS,
    title=("查看计划停电", "See power cuts"),
    changes=False,
    audited=False,
)
def list_cuts(desk: Desk, limit: Limit = 100) -> list[CutView]:
    """Cuts of the caller's units: planned ones first, each with how many were warned."""
    return _views(desk, power_cuts.listed(desk.tx, desk.units, min(limit, 200)), desk.units)


@operation(
    "power_cuts.show_cut",
    article="R11.5",
    posts=LOOKS,
    title=("查看停电提醒名单", "See whom to warn"),
    changes=False,
    audited=False,
)
def show_cut(desk: Desk, cut_id: UUID, after: OptionalText = "", limit: Limit = 200) -> WarningList:
    """A cut and its list, by customer code behind `after`; the id of one manager's part gives only that part.

    Raises NotFound.
    """
    # Tasks link to a part, pages to a cut: either id opens the list.
    part = power_cuts.part(desk.tx, cut_id)
    cut = power_cuts.cut(desk.tx, part.cut_id if part else cut_id)
    if cut is None or not power_cuts.visible(desk.tx, cut.id, desk.units):
        raise NotFound(what="计划停电")
    desk.about("power_cut", str(cut.id))
    alone = part.id if part else None
    lines = power_cuts.lines(desk.tx, cut.id, desk.units, after, min(limit, 2000), alone)
    warnings = [
        view(WarningView, warning, customer_code=customer.code, shop_name=customer.shop_name, manager=part.manager)
        for warning, part, customer in lines
    ]
    return WarningList(_view(desk, cut, desk.units), warnings)


def _view(desk: Desk, cut: PowerCut, units: frozenset[str] | None) -> CutView:
    [shown] = _views(desk, [cut], units)
    return shown


def _views(desk: Desk, cuts: Iterable[PowerCut], units: frozenset[str] | None) -> list[CutView]:
    cuts = list(cuts)
    numbers = power_cuts.counts(desk.tx, [cut.id for cut in cuts], units)
    return [view(CutView, cut, parts=_parts(power_cuts.lists_of(desk.tx, cut.id), numbers)) for cut in cuts]


def _parts(lists: Iterable[PowerCutList], numbers: dict[tuple[UUID, UUID], tuple[int, int]]) -> list[PartView]:
    parts = [
        view(PartView, part, total=total, warned=warned)
        for part in lists
        for total, warned in [numbers.get((part.cut_id, part.id), (0, 0))]
        # A part that lost all of its customers stays in the table, for the warnings that were once on it.
        if total
    ]
    return sorted(parts, key=lambda part: (part.unit_code, part.manager))


def keep_cuts(desk: Desk) -> int:
    """The hub's periodic step: fills lists once a day, tells chiefs who was not warned, ends cuts that are over."""
    assert desk.actor == HUB
    stale = power_cuts.to_fill(desk.tx, today(), now(), AT_A_TIME)
    for cut in stale:
        fill(desk, cut)
    # Told before ended: a cut may begin and end between two runs, and its chiefs must hear of it all the same.
    begun = power_cuts.begun(desk.tx, now(), AT_A_TIME)
    for cut in begun:
        _tell_chiefs(desk, cut)
    over = power_cuts.ended(desk.tx, now(), AT_A_TIME)
    for cut in over:
        step(cut, PowerCutState.OVER, "结束")
        drop(desk, cut, "over")
    return len(stale) + len(begun) + len(over)


def _tell_chiefs(desk: Desk, cut: PowerCut) -> None:
    """The cut has begun: the chief of each unit hears how many of its customers were not warned."""
    # Also when everybody was warned: `ended` waits for this moment, and a cut without one would never end.
    cut.told_at = now()
    unwarned: dict[str, int] = {}
    for part in _view(desk, cut, None).parts:
        unwarned[part.unit_code] = unwarned.get(part.unit_code, 0) + part.total - part.warned
    begins = f"{cut.begins_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    subject: dict[str, Any] = {"subject_kind": "power_cut", "subject_id": str(cut.id), "due": begins}
    for unit, number in unwarned.items():
        if number:
            tell(desk, "cut_unwarned", "R11.5", [Post.SECTION_CHIEF], unit, customers=number, **subject)
