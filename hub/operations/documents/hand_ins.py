"""Hand-ins: the record of a change is handed in like a paper, and whoever receives either confirms it (R16.2)."""

from typing import Annotated
from uuid import UUID

from hub.domain.changes import RULES, TABLE
from hub.domain.inputs import Code, Label, Text
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import POST_TITLES, Post
from hub.domain.states import ApplicationState
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.custodians import RECORD, record_made
from hub.operations.tasks.tasks import NotYourPost, close_tasks
from hub.operations.views import view
from hub.ports import now
from hub.registry import documents
from hub.registry.changes import applications
from hub.registry.schema import HandIn
from hub.registry.staff import leave_cover, users

from .custody import HandedIn, HandedInAlready, open_hand_in_task, take_in

# Who carries changes out, and so holds their records.
MAKERS = frozenset(rule.carried_out_by for rule in TABLE)


class NoRecordYet(Refusal):
    """A change has a record once it is carried out (R16.2)."""

    article = "R16.2"
    says = ("这项变更还没有办理,没有维护记录可移交。", "This change is not carried out yet; it has no record.")
    then = ("请在变更办理之后移交。", "Hand its record in once it is carried out.")


class NotTheTaker(Refusal):
    """A hand-in is confirmed by whoever took it (R16.2)."""

    article, status = "R16.2", 403
    says = ("痕迹化资料交给了{name},应由其本人确认。", "It was handed to {name}, who confirms it.")
    then = ("请由{name}或其顶岗人确认。", "Let {name}, or who covers for them, confirm it.")


@operation(
    "custody.hand_in_record",
    article="R16.2",
    posts=MAKERS,
    title=("移交变更维护记录", "Hand the record of a change in"),
)
def hand_in_record(desk: Desk, application_id: UUID, holder: Annotated[Code, Label("保管人", "Custodian")]) -> HandedIn:
    """Record that the record of a carried-out change was handed to its keeper, named by login.

    Raises NotFound, NoRecordYet, NotYourPost, NotTheCustodian, HandedInAlready.
    """
    # Locked: of two hand-ins of one record at once, the second then finds the first and is refused.
    application = applications.application(desk.tx, application_id, lock=True)
    if application is None:
        raise NotFound(what="申请")
    customer = desk.customer(application.customer_id, "申请")
    if application.state != ApplicationState.CARRIED_OUT:
        raise NoRecordYet()
    post = maker_of(application.rule)
    if application.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=POST_TITLES[post])
    earlier = documents.record_hand_in(desk.tx, application.id)
    if earlier is not None:
        raise HandedInAlready(name=earlier.holder_name)
    handed = take_in(desk, customer, RECORD, holder, scanned=False, application_id=application.id)
    close_tasks(desk, "change_record", application.id, "done", "hand_in_record")
    desk.audit_detail |= {"application": str(application.id), "holder": holder.strip()}
    return view(HandedIn, handed, customer_code=customer.code)


def maker_of(rule: str) -> Post:
    """Who carries out changes of a rule; the clerk, if the rule no longer exists."""
    return RULES[rule].carried_out_by if rule in RULES else Post.STATISTICS_CLERK


@operation(
    "custody.confirm_hand_in",
    article="R16.2",
    posts=STAFF,
    title=("确认收到移交的痕迹化资料", "Confirm a hand-in"),
    people_only=True,
)
def confirm_hand_in(desk: Desk, hand_in_id: UUID) -> None:
    """Confirm that what was handed in has arrived, as its receiver. Raises NotFound, NotTheTaker, Stale."""
    handed = _waiting(desk, hand_in_id)
    handed.confirmed_at, handed.confirmed_by_name = now(), desk.actor.name
    close_tasks(desk, "hand_in", handed.id, "done", "confirm_hand_in")


@operation(
    "custody.decline_hand_in",
    article="R16.2",
    posts=STAFF,
    title=("登记未收到移交的痕迹化资料", "Say that a hand-in did not arrive"),
    people_only=True,
)
def decline_hand_in(desk: Desk, hand_in_id: UUID, why: Annotated[Text, Label("情况", "What is wrong")]) -> None:
    """Report that what was handed in did not arrive or is incomplete; it is missing again, for its maker to hand in.

    Raises NotFound, NotTheTaker, Stale, BadInput.
    """
    handed = _waiting(desk, hand_in_id)
    if not why.strip():
        raise BadInput(field="情况", problem="没有写明", mend="请写明情况。")
    handed.declined_at, handed.declined_by_name, handed.declined_why = now(), desk.actor.name, why.strip()
    desk.tx.flush()
    close_tasks(desk, "hand_in", handed.id, "declined", "confirm_hand_in")
    # Back to whoever handed it in, not to whoever declines.
    if handed.application_id is not None:
        application = applications.application(desk.tx, handed.application_id)
        assert application is not None
        record_made(desk, application, maker_of(application.rule), handed.by_user)
    elif handed.evidence_id is not None:
        paper = documents.paper(desk.tx, handed.evidence_id)
        assert paper is not None
        open_hand_in_task(desk, desk.customer(paper.customer_id), paper.id, handed.kind, handed.by_user)


def _waiting(desk: Desk, hand_in_id: UUID) -> HandIn:
    """A hand-in that waits for the caller's confirmation. Raises NotFound, NotTheTaker, Stale."""
    known = documents.hand_in_by_id(desk.tx, hand_in_id)
    if known is None:
        raise NotFound(what="移交记录")
    handed, customer = known
    desk.customer(customer.id, "移交记录")
    if handed.confirmed_at is not None or handed.declined_at is not None:
        raise Stale(what="移交记录")
    _check_taker(desk, handed, customer.unit_code)
    return handed


def _check_taker(desk: Desk, handed: HandIn, unit_code: str) -> None:
    """The keeper, or who covers for them; once they have left, any holder of the keeper's post."""
    me = desk.actor.user_id
    covered = {leave.user_id for _, leave in leave_cover.acting(desk.tx, me, now())} if me else set()
    if handed.holder == me or handed.holder in covered:
        return
    keeper = users.user(desk.tx, handed.holder)
    # The colleague must not be the one who handed it in: they would confirm their own hand-in.
    left = keeper is None or not keeper.active
    if not (left and unit_code in desk.covered_units(frozenset({Post(handed.post)})) and handed.by_user != me):
        raise NotTheTaker(name=handed.holder_name)
