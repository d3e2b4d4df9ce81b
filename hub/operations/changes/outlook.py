"""Forecast shown beside a plan: papers, who gets it, due days as of today. Not signed, because it changes daily."""

from collections.abc import Iterator

from hub.domain.plans import PlanLine
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import Due
from hub.ports import SHANGHAI, now
from hub.registry.schema import Customer
from hub.registry.settlement import accounts
from hub.registry.staff import leave_cover, users

from . import copies
from .before_order import due_of
from .plan import ChangePlan, ChangeRequest

# Working days that each signer has.
SIGNING = 1


def foreseen(desk: Desk, customer: Customer, request: ChangeRequest, made: ChangePlan) -> Iterator[PlanLine]:
    """Papers that are there or missing, who gets it, by when each has to act, who is told."""
    yield from _papers(desk, customer, request, made)
    event = now()
    for post in made.chain:
        due = due_of(desk, customer, made.rule, SIGNING, event)
        yield _step(desk, customer, post, due, ("审批", "signs"), "I3")
        # The next step counts from there, as if each took all of their time.
        event = due.moment
    due = due_of(desk, customer, made.rule, made.days, event)
    yield _step(desk, customer, made.rule.carried_out_by, due, ("办理", "carries it out"), "I1")
    for copied in copies.kept(desk, customer, request.cc):
        yield PlanLine(f"抄送:{copied['name']}", f"Copied to: {copied['name']}", "R15.1")


def _papers(desk: Desk, customer: Customer, request: ChangeRequest, made: ChangePlan) -> Iterator[PlanLine]:
    papers = [accounts.evidence(desk.tx, customer.id, paper) for paper in request.evidence_ids]
    for kind in made.rule.papers:
        zh, en = EVIDENCE_KINDS[kind]
        titles = [paper.title for paper in papers if paper is not None and paper.kind == kind]
        if titles:
            yield PlanLine(f"材料:{zh}({'、'.join(titles)})", f"Paper: {en} ({', '.join(titles)})", "R16.1")
        else:
            yield PlanLine(f"材料:{zh},尚缺", f"Paper: {en}, missing", "R16.1")


def _step(desk: Desk, customer: Customer, post: Post, due: Due, does: tuple[str, str], article: str) -> PlanLine:
    """Who of the post will get it, and by when, with the sum."""
    zh, en = POST_TITLES[post]
    names = holders(desk, post, customer.unit_code)
    who = "、".join(names) or "目前无人任此岗位"
    by = due.moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return PlanLine(
        f"{zh}({who})最迟 {by} {does[0]}({due.sum})",
        f"{en} ({', '.join(names) or 'nobody holds this post'}) {does[1]} by {by}",
        article,
    )


def holders(desk: Desk, post: Post, unit_code: str) -> list[str]:
    """Names of the active A holders of a post for a unit."""
    return [user.name for user in leave_cover.holders(desk.tx, post, users.units_above(desk.tx, unit_code), "a")]
