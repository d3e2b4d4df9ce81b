"""A route found wrong at the first delivery: what account manager and driver say, and what follows (R7.14)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.inputs import Choices, Code, Label, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import POST_TITLES, Post
from hub.domain.states import ApplicationState
from hub.operations.customers.profile import read_plain
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.routes.proposals import enter_proposal
from hub.operations.tasks.tasks import close_tasks
from hub.operations.views import view, views
from hub.ports import new_id, now
from hub.registry import routes
from hub.registry.changes import applications
from hub.registry.schema import Application, Customer, DeliveryView

from .plan import values_of

SAYS = (Post.ACCOUNT_MANAGER, Post.DELIVERY_DRIVER)
RULE = "route_first_delivery"
CLERK = {Post.STATISTICS_CLERK}
LOOKS = CLERK | set(SAYS) | {Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF}


class ViewMissing(Refusal):
    """The clerk asks account manager and driver before the route is corrected (R7.14)."""

    article = "R7.14"
    says = ("还没有登记{post}的意见。", "What the {post_en} says is not on record.")
    then = (
        "请征求并登记客户经理与送货员的意见。",
        "Ask both, and record what they say.",
    )


class ViewsDiffer(Refusal):
    """Where they do not agree nothing is corrected now; the next meeting decides (R7.14)."""

    article = "R7.14"
    says = ("{post}不同意调整,不能立即调整。", "The {post_en} does not agree: it is not corrected now.")
    then = (
        "请转线路优化会议解决。",
        "Hand it to the next route meeting, which decides.",
    )


@dataclass(frozen=True)
class Opinion:
    """What the holder of a post says about a correction, and who recorded it."""

    post: str
    said_by: str
    agrees: bool
    words: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class FirstDelivery:
    """A correction after a first delivery that waits, with the customer's present values and what was said so far."""

    application_id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    proposed: dict[str, Any]
    present: dict[str, Any]
    why: str
    views: list[Opinion]


@operation(
    "route_views.list_first_deliveries",
    article="R7.14",
    posts=LOOKS,
    title=("查看首次送货线路调整", "See first deliveries"),
    changes=False,
    audited=False,
)
def list_first_deliveries(desk: Desk) -> list[FirstDelivery]:
    """Corrections after a first delivery that are not carried out yet."""
    waiting = routes.first_deliveries(desk.tx, desk.units)
    # One query for all of them.
    opinions = routes.delivery_views(desk.tx, [application.id for application, _ in waiting])
    return [
        view(
            FirstDelivery,
            customer,
            application_id=application.id,
            customer_id=customer.id,
            proposed=application.proposed,
            present={key: read_plain(customer, FIELDS[key]) for key in application.proposed},
            why=application.why,
            views=views(Opinion, (opinion for opinion in opinions if opinion.application_id == application.id)),
        )
        for application, customer in waiting
    ]


@operation(
    "route_views.record_view",
    article="R7.14",
    posts=CLERK | set(SAYS),
    title=("登记首次送货意见", "Record what was said"),
)
def record_view(
    desk: Desk,
    application_id: UUID,
    post: Annotated[Code, Label("岗位", "Post"), Choices({post: POST_TITLES[post] for post in SAYS})],
    said_by: Annotated[Text, Label("姓名", "Name")],
    agrees: Annotated[bool, Label("同意", "Agrees")],
    words: Annotated[Text, Label("意见", "What they say")],
) -> None:
    """Record what the account manager or the driver says about the correction; the latest of each counts.

    Raises NotFound, Stale, BadInput.
    """
    application, _ = _waiting(desk, application_id)
    if post not in SAYS or not said_by.strip() or not words.strip():
        raise BadInput(field="意见", problem="没有填写姓名或意见", mend="请填写客户经理或送货员的姓名和意见。")
    opinion = DeliveryView(id=new_id(), application_id=application.id, post=post, agrees=agrees, at=now())
    opinion.said_by, opinion.words, opinion.by_name = shortened(said_by, 40), shortened(words, 200), desk.actor.name
    desk.tx.add(opinion)
    desk.tx.flush()


@operation("route_views.to_meeting", article="R7.14", posts=CLERK, title=("转线路优化会议", "Let the meeting decide"))
def to_meeting(desk: Desk, application_id: UUID) -> UUID:
    """They disagree: the correction is withdrawn, and the next meeting has it on its agenda with what was said.

    Returns the proposal. Raises NotFound, Stale, ViewMissing, BadInput when both agree.
    """
    application, customer = _waiting(desk, application_id)
    views = _latest(desk, application)
    if all(views[post].agrees for post in SAYS):
        raise BadInput(field="意见", problem="双方意见一致", mend="请直接办理调整。")
    words = ";".join(f"{POST_TITLES[post][0]}{views[post].said_by}:{views[post].words}" for post in SAYS)
    applications.step(application, ApplicationState.WITHDRAWN)
    application.done_at, application.done_by_name = now(), desk.actor.name
    # The meeting's agenda replaces the clerk's task.
    close_tasks(desk, "application", application.id, "to the meeting")
    return enter_proposal(desk, customer, values_of(desk, application), f"首次送货意见不一:{words}", True).id


def refuse_disagreement(desk: Desk, row: Application) -> None:
    """Raise ViewMissing or ViewsDiffer unless both have said yes."""
    for post, opinion in _latest(desk, row).items():
        if not opinion.agrees:
            raise ViewsDiffer(post=POST_TITLES[post][0], post_en=POST_TITLES[post][1].lower())


def _latest(desk: Desk, row: Application) -> dict[Post, DeliveryView]:
    """What each of them said last. Raises ViewMissing."""
    # In the order of time, so that a later word of the same post replaces the earlier one.
    latest = {Post(view.post): view for view in routes.delivery_views(desk.tx, [row.id])}
    for post in SAYS:
        if post not in latest:
            raise ViewMissing(post=POST_TITLES[post][0], post_en=POST_TITLES[post][1].lower())
    return latest


def _waiting(desk: Desk, application_id: UUID) -> tuple[Application, Customer]:
    # Locked, so that nothing is carried out while what was said about it changes.
    application = applications.application(desk.tx, application_id, lock=True)
    if application is None:
        raise NotFound(what="申请")
    customer = desk.customer(application.customer_id, "申请")
    if application.rule != RULE or application.state != ApplicationState.APPROVED:
        raise Stale(what="申请")
    return application, customer
