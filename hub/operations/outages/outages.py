"""Ordering systems that are down: reported by the call desk, customers switched to the phone and back (R11.1, I2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.domain.plans import PlanMoved
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import OutageState
from hub.operations.changes.conditions import BY_SYSTEM
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import new_id, now, today
from hub.registry.outages import outages
from hub.registry.outages.outages import Affected, Count
from hub.registry.schema import Customer, Outage, Temporary
from hub.registry.staff import users

REPORTS = {Post.CALL_CLERK, Post.STATISTICS_CLERK}
SWITCHES = {Post.STATISTICS_CLERK}
LOOKS = REPORTS | {Post.SECTION_CHIEF}
PAGE = 50
FEW_MINUTES = timedelta(minutes=5)
"""How far two clocks may differ."""


class OutageKnown(Refusal):
    """The same failure was reported before and is not over (R11.1)."""

    article = "R11.1"
    says = ("{unit}的这一订货系统故障已经报告,尚未结束。", "This failure was reported already for unit {unit}.")
    then = ("请在“停机”页面继续办理。", "Go on with it on the page “Outages”.")


class NotNow(Refusal):
    """The outage is at another step (R11.1)."""

    article = "R11.1"
    says = ("故障报告当前状态为“{state}”,不能{action}。", "The outage is “{state}”; this cannot be done: {action_en}.")
    then = ("请刷新页面查看最新状态。", "Reload the page to see how it stands.")


@dataclass(frozen=True)
class OutageView:
    """An outage with its numbers: as they would be while it is only reported, as they are afterwards."""

    row: Outage
    counts: list[Count]
    returns: dict[str, int]

    def number(self, state: str, why: str | None = None) -> int:
        """How many are in a state (and of a reason)."""
        return sum(each.number for each in self.counts if each.state == state and why in (None, each.why))

    @property
    def waiting(self) -> int:
        """Whom the switch has still before it."""
        return self.number(outages.WAITING)

    @property
    def switched(self) -> int:
        """Who orders by phone because of it, or did."""
        return self.number(outages.SWITCHED)

    @property
    def left_out(self) -> int:
        """Who is not switched."""
        return self.number(outages.LEFT_OUT)

    @property
    def in_term(self) -> int:
        """Of those not left out, how many are in a carrier's agreement, to which they come back (R11.3)."""
        return sum(each.number for each in self.counts if each.in_term and each.state != outages.LEFT_OUT)

    @property
    def total(self) -> int:
        """Whom it concerns."""
        return sum(each.number for each in self.counts)


@operation("outages.report_outage", article="R11.1", posts=REPORTS, title=("报告订货系统故障", "Report an outage"))
def report_outage(
    desk: Desk, units: Sequence[str], methods: Sequence[str], since: datetime, known: str
) -> list[Outage]:
    """Report that ordering by these methods is down; each unit's statistics clerk gets it at once.

    One outage a unit, those below it included. Raises BadInput, NotFound, OutageKnown.
    """
    if not methods or set(methods) - set(BY_SYSTEM):
        raise BadInput(field="订货方式", problem="没有选择,或不是网上、手机、烟信通", mend="请选择发生故障的订货方式。")
    if not units or not known.strip() or since > now() + FEW_MINUTES:
        raise BadInput(field="故障情况", problem="没有选择单位、没有写明情况,或时间在将来", mend="请核对后重新提交。")
    found = []
    for unit in sorted(set(units)):
        if users.unit(desk.tx, unit) is None or (desk.units is not None and unit not in desk.units):
            raise NotFound(what="单位")
        if outages.open_in(desk.tx, [unit], methods) is not None:
            raise OutageKnown(unit=unit)
        found.append(_report(desk, unit, methods, since, known.strip()))
    desk.audit_detail |= {"units": sorted(set(units)), "methods": sorted(set(methods))}
    return found


def _report(desk: Desk, unit: str, methods: Sequence[str], since: datetime, known: str) -> Outage:
    row = Outage(
        id=new_id(),
        unit_code=unit,
        methods=[each for each in BY_SYSTEM if each in methods],
        since=since,
        known=known,
        state=OutageState.REPORTED,
        reported_at=now(),
        reported_by_name=desk.actor.name,
    )
    desk.tx.add(row)
    desk.tx.flush()
    clerk, about = Post.STATISTICS_CLERK, ("outage", row.id)
    open_task(desk, "outage", "R11.1", post=clerk, unit_code=unit, subject=about, days=0)
    return row


@operation(
    "outages.list_outages",
    article="R11.1",
    posts=LOOKS,
    title=("查看停机列表", "See outages"),
    changes=False,
    audited=False,
)
def list_outages(desk: Desk, limit: int = 100) -> list[Outage]:
    """Outages of the caller's units, newest first."""
    return outages.recent(desk.tx, desk.units, min(limit, 200))


@operation(
    "outages.show_outage",
    article="R11.1",
    posts=LOOKS,
    title=("查看停机", "See an outage"),
    changes=False,
    audited=False,
)
def show_outage(desk: Desk, outage_id: UUID) -> OutageView:
    """One outage: before the switch whom it would concern, then how far it is and who returned."""
    row = _mine(desk, outage_id)
    return _view(desk, row)


def _view(desk: Desk, row: Outage) -> OutageView:
    if row.state == OutageState.REPORTED:
        return OutageView(row, outages.planned(desk.tx, row, _units(desk, row), today()), {})
    return OutageView(row, outages.counts(desk.tx, row.id), outages.returns(desk.tx, row.id, now()))


def _units(desk: Desk, row: Outage) -> frozenset[str]:
    return users.units_below(desk.tx, [row.unit_code])


def _mine(desk: Desk, outage_id: UUID, *, lock: bool = False) -> Outage:
    row = outages.get(desk.tx, outage_id, lock=lock)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="停机")
    desk.about("outage", str(row.id))
    desk.at_unit = row.unit_code
    return row


@operation(
    "outages.list_affected",
    article="R11.1",
    posts=LOOKS,
    title=("查看停机涉及的客户", "See whom it concerns"),
    changes=False,
    audited=False,
)
def list_affected(desk: Desk, outage_id: UUID, why: str | None = None, after: str = "") -> list[Affected]:
    """Customers whom it concerns, a page behind a customer code; `why`: only those left out for this ("": the others)."""
    row = _mine(desk, outage_id)
    if row.state == OutageState.REPORTED:
        return outages.planned_rows(desk.tx, row, _units(desk, row), today(), why, after, PAGE)
    return outages.rows(desk.tx, row.id, why, after, PAGE)


@operation(
    "outages.list_unreturned",
    article="I2",
    posts=LOOKS,
    title=("查看未恢复的客户", "See who has not returned"),
    changes=False,
    audited=False,
)
def list_unreturned(desk: Desk, outage_id: UUID, after: str = "") -> list[tuple[Customer, Temporary, str]]:
    """Switches that did not return, a page behind a customer code: no order yet, soon, late, changed meanwhile."""
    row = _mine(desk, outage_id)
    return outages.unreturned(desk.tx, row.id, now(), after, PAGE)


@operation(
    "outages.switch_over", article="R11.1", posts=SWITCHES, title=("批量临时改为电话订货", "Switch to the phone")
)
def switch_over(desk: Desk, outage_id: UUID, expected: int) -> OutageView:
    """Switch all whom it concerns, in the background. `expected` is the number that the clerk saw; PlanMoved else."""
    row = _mine(desk, outage_id, lock=True)
    _at(row, OutageState.REPORTED, "批量变更", "switching")
    outages.record_affected(desk.tx, row, _units(desk, row), today())
    row.started_at, row.started_by, row.started_by_name = now(), desk.actor.user_id, desk.actor.name
    outages.step(row, OutageState.SWITCHING)
    desk.tx.flush()
    found = _view(desk, row)
    if found.waiting != expected:
        raise PlanMoved()
    desk.audit_detail |= {"customers": found.waiting, "left_out": found.left_out}
    return found


@operation("outages.stop_switching", article="R11.1", posts=SWITCHES, title=("停止批量变更", "Stop switching"))
def stop_switching(desk: Desk, outage_id: UUID) -> None:
    """Stop after the batch that is under way; who was switched stays so until the order."""
    row = _mine(desk, outage_id, lock=True)
    _at(row, OutageState.SWITCHING, "停止", "stopping")
    outages.step(row, OutageState.STOPPED)


@operation("outages.go_on", article="R11.1", posts=SWITCHES, title=("继续批量变更", "Go on switching"))
def go_on(desk: Desk, outage_id: UUID) -> None:
    """Go on with those who still wait."""
    row = _mine(desk, outage_id, lock=True)
    _at(row, OutageState.STOPPED, "继续", "going on")
    outages.step(row, OutageState.SWITCHING)


@operation("outages.end_outage", article="R11.1", posts=REPORTS, title=("系统已恢复", "The system works again"))
def end_outage(desk: Desk, outage_id: UUID, why: str) -> None:
    """It works again: nobody more is switched, and each switched one returns after the order by itself (I2).

    A report of which nothing came is withdrawn instead.
    """
    row = _mine(desk, outage_id, lock=True)
    if row.state in (OutageState.ENDED, OutageState.WITHDRAWN):
        raise NotNow(state=row.state, action="结束", action_en="ending")
    if not why.strip():
        raise BadInput(field="恢复情况", problem="没有填写", mend="请写明何时恢复、如何得知。")
    outages.leave_out_the_rest(desk.tx, row.id, "over")
    unused = row.state == OutageState.REPORTED
    outages.step(row, OutageState.WITHDRAWN if unused else OutageState.ENDED)
    row.ended_at, row.ended_by_name, row.ended_why = now(), desk.actor.name, why.strip()
    close_tasks(desk, "outage", row.id, "withdrawn" if unused else "done")
    told = [Post.STATISTICS_CLERK, Post.CALL_CLERK]
    tell(desk, "outage_over", "R11.1", told, row.unit_code, outage=str(row.id))


def _at(row: Outage, state: OutageState, action: str, action_en: str) -> None:
    if row.state != state:
        raise NotNow(state=row.state, action=action, action_en=action_en)
