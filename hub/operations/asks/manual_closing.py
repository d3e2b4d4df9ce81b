"""Closing a doubt by hand: one person proposes by the bank's letter, another confirms (R7.9, R16.1)."""

from typing import Annotated, Literal
from uuid import UUID

from hub.domain.inputs import Choices, Label, Text, Why
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import AskState, final
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import new_id, now
from hub.registry.asks import ledger
from hub.registry.schema import Ask, Closing
from hub.registry.settlement import accounts

from .consequences import binding_live, binding_refused, ended
from .outcomes import wait
from .packages import alone, close_or_ask, is_package
from .steering import ACTS, LETTER, NotNow, my_ask

CONFIRMS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}
OUTCOMES = {
    "live": ("已办好", "It is done"),
    "refused": ("没有办理", "It was not done"),
    "each": ("逐户查询", "Ask about each by itself"),
}
UNKNOWN = (AskState.PERSON, AskState.IN_DOUBT, AskState.ASKED)


class PaperNeeded(Refusal):
    """Closing an unknown outcome by hand needs the bank's own paper (R16.1)."""

    article = "R16.1"
    says = ("人工确认结果需要对方书面答复。", "Closing by hand needs the partner's letter.")
    then = ("请先上传对方书面答复。", "Upload the partner's letter first.")


class SecondPersonNeeded(Refusal):
    """A closing is confirmed by somebody other than its proposer (G3)."""

    article, status = "G3", 403
    says = (
        "人工确认结果须由另一人复核,提出人不能复核自己的申请。",
        "Another person confirms: nobody confirms their own.",
    )
    then = (
        "请由另一名统计分析员或营销服务科科长复核。",
        "Let another statistics clerk or the section chief look at it.",
    )


class ProposedAlready(Refusal):
    """A proposal waits for its second person (R16.1)."""

    article = "R16.1"
    says = ("已有人工确认申请等待复核。", "A proposal to close it waits already.")
    then = ("请先复核或退回该申请。", "Confirm or send back that one first.")


@operation(
    "closing.propose_closing",
    article="R16.1",
    posts=ACTS,
    title=("申请人工确认结果", "Propose to close an ask by hand"),
    people_only=True,
)
def propose_closing(
    desk: Desk,
    ask_id: UUID,
    outcome: Annotated[
        Literal["live", "refused", "each"], Label("对方的答复", "The partner's answer"), Choices(OUTCOMES)
    ],
    why: Annotated[Text, Label("说明", "What the letter says")],
    evidence_id: Annotated[UUID, Label("对方书面答复", "The partner's letter")],
) -> None:
    """Propose an outcome by the bank's letter; nothing changes until a second person confirms.

    `outcome` "each": the rows of a package are asked about one by one.
    """
    # Locked: of two proposals at once the second finds the first one open.
    ask = my_ask(desk, ask_id, lock=True)
    _closable(ask)
    if outcome not in OUTCOMES or (outcome == "each" and not is_package(ask)):
        raise BadInput(field="对方的答复", problem="没有选择", mend="请从列表中选择。")
    if not why.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明对方答复的内容。")
    owners = [ask.customer_id] if ask.customer_id else [customer.id for customer in ledger.customers_of(desk.tx, ask)]
    paper = accounts.evidence_by_id(desk.tx, evidence_id)
    if paper is None or paper.customer_id not in owners or paper.kind != LETTER:
        raise PaperNeeded()
    if ledger.open_closing(desk.tx, ask.id) is not None:
        raise ProposedAlready()
    # The hub cannot be one of the two people.
    if desk.actor.user_id is None:
        raise SecondPersonNeeded()
    desk.tx.add(
        Closing(
            id=new_id(),
            ask_id=ask.id,
            outcome=outcome,
            why=why.strip(),
            evidence_id=paper.id,
            customer_id=paper.customer_id,
            proposed_by=desk.actor.user_id,
            proposed_by_name=desk.actor.name,
            proposed_at=now(),
        )
    )
    desk.tx.flush()
    desk.audit_detail |= {"why": why, "outcome": outcome, "evidence": str(paper.id)}


@operation(
    "closing.confirm_closing",
    article="G3",
    posts=CONFIRMS,
    title=("复核人工确认的结果", "Confirm a closing by hand"),
    people_only=True,
)
def confirm_closing(desk: Desk, ask_id: UUID) -> None:
    """Confirm a proposal: the ask ends as the letter says, and the registry follows."""
    ask, closing = _proposed(desk, ask_id)
    if desk.actor.user_id is None or desk.actor.user_id == closing.proposed_by:
        raise SecondPersonNeeded()
    _closable(ask)
    # The letter answers the earlier sending and says nothing about this one.
    if ask.sent_at is not None and ask.sent_at > closing.proposed_at:
        raise NotNow(
            state=AskState(ask.state), action="复核人工确认的结果", advice="申请之后又向对方发送过,请退回后重新核实。"
        )
    _decide(desk, closing, "confirmed")
    if is_package(ask):
        _close_package(desk, ask, closing)
    else:
        _settle(desk, ask, closing)


@operation(
    "closing.reject_closing",
    article="G3",
    posts=CONFIRMS,
    title=("退回人工确认申请", "Send a closing back"),
    people_only=True,
)
def reject_closing(desk: Desk, ask_id: UUID, why: Why) -> None:
    """Reject or withdraw a proposal; the ask stays in doubt and is asked about again."""
    _, closing = _proposed(desk, ask_id)
    _decide(desk, closing, "rejected")
    desk.audit_detail["why"] = why


def _proposed(desk: Desk, ask_id: UUID) -> tuple[Ask, Closing]:
    # Lock order: ask, then closing. Workers lock the ask first, too.
    ask = my_ask(desk, ask_id, lock=True)
    closing = ledger.open_closing(desk.tx, ask.id, lock=True)
    if closing is None:
        raise NotFound(what="待复核的人工确认申请")
    return ask, closing


def _closable(ask: Ask) -> None:
    """Raise NotNow unless the outcome is unknown and no talk is under way; a package that never left is sent again."""
    unsent = is_package(ask) and ask.sent_at is None and ask.doubt_since is None
    # A lease means that a worker is talking to the partner now: its answer may decide.
    if ask.state not in UNKNOWN or ask.lease_until or unsent:
        raise NotNow(state=AskState(ask.state), action="人工确认结果", advice="只有结果待核实的办理可以人工确认结果。")


def _decide(desk: Desk, closing: Closing, decision: str) -> None:
    closing.decision, closing.decided_by_name, closing.decided_at = decision, desk.actor.name, now()
    desk.audit_detail |= {"outcome": closing.outcome, "evidence": str(closing.evidence_id)}
    desk.audit_detail["proposed_by"] = closing.proposed_by_name


def _settle(desk: Desk, ask: Ask, closing: Closing) -> None:
    """One ask ends as the letter says."""
    by = f"{closing.proposed_by_name}、{desk.actor.name}"
    if closing.outcome == "refused":
        ledger.step(ask, AskState.REFUSED, ended_by=by, reason="bank_unknown", doubt_since=None)
        binding_refused(desk, ask, "bank_unknown")
        return
    ledger.step(ask, AskState.DONE, ended_by=by, doubt_since=None)
    if ask.verb == "unbind_card":
        ended(desk, ask)
    else:
        binding_live(desk, ask, ask.reference or "", closing.evidence_id)


def _close_package(desk: Desk, package: Ask, closing: Closing) -> None:
    """Give each open row the letter's outcome, or take it out of the package and ask about it separately."""
    # Rows are locked in the order of their number, after the package: a worker does the same.
    for ask in ledger.rows_of(desk.tx, package.id, lock=True):
        if final(AskState(ask.state)):
            continue
        if closing.outcome == "each":
            alone(desk, ask)
            # Asked about one by one from now on, under the serial that the bank knows.
            wait(desk, ask, "question", now())
        else:
            _settle(desk, ask, closing)
    package.ended_by = f"{closing.proposed_by_name}、{desk.actor.name}"
    close_or_ask(desk, package)
