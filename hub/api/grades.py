"""Grade evaluations, their reviews, and what is looked at again before them (article 14)."""

from datetime import date, datetime
from uuid import UUID

from hub.domain.inputs import Code
from hub.operations.desk import Desk
from hub.operations.grades import evaluations as evaluation_operations
from hub.operations.grades import revisits as grade_revisits

from .resource import Resource
from .shapes import Day, Done, Given, Limit, Made, Reason, Shown

resource = Resource("onboardings")


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


@resource.get("/grade-evaluations", evaluation_operations.list_evaluations)
def evaluations(desk: Desk) -> list[EvaluationShown]:
    """Evaluations, newest first."""
    return [EvaluationShown.model_validate(row) for row in evaluation_operations.list_evaluations(desk)]


@resource.change("POST", "/grade-evaluations", evaluation_operations.enter_evaluation, status=201)
def enter(desk: Desk, given: Evaluation) -> Made:
    """Enter an evaluation; deadlines that depend on it move forward."""
    return Made(id=evaluation_operations.enter_evaluation(desk, given.unit_code, given.day))


@resource.change("POST", "/grade-evaluations/{evaluation_id}/review", evaluation_operations.end_review)
def review(desk: Desk, evaluation_id: UUID, given: Reason) -> Done:
    """The review was held."""
    evaluation_operations.end_review(desk, evaluation_id, given.why)
    return Done()


@resource.get("/grade-evaluations/units", evaluation_operations.list_graded_units)
def graded_units(desk: Desk) -> list[UnitShown]:
    """The units for which the caller may enter an evaluation."""
    return [UnitShown.model_validate(row) for row in evaluation_operations.list_graded_units(desk)]


@resource.get("/grade-evaluations/{evaluation_id}/review", evaluation_operations.show_review)
def show_review(
    desk: Desk, evaluation_id: UUID, changing: bool = False, after: str = "", limit: Limit = 100
) -> ReviewShown:
    """The evaluation's customers with form and application; only those with one when `changing`."""
    view = evaluation_operations.show_review(desk, evaluation_id, changing, after, limit)
    return ReviewShown(
        evaluation=EvaluationShown.model_validate(view.row),
        lines=[_line(each) for each in view.lines],
        states=view.states,
        next_after=view.next_after,
    )


def _line(each: evaluation_operations.ReviewLine) -> ReviewLineShown:
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


@resource.change("POST", "/grade-evaluations/{evaluation_id}/filing", evaluation_operations.file_review)
def file_review(desk: Desk, evaluation_id: UUID) -> Done:
    """Internal control has the review on file."""
    evaluation_operations.file_review(desk, evaluation_id)
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
def end_revisit(desk: Desk, revisit_id: UUID, given: Reason) -> Done:
    """All were looked at; who is left stays as is, and why."""
    grade_revisits.end_revisit(desk, revisit_id, given.why)
    return Done()
