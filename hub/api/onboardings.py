"""New entrants: the board, what is recorded by hand, grade evaluations, web ordering, training (articles 7 and 14)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Code, Text
from hub.operations import grade_revisits, grading, onboarding_board, trainings, web_ordering
from hub.operations.desk import Desk
from hub.operations.onboarding_board import OnboardingView

from .resource import Resource
from .shapes import Day, Done, Given, Limit, Made, Shown

resource = Resource("onboardings")


class StepShown(Shown):
    """One step: done, open, late or waiting; when due, how many working days late, and what is missing."""

    step: str
    article: str
    post: str
    state: str
    due_at: datetime | None
    sum: str
    late_days: int
    lacking: list[str]


class OnboardingShown(Shown):
    """A new entrant with its steps."""

    id: UUID
    customer_id: UUID
    customer_code: str
    arrived_on: date
    first_order_on: date | None
    steps: list[StepShown]


class BoardShown(Shown):
    """A page of the board; `totals` are open and late by step."""

    rows: list[OnboardingShown]
    totals: dict[str, list[int]]
    next_after: UUID | None


class Settled(Given):
    """With which account manager."""

    with_whom: Annotated[str, Field(min_length=1, max_length=64)]


class Approval(Given):
    """The quantified data that was shown."""

    shown: Annotated[str, Field(min_length=1, max_length=64)]


class Words(Given):
    """A few words."""

    why: Text


class Evaluation(Given):
    """A unit, and the day of its evaluation."""

    unit_code: Code
    day: Day


class EvaluationShown(Shown):
    """An evaluation and its review."""

    id: UUID
    unit_code: str
    day: date
    by_name: str
    reviewed_at: datetime | None
    reviewed_by_name: str | None
    note: str | None
    filed_at: datetime | None
    filed_by_name: str | None


class ReviewLineShown(Shown):
    """A customer of an evaluation: the form, the application for another grade and how far it is."""

    customer_id: UUID
    customer_code: str
    grade: str
    account_manager: str
    form: bool
    application_id: UUID | None
    application_state: str | None


class ReviewShown(Shown):
    """A page of a review; `states` counts its applications; `next_after` is the cursor of those that follow."""

    evaluation: EvaluationShown
    lines: list[ReviewLineShown]
    states: dict[str, int]
    next_after: str | None


class UnitShown(Shown):
    """A unit that may be graded."""

    code: str
    name: str


class RevisitShown(Shown):
    """An account manager's list before an evaluation, how many customers are left on it, and when it was done."""

    id: UUID
    evaluation_day: date
    unit_code: str
    manager: str
    left: int
    looked_at: int
    done_at: datetime | None
    done_by_name: str | None
    note: str | None
    codes: list[str]


class WebShown(Shown):
    """A customer's way onto web ordering; the password itself is nowhere."""

    id: UUID
    customer_id: UUID
    state: str
    password_due: datetime
    issued_at: datetime | None
    reset: bool
    delivered_at: datetime | None


class Way(Given):
    """By which way."""

    way: Code


class Agreed(Given):
    """When and how the customer is trained."""

    day: Day
    way: Code


class TrainingShown(Shown):
    """A training that is agreed."""

    id: UUID
    customer_id: UUID
    by_whom: str
    day: date
    way: str


class Held(Given):
    """Whether it was held."""

    held: bool
    note: Annotated[str, Field(max_length=200)] = ""


def shown(view: OnboardingView) -> OnboardingShown:
    """A new entrant as the API shows it."""
    steps = [
        StepShown(
            step=each.step.key,
            article=each.step.article,
            post=str(each.step.post),
            state=each.state,
            due_at=each.task.due_at if each.task else None,
            sum=each.task.sum if each.task else "",
            late_days=each.late_days,
            lacking=[field.key for field in each.lacking],
        )
        for each in view.steps
    ]
    row = view.row
    return OnboardingShown(
        id=row.id,
        customer_id=row.customer_id,
        customer_code=view.customer.code,
        arrived_on=row.arrived_on,
        first_order_on=row.first_order_on,
        steps=steps,
    )


@resource.get("/onboardings", onboarding_board.board)
def board(desk: Desk, step: str = "", late: bool = False, after: UUID | None = None, limit: Limit = 50) -> BoardShown:
    """The board of new entrants."""
    found = onboarding_board.board(desk, step, late, after, limit)
    totals = {key: list(pair) for key, pair in found.totals.items()}
    return BoardShown(rows=[shown(view) for view in found.rows], totals=totals, next_after=found.next_after)


@resource.get("/onboardings/{onboarding_id}", onboarding_board.show_onboarding)
def show(desk: Desk, onboarding_id: UUID) -> OnboardingShown:
    """One new entrant."""
    return shown(onboarding_board.show_onboarding(desk, onboarding_id))


@resource.change("POST", "/onboardings/{onboarding_id}/settled", onboarding_board.settle)
def settle(desk: Desk, onboarding_id: UUID, given: Settled) -> Done:
    """Clerk and account manager have settled what is to be entered."""
    onboarding_board.settle(desk, onboarding_id, given.with_whom)
    return Done()


@resource.change("POST", "/onboardings/{onboarding_id}/approval", onboarding_board.approve)
def approve(desk: Desk, onboarding_id: UUID, given: Approval) -> Done:
    """Approve the quantified data."""
    onboarding_board.approve(desk, onboarding_id, given.shown)
    return Done()


@resource.change("POST", "/onboardings/{onboarding_id}/end", onboarding_board.end_onboarding)
def end(desk: Desk, onboarding_id: UUID, given: Words) -> Done:
    """The retailer does not come."""
    onboarding_board.end_onboarding(desk, onboarding_id, given.why)
    return Done()


@resource.get("/grade-evaluations", grading.list_evaluations)
def evaluations(desk: Desk) -> list[EvaluationShown]:
    """Evaluations, newest first."""
    return [EvaluationShown.model_validate(row) for row in grading.list_evaluations(desk)]


@resource.change("POST", "/grade-evaluations", grading.enter_evaluation, status=201)
def enter(desk: Desk, given: Evaluation) -> Made:
    """Enter an evaluation; deadlines that depend on it move forward."""
    return Made(id=grading.enter_evaluation(desk, given.unit_code, given.day))


@resource.change("POST", "/grade-evaluations/{evaluation_id}/review", grading.end_review)
def review(desk: Desk, evaluation_id: UUID, given: Words) -> Done:
    """The review was held."""
    grading.end_review(desk, evaluation_id, given.why)
    return Done()


@resource.get("/grade-evaluations/units", grading.list_graded_units)
def graded_units(desk: Desk) -> list[UnitShown]:
    """The units for which the caller may enter an evaluation."""
    return [UnitShown.model_validate(row) for row in grading.list_graded_units(desk)]


@resource.get("/grade-evaluations/{evaluation_id}/review", grading.show_review)
def show_review(
    desk: Desk, evaluation_id: UUID, changing: bool = False, after: str = "", limit: Limit = 100
) -> ReviewShown:
    """The evaluation's customers with form and application; only those with one when `changing`."""
    view = grading.show_review(desk, evaluation_id, changing, after, limit)
    return ReviewShown(
        evaluation=EvaluationShown.model_validate(view.row),
        lines=[_line(each) for each in view.lines],
        states=view.states,
        next_after=view.next_after,
    )


def _line(each: grading.ReviewLine) -> ReviewLineShown:
    values, asked = each.customer.values, each.application
    return ReviewLineShown(
        customer_id=each.customer.id,
        customer_code=each.customer.code,
        grade=str(values.get("customer_grade", "")),
        account_manager=str(values.get("account_manager", "")),
        form=each.form,
        application_id=asked.id if asked else None,
        application_state=asked.state if asked else None,
    )


@resource.change("POST", "/grade-evaluations/{evaluation_id}/filing", grading.file_review)
def file_review(desk: Desk, evaluation_id: UUID) -> Done:
    """Internal control has the review on file."""
    grading.file_review(desk, evaluation_id)
    return Done()


@resource.get("/grade-revisits", grade_revisits.list_revisits)
def revisits(desk: Desk) -> list[RevisitShown]:
    """Lists of what is to be looked at again before evaluations; the customers are in each one's own answer."""
    return [_revisit(view) for view in grade_revisits.list_revisits(desk)]


@resource.get("/grade-revisits/{revisit_id}", grade_revisits.show_revisit)
def show_revisit(desk: Desk, revisit_id: UUID) -> RevisitShown:
    """One list with the customers that are left."""
    return _revisit(grade_revisits.show_revisit(desk, revisit_id))


def _revisit(view: grade_revisits.RevisitView) -> RevisitShown:
    own = {name: getattr(view.row, name) for name in RevisitShown.model_fields if hasattr(view.row, name)}
    codes = [customer.code for customer in view.customers]
    return RevisitShown(**own, evaluation_day=view.evaluation.day, left=view.left, codes=codes)


@resource.change("POST", "/grade-revisits/{revisit_id}/end", grade_revisits.end_revisit)
def end_revisit(desk: Desk, revisit_id: UUID, given: Words) -> Done:
    """All were looked at; who is left stays as is, and why."""
    grade_revisits.end_revisit(desk, revisit_id, given.why)
    return Done()


@resource.get("/web-orderings", web_ordering.list_web_orderings)
def web(desk: Desk) -> list[WebShown]:
    """Customers on their way onto web ordering."""
    return [WebShown.model_validate(row) for row, _ in web_ordering.list_web_orderings(desk)]


@resource.change("POST", "/web-orderings/{web_id}/password", web_ordering.issue_password)
def issue(desk: Desk, web_id: UUID) -> Done:
    """A password was issued."""
    web_ordering.issue_password(desk, web_id)
    return Done()


@resource.change("POST", "/web-orderings/{web_id}/reset", web_ordering.reset_password)
def reset(desk: Desk, web_id: UUID, given: Words) -> Done:
    """It was reset by the account manager."""
    web_ordering.reset_password(desk, web_id, given.why)
    return Done()


@resource.change("POST", "/web-orderings/{web_id}/delivery", web_ordering.deliver_password)
def deliver(desk: Desk, web_id: UUID, given: Way) -> Done:
    """It has reached the customer."""
    web_ordering.deliver_password(desk, web_id, given.way)
    return Done()


@resource.get("/trainings", trainings.list_trainings)
def training(desk: Desk) -> list[TrainingShown]:
    """Trainings that are agreed, by day."""
    return [TrainingShown.model_validate(row) for row, _ in trainings.list_trainings(desk)]


@resource.change("POST", "/customers/{customer_id}/trainings", trainings.agree_training, status=201)
def agree(desk: Desk, customer_id: UUID, given: Agreed) -> Made:
    """Agree on a training."""
    return Made(id=trainings.agree_training(desk, customer_id, given.day, given.way))


@resource.change("POST", "/trainings/{training_id}/record", trainings.record_training)
def record(desk: Desk, training_id: UUID, given: Held) -> Done:
    """What became of it."""
    trainings.record_training(desk, training_id, given.held, given.note)
    return Done()
