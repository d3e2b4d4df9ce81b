"""Grade evaluations: entered with their day, which brings steps forward, and reviewed within three working days (R14.1)."""

from datetime import date, datetime, time
from uuid import UUID

from hub.domain.people import HUB, Post
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry import onboardings, people
from hub.registry.schema import GradeEvaluation

from .desk import Desk
from .onboarding_steps import redate
from .operation import operation
from .tasks import close_tasks, open_task
from .telling import tell

CHIEF = {Post.SECTION_CHIEF}
LOOKS = CHIEF | {Post.ACCOUNT_MANAGER, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL, Post.STATISTICS_CLERK}
REVIEW_DAYS = 3


class EnteredAlready(Refusal):
    """One evaluation a day and unit (R14.1)."""

    article = "R14.1"
    says = ("本单位 {day} 的等级评定已登记。", "The evaluation of {day} is entered already.")
    then = ("如日期有误,请登记正确的日期。", "If the day is wrong, enter the right one.")


@operation(article="R14.1", posts=CHIEF, title=("登记等级评定", "Enter a grade evaluation"))
def enter_evaluation(desk: Desk, unit_code: str, day: date) -> UUID:
    """Enter the day; steps of new entrants move before it, and account managers revisit what it depends on (R7.4, I9).

    Raises NotFound for a unit that is not the caller's, BadInput for a day that has passed, EnteredAlready.
    """
    if desk.units is not None and unit_code not in desk.units:
        raise NotFound(what="单位")
    if day < today():
        raise BadInput(field="评定日期", problem="早于今天", mend="请填写将要评定的日期。")
    if any((each.unit_code, each.day) == (unit_code, day) for each in onboardings.evaluations(desk.tx, desk.units)):
        raise EnteredAlready(day=day.isoformat())
    row = GradeEvaluation(id=new_id(), unit_code=unit_code, day=day, by_name=desk.actor.name, at=now())
    desk.tx.add(row)
    desk.tx.flush()
    below = people.units_below(desk.tx, {unit_code})
    for unit in sorted(below):
        tell(desk, "evaluation", "R7.4", [Post.ACCOUNT_MANAGER], unit, day=day.isoformat())
    desk.audit_detail |= {"day": day.isoformat(), "moved": redate(desk, below)}
    return row.id


def open_reviews(desk: Desk) -> int:
    """Evaluations that were held: the section chief leads the review within three working days."""
    assert desk.actor == HUB
    found = onboardings.held_unreviewed(desk.tx, today())
    for row in found:
        row.review_opened_at = now()
        held = datetime.combine(row.day, time(12), SHANGHAI)
        about = {"unit_code": row.unit_code, "subject": ("evaluation", row.id), "since": held}
        open_task(desk, "grade_review", "R14.1", post=Post.SECTION_CHIEF, days=REVIEW_DAYS, **about)  # type: ignore[arg-type]
    return len(found)


@operation(article="R14.1", posts=CHIEF, title=("完成等级审核", "End a grade review"))
def end_review(desk: Desk, evaluation_id: UUID, note: str) -> None:
    """The review was held; whose grade is to change has an application each, and internal control files it."""
    row = onboardings.evaluation(desk.tx, evaluation_id)
    if row is None or (desk.units is not None and row.unit_code not in desk.units) or row.reviewed_at is not None:
        raise NotFound(what="等级评定")
    if row.day > today():
        raise BadInput(field="等级评定", problem=f"{row.day.isoformat()} 才进行", mend="请在评定之后审核。")
    if not note.strip():
        raise BadInput(field="审核结果", problem="没有填写", mend="请写明审核结果和需要调整等级的户数。")
    row.reviewed_at, row.reviewed_by_name, row.note = now(), desk.actor.name, note.strip()
    close_tasks(desk, "evaluation", row.id, "done")
    about = {"unit_code": row.unit_code, "subject": ("evaluation", row.id)}
    open_task(desk, "file", "R14.1", post=Post.INTERNAL_CONTROL, days=1, **about)  # type: ignore[arg-type]


@operation(article="R14.1", posts=LOOKS, title=("查看等级评定", "See grade evaluations"), changes=False, audited=False)
def list_evaluations(desk: Desk) -> list[GradeEvaluation]:
    """Evaluations of the caller's units, newest first."""
    return onboardings.evaluations(desk.tx, desk.units)
