"""New entrants: the board, what is recorded by hand, grade evaluations, web ordering, training (articles 7 and 14)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.operations import grading, onboarding_board, trainings, web_ordering
from hub.operations.desk import Desk
from hub.operations.onboarding_board import OnboardingView

from .resource import Resource
from .shapes import Code, Day, Done, Given, Limit, Made, Shown, Text

resource = Resource("onboardings")


class StepShown(Shown):
    """One step: done, open, late or waiting; when due, and what is missing."""

    step: str
    article: str
    post: str
    state: str
    due_at: datetime | None
    sum: str
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
