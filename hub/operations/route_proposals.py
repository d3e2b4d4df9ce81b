"""Proposals to the route meeting: asked for, taken back, come from a disagreement, carried out (R13.1, R7.14)."""

from typing import Any
from uuid import UUID

from hub.domain.catalogue import FIELDS
from hub.domain.changes import RULES
from hub.domain.fields import check_value
from hub.domain.people import Post
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.states import ApplicationState, ProposalState
from hub.ports import new_id, now, today
from hub.registry import meetings, work
from hub.registry.schema import Customer, RouteProposal

from . import visit_guard
from .customers import read_plain, set_field
from .desk import Desk
from .operation import operation
from .settlement import touch
from .tasks import close_tasks

ROUTE_FIELDS = RULES["route_urgent"].sets
"""The fields that a route meeting may change."""
ASK = {Post.ACCOUNT_MANAGER, Post.DELIVERY_DRIVER, Post.STATISTICS_CLERK}
FIRST_DELIVERY = "route_first_delivery"


class ProposedAlready(Refusal):
    """A customer has one proposal at a time (R13.1)."""

    article = "R13.1"
    says = ("该客户已有一项线路调整在办理。", "The customer has a route proposal already.")
    then = ("请先撤回,或等会议决定并维护后再提出。", "Take it back, or wait until it is decided and done.")


class Decided(Refusal):
    """What is decided or done is not taken back or done twice (R13.1)."""

    article = "R13.1"
    says = ("这项调整现在不能这样办理。", "This proposal is at another step.")
    then = ("请刷新页面,查看会议的决定。", "Reload and see what was decided.")


@operation(article="R13.1", posts=ASK, title=("提出线路调整", "Propose a route change"))
def propose(desk: Desk, customer_id: UUID, values: dict[str, str], why: str) -> UUID:
    """Put new route data of a customer on the next meeting's agenda. Raises BadInput, ProposedAlready."""
    customer = desk.customer(customer_id)
    return _enter(desk, customer, _checked(customer, values), why, "R13.1").id


def _checked(customer: Customer, values: dict[str, str]) -> dict[str, str]:
    """The values that would change something, each in its field's form."""
    found: dict[str, str] = {}
    for key, text in values.items():
        if key not in ROUTE_FIELDS:
            raise BadInput(field=key[:40], problem="不是线路信息", mend="会议只调整批次、线路、顺序和订货日。")
        field = FIELDS[key]
        checked = check_value(field, text) if text.strip() else None
        if checked is None:
            continue
        if checked.problem:
            raise BadInput(field=field.title[0], problem="格式不正确", mend="请核对后重填。")
        if checked.value != read_plain(customer, field):
            found[key] = checked.value
    return found


def _enter(desk: Desk, customer: Customer, values: dict[str, str], why: str, article: str) -> RouteProposal:
    if not values or not why.strip():
        raise BadInput(field="线路调整", problem="没有变化或没有写明原因", mend="请填写新的线路信息和原因。")
    if meetings.open_of(desk.tx, customer.id):
        raise ProposedAlready()
    row = RouteProposal(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        proposed=values,
        why=why.strip(),
        article=article,
        state=ProposalState.PROPOSED,
        made_at=now(),
        made_by_name=desk.actor.name,
    )
    desk.tx.add(row)
    desk.tx.flush()
    desk.audit_detail["fields"] = sorted(values)
    return row


@operation(article="R7.14", posts=ASK, title=("登记线路意见不一", "Record a disagreement"))
def disagree(desk: Desk, application_id: UUID, why: str) -> UUID:
    """Manager and driver do not agree on a new entrant's route: it goes to the next meeting instead (R7.14)."""
    row = work.application(desk.tx, application_id, lock=True)
    if row is None:
        raise NotFound(what="申请")
    customer = desk.customer(row.customer_id, "申请")
    if row.rule != FIRST_DELIVERY or row.state not in work.OPEN:
        raise Decided()
    proposal = _enter(desk, customer, _checked(customer, row.proposed), why, "R7.14")
    work.step(row, ApplicationState.WITHDRAWN)
    row.done_at, row.done_by_name = now(), desk.actor.name
    close_tasks(desk, "application", row.id, "to the route meeting")
    return proposal.id


@operation(article="R13.1", posts=ASK, title=("撤回线路调整", "Take a proposal back"))
def withdraw_proposal(desk: Desk, proposal_id: UUID, why: str) -> None:
    """Take a proposal back before it is decided. Raises Decided."""
    row, _ = mine(desk, proposal_id)
    if row.state != ProposalState.PROPOSED:
        raise Decided()
    meetings.step_proposal(row, ProposalState.WITHDRAWN)
    row.said, row.ended_at, row.ended_by_name = why.strip(), now(), desk.actor.name


@operation(article="R13.1", posts={Post.STATISTICS_CLERK}, title=("维护会议决定", "Carry a meeting's decision out"))
def carry_out_proposal(desk: Desk, proposal_id: UUID) -> None:
    """Enter what the meeting decided, with its record. Raises DoubleVisit with the first day when R13.2 forbids it."""
    row, customer = mine(desk, proposal_id)
    meeting = meetings.meeting(desk.tx, row.meeting_id) if row.meeting_id else None
    if row.state != ProposalState.ACCEPTED or meeting is None or meeting.closed_at is None:
        raise Decided()
    values: dict[str, str] = row.proposed
    visit_guard.keep_apart(desk, customer, values, today())
    changes: dict[str, list[Any]] = {}
    with desk.tx.no_autoflush:
        for key, value in values.items():
            changes |= set_field(desk, customer, FIELDS[key], value)
    touch(desk, customer, row.article, f"线路优化会议 {meeting.held_on}:{row.why}", changes)
    meetings.step_proposal(row, ProposalState.CARRIED_OUT)
    row.ended_at, row.ended_by_name = now(), desk.actor.name
    close_tasks(desk, "route_proposal", row.id, "done")


def mine(desk: Desk, proposal_id: UUID) -> tuple[RouteProposal, Customer]:
    """The proposal, locked, and its customer. Raises NotFound."""
    row = meetings.proposal(desk.tx, proposal_id, lock=True)
    if row is None:
        raise NotFound(what="线路调整")
    customer = desk.customer(row.customer_id, "线路调整")
    desk.about("route_proposal", str(row.id))
    return row, customer
