"""Ordering systems that are down: reported by the call desk, customers switched to the phone and back (R11.1, I2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Code, Label, Limit, OptionalText, Text
from hub.domain.plans import PlanMoved
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import OutageState
from hub.operations.changes.conditions import BY_SYSTEM
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view, views
from hub.ports import new_id, now, today
from hub.registry.outages import outages
from hub.registry.outages.outages import Affected as Affected
from hub.registry.outages.outages import Count
from hub.registry.schema import Outage
from hub.registry.staff import users

REPORTS = {Post.CALL_CLERK, Post.STATISTICS_CLERK}
SWITCHES = {Post.STATISTICS_CLERK}
LOOKS = REPORTS | {Post.SECTION_CHIEF}
PAGE = 50
# How far the reporter's clock may be ahead of ours.
FEW_MINUTES = timedelta(minutes=5)
Codes = Annotated[list[Code], Field(min_length=1, max_length=100)]
Number = Annotated[int, Field(ge=0, le=10_000_000)]


class OutageKnown(Refusal):
    """The same failure was reported before and is not over (R11.1)."""

    article = "R11.1"
    says = (
        "{unit}的这一订货系统故障已经报告,尚未结束。",
        "This failure of unit {unit} has been reported and is not over.",
    )
    then = ("请继续办理已报告的故障。", "Continue with the outage that was reported.")


class NotNow(Refusal):
    """The outage is in another state (R11.1)."""

    article = "R11.1"
    says = ("故障报告当前状态为“{state}”,不能{action}。", "The outage is “{state}”; this cannot be done: {action_en}.")
    then = ("请重新查看故障的状态。", "Look at its state again.")


class NotStatedLasting(Refusal):
    """Customers order by phone for a system that cannot be mended at once; who reports it says so (R11.8)."""

    article = "R11.8"
    says = ("没有说明故障一时难以修复。", "It is not stated that the system cannot be mended at once.")
    then = (
        "请向信息中心核实;一时难以修复的,勾选后报告;很快能修复的,请客户稍后订货。",
        "Ask the information centre: if it takes long, tick it and report; if not, let customers order a little later.",
    )


@dataclass(frozen=True)
class OutageView:
    """An outage of one unit and those below it."""

    id: UUID
    unit_code: str
    methods: list[str]
    since: datetime
    known: str
    state: str
    reported_at: datetime
    reported_by_name: str
    started_at: datetime | None
    started_by_name: str | None
    switched_at: datetime | None
    ended_at: datetime | None
    ended_by_name: str | None
    ended_why: str | None
    lasting: bool | None = None
    """Stated by who reported it: it cannot be mended at once (R11.8); none for older reports."""


@dataclass(frozen=True)
class OutageNumbers:
    """An outage with its numbers of customers: a preview while it is only reported, the real ones afterwards.

    `switched` are those who are still on the phone, `returned` those who are back.
    `in_term`: how many of those not left out are bound by a carrier's agreement, to which they return (R11.3).
    """

    outage: OutageView
    waiting: int
    switched: int
    left_out: int
    in_term: int
    returned: int
    counts: list[Count]
    returns: dict[str, int]

    def number(self, state: str, why: str | None = None) -> int:
        """How many customers are in a state (and, if one is given, for a reason)."""
        return _number(self.counts, state, why)

    @property
    def total(self) -> int:
        """How many customers it affects."""
        return sum(count.number for count in self.counts)


@dataclass(frozen=True)
class Unreturned:
    """A customer whose switch has not returned; `why` is no_order, soon, late or changed."""

    customer_id: UUID
    code: str
    shop_name: str
    why: str
    order_on: date | None
    order_day: bool
    """Whether `order_on` is the customer's order day; without one it is the day until which an order is waited for."""
    due_at: datetime | None


@operation("outages.report_outage", article="R11.1", posts=REPORTS, title=("报告订货系统故障", "Report an outage"))
def report_outage(
    desk: Desk,
    units: Annotated[Codes, Label("单位(可多选)", "Units (one or more)")],
    methods: Annotated[Codes, Label("订货方式", "Order methods")],
    since: Annotated[datetime, Label("发生时间", "Since")],
    known: Annotated[Text, Label("已知情况", "What is known")],
    lasting: Annotated[bool, Label("一时难以修复", "It cannot be mended at once")] = False,
) -> list[OutageView]:
    """Report that ordering by web, handset or yanxintong is down; each unit's statistics clerk gets a task at once.

    One outage a unit, those below it included; `lasting` is the reporter's statement that it cannot be mended at once.
    Raises BadInput, NotFound, OutageKnown, NotStatedLasting.
    """
    if not methods or set(methods) - set(BY_SYSTEM):
        raise BadInput(field="订货方式", problem="没有选择,或不是网上、手机、烟信通", mend="请选择发生故障的订货方式。")
    if not units or not known.strip() or since > now() + FEW_MINUTES:
        raise BadInput(field="故障情况", problem="没有选择单位、没有写明情况,或时间在将来", mend="请核对后重新提交。")
    if not lasting:
        raise NotStatedLasting()
    reported = []
    for unit in sorted(set(units)):
        if users.unit(desk.tx, unit) is None or (desk.units is not None and unit not in desk.units):
            raise NotFound(what="单位")
        # One method that is reported already is enough to refuse: both outages would count its customers.
        if outages.open_in(desk.tx, [unit], methods) is not None:
            raise OutageKnown(unit=unit)
        reported.append(_report(desk, unit, methods, since, known.strip()))
    desk.audit_detail |= {"units": sorted(set(units)), "methods": sorted(set(methods))}
    return views(OutageView, reported)


def _report(desk: Desk, unit: str, methods: Sequence[str], since: datetime, known: str) -> Outage:
    outage = Outage(
        id=new_id(),
        unit_code=unit,
        # In the table's order, each once, however they were typed.
        methods=[method for method in BY_SYSTEM if method in methods],
        since=since,
        known=known,
        lasting=True,
        state=OutageState.REPORTED,
        reported_at=now(),
        reported_by_name=desk.actor.name,
    )
    desk.tx.add(outage)
    desk.tx.flush()
    clerk, about = Post.STATISTICS_CLERK, ("outage", outage.id)
    open_task(desk, "outage", "R11.1", post=clerk, unit_code=unit, subject=about, days=0)
    return outage


@operation(
    "outages.list_outages",
    article="R11.1",
    posts=LOOKS,
    title=("查看订货系统故障列表", "See outages"),
    changes=False,
    audited=False,
)
def list_outages(desk: Desk, limit: Limit = 100) -> list[OutageView]:
    """Outages of the caller's units, newest first."""
    return views(OutageView, outages.recent(desk.tx, desk.units, min(limit, 200)))


@operation(
    "outages.show_outage",
    article="R11.1",
    posts=LOOKS,
    title=("查看订货系统故障", "See an outage"),
    changes=False,
    audited=False,
)
def show_outage(desk: Desk, outage_id: UUID) -> OutageNumbers:
    """One outage: before the switch a preview of whom it concerns, then its progress and who has returned."""
    return _numbers(desk, _mine(desk, outage_id))


def _numbers(desk: Desk, outage: Outage) -> OutageNumbers:
    # Nothing is recorded before the switch: the preview is worked out from the customers as they are now.
    if outage.state == OutageState.REPORTED:
        counts, returns = outages.planned(desk.tx, outage, _units(desk, outage), today()), {}
    else:
        counts, returns = outages.counts(desk.tx, outage.id), outages.returns(desk.tx, outage.id, now())
    return OutageNumbers(
        outage=view(OutageView, outage),
        waiting=_number(counts, outages.WAITING),
        switched=_number(counts, outages.SWITCHED),
        left_out=_number(counts, outages.LEFT_OUT),
        returned=_number(counts, outages.RETURNED),
        in_term=sum(count.number for count in counts if count.in_term and count.state != outages.LEFT_OUT),
        counts=counts,
        returns=returns,
    )


def _number(counts: Sequence[Count], state: str, why: str | None = None) -> int:
    return sum(count.number for count in counts if count.state == state and why in (None, count.why))


def _units(desk: Desk, outage: Outage) -> frozenset[str]:
    return users.units_below(desk.tx, [outage.unit_code])


def _mine(desk: Desk, outage_id: UUID, *, lock: bool = False) -> Outage:
    outage = outages.get(desk.tx, outage_id, lock=lock)
    if outage is None or (desk.units is not None and outage.unit_code not in desk.units):
        raise NotFound(what="订货系统故障")
    desk.about("outage", str(outage.id))
    desk.at_unit = outage.unit_code
    return outage


@operation(
    "outages.list_affected",
    article="R11.1",
    posts=LOOKS,
    title=("查看故障涉及的客户", "See whom it concerns"),
    changes=False,
    audited=False,
)
def list_affected(
    desk: Desk, outage_id: UUID, why: OptionalText | None = None, after: OptionalText = ""
) -> list[Affected]:
    """Customers whom it concerns, 50 behind a customer code; `why` picks a reason, empty those not left out."""
    outage = _mine(desk, outage_id)
    if outage.state == OutageState.REPORTED:
        return outages.planned_rows(desk.tx, outage, _units(desk, outage), today(), why, after, PAGE)
    return outages.rows(desk.tx, outage.id, why, after, PAGE)


@operation(
    "outages.list_unreturned",
    article="I2",
    posts=LOOKS,
    title=("查看未恢复的客户", "See who has not returned"),
    changes=False,
    audited=False,
)
def list_unreturned(desk: Desk, outage_id: UUID, after: OptionalText = "") -> list[Unreturned]:
    """Switches that have not returned, 50 behind a customer code: no order yet, soon, late, changed meanwhile."""
    outage = _mine(desk, outage_id)
    switches = outages.unreturned(desk.tx, outage.id, now(), after, PAGE)
    return [
        view(
            Unreturned,
            switch,
            code=customer.code,
            shop_name=customer.shop_name,
            why=why,
            order_day=bool(customer.values.get("order_day")),
        )
        for customer, switch, why in switches
    ]


@operation(
    "outages.switch_over", article="R11.1", posts=SWITCHES, title=("批量临时改为电话订货", "Switch to the phone")
)
def switch_over(desk: Desk, outage_id: UUID, expected: Number) -> OutageNumbers:
    """Switch all affected customers to the phone, in the background.

    `expected` is the number that the clerk saw. Raises PlanMoved when it has changed, NotNow, NotFound.
    """
    outage = _mine(desk, outage_id, lock=True)
    _at(outage, OutageState.REPORTED, "批量变更", "switching")
    # From here on the list is kept in rows of its own, so that a crash or a stop loses no one.
    outages.record_affected(desk.tx, outage, _units(desk, outage), today())
    outage.started_at, outage.started_by, outage.started_by_name = now(), desk.actor.user_id, desk.actor.name
    outages.step(outage, OutageState.SWITCHING)
    desk.tx.flush()
    numbers = _numbers(desk, outage)
    # Compared once the list is fixed, so that no customer can join in between; the refusal rolls the list back.
    if numbers.waiting != expected:
        raise PlanMoved()
    desk.audit_detail |= {"customers": numbers.waiting, "left_out": numbers.left_out}
    return numbers


@operation("outages.stop_switching", article="R11.1", posts=SWITCHES, title=("停止批量变更", "Stop switching"))
def stop_switching(desk: Desk, outage_id: UUID) -> None:
    """Stop after the current batch; customers already switched stay so until they order. Raises NotNow, NotFound."""
    outage = _mine(desk, outage_id, lock=True)
    _at(outage, OutageState.SWITCHING, "停止", "stopping")
    outages.step(outage, OutageState.STOPPED)


@operation("outages.go_on", article="R11.1", posts=SWITCHES, title=("继续批量变更", "Go on switching"))
def go_on(desk: Desk, outage_id: UUID) -> None:
    """Continue with the customers who still wait. Raises NotNow, NotFound."""
    outage = _mine(desk, outage_id, lock=True)
    _at(outage, OutageState.STOPPED, "继续", "going on")
    outages.step(outage, OutageState.SWITCHING)


@operation("outages.end_outage", article="R11.1", posts=REPORTS, title=("系统已恢复", "The system works again"))
def end_outage(
    desk: Desk, outage_id: UUID, why: Annotated[Text, Label("恢复情况", "When, and how it is known")]
) -> None:
    """The system works again: no one else is switched, and those switched return after their next order (I2).

    A report that was never acted on is withdrawn instead. Raises NotNow, NotFound, BadInput.
    """
    outage = _mine(desk, outage_id, lock=True)
    if outage.state in (OutageState.ENDED, OutageState.WITHDRAWN):
        raise NotNow(state=OutageState(outage.state), action="结束", action_en="ending")
    if not why.strip():
        raise BadInput(field="恢复情况", problem="没有填写", mend="请写明何时恢复、如何得知。")
    # Together with the state, in one transaction: no batch may find customers waiting for an outage that is over.
    outages.leave_out_the_rest(desk.tx, outage.id, "over")
    # Nobody was switched, so nobody has to return: such a report was a mistake or was over before it mattered.
    unused = outage.state == OutageState.REPORTED
    outages.step(outage, OutageState.WITHDRAWN if unused else OutageState.ENDED)
    outage.ended_at, outage.ended_by_name, outage.ended_why = now(), desk.actor.name, why.strip()
    close_tasks(desk, "outage", outage.id, "withdrawn" if unused else "done")
    readers = [Post.STATISTICS_CLERK, Post.CALL_CLERK]
    tell(desk, "outage_over", "R11.1", readers, outage.unit_code, outage=str(outage.id))


def _at(outage: Outage, state: OutageState, action: str, action_en: str) -> None:
    if outage.state != state:
        raise NotNow(state=OutageState(outage.state), action=action, action_en=action_en)
