"""The steps of an application: entered, to its next signer, signed, back to its asker, void (I3, ADR 0007)."""

from typing import Any
from uuid import UUID

from hub.domain.changes import RULES, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import check_value
from hub.domain.staff.posts import Post
from hub.domain.states import ApplicationState
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.tasks.tasks import close_tasks, open_task, set_due
from hub.ports import new_id, now
from hub.registry.changes import applications
from hub.registry.customers import customers
from hub.registry.schema import Application, Customer, Signature
from hub.registry.staff import users

from .before_order import due_of
from .copies import kept, tell_asker, tell_end
from .plan import ChangePlan, ChangeRequest, plan, sealed_as, values_of, version_of

CLERK = Post.STATISTICS_CLERK
# Applications voided in one step, to keep its transaction short; the rest follows in ten seconds.
AT_A_TIME = 200


def enter(desk: Desk, customer: Customer, request: ChangeRequest, made: ChangePlan) -> Application:
    """A new application for what was planned, as the actor's; not flushed."""
    application = Application(
        id=new_id(),
        rule=made.rule.key,
        article=made.rule.article,
        customer_id=customer.id,
        unit_code=customer.unit_code,
        state=ApplicationState.SENT,
        asked_by=desk.actor.user_id,
        asked_by_name=desk.actor.name,
        asked_post=post_of_asker(desk, made.rule, customer.unit_code),
        sent_at=now(),
        round=1,
        resent_by=[],
    )
    fill(desk, customer, application, request, made)
    desk.tx.add(application)
    return application


def fill(desk: Desk, customer: Customer, row: Application, request: ChangeRequest, made: ChangePlan) -> None:
    """Fill an application from its plan: values, papers, signers, what they sign; starts at the first step."""
    row.rule_version, row.digest, row.step = made.version, made.digest, 0
    row.reason, row.why = request.reason or None, request.why.strip()
    row.no_meeting = request.no_meeting.strip() or None
    row.evidence = sorted(str(paper) for paper in request.evidence_ids)
    row.chain = [str(post) for post in made.chain]
    row.shown = [{"zh": line.zh, "en": line.en, "article": line.article} for line in made.lines]
    row.cc = kept(desk, customer, request.cc)
    _keep_values(desk, row, request)


def _keep_values(desk: Desk, row: Application, request: ChangeRequest) -> None:
    plain: dict[str, str] = {}
    sealed: dict[str, str] = {}
    for key, text in request.values.items():
        field = FIELDS[key]
        checked = check_value(desk.known_field(field), text).value
        if field.sensitive:
            sealed[key] = desk.vault.seal_field(row.customer_id, sealed_as(row.id, key), checked)
        else:
            plain[key] = checked
    row.proposed, row.sealed = plain, sealed


def post_of_asker(desk: Desk, rule: Rule, unit_code: str) -> Post:
    """The post as whose holder the actor asks: the clerk's before others; the hub asks for the clerks."""
    # The clerk's post first: an application that is sent back goes to the post recorded here.
    held = sorted(desk.actor.posts & rule.asked_by, key=lambda post: (post != CLERK, post))
    # Of several posts, one that is held for this customer's unit.
    if len(held) > 1:
        held = [post for post in held if unit_code in desk.covered_units(frozenset({post}))] or held
    return held[0] if held else CLERK if CLERK in rule.asked_by else min(rule.asked_by)


def next_step(desk: Desk, row: Application, rule: Rule, days: int) -> None:
    """To the next signer, or to the post that carries it out."""
    close_tasks(desk, "application", row.id, "done")
    # A rule without signers has an empty chain, and is approved as soon as it is sent.
    if row.step < len(row.chain):
        _task(desk, row, "sign", Post(row.chain[row.step]), 1)
        return
    applications.step(row, ApplicationState.APPROVED)
    row.decided_at = now()
    _task(desk, row, "carry_out", rule.carried_out_by, days)


def _task(desk: Desk, row: Application, kind: str, post: Post, days: int, user_id: UUID | None = None) -> None:
    known: dict[str, Any] = {"customer_id": row.customer_id, "unit_code": row.unit_code}
    about = ("application", row.id)
    task = open_task(desk, kind, row.article, post=post, days=days, subject=about, details={"rule": row.rule}, **known)
    task.user_id = user_id
    customer, rule = customers.get(desk.tx, row.customer_id), RULES.get(row.rule)
    # Before the next order at the latest, though the rule may give more days (R8.6).
    if customer is not None and rule is not None and rule.temporary:
        set_due(task, due_of(desk, customer, rule, days, now()))


def sign(desk: Desk, row: Application, post: Post, decision: str, why: str) -> None:
    """Keep the decision, with the digest of what was shown."""
    desk.tx.add(
        Signature(
            id=new_id(),
            application_id=row.id,
            round=row.round,
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
    desk.audit_detail |= {"decision": decision, "rule": row.rule, "step": row.step, "round": row.round}


def barred(row: Application, signed: list[Signature]) -> set[UUID | None]:
    """Users who may not sign: the asker, whoever corrected it, and this round's signers (I3)."""
    menders = {UUID(entry["id"]) for entry in row.resent_by if entry["id"]}
    return {row.asked_by, *menders, *(entry.user_id for entry in signed if entry.round == row.round)}


def back_to_asker(desk: Desk, row: Application, why: str) -> None:
    """Return it for correction to the asker, or to their post when they have left it; if rejected, only notify."""
    close_tasks(desk, "application", row.id, row.state)
    if row.state != ApplicationState.SENT_BACK:
        tell_end(desk, row, why)
        return
    post = Post(row.asked_post)
    user = users.user(desk.tx, row.asked_by) if row.asked_by else None
    there = user is not None and user.active and holds(desk.tx, user.id, post, row.unit_code)
    _task(desk, row, "mend", post, 3, row.asked_by if there else None)
    tell_asker(desk, row, "application_sent_back", why)


def asked(desk: Desk, row: Application, customer: Customer) -> ChangePlan:
    """The plan of what an application asks, as things stand now. Raises NoSuchRule."""
    request = ChangeRequest(
        customer_id=customer.id,
        version=customer.version,
        rule=row.rule,
        values=values_of(desk, row),
        why=row.why,
        reason=row.reason or "",
        evidence_ids=tuple(UUID(paper) for paper in row.evidence),
        # Not kept: it was checked when this was sent, and is not part of the plan that is signed.
        told=True,
        no_meeting=row.no_meeting or "",
        application_id=row.id,
    )
    return plan(desk, customer, request)


def moved(desk: Desk, row: Application, customer: Customer) -> str:
    """Why what was sent is no longer what would be done (the rule or the record has changed); empty if it still is."""
    rule = RULES.get(row.rule)
    if rule is None or version_of(desk, customer, rule) != row.rule_version:
        return "rule_changed"
    return "" if asked(desk, row, customer).digest == row.digest else "record_moved"


def void_if_moved(desk: Desk, row: Application, customer: Customer) -> bool:
    """Void an application if the record, a paper or the rule is no longer what was sent; returns whether it is void."""
    why = moved(desk, row, customer)
    if why:
        void(desk, row, why)
    return bool(why)


def void(desk: Desk, row: Application, why: str) -> None:
    """Void an application; the asker is told why and may ask again."""
    applications.step(row, ApplicationState.VOID)
    row.void_why, row.decided_at = why, now()
    desk.audit_detail["void"] = why
    close_tasks(desk, "application", row.id, "void")
    tell_end(desk, row)


def void_outdated(desk: Desk) -> int:
    """Void open applications whose rule has changed, at once rather than at the next decision.

    The hub's own step, as after an update; returns how many.
    """
    rows = applications.under_other_versions(desk.tx, {rule.key: rule.version for rule in RULES.values()}, AT_A_TIME)
    for application in rows:
        # Otherwise signatures given under the old rule would count for the new one.
        void(desk, application, "rule_changed")
    return len(rows)
