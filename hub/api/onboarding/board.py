"""New entrants: the board, what is recorded by hand, grade evaluations, web ordering, training (articles 7 and 14)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Limit, Reason, Shown
from hub.operations.desk import Desk
from hub.operations.onboarding import board as onboarding_board
from hub.operations.onboarding.board import OnboardingView

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
def end(desk: Desk, onboarding_id: UUID, given: Reason) -> Done:
    """The retailer does not come."""
    onboarding_board.end_onboarding(desk, onboarding_id, given.why)
    return Done()
