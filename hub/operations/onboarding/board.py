"""The board of new entrants: every step with its state and lateness; what is recorded by hand (R3.1, R7.2, R7.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hub.domain.customers.fields import Field
from hub.domain.onboarding import KIND, REST, STEPS, Step, lacking
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, OwnApplication, Refusal
from hub.domain.staff.posts import Post
from hub.domain.tasks.working_days import Calendar
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import known_days, late_by
from hub.ports import now
from hub.registry.customers import customers
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, Onboarding, Task

from .steps import finish, has, keep, quantity

LOOKS = {
    Post.STATISTICS_CLERK,
    Post.ACCOUNT_MANAGER,
    Post.SECTION_CHIEF,
    Post.DEPUTY_SECTION_CHIEF,
    Post.LICENCE_OFFICER,
    Post.INTERNAL_CONTROL,
}


class NothingToApprove(Refusal):
    """The account manager has not entered the quantified data, or it is not what was shown (R7.5)."""

    article, status = "R7.5", 409
    says = (
        "没有可审批的科学定量,或内容在查看之后已变更。",
        "There is nothing to approve, or it changed since it was shown.",
    )
    then = ("请客户经理维护后,刷新页面再审批。", "Let the account manager enter it, reload, and approve.")


@dataclass(frozen=True)
class StepView:
    """One step as the board shows it. `state`: done, open, late, waiting (not its turn yet)."""

    step: Step
    state: str
    task: Task | None
    lacking: tuple[Field, ...]
    late_days: int = 0
    """Working days."""


@dataclass(frozen=True)
class OnboardingView:
    """A new entrant with all steps."""

    row: Onboarding
    customer: Customer
    steps: tuple[StepView, ...]


@dataclass(frozen=True)
class Board:
    """A page of the board, the totals by step (open, late), and where the next page begins."""

    rows: list[OnboardingView]
    totals: dict[str, tuple[int, int]]
    next_after: UUID | None

    def totals_of(self, steps: Iterable[str], which: int) -> int:
        """How many of some steps are open (0), or late (1)."""
        return sum(self.totals.get(step, (0, 0))[which] for step in steps)


@operation(
    "onboarding_board.board",
    article="R7.2",
    posts=LOOKS,
    title=("查看新入网进度", "See the onboarding board"),
    changes=False,
    audited=False,
)
def board(desk: Desk, step: str = "", late: bool = False, after: UUID | None = None, limit: int = 50) -> Board:
    """New entrants in the order of arrival; only those at a step ("rest": of any post), or late there, when asked for."""
    limit = min(limit, 200)
    found = cases.listed(desk.tx, desk.units, after, limit)
    views = _views(desk, found)
    kept = [view for view in views if any(_wanted(each, step, late) for each in view.steps)]
    totals = {kind.removeprefix(KIND): pair for kind, pair in cases.counts(desk.tx, desk.units, now()).items()}
    return Board(kept, totals, found[-1][0].id if len(found) == limit else None)


def _wanted(view: StepView, step: str, late: bool) -> bool:
    same = view.step.key == step or (step == "rest" and view.step.key in REST)
    here = not step or (same and view.state in ("open", "late"))
    return here and (not late or view.state == "late")


def _views(desk: Desk, found: list[tuple[Onboarding, Customer]]) -> list[OnboardingView]:
    off, calendar = customers.switched_off(desk.tx), known_days(desk.tx)
    tasks: dict[tuple[UUID, str], Task] = {}
    for task in cases.steps(desk.tx, [row.id for row, _ in found]):
        tasks[task.subject_id, task.kind] = task
    return [
        OnboardingView(
            row,
            customer,
            tuple(_view(step, tasks.get((row.id, KIND + step.key)), customer, off, calendar) for step in STEPS),
        )
        for row, customer in found
    ]


def _view(step: Step, task: Task | None, customer: Customer, off: frozenset[str], calendar: Calendar) -> StepView:
    missing = lacking(step, (field.key for field in step.fields if has(customer, field)), off)
    if task is None:
        done = bool(step.fields) and not missing
        return StepView(step, "done" if done else "waiting", None, missing)
    if task.done_at is not None:
        return StepView(step, "done", task, missing)
    late = late_by(calendar, task.due_at) if task.due_at is not None else 0
    return StepView(step, "late" if late else "open", task, missing, late)


def _mine(desk: Desk, onboarding_id: UUID) -> tuple[Onboarding, Customer]:
    row = cases.get(desk.tx, onboarding_id)
    if row is None or row.state != "open":
        raise NotFound(what="新入网户")
    return row, desk.customer(row.customer_id, "新入网户")


@operation(
    "onboarding_board.show_onboarding",
    article="R3.1",
    posts=LOOKS,
    title=("查看新入网户", "See a new entrant"),
    changes=False,
    audited=False,
)
def show_onboarding(desk: Desk, onboarding_id: UUID) -> OnboardingView:
    """One new entrant: each step, what is missing, whose it is, how late. Raises NotFound."""
    return _views(desk, [_mine(desk, onboarding_id)])[0]


@operation(
    "onboarding_board.settle",
    article="R7.2",
    posts={Post.STATISTICS_CLERK},
    title=("登记已与客户经理确定", "Record what was settled"),
)
def settle(desk: Desk, onboarding_id: UUID, with_whom: str) -> None:
    """Clerk and account manager have settled location, batch, route and methods on the first working day."""
    row, customer = _mine(desk, onboarding_id)
    if not with_whom.strip():
        raise BadInput(field="客户经理", problem="没有填写", mend="请写明与哪位客户经理确定。")
    row.settled_at, row.settled_by_name = now(), shortened(f"{desk.actor.name}、{with_whom.strip()}", 80)
    keep(desk, row, customer)


@operation(
    "onboarding_board.approve",
    article="R7.5",
    posts={Post.SECTION_CHIEF},
    title=("审批科学定量", "Approve the quantified data"),
    people_only=True,
)
def approve(desk: Desk, onboarding_id: UUID, shown: str) -> None:
    """Approve the quantified data that was shown, so that the first order can be placed. Raises NothingToApprove."""
    row, customer = _mine(desk, onboarding_id)
    if not shown or shown != quantity(customer):
        raise NothingToApprove()
    if customers.last_changed_by(desk.tx, customer.id, "quantified_data") == desk.actor.user_id is not None:
        raise OwnApplication()
    row.approved_at, row.approved_by_name, row.approved_value = now(), desk.actor.name, shown
    desk.audit_detail["approved"] = shown
    keep(desk, row, customer)


@operation(
    "onboarding_board.end_onboarding",
    article="R7.1",
    posts={Post.STATISTICS_CLERK},
    title=("结束新入网", "End an onboarding"),
)
def end_onboarding(desk: Desk, onboarding_id: UUID, why: str) -> None:
    """A retailer who was on the list and does not come: the steps end, with the reason."""
    row, _ = _mine(desk, onboarding_id)
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明原因。")
    desk.audit_detail["why"] = why.strip()
    finish(desk, row, "ended")
