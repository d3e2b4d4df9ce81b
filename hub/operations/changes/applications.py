"""Applications: every change in the rule table is requested, signed in order and carried out here (I3, I4)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.changes import MAY_SIGN, RULES, TABLE, offered
from hub.domain.inputs import Choices, Code, Label, Limit, OptionalText, Text
from hub.domain.plans import PlanLine, PlanMoved
from hub.domain.refusals import BadInput, NotFound, OwnApplication, Refusal, Stale
from hub.domain.staff.posts import HUB, POST_TITLES, Post
from hub.domain.states import OPEN_APPLICATIONS, ApplicationState
from hub.operations.customers import documents_shown
from hub.operations.customers.search import audit_search
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.phones.exceptions import report
from hub.operations.phones.watch_list import PHONES
from hub.operations.tasks.tasks import NotYourPost, TaskView, close_tasks
from hub.operations.views import view, views
from hub.ports import SHANGHAI, now
from hub.registry.changes import applications
from hub.registry.customers import customers
from hub.registry.schema import Application, Customer, Signature
from hub.registry.session import unless_taken
from hub.registry.settlement import accounts
from hub.registry.tasks.tasks import open_about

from .copies import tell_copied, tell_end
from .effects import carry, refuse_begun
from .outlook import foreseen
from .plan import ChangePlan, ChangeRequest, hindrances, plan, rule_of
from .steps import asked, back_to_asker, barred, enter, fill, moved, next_step, sign, void_if_moved
from .views import (
    ApplicationPage,
    ApplicationView,
    CopyView,
    ListedApplication,
    PaperView,
    PlanView,
    PossibleChanges,
    Round,
    RuleView,
    SignatureView,
)

ASKS = frozenset(post for rule in TABLE for post in rule.asked_by)
SIGNS = MAY_SIGN
DOES = frozenset(rule.carried_out_by for rule in TABLE)
DECISIONS = {
    "approve": ApplicationState.APPROVED,
    "send_back": ApplicationState.SENT_BACK,
    "reject": ApplicationState.REJECTED,
}
DECISION_WORDS = {"approve": ("同意", "Approve"), "send_back": ("退回", "Send back"), "reject": ("驳回", "Reject")}


class SignedAlready(Refusal):
    """Somebody else decided this step while the page was open (I3)."""

    article = "I3"
    says = ("这一步已由{name}于 {at} 审批。", "{name} has decided this step already, at {at}.")
    then = ("不需要再签;请重新查看进度。", "Nothing is left for you here: look again how it stands.")


class NotItsTurn(Refusal):
    """The application is not at a step for this (I3)."""

    article = "I3"
    says = ("申请当前状态为“{state}”,不能{action}。", "The application is “{state}”; this cannot be done: {action}.")
    then = ("请重新查看申请的状态。", "Look again how it stands.")


class OpenAlready(Refusal):
    """One application under a rule at a time for each customer (R15.1)."""

    article = "R15.1"
    says = ("该客户已有同类申请在办理中。", "Such an application is open for this customer already.")
    then = ("请查看该申请的进度,或先撤回。", "See how that one stands, or take it back first.")


Decision = Annotated[Code, Label("审批意见", "Decision"), Choices(DECISION_WORDS)]
Digest = Annotated[str, Field(max_length=128)]
Step = Annotated[int, Field(ge=0, le=20)]


@operation(
    "applications.plan_change",
    article="R4.1",
    posts=ASKS,
    title=("查看变更方案", "Plan a change"),
    changes=False,
    audited=False,
)
def plan_change(desk: Desk, request: ChangeRequest) -> PlanView:
    """What the change would do, what is missing, who signs, by when. Changes nothing.

    A phone in it is looked up among all customers, which is audited like a search by number (G4).
    """
    customer = desk.customer(request.customer_id)
    if PHONES & set(request.values):
        audit_search(desk)
    made = plan(desk, customer, request)
    return view(PlanView, made, foreseen=tuple(foreseen(desk, customer, request, made)))


@operation(
    "applications.list_changes",
    article="R4.1",
    posts=ASKS,
    title=("查看可办变更", "See what may be asked"),
    changes=False,
    audited=False,
)
def list_changes(desk: Desk, customer_id: UUID) -> PossibleChanges:
    """The rules under which the caller may ask, each with what stands against it for this customer; open ones first."""
    customer = desk.customer(customer_id)
    rules = [view(RuleView, rule, hindrances=hindrances(desk, customer, rule)) for rule in offered(desk.actor.posts)]
    # Stable: within the possible and the impossible ones the table's order stays.
    rules.sort(key=lambda rule: len(rule.hindrances) > 0)
    return view(PossibleChanges, customer, customer_id=customer.id, rules=rules)


@operation("applications.send_change", article="R4.1", posts=ASKS, title=("提出变更申请", "Ask for a change"))
def send_change(desk: Desk, request: ChangeRequest, plan_digest: Digest | None = None) -> ApplicationView:
    """Send an application to its first signer; one that needs no signature goes to the post that carries it out.

    Carried out at once when the asker holds that post. Raises the first rule broken, NotYourPost, Stale, PlanMoved.
    """
    customer = desk.customer(request.customer_id)
    made = _to_send(desk, customer, request, plan_digest)
    rule = made.rule
    if applications.open_application(desk.tx, customer.id, rule.key) is not None:
        raise OpenAlready()
    application = enter(desk, customer, request, made)
    # The query above may miss one sent at the same moment; the unique index does not.
    with unless_taken(OpenAlready()):
        desk.tx.flush()
    documents_shown.record(desk, customer, ("application", application.id), request.documents, request.seen_by)
    desk.audit_detail |= {"rule": rule.key, "application": str(application.id)}
    report(desk, application, customer, rule, request.values)
    next_step(desk, application, rule, made.days)
    tell_copied(desk, application, "application_copied")
    if application.state == ApplicationState.APPROVED and _holds(desk, rule.carried_out_by, application.unit_code):
        carry(desk, application, rule)
    return view(ApplicationView, application)


def _to_send(desk: Desk, customer: Customer, request: ChangeRequest, plan_digest: str | None) -> ChangePlan:
    """The plan of what is sent, or sent again, with its papers locked so that no other application takes them."""
    rule = rule_of(request.rule)
    _may_ask(desk, rule.asked_by, customer.unit_code)
    if customer.version != request.version:
        raise Stale(what="客户")
    # Locked until commit: two applications must not both find the paper free.
    accounts.hold_papers(desk.tx, customer.id, request.evidence_ids)
    made = plan(desk, customer, request)
    if plan_digest is not None and made.digest != plan_digest:
        raise PlanMoved()
    if made.missing:
        raise made.missing[0]
    return made


def _may_ask(desk: Desk, posts: frozenset[Post], unit_code: str) -> None:
    if desk.actor != HUB and unit_code not in desk.covered_units(posts):
        names, names_en = zip(*(POST_TITLES[post] for post in sorted(posts)), strict=True)
        raise NotYourPost(posts=("、".join(names), ", ".join(names_en)))


def _holds(desk: Desk, post: Post, unit_code: str) -> bool:
    return desk.actor == HUB or unit_code in desk.covered_units(frozenset({post}))


@operation(
    "applications.decide", article="I3", posts=SIGNS, title=("审批变更申请", "Decide an application"), people_only=True
)
def decide(
    desk: Desk,
    application_id: UUID,
    decision: Decision,
    digest: Digest,
    why: Annotated[OptionalText, Label("审批意见", "Opinion")] = "",
    step: Step | None = None,
) -> ApplicationView:
    """Approve, send back or reject, as the post whose turn it is, over what was shown (ADR 0007).

    When what was sent is no longer what would be done (the record moved, the rule changed), it becomes void and says
    so: returned, not raised. `step`: the one that was shown. Raises SignedAlready, NotItsTurn, NotYourPost,
    OwnApplication, BadInput, PlanMoved.
    """
    application, customer = my_application(desk, application_id)
    signed = applications.signatures(desk.tx, application.id)
    # Before the posts: who holds a page that was decided meanwhile is told by whom, not that it is another post's turn.
    _refuse_decided(desk, application, signed, step)
    # Any signing post has come this far; the step belongs to one of them, in this unit.
    post = Post(application.chain[application.step])
    if application.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=POST_TITLES[post])
    if desk.actor.user_id is None or desk.actor.user_id in barred(application, signed):
        raise OwnApplication()
    if decision not in DECISIONS or (decision != "approve" and not why.strip()):
        raise BadInput(
            field="审批意见",
            field_en="Decision",
            problem="没有选择,或退回、驳回没有写明理由",
            problem_en="not chosen, or sent back or rejected without a reason",
            mend="请选择并写明理由。",
            mend_en="Choose one and give the reason.",
            at="why",
        )
    # Before the digest: a moved record voids the application for everybody, not only for this signer.
    if not void_if_moved(desk, application, customer):
        if digest != application.digest:
            raise PlanMoved()
        sign(desk, application, post, decision, why)
        _go_on(desk, application, customer, decision, why)
    return view(ApplicationView, application)


def _go_on(desk: Desk, row: Application, customer: Customer, decision: str, why: str) -> None:
    """To the next signer after an approval, otherwise back to the asker."""
    if decision == "approve":
        row.step += 1
        next_step(desk, row, RULES[row.rule], asked(desk, row, customer).days)
        return
    applications.step(row, DECISIONS[decision])
    row.decided_at = now()
    back_to_asker(desk, row, why)


def _refuse_decided(desk: Desk, row: Application, signed: list[Signature], step: int | None) -> None:
    """Raise SignedAlready if somebody else has decided the caller's step meanwhile; NotItsTurn if no step waits."""
    mine = [
        signature
        for signature in signed
        if signature.round == row.round and _holds(desk, Post(signature.post), row.unit_code)
    ]
    others = [signature for signature in mine if signature.user_id != desk.actor.user_id]
    waits = row.state == ApplicationState.SENT
    over = not waits or (step is not None and step != row.step)
    if others and (over or not _holds(desk, Post(row.chain[row.step]), row.unit_code)):
        at = others[-1].at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        raise SignedAlready(name=others[-1].user_name, at=at)
    if not waits:
        raise NotItsTurn(state=ApplicationState(row.state), action="审批")


@operation("applications.withdraw", article="R15.1", posts=ASKS, title=("撤回变更申请", "Take an application back"))
def withdraw(desk: Desk, application_id: UUID, why: Annotated[Text, Label("原因", "Reason")]) -> None:
    """Withdraw an application that is not yet carried out. Raises NotYourPost, NotItsTurn."""
    application, _ = my_application(desk, application_id)
    rule = RULES.get(application.rule)
    # A rule that an update has removed: of its askers only the recorded post is known.
    _may_ask(desk, rule.asked_by if rule else frozenset({Post(application.asked_post)}), application.unit_code)
    if application.state not in OPEN_APPLICATIONS:
        raise NotItsTurn(state=ApplicationState(application.state), action="撤回")
    applications.step(application, ApplicationState.WITHDRAWN)
    application.decided_at = now()
    close_tasks(desk, "application", application.id, "withdrawn")
    desk.audit_detail["why"] = why
    tell_end(desk, application, why)


@operation("applications.send_again", article="R15.1", posts=ASKS, title=("重新提交申请", "Send an application again"))
def send_again(
    desk: Desk, application_id: UUID, request: ChangeRequest, plan_digest: Digest | None = None
) -> ApplicationView:
    """Correct what was sent back and send it through its whole chain again, as a new round of signatures.

    The asker stays the asker; whoever corrected it may not sign it either. Raises what `send_change` does, NotItsTurn.
    """
    application, customer = my_application(desk, application_id)
    same = request.customer_id == customer.id and request.rule == application.rule
    made = _to_send(desk, customer, replace(request, application_id=application.id), plan_digest) if same else None
    if application.state != ApplicationState.SENT_BACK or made is None:
        raise NotItsTurn(state=ApplicationState(application.state), action="重新提交")
    applications.step(application, ApplicationState.SENT)
    application.round += 1
    who = {"id": str(desk.actor.user_id or ""), "name": desk.actor.name}
    application.resent_by = [*application.resent_by, who | {"round": application.round, "at": now().isoformat()}]
    fill(desk, customer, application, request, made)
    application.decided_at = None
    documents_shown.record(desk, customer, ("application", application.id), request.documents, request.seen_by)
    desk.audit_detail |= {"rule": application.rule, "round": application.round}
    report(desk, application, customer, made.rule, request.values)
    next_step(desk, application, made.rule, made.days)
    tell_copied(desk, application, "application_copied")
    return view(ApplicationView, application)


@operation(
    "applications.carry_out", article="R4.1", posts=DOES, title=("办理已批准的变更", "Carry an approved change out")
)
def carry_out(desk: Desk, application_id: UUID) -> ApplicationView:
    """Carry out what was approved; void it when it is no longer what was signed. Raises NotItsTurn, NotYourPost."""
    application, customer = my_application(desk, application_id)
    if application.state != ApplicationState.APPROVED:
        raise NotItsTurn(state=ApplicationState(application.state), action="办理")
    rule = RULES.get(application.rule)
    if rule is not None and not _holds(desk, rule.carried_out_by, application.unit_code):
        raise NotYourPost(posts=POST_TITLES[rule.carried_out_by])
    if rule is not None:
        # First: an ending that has begun has changed the plan, and would void what only waits for the bank.
        refuse_begun(desk, rule, customer)
    if not void_if_moved(desk, application, customer) and rule is not None:
        carry(desk, application, rule)
    return view(ApplicationView, application)


def my_application(desk: Desk, application_id: UUID) -> tuple[Application, Customer]:
    """An application of the caller's units, locked. Raises NotFound."""
    application = applications.application(desk.tx, application_id, lock=True)
    if application is None:
        raise NotFound(what="申请")
    customer = desk.customer(application.customer_id, "申请")
    desk.about("application", str(application.id))
    return application, customer


@operation(
    "applications.show_application",
    article="R4.1",
    posts=STAFF,
    title=("查看变更申请", "See an application"),
    changes=False,
    audited=False,
)
def show_application(desk: Desk, application_id: UUID) -> ApplicationPage:
    """One application as it was sent, with decisions, papers and open tasks. Raises NotFound."""
    application = applications.application(desk.tx, application_id)
    if application is None:
        raise NotFound(what="申请")
    customer = desk.customer(application.customer_id, "申请")
    papers = (accounts.evidence(desk.tx, customer.id, UUID(paper)) for paper in application.evidence)
    # So that a signer learns before the click that the decision would only void it.
    why_void = moved(desk, application, customer) if application.state in OPEN_APPLICATIONS else ""
    signatures = applications.signatures(desk.tx, application.id)
    turn = Post(application.chain[application.step]) if application.state == ApplicationState.SENT else None
    signs = turn is not None and _covers(desk, application, frozenset({turn}))
    rule = RULES.get(application.rule)
    return ApplicationPage(
        application=view(ApplicationView, application),
        customer_code=customer.code,
        shop_name=customer.shop_name,
        lines=tuple(PlanLine(line["zh"], line["en"], line["article"]) for line in application.shown),
        signatures=views(SignatureView, signatures),
        resent_by=[Round(entry["round"], entry["name"]) for entry in application.resent_by],
        papers=views(PaperView, (paper for paper in papers if paper is not None)),
        documents_shown=documents_shown.shown_with(desk, "application", application.id),
        cc=[_copy(entry) for entry in application.cc],
        tasks=views(TaskView, open_about(desk.tx, "application", application.id)),
        proposed=application.proposed,
        moved=bool(why_void),
        moved_by=why_void,
        turn=turn,
        may_sign=signs and desk.actor.user_id not in barred(application, signatures),
        may_do=rule is not None and _covers(desk, application, frozenset({rule.carried_out_by})),
        may_ask=rule is not None and _covers(desk, application, rule.asked_by),
        no_meeting=application.no_meeting,
    )


def _covers(desk: Desk, row: Application, posts: frozenset[Post]) -> bool:
    return row.unit_code in desk.covered_units(posts)


def _copy(entry: Mapping[str, Any]) -> CopyView:
    user_id = entry["user_id"]
    return CopyView(entry["post"], UUID(user_id) if user_id else None, entry["name"], entry.get("given", ""))


@operation(
    "applications.list_applications",
    article="R4.1",
    posts=STAFF,
    title=("查看变更申请列表", "See applications"),
    changes=False,
    audited=False,
)
def list_applications(desk: Desk, state: ApplicationState | None = None, limit: Limit = 50) -> list[ListedApplication]:
    """Applications of the caller's units, newest first."""
    rows = applications.recent(desk.tx, desk.units, state, limit)
    known = customers.by_ids(desk.tx, [application.customer_id for application in rows])
    pairs = [(application, known[application.customer_id]) for application in rows]
    return [
        view(ListedApplication, application, customer_code=own.code, shop_name=own.shop_name)
        for application, own in pairs
    ]
