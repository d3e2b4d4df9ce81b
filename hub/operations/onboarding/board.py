"""The board of new entrants: every step with its state and lateness; what is recorded by hand (R3.1, R7.2, R7.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Label, Limit, OptionalText, Text
from hub.domain.onboarding import BY_KEY, KIND, REST, STEPS, Step, lacking
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, OwnApplication, Refusal
from hub.domain.staff.posts import Post
from hub.domain.tasks.working_days import Calendar
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import known_days, late_by
from hub.operations.views import view
from hub.ports import now
from hub.registry.customers import customers
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, Onboarding, Task

from .steps import finish_onboarding, has_value, quantity_of, update_steps

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
    then = ("请客户经理维护后,重新查看再审批。", "Let the account manager enter it, look again, and approve.")


@dataclass(frozen=True)
class StepView:
    """One step of an onboarding. `state`: done, open, late or waiting (not its turn yet); `lacking`: fields by key."""

    step: str
    article: str
    post: str
    state: str
    due_at: datetime | None
    sum: str
    late_days: int
    lacking: list[str]

    @property
    def known(self) -> Step:
        """What the rules say of it."""
        return BY_KEY[self.step]


@dataclass(frozen=True)
class OnboardingView:
    """A new entrant with all steps. `quantity` is what the section chief is to approve, `approved_value` what was."""

    id: UUID
    customer_id: UUID
    customer_code: str
    shop_name: str
    arrived_on: date
    first_order_on: date | None
    settled_at: datetime | None
    quantity: str
    approved_value: str | None
    steps: list[StepView]


@dataclass(frozen=True)
class Board:
    """A page of the board, how many are open and late at each step, and after which onboarding the next page begins."""

    rows: list[OnboardingView]
    totals: dict[str, list[int]]
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
def show_board(
    desk: Desk, step: OptionalText = "", late: bool = False, after: UUID | None = None, limit: Limit = 50
) -> Board:
    """New entrants in the order of arrival; with `step` ("rest": of any post) or `late` only those open or late there.

    Raises BadInput for an unknown step.
    """
    if step and step != "rest" and step not in BY_KEY:
        raise BadInput(field="办理环节", problem="没有这一项", mend="请从列表中选择。", at="step")
    # Filtered after the page is read, as steps are judged in Python: a page may be short although another one follows.
    listed = cases.listed(desk.tx, desk.units, after, limit)
    entrants = [
        entrant for entrant in _views(desk, listed) if any(_wanted(known, step, late) for known in entrant.steps)
    ]
    counts = cases.counts(desk.tx, desk.units, now())
    totals = {kind.removeprefix(KIND): list(pair) for kind, pair in counts.items()}
    return Board(entrants, totals, listed[-1][0].id if len(listed) == limit else None)


def _wanted(view: StepView, step: str, late: bool) -> bool:
    same = view.step == step or (step == "rest" and view.step in REST)
    here = not step or (same and view.state in ("open", "late"))
    return here and (not late or view.state == "late")


def _views(desk: Desk, listed: list[tuple[Onboarding, Customer]]) -> list[OnboardingView]:
    off, calendar = customers.switched_off(desk.tx), known_days(desk.tx)
    tasks: dict[tuple[UUID, str], Task] = {}
    # Oldest first, so that of two tasks of one step (closed, then opened again) the newer one stays.
    for task in cases.steps(desk.tx, [onboarding.id for onboarding, _ in listed]):
        tasks[task.subject_id, task.kind] = task
    return [
        view(
            OnboardingView,
            onboarding,
            customer_code=customer.code,
            shop_name=customer.shop_name,
            quantity=quantity_of(customer),
            steps=[_view(step, tasks.get((onboarding.id, KIND + step.key)), customer, off, calendar) for step in STEPS],
        )
        for onboarding, customer in listed
    ]


def _view(step: Step, task: Task | None, customer: Customer, off: frozenset[str], calendar: Calendar) -> StepView:
    missing = lacking(step, (field.key for field in step.fields if has_value(customer, field)), off)
    late = 0
    if task is None:
        # Complete from the start, or not opened yet: a step that is recorded by hand has no fields to tell.
        state = "done" if step.fields and not missing else "waiting"
    elif task.done_at is not None:
        state = "done"
    else:
        late = late_by(calendar, task.due_at) if task.due_at is not None else 0
        state = "late" if late else "open"
    return StepView(
        step.key,
        step.article,
        step.post,
        state,
        task.due_at if task else None,
        task.sum if task else "",
        late_days=late,
        lacking=[field.key for field in missing],
    )


def _mine(desk: Desk, onboarding_id: UUID) -> tuple[Onboarding, Customer]:
    onboarding = cases.get(desk.tx, onboarding_id)
    if onboarding is None or onboarding.state != "open":
        raise NotFound(what="新入网户")
    return onboarding, desk.customer(onboarding.customer_id, "新入网户")


@operation(
    "onboarding_board.show_onboarding",
    article="R3.1",
    posts=LOOKS,
    title=("查看新入网户", "See a new entrant"),
    changes=False,
    audited=False,
)
def show_onboarding(desk: Desk, onboarding_id: UUID) -> OnboardingView:
    """A new entrant's steps: what is missing, whose it is, how late. Raises NotFound."""
    return _views(desk, [_mine(desk, onboarding_id)])[0]


@operation(
    "onboarding_board.settle",
    article="R7.2",
    posts={Post.STATISTICS_CLERK},
    title=("登记已与客户经理确定", "Record what was settled"),
)
def settle_entry(
    desk: Desk,
    onboarding_id: UUID,
    with_whom: Annotated[Text, Field(max_length=64), Label("与哪位客户经理确定", "With which account manager")],
) -> None:
    """Record that clerk and account manager have settled location, batch, route and methods (first working day).

    Raises NotFound, BadInput.
    """
    onboarding, customer = _mine(desk, onboarding_id)
    if not with_whom.strip():
        raise BadInput(field="客户经理", problem="没有填写", mend="请写明与哪位客户经理确定。")
    onboarding.settled_at, onboarding.settled_by_name = now(), shortened(f"{desk.actor.name}、{with_whom.strip()}", 80)
    update_steps(desk, onboarding, customer)


@operation(
    "onboarding_board.approve",
    article="R7.5",
    posts={Post.SECTION_CHIEF},
    title=("审批科学定量", "Approve the quantified data"),
    people_only=True,
)
def approve_quantity(
    desk: Desk, onboarding_id: UUID, shown: Annotated[Text, Field(max_length=64), Label("科学定量", "Quantity")]
) -> None:
    """Approve the quantified data that was shown, so that the first order can be placed.

    Raises NotFound, NothingToApprove, OwnApplication.
    """
    onboarding, customer = _mine(desk, onboarding_id)
    if not shown or shown != quantity_of(customer):
        raise NothingToApprove()
    # Whoever entered the quantity does not approve it (I3); what the hub itself entered has no user.
    if customers.last_changed_by(desk.tx, customer.id, "quantified_data") == desk.actor.user_id is not None:
        raise OwnApplication()
    onboarding.approved_at, onboarding.approved_by_name, onboarding.approved_value = now(), desk.actor.name, shown
    desk.audit_detail["approved"] = shown
    update_steps(desk, onboarding, customer)


@operation(
    "onboarding_board.end_onboarding",
    article="R7.1",
    posts={Post.STATISTICS_CLERK},
    title=("结束新入网", "End an onboarding"),
)
def end_onboarding(desk: Desk, onboarding_id: UUID, why: Annotated[Text, Label("原因", "Why")]) -> None:
    """End the steps of a retailer who was on the list and does not come. Raises NotFound, BadInput."""
    onboarding, _ = _mine(desk, onboarding_id)
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明原因。")
    desk.audit_detail["why"] = why.strip()
    finish_onboarding(desk, onboarding, "ended")
