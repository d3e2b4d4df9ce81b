"""Grade evaluations: entered with their day, which brings steps forward, and reviewed within three working days (R14.1)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import OPEN_APPLICATIONS
from hub.operations.desk import Desk
from hub.operations.onboarding.steps import redate
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry import grades
from hub.registry.onboarding import cases
from hub.registry.schema import Application, Customer, GradeEvaluation, Unit
from hub.registry.staff import users

from .revisits import open_revisits

CHIEF = {Post.SECTION_CHIEF}
LOOKS = CHIEF | {Post.ACCOUNT_MANAGER, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL, Post.STATISTICS_CLERK}
REVIEW_DAYS = 3


class EnteredAlready(Refusal):
    """One evaluation a day and unit (R14.1)."""

    article = "R14.1"
    says = ("本单位 {day} 的等级评定已登记。", "The evaluation of {day} is entered already.")
    then = ("如日期有误,请登记正确的日期。", "If the day is wrong, enter the right one.")


class ReviewOpen(Refusal):
    """What is filed is at its end (R14.1)."""

    article = "R14.1"
    says = (
        "还有 {count} 份等级变更申请没有办结,不能备案。",
        "{count} applications for another grade are not at their end.",
    )
    then = ("请等申请批准并变更,或驳回、撤回后再备案。", "File it when they are carried out, rejected or taken back.")


@dataclass(frozen=True)
class ReviewLine:
    """A customer of an evaluation; `form`: the account manager's grade change form is on file."""

    customer: Customer
    application: Application | None
    form: bool


@dataclass(frozen=True)
class ReviewView:
    """A page of an evaluation's customers, the applications by state, and where the next page begins."""

    row: GradeEvaluation
    lines: tuple[ReviewLine, ...]
    states: dict[str, int]
    next_after: str | None


@operation("grading.enter_evaluation", article="R14.1", posts=CHIEF, title=("登记等级评定", "Enter a grade evaluation"))
def enter_evaluation(desk: Desk, unit_code: str, day: date) -> UUID:
    """Enter the day; steps of new entrants move before it, and account managers have a list to revisit (R7.4, I9).

    Raises NotFound for a unit that is not the caller's, BadInput for a day that has passed, EnteredAlready.
    """
    if desk.units is not None and unit_code not in desk.units:
        raise NotFound(what="单位")
    if day < today():
        raise BadInput(field="评定日期", problem="早于今天", mend="请填写将要评定的日期。")
    if any((each.unit_code, each.day) == (unit_code, day) for each in cases.evaluations(desk.tx, desk.units)):
        raise EnteredAlready(day=day.isoformat())
    row = GradeEvaluation(id=new_id(), unit_code=unit_code, day=day, by_name=desk.actor.name, at=now())
    desk.tx.add(row)
    desk.tx.flush()
    below = users.units_below(desk.tx, {unit_code})
    for unit in sorted(below):
        tell(desk, "evaluation", "R7.4", [Post.ACCOUNT_MANAGER], unit, day=day.isoformat())
    lists = open_revisits(desk, row)
    desk.audit_detail |= {"day": day.isoformat(), "moved": redate(desk, below), "lists": lists}
    return row.id


def open_reviews(desk: Desk) -> int:
    """Evaluations that were held: the section chief leads the review within three working days."""
    assert desk.actor == HUB
    found = cases.held_unreviewed(desk.tx, today())
    for row in found:
        row.review_opened_at = now()
        held = datetime.combine(row.day, time(12), SHANGHAI)
        about = {"unit_code": row.unit_code, "subject": ("evaluation", row.id), "since": held}
        open_task(desk, "grade_review", "R14.1", post=Post.SECTION_CHIEF, days=REVIEW_DAYS, **about)  # type: ignore[arg-type]
    return len(found)


@operation("grading.end_review", article="R14.1", posts=CHIEF, title=("完成等级审核", "End a grade review"))
def end_review(desk: Desk, evaluation_id: UUID, note: str) -> None:
    """The review was held; whose grade is to change has an application each, and internal control files it."""
    row = _mine(desk, evaluation_id)
    if row.reviewed_at is not None:
        raise NotFound(what="等级评定")
    if row.day > today():
        raise BadInput(field="等级评定", problem=f"{row.day.isoformat()} 才进行", mend="请在评定之后审核。")
    if not note.strip():
        raise BadInput(field="审核结果", problem="没有填写", mend="请写明审核结果和需要调整等级的户数。")
    row.reviewed_at, row.reviewed_by_name, row.note = now(), desk.actor.name, note.strip()
    close_tasks(desk, "evaluation", row.id, "done")
    about = {"unit_code": row.unit_code, "subject": ("evaluation", row.id)}
    open_task(desk, "file", "R14.1", post=Post.INTERNAL_CONTROL, days=1, **about)  # type: ignore[arg-type]


@operation(
    "grading.file_review", article="R14.1", posts={Post.INTERNAL_CONTROL}, title=("等级审核备案", "File a grade review")
)
def file_review(desk: Desk, evaluation_id: UUID) -> None:
    """Internal control has the review on file, once every application of it is at its end. Raises ReviewOpen, Stale."""
    row = _mine(desk, evaluation_id)
    if row.reviewed_at is None or row.filed_at is not None:
        raise Stale(what="等级审核")
    states = grades.counts(desk.tx, users.units_below(desk.tx, {row.unit_code}), _held(row))
    if count := sum(states.get(state, 0) for state in OPEN_APPLICATIONS):
        raise ReviewOpen(count=count)
    row.filed_at, row.filed_by_name = now(), desk.actor.name
    close_tasks(desk, "evaluation", row.id, "filed", "file")


def _mine(desk: Desk, evaluation_id: UUID) -> GradeEvaluation:
    row = cases.evaluation(desk.tx, evaluation_id)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="等级评定")
    desk.about("evaluation", str(row.id))
    desk.at_unit = row.unit_code
    return row


def _held(row: GradeEvaluation) -> datetime:
    return datetime.combine(row.day, time(), SHANGHAI)


@operation(
    "grading.show_review",
    article="R14.1",
    posts=LOOKS,
    title=("查看等级审核名单", "See a review's list"),
    changes=False,
    audited=False,
)
def show_review(
    desk: Desk, evaluation_id: UUID, changing: bool = False, after: str = "", limit: int = 100
) -> ReviewView:
    """The evaluation's customers by code, each with the account manager's form and the application for another grade.

    `changing`: only those for whom an application was sent. Raises NotFound.
    """
    row = _mine(desk, evaluation_id)
    since, below = _held(row), users.units_below(desk.tx, {row.unit_code})
    found = grades.graded(desk.tx, below, since if changing else None, after, min(limit, 200))
    ids = [customer.id for customer in found]
    asked, filed = grades.applications(desk.tx, ids, since), grades.forms(desk.tx, ids, since)
    rows = tuple(ReviewLine(each, asked.get(each.id), each.id in filed or each.id in asked) for each in found)
    following = found[-1].code if len(found) == min(limit, 200) else None
    return ReviewView(row, rows, grades.counts(desk.tx, below, since), following)


@operation(
    "grading.list_graded_units",
    article="R14.1",
    posts=CHIEF,
    title=("选择评定单位", "Choose a unit to grade"),
    changes=False,
    audited=False,
)
def list_graded_units(desk: Desk) -> list[Unit]:
    """The units for which the caller may enter an evaluation."""
    return [unit for unit in users.units(desk.tx) if desk.units is None or unit.code in desk.units]


@operation(
    "grading.list_evaluations",
    article="R14.1",
    posts=LOOKS,
    title=("查看等级评定", "See grade evaluations"),
    changes=False,
    audited=False,
)
def list_evaluations(desk: Desk) -> list[GradeEvaluation]:
    """Evaluations of the caller's units, newest first."""
    return cases.evaluations(desk.tx, desk.units)
