"""Changes asked for, signed in order, carried out: the one way of every change that the rule table knows (I3, I4)."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.catalogue import FIELDS
from hub.domain.changes import RULES, TABLE, Rule, offered
from hub.domain.fields import check_value
from hub.domain.people import POST_TITLES, Post
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.states import ApplicationState
from hub.ports import new_id, now
from hub.registry import customers, settlement, work
from hub.registry.schema import Application, Customer, Evidence, Signature

from .carrying_out import carry
from .case_by_case import report
from .change_plan import ChangePlan, ChangeRequest, hindrances, plan, rule_of, sealed_as, values_of
from .desk import Desk
from .operation import STAFF, operation
from .settlement import PlanMoved
from .tasks import NotYourPost, close_tasks, open_task

ASKS = frozenset(post for rule in TABLE for post in rule.asked_by)
SIGNS = frozenset(post for rule in TABLE for post in rule.approvals) | {Post.DEPUTY_SECTION_CHIEF}
DOES = frozenset(rule.carried_out_by for rule in TABLE)
DECISIONS = {
    "approve": ApplicationState.APPROVED,
    "send_back": ApplicationState.SENT_BACK,
    "reject": ApplicationState.REJECTED,
}


class OwnApplication(Refusal):
    """Who asked never signs, and nobody signs twice (I3)."""

    article, status = "I3", 403
    says = ("不能审批自己提出的或自己已签过的申请。", "Nobody signs what they asked for, nor twice.")
    then = ("请由同岗位的其他人员审批,或转办。", "Let another holder of the post sign, or hand it on.")


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
    """An application's page: the customer, what is asked now, the decisions so far, the papers."""

    row: Application
    customer: Customer
    plan: ChangePlan
    signatures: list[Signature]
    papers: list[Evidence]
    moved: bool
    """What was sent is no longer what would be done: the next decision makes it void."""


@operation(article="R4.1", posts=ASKS, title=("查看变更方案", "Plan a change"), changes=False, audited=False)
def plan_change(desk: Desk, request: ChangeRequest) -> ChangePlan:
    """What the change would do, what is missing, who signs. Writes nothing."""
    return plan(desk, desk.customer(request.customer_id), request)


@operation(article="R4.1", posts=ASKS, title=("查看可办变更", "See what may be asked"), changes=False, audited=False)
def list_changes(desk: Desk, customer_id: UUID) -> tuple[Customer, list[tuple[Rule, list[Refusal]]]]:
    """The rules under which the caller may ask, each with what stands against it for this customer; open ones first."""
    customer = desk.customer(customer_id)
    rows = [(each, hindrances(desk, customer, each)) for each in offered(desk.actor.posts)]
    return customer, sorted(rows, key=lambda row: len(row[1]) > 0)


@operation(article="R4.1", posts=ASKS, title=("提出变更申请", "Ask for a change"))
def send_change(desk: Desk, request: ChangeRequest, plan_digest: str | None = None) -> Application:
    """Send an application to its first signer; a change that nobody signs goes straight to who carries it out.

    Carried out at once when the asker is that one. Raises the first rule broken, NotYourPost, Stale, PlanMoved.
    """
    customer = desk.customer(request.customer_id)
    rule = rule_of(request.rule)
    _may_ask(desk, rule, customer)
    if customer.version != request.version:
        raise Stale(what="客户")
    made = plan(desk, customer, request)
    if plan_digest is not None and made.digest != plan_digest:
        raise PlanMoved()
    if made.missing:
        raise made.missing[0]
    if work.open_application(desk.tx, customer.id, rule.key) is not None:
        raise OpenAlready()
    row = enter(desk, customer, request, made)
    desk.tx.flush()
    desk.audit_detail |= {"rule": rule.key, "application": str(row.id)}
    report(desk, row, customer, rule, request.values)
    _next(desk, row, rule, made.days)
    if row.state == ApplicationState.APPROVED and _holds(desk, rule.carried_out_by, row.unit_code):
        carry(desk, row, rule)
    return row


def _may_ask(desk: Desk, rule: Rule, customer: Customer) -> None:
    if desk.units is not None and customer.unit_code not in desk.covered_units(rule.asked_by):
        raise NotYourPost(posts=_names(rule.asked_by))


def _names(posts: frozenset[Post]) -> str:
    return "、".join(POST_TITLES[post][0] for post in sorted(posts))


def _holds(desk: Desk, post: Post, unit_code: str) -> bool:
    return desk.units is None or unit_code in desk.covered_units(frozenset({post}))


def enter(desk: Desk, customer: Customer, request: ChangeRequest, made: ChangePlan) -> Application:
    """A new application for what was planned, as the actor's; not flushed."""
    row = Application(
        id=new_id(),
        rule=made.rule.key,
        rule_version=made.rule.version,
        article=made.rule.article,
        customer_id=customer.id,
        unit_code=customer.unit_code,
        proposed={},
        sealed={},
        reason=request.reason or None,
        why=request.why.strip(),
        evidence=sorted(str(each) for each in request.evidence_ids),
        state=ApplicationState.SENT,
        chain=[str(post) for post in made.chain],
        step=0,
        digest=made.digest,
        asked_by=desk.actor.user_id,
        asked_by_name=desk.actor.name,
        sent_at=now(),
    )
    _keep_values(desk, row, request)
    desk.tx.add(row)
    return row


def _keep_values(desk: Desk, row: Application, request: ChangeRequest) -> None:
    plain: dict[str, str] = {}
    sealed: dict[str, str] = {}
    for key, text in request.values.items():
        field = FIELDS[key]
        value = check_value(field, text).value
        if field.sensitive:
            sealed[key] = desk.vault.seal_field(row.customer_id, sealed_as(row.id, key), value)
        else:
            plain[key] = value
    row.proposed, row.sealed = plain, sealed


def _next(desk: Desk, row: Application, rule: Rule, days: int) -> None:
    """To the next signer, or to who carries it out."""
    about = ("application", row.id)
    close_tasks(desk, *about, "done")
    known = {"customer_id": row.customer_id, "unit_code": row.unit_code, "subject": about}
    details = {"rule": rule.key}
    if row.step < len(row.chain):
        post = Post(row.chain[row.step])
        open_task(desk, "sign", row.article, post=post, days=1, details=details, **known)  # type: ignore[arg-type]
        return
    work.step(row, ApplicationState.APPROVED)
    row.decided_at = now()
    doer = rule.carried_out_by
    open_task(desk, "carry_out", row.article, post=doer, days=days, details=details, **known)  # type: ignore[arg-type]


@operation(article="I3", posts=SIGNS, title=("审批变更申请", "Decide an application"), people_only=True)
def decide(desk: Desk, application_id: UUID, decision: str, digest: str, why: str = "") -> Application:
    """Approve, send back or reject, as the post whose turn it is, over what was shown (decision 17).

    When what was sent is no longer what would be done (the record moved, the rule changed), it becomes void and says
    so: returned, not raised. Raises NotYourPost, OwnApplication, NotItsTurn, PlanMoved.
    """
    row, customer = my_application(desk, application_id)
    if row.state != ApplicationState.SENT:
        raise NotItsTurn(state=row.state, action="审批")
    post = Post(row.chain[row.step])
    if row.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=POST_TITLES[post][0])
    signed = work.signatures(desk.tx, row.id)
    if desk.actor.user_id is None or desk.actor.user_id in {row.asked_by, *(each.user_id for each in signed)}:
        raise OwnApplication()
    if decision not in DECISIONS or (decision != "approve" and not why.strip()):
        raise BadInput(field="审批意见", problem="没有选择,或退回、驳回没有写明理由", mend="请选择并写明理由。")
    if void_if_moved(desk, row, customer):
        return row
    if digest != row.digest:
        raise PlanMoved()
    _sign(desk, row, post, decision, why)
    if decision == "approve":
        row.step += 1
        rule = RULES[row.rule]
        _next(desk, row, rule, asked(desk, row, customer).days)
        return row
    work.step(row, DECISIONS[decision])
    row.decided_at = now()
    _back_to_asker(desk, row, decision)
    return row


def _sign(desk: Desk, row: Application, post: Post, decision: str, why: str) -> None:
    desk.tx.add(
        Signature(
            id=new_id(),
            application_id=row.id,
            step=row.step,
            post=post,
            user_id=desk.actor.user_id,
            user_name=desk.actor.name,
            for_whom=desk.actor.acts_for(post, row.unit_code),
            decision=decision,
            why=why.strip(),
            digest=row.digest,
            at=now(),
        )
    )
    desk.audit_detail |= {"decision": decision, "rule": row.rule, "step": row.step}


def _back_to_asker(desk: Desk, row: Application, outcome: str) -> None:
    """The asker has it again: sent back to be mended, rejected, or void."""
    close_tasks(desk, "application", row.id, outcome)
    if row.state == ApplicationState.SENT_BACK:
        posts = RULES[row.rule].asked_by
        post = Post.STATISTICS_CLERK if Post.STATISTICS_CLERK in posts else min(posts)
        task = open_task(
            desk,
            "mend",
            row.article,
            post=post,
            unit_code=row.unit_code,
            subject=("application", row.id),
            customer_id=row.customer_id,
            days=3,
            details={"rule": row.rule},
        )
        task.user_id = row.asked_by


def asked(desk: Desk, row: Application, customer: Customer) -> ChangePlan:
    """The plan of what an application asks, as things stand now."""
    request = ChangeRequest(
        customer_id=customer.id,
        version=customer.version,
        rule=row.rule,
        values=values_of(desk, row),
        why=row.why,
        reason=row.reason or "",
        evidence_ids=tuple(UUID(each) for each in row.evidence),
        told=True,
    )
    return plan(desk, customer, request)


def void_if_moved(desk: Desk, row: Application, customer: Customer) -> bool:
    """Make an application void when the record, a paper or the rule is no longer what was sent."""
    rule = RULES.get(row.rule)
    why = "rule_changed" if rule is None or rule.version != row.rule_version else ""
    if not why and asked(desk, row, customer).digest != row.digest:
        why = "record_moved"
    if not why:
        return False
    work.step(row, ApplicationState.VOID)
    row.void_why, row.decided_at = why, now()
    desk.audit_detail |= {"void": why}
    close_tasks(desk, "application", row.id, "void")
    return True


@operation(article="R15.1", posts=ASKS, title=("撤回变更申请", "Take an application back"))
def withdraw(desk: Desk, application_id: UUID, why: str) -> None:
    """The asker's side takes it back; what was carried out is not taken back so."""
    row, _ = my_application(desk, application_id)
    if row.state not in work.OPEN:
        raise NotItsTurn(state=row.state, action="撤回")
    work.step(row, ApplicationState.WITHDRAWN)
    row.decided_at = now()
    close_tasks(desk, "application", row.id, "withdrawn")
    desk.audit_detail["why"] = why


@operation(article="R15.1", posts=ASKS, title=("重新提交申请", "Send an application again"))
def send_again(desk: Desk, application_id: UUID, request: ChangeRequest) -> Application:
    """Mend what was sent back and send it through its whole chain anew. Raises the first rule broken."""
    row, customer = my_application(desk, application_id)
    if row.state != ApplicationState.SENT_BACK or request.customer_id != customer.id or request.rule != row.rule:
        raise NotItsTurn(state=row.state, action="重新提交")
    made = plan(desk, customer, request)
    if made.missing:
        raise made.missing[0]
    work.step(row, ApplicationState.SENT)
    row.rule_version, row.digest, row.step, row.why = made.rule.version, made.digest, 0, request.why.strip()
    row.chain, row.reason = [str(post) for post in made.chain], request.reason or None
    row.evidence, row.asked_by, row.asked_by_name = (
        sorted(map(str, request.evidence_ids)),
        desk.actor.user_id,
        desk.actor.name,
    )
    _keep_values(desk, row, request)
    report(desk, row, customer, made.rule, request.values)
    _next(desk, row, made.rule, made.days)
    return row


@operation(article="R4.1", posts=DOES, title=("办理已批准的变更", "Carry an approved change out"))
def carry_out(desk: Desk, application_id: UUID) -> Application:
    """Do what was approved; void instead when it is no longer what was signed. Raises NotItsTurn, NotYourPost."""
    row, customer = my_application(desk, application_id)
    if row.state != ApplicationState.APPROVED:
        raise NotItsTurn(state=row.state, action="办理")
    rule = RULES.get(row.rule)
    if rule is not None and not _holds(desk, rule.carried_out_by, row.unit_code):
        raise NotYourPost(posts=POST_TITLES[rule.carried_out_by][0])
    if not void_if_moved(desk, row, customer) and rule is not None:
        carry(desk, row, rule)
    return row


def my_application(desk: Desk, application_id: UUID) -> tuple[Application, Customer]:
    """An application of the caller's units, locked. Raises NotFound."""
    row = work.application(desk.tx, application_id, lock=True)
    if row is None:
        raise NotFound(what="申请")
    customer = desk.customer(row.customer_id, "申请")
    desk.about("application", str(row.id))
    return row, customer


@operation(article="R4.1", posts=STAFF, title=("查看变更申请", "See an application"), changes=False, audited=False)
def show_application(desk: Desk, application_id: UUID) -> ApplicationView:
    """One application with its plan as of now, decisions and papers."""
    row = work.application(desk.tx, application_id)
    if row is None:
        raise NotFound(what="申请")
    customer = desk.customer(row.customer_id, "申请")
    now_asked = asked(desk, row, customer)
    found = (settlement.evidence(desk.tx, customer.id, UUID(each)) for each in row.evidence)
    moved = row.state in work.OPEN and now_asked.digest != row.digest
    papers = [each for each in found if each is not None]
    return ApplicationView(row, customer, now_asked, work.signatures(desk.tx, row.id), papers, moved)


@operation(article="R4.1", posts=STAFF, title=("查看变更申请列表", "See applications"), changes=False, audited=False)
def list_applications(desk: Desk, state: str | None = None, limit: int = 100) -> list[tuple[Application, Customer]]:
    """Applications of the caller's units, newest first."""
    rows = work.recent(desk.tx, desk.units, state, min(limit, 200))
    known = customers.by_ids(desk.tx, [row.customer_id for row in rows])
    return [(row, known[row.customer_id]) for row in rows]
