"""Grade evaluations: their day brings steps of new entrants forward, a review follows in three working days (R14.1)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Code, Label, Limit, OptionalText, Text
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import OPEN_APPLICATIONS
from hub.operations.desk import Desk
from hub.operations.onboarding.steps import redate
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view, views
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry import grades
from hub.registry.onboarding import cases
from hub.registry.schema import Application, Customer, GradeEvaluation
from hub.registry.session import unless_taken
from hub.registry.staff import users

from .revisits import open_revisits

CHIEF = {Post.SECTION_CHIEF}
LOOKS = CHIEF | {Post.ACCOUNT_MANAGER, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL, Post.STATISTICS_CLERK}
# Working days from the evaluation to its review (R14.1).
REVIEW_DAYS = 3


class EnteredAlready(Refusal):
    """One evaluation a day and unit (R14.1)."""

    article = "R14.1"
    says = ("本单位 {day} 的等级评定已登记。", "The evaluation of {day} is entered already.")
    then = ("如日期有误,请登记正确的日期。", "If the day is wrong, enter the right one.")


class ReviewOpen(Refusal):
    """A review is filed once all of its applications are decided and carried out (R14.1)."""

    article = "R14.1"
    says = (
        "还有 {count} 份等级变更申请没有办结,不能备案。",
        "{count} applications for another grade are not at their end.",
    )
    then = ("请等申请批准并变更,或驳回、撤回后再备案。", "File it when they are carried out, rejected or taken back.")


@dataclass(frozen=True)
class EvaluationView:
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


@dataclass(frozen=True)
class ReviewLine:
    """A customer of an evaluation: the application for another grade, and whether its form is on file."""

    customer_id: UUID
    customer_code: str
    shop_name: str
    grade: str
    account_manager: str
    form: bool
    application_id: UUID | None
    application_state: str | None


@dataclass(frozen=True)
class ReviewView:
    """A page of an evaluation's customers, applications counted by state, and after which code the next page begins."""

    evaluation: EvaluationView
    lines: list[ReviewLine]
    states: dict[str, int]
    next_after: str | None


@dataclass(frozen=True)
class GradedUnit:
    """A unit that may be graded."""

    code: str
    name: str


@operation("grading.enter_evaluation", article="R14.1", posts=CHIEF, title=("登记等级评定", "Enter a grade evaluation"))
def enter_evaluation(
    desk: Desk,
    unit_code: Annotated[Code, Label("评定单位", "Unit")],
    day: Annotated[date, Label("评定日期", "Day")],
) -> UUID:
    """Enter an evaluation's day: steps of new entrants move before it, and account managers get a list (R7.4, I9).

    Raises NotFound for a unit that is not the caller's, BadInput for a day that has passed, EnteredAlready.
    """
    if desk.units is not None and unit_code not in desk.units:
        raise NotFound(what="单位")
    if day < today():
        raise BadInput(field="评定日期", problem="早于今天", mend="请填写将要评定的日期。")
    # For the sentence; of two at the same moment the unique index stops the second.
    if any((known.unit_code, known.day) == (unit_code, day) for known in cases.evaluations(desk.tx, desk.units)):
        raise EnteredAlready(day=day.isoformat())
    evaluation = GradeEvaluation(id=new_id(), unit_code=unit_code, day=day, by_name=desk.actor.name, at=now())
    with unless_taken(EnteredAlready(day=day.isoformat())):
        desk.tx.add(evaluation)
        desk.tx.flush()
    below = users.units_below(desk.tx, {unit_code})
    # Told by unit: account managers hold their post in the units below, where a notice for this one would not reach.
    for unit in sorted(below):
        tell(desk, "evaluation", "R7.4", [Post.ACCOUNT_MANAGER], unit, day=day.isoformat())
    lists = open_revisits(desk, evaluation)
    desk.audit_detail |= {"day": day.isoformat(), "moved": redate(desk, below), "lists": lists}
    return evaluation.id


def open_reviews(desk: Desk) -> int:
    """Give the section chief three working days to review each evaluation that was held; returns how many."""
    assert desk.actor == HUB
    unreviewed = cases.held_unreviewed(desk.tx, today())
    for evaluation in unreviewed:
        evaluation.review_opened_at = now()
        # Counted from the day itself, not from now: a hub that was down must not give the chief more time.
        held, subject = datetime.combine(evaluation.day, time(12), SHANGHAI), ("evaluation", evaluation.id)
        open_task(
            desk,
            "grade_review",
            "R14.1",
            post=Post.SECTION_CHIEF,
            unit_code=evaluation.unit_code,
            subject=subject,
            since=held,
            days=REVIEW_DAYS,
        )
    return len(unreviewed)


@operation("grading.end_review", article="R14.1", posts=CHIEF, title=("完成等级审核", "End a grade review"))
def end_review(
    desk: Desk,
    evaluation_id: UUID,
    why: Annotated[Text, Label("审核结果和需要调整的户数", "Outcome, and how many are to change")],
) -> None:
    """Record that the review was held and its outcome; internal control then files it.

    Raises NotFound, BadInput.
    """
    evaluation = _mine(desk, evaluation_id)
    if evaluation.reviewed_at is not None:
        raise NotFound(what="等级评定")
    if evaluation.day > today():
        raise BadInput(
            field="等级评定",
            problem=(f"{evaluation.day.isoformat()} 才进行", f"takes place on {evaluation.day.isoformat()}"),
            mend="请在评定之后审核。",
        )
    if not why.strip():
        raise BadInput(field="审核结果", problem="没有填写", mend="请写明审核结果和需要调整等级的户数。")
    evaluation.reviewed_at, evaluation.reviewed_by_name, evaluation.note = now(), desk.actor.name, why.strip()
    close_tasks(desk, "evaluation", evaluation.id, "done")
    unit, subject = evaluation.unit_code, ("evaluation", evaluation.id)
    open_task(desk, "file", "R14.1", post=Post.INTERNAL_CONTROL, unit_code=unit, subject=subject, days=1)


@operation(
    "grading.file_review", article="R14.1", posts={Post.INTERNAL_CONTROL}, title=("等级审核备案", "File a grade review")
)
def file_review(desk: Desk, evaluation_id: UUID) -> None:
    """File a review, once each of its applications has ended. Raises NotFound, ReviewOpen, Stale."""
    evaluation = _mine(desk, evaluation_id)
    if evaluation.reviewed_at is None or evaluation.filed_at is not None:
        raise Stale(what="等级审核")
    states = grades.counts(desk.tx, users.units_below(desk.tx, {evaluation.unit_code}), _held(evaluation))
    # An application still open would change a grade after its review was filed.
    if count := sum(states.get(state, 0) for state in OPEN_APPLICATIONS):
        raise ReviewOpen(count=count)
    evaluation.filed_at, evaluation.filed_by_name = now(), desk.actor.name
    close_tasks(desk, "evaluation", evaluation.id, "filed", "file")


def _mine(desk: Desk, evaluation_id: UUID) -> GradeEvaluation:
    evaluation = cases.evaluation(desk.tx, evaluation_id)
    if evaluation is None or (desk.units is not None and evaluation.unit_code not in desk.units):
        raise NotFound(what="等级评定")
    desk.about("evaluation", str(evaluation.id))
    desk.at_unit = evaluation.unit_code
    return evaluation


def _held(evaluation: GradeEvaluation) -> datetime:
    return datetime.combine(evaluation.day, time(), SHANGHAI)


@operation(
    "grading.show_review",
    article="R14.1",
    posts=LOOKS,
    title=("查看等级审核名单", "See a review's list"),
    changes=False,
    audited=False,
)
def show_review(
    desk: Desk, evaluation_id: UUID, changing: bool = False, after: OptionalText = "", limit: Limit = 100
) -> ReviewView:
    """The evaluation's customers by code, each with the account manager's form and the application for another grade.

    `changing`: only those for whom an application was sent. Raises NotFound.
    """
    evaluation = _mine(desk, evaluation_id)
    since, below = _held(evaluation), users.units_below(desk.tx, {evaluation.unit_code})
    graded = grades.graded(desk.tx, below, since if changing else None, after, limit)
    ids = [customer.id for customer in graded]
    applications, forms = grades.applications(desk.tx, ids, since), grades.forms(desk.tx, ids, since)
    lines = [_line(customer, applications.get(customer.id), customer.id in forms) for customer in graded]
    following = graded[-1].code if len(graded) == limit else None
    return ReviewView(view(EvaluationView, evaluation), lines, grades.counts(desk.tx, below, since), following)


def _line(customer: Customer, application: Application | None, form: bool) -> ReviewLine:
    return ReviewLine(
        customer.id,
        customer.code,
        customer.shop_name,
        grade=str(customer.values.get("customer_grade", "")),
        account_manager=str(customer.values.get("account_manager", "")),
        form=form or application is not None,
        application_id=application.id if application else None,
        application_state=application.state if application else None,
    )


@operation(
    "grading.list_graded_units",
    article="R14.1",
    posts=CHIEF,
    title=("选择评定单位", "Choose a unit to grade"),
    changes=False,
    audited=False,
)
def list_graded_units(desk: Desk) -> list[GradedUnit]:
    """The units for which the caller may enter an evaluation."""
    return views(GradedUnit, (unit for unit in users.units(desk.tx) if desk.units is None or unit.code in desk.units))


@operation(
    "grading.list_evaluations",
    article="R14.1",
    posts=LOOKS,
    title=("查看等级评定", "See grade evaluations"),
    changes=False,
    audited=False,
)
def list_evaluations(desk: Desk) -> list[EvaluationView]:
    """Evaluations of the caller's units, newest first."""
    return views(EvaluationView, cases.evaluations(desk.tx, desk.units))
