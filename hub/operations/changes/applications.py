"""Changes asked for, signed in order, carried out: the one way of every change that the rule table knows (I3, I4)."""

from dataclasses import dataclass, replace
from uuid import UUID

from hub.domain.changes import MAY_SIGN, RULES, TABLE, Rule, offered
from hub.domain.plans import PlanLine, PlanMoved
from hub.domain.refusals import BadInput, NotFound, OwnApplication, Refusal, Stale
from hub.domain.staff.posts import HUB, POST_TITLES, Post
from hub.domain.states import OPEN_APPLICATIONS, ApplicationState
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.phones.exceptions import report
from hub.operations.tasks.tasks import NotYourPost, close_tasks
from hub.ports import SHANGHAI, now
from hub.registry.changes import applications
from hub.registry.customers import customers
from hub.registry.schema import Application, Customer, Evidence, Signature, Task
from hub.registry.session import unless_taken
from hub.registry.settlement import accounts
from hub.registry.tasks.tasks import open_about

from .copies import tell_copied, tell_end
from .effects import carry, refuse_begun
from .outlook import foreseen
from .plan import ChangePlan, ChangeRequest, hindrances, plan, rule_of
from .steps import asked, back_to_asker, barred, enter, fill, moved, next_step, sign, void_if_moved

ASKS = frozenset(post for rule in TABLE for post in rule.asked_by)
SIGNS = MAY_SIGN
DOES = frozenset(rule.carried_out_by for rule in TABLE)
DECISIONS = {
    "approve": ApplicationState.APPROVED,
    "send_back": ApplicationState.SENT_BACK,
    "reject": ApplicationState.REJECTED,
}


class SignedAlready(Refusal):
    """Somebody else decided this step while the page was open (I3)."""

    article = "I3"
    says = ("这一步已由{name}于 {at} 审批。", "{name} has decided this step already, at {at}.")
    then = ("不需要再签;请刷新页面查看进度。", "Nothing is left for you here: reload to see how it stands.")


class NotItsTurn(Refusal):
    """The application is not at a step for this (I3)."""

    article = "I3"
    says = ("申请当前状态为“{state}”,不能{action}。", "The application is “{state}”; this cannot be done: {action}.")
    then = ("请刷新页面查看最新状态。", "Reload the page to see how it stands.")


class OpenAlready(Refusal):
    """One application under a rule at a time for each customer (R15.1)."""

    article = "R15.1"
    says = ("该客户已有同类申请在办理中。", "Such an application is open for this customer already.")
    then = ("请在申请页面查看进度,或先撤回。", "See how it stands on its page, or take it back first.")


@dataclass(frozen=True)
class ApplicationView:
    """An application's page: the customer, what was sent, the decisions so far, papers and open tasks."""

    row: Application
    customer: Customer
    lines: tuple[PlanLine, ...]
    """What its signers sign, as it was sent."""
    signatures: list[Signature]
    papers: list[Evidence]
    tasks: list[Task]
    moved: str
    """Why what was sent is no longer what would be done: the next decision makes it void. Empty: it is."""


@operation(
    "applications.plan_change",
    article="R4.1",
    posts=ASKS,
    title=("查看变更方案", "Plan a change"),
    changes=False,
    audited=False,
)
def plan_change(desk: Desk, request: ChangeRequest) -> ChangePlan:
    """What the change would do, what is missing, who signs, by when. Writes nothing."""
    customer = desk.customer(request.customer_id)
    made = plan(desk, customer, request)
    return replace(made, foreseen=tuple(foreseen(desk, customer, request, made)))


@operation(
    "applications.list_changes",
    article="R4.1",
    posts=ASKS,
    title=("查看可办变更", "See what may be asked"),
    changes=False,
    audited=False,
)
def list_changes(desk: Desk, customer_id: UUID) -> tuple[Customer, list[tuple[Rule, list[Refusal]]]]:
    """The rules under which the caller may ask, each with what stands against it for this customer; open ones first."""
    customer = desk.customer(customer_id)
    rows = [(each, hindrances(desk, customer, each)) for each in offered(desk.actor.posts)]
    return customer, sorted(rows, key=lambda row: len(row[1]) > 0)


@operation("applications.send_change", article="R4.1", posts=ASKS, title=("提出变更申请", "Ask for a change"))
def send_change(desk: Desk, request: ChangeRequest, plan_digest: str | None = None) -> Application:
    """Send an application to its first signer; a change that nobody signs goes straight to who carries it out.

    Carried out at once when the asker is that one. Raises the first rule broken, NotYourPost, Stale, PlanMoved.
    """
    customer = desk.customer(request.customer_id)
    made = _to_send(desk, customer, request, plan_digest)
    rule = made.rule
    if applications.open_application(desk.tx, customer.id, rule.key) is not None:
        raise OpenAlready()
    row = enter(desk, customer, request, made)
    with unless_taken(OpenAlready()):
        desk.tx.flush()
    desk.audit_detail |= {"rule": rule.key, "application": str(row.id)}
    report(desk, row, customer, rule, request.values)
    next_step(desk, row, rule, made.days)
    tell_copied(desk, row, "application_copied")
    if row.state == ApplicationState.APPROVED and _holds(desk, rule.carried_out_by, row.unit_code):
        carry(desk, row, rule)
    return row


def _to_send(desk: Desk, customer: Customer, request: ChangeRequest, plan_digest: str | None) -> ChangePlan:
    """The plan of what is sent, or sent again: its papers held, so that no other application takes them meanwhile."""
    rule = rule_of(request.rule)
    _may_ask(desk, rule.asked_by, customer.unit_code)
    if customer.version != request.version:
        raise Stale(what="客户")
    accounts.hold_papers(desk.tx, customer.id, request.evidence_ids)
    made = plan(desk, customer, request)
    if plan_digest is not None and made.digest != plan_digest:
        raise PlanMoved()
    if made.missing:
        raise made.missing[0]
    return made


def _may_ask(desk: Desk, posts: frozenset[Post], unit_code: str) -> None:
    if desk.actor != HUB and unit_code not in desk.covered_units(posts):
        raise NotYourPost(posts="、".join(POST_TITLES[post][0] for post in sorted(posts)))


def _holds(desk: Desk, post: Post, unit_code: str) -> bool:
    return desk.actor == HUB or unit_code in desk.covered_units(frozenset({post}))


@operation(
    "applications.decide", article="I3", posts=SIGNS, title=("审批变更申请", "Decide an application"), people_only=True
)
def decide(
    desk: Desk, application_id: UUID, decision: str, digest: str, why: str = "", step: int | None = None
) -> Application:
    """Approve, send back or reject, as the post whose turn it is, over what was shown (ADR 0007).

    When what was sent is no longer what would be done (the record moved, the rule changed), it becomes void and says
    so: returned, not raised. `step`: the one that was shown. Raises SignedAlready, NotItsTurn, NotYourPost,
    OwnApplication, BadInput, PlanMoved.
    """
    row, customer = my_application(desk, application_id)
    signed = applications.signatures(desk.tx, row.id)
    _refuse_decided(desk, row, signed, step)
    post = Post(row.chain[row.step])
    if row.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=POST_TITLES[post][0])
    if desk.actor.user_id is None or desk.actor.user_id in barred(row, signed):
        raise OwnApplication()
    if decision not in DECISIONS or (decision != "approve" and not why.strip()):
        raise BadInput(field="审批意见", problem="没有选择,或退回、驳回没有写明理由", mend="请选择并写明理由。")
    if void_if_moved(desk, row, customer):
        return row
    if digest != row.digest:
        raise PlanMoved()
    sign(desk, row, post, decision, why)
    if decision == "approve":
        row.step += 1
        next_step(desk, row, RULES[row.rule], asked(desk, row, customer).days)
        return row
    applications.step(row, DECISIONS[decision])
    row.decided_at = now()
    back_to_asker(desk, row, why)
    return row


def _refuse_decided(desk: Desk, row: Application, signed: list[Signature], step: int | None) -> None:
    """Whose step was decided by somebody else meanwhile is told by whom."""
    mine = [each for each in signed if each.round == row.round and _holds(desk, Post(each.post), row.unit_code)]
    others = [each for each in mine if each.user_id != desk.actor.user_id]
    waits = row.state == ApplicationState.SENT
    over = not waits or (step is not None and step != row.step)
    if others and (over or not _holds(desk, Post(row.chain[row.step]), row.unit_code)):
        at = others[-1].at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        raise SignedAlready(name=others[-1].user_name, at=at)
    if not waits:
        raise NotItsTurn(state=row.state, action="审批")


@operation("applications.withdraw", article="R15.1", posts=ASKS, title=("撤回变更申请", "Take an application back"))
def withdraw(desk: Desk, application_id: UUID, why: str) -> None:
    """The asker's side takes it back; what was carried out is not taken back so. Raises NotYourPost, NotItsTurn."""
    row, _ = my_application(desk, application_id)
    rule = RULES.get(row.rule)
    _may_ask(desk, rule.asked_by if rule else frozenset({Post(row.asked_post)}), row.unit_code)
    if row.state not in OPEN_APPLICATIONS:
        raise NotItsTurn(state=row.state, action="撤回")
    applications.step(row, ApplicationState.WITHDRAWN)
    row.decided_at = now()
    close_tasks(desk, "application", row.id, "withdrawn")
    desk.audit_detail["why"] = why
    tell_end(desk, row, why)


@operation("applications.send_again", article="R15.1", posts=ASKS, title=("重新提交申请", "Send an application again"))
def send_again(desk: Desk, application_id: UUID, request: ChangeRequest, plan_digest: str | None = None) -> Application:
    """Mend what was sent back and send it through its whole chain anew, as a new round of signatures.

    Who asked stays the asker; who mended it does not sign it either. Raises what `send_change` raises, NotItsTurn.
    """
    row, customer = my_application(desk, application_id)
    same = request.customer_id == customer.id and request.rule == row.rule
    made = _to_send(desk, customer, replace(request, application_id=row.id), plan_digest) if same else None
    if row.state != ApplicationState.SENT_BACK or made is None:
        raise NotItsTurn(state=row.state, action="重新提交")
    applications.step(row, ApplicationState.SENT)
    row.round += 1
    who = {"id": str(desk.actor.user_id or ""), "name": desk.actor.name}
    row.resent_by = [*row.resent_by, who | {"round": row.round, "at": now().isoformat()}]
    fill(desk, customer, row, request, made)
    row.decided_at = None
    desk.audit_detail |= {"rule": row.rule, "round": row.round}
    report(desk, row, customer, made.rule, request.values)
    next_step(desk, row, made.rule, made.days)
    tell_copied(desk, row, "application_copied")
    return row


@operation(
    "applications.carry_out", article="R4.1", posts=DOES, title=("办理已批准的变更", "Carry an approved change out")
)
def carry_out(desk: Desk, application_id: UUID) -> Application:
    """Do what was approved; void instead when it is no longer what was signed. Raises NotItsTurn, NotYourPost."""
    row, customer = my_application(desk, application_id)
    if row.state != ApplicationState.APPROVED:
        raise NotItsTurn(state=row.state, action="办理")
    rule = RULES.get(row.rule)
    if rule is not None and not _holds(desk, rule.carried_out_by, row.unit_code):
        raise NotYourPost(posts=POST_TITLES[rule.carried_out_by][0])
    if rule is not None:
        refuse_begun(desk, rule, customer)
    if not void_if_moved(desk, row, customer) and rule is not None:
        carry(desk, row, rule)
    return row


def my_application(desk: Desk, application_id: UUID) -> tuple[Application, Customer]:
    """An application of the caller's units, locked. Raises NotFound."""
    row = applications.application(desk.tx, application_id, lock=True)
    if row is None:
        raise NotFound(what="申请")
    customer = desk.customer(row.customer_id, "申请")
    desk.about("application", str(row.id))
    return row, customer


@operation(
    "applications.show_application",
    article="R4.1",
    posts=STAFF,
    title=("查看变更申请", "See an application"),
    changes=False,
    audited=False,
)
def show_application(desk: Desk, application_id: UUID) -> ApplicationView:
    """One application as it was sent, with decisions, papers and open tasks."""
    row = applications.application(desk.tx, application_id)
    if row is None:
        raise NotFound(what="申请")
    customer = desk.customer(row.customer_id, "申请")
    found = (accounts.evidence(desk.tx, customer.id, UUID(each)) for each in row.evidence)
    return ApplicationView(
        row,
        customer,
        tuple(PlanLine(each["zh"], each["en"], each["article"]) for each in row.shown),
        applications.signatures(desk.tx, row.id),
        [each for each in found if each is not None],
        open_about(desk.tx, "application", row.id),
        moved(desk, row, customer) if row.state in OPEN_APPLICATIONS else "",
    )


@operation(
    "applications.list_applications",
    article="R4.1",
    posts=STAFF,
    title=("查看变更申请列表", "See applications"),
    changes=False,
    audited=False,
)
def list_applications(desk: Desk, state: str | None = None, limit: int = 100) -> list[tuple[Application, Customer]]:
    """Applications of the caller's units, newest first."""
    rows = applications.recent(desk.tx, desk.units, state, min(limit, 200))
    known = customers.by_ids(desk.tx, [row.customer_id for row in rows])
    return [(row, known[row.customer_id]) for row in rows]
