"""What staff may do with asks: replay, cancel, ask again (R7.9); closing by hand is manual_closing.py."""

from uuid import UUID

from hub.domain.capabilities import AT_COUNTER
from hub.domain.inputs import Why
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import AskState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import Ask, Customer

from .consequences import binding_refused
from .outcomes import wait

ACTS = {Post.STATISTICS_CLERK}
# The kind of paper that settles a doubt by hand (R16.1).
LETTER = "bank_letter"


class NotNow(Refusal):
    """The ask's state does not allow this step."""

    article = "R7.9"
    says = ("办理当前状态为“{state}”,不能{action}。", "The ask is “{state}”; this cannot be done: {action}.")
    then = ("{advice}", "{advice}")


class OthersToo(Refusal):
    """A package with other units' customers is acted on by someone who covers all of those units (R4.1)."""

    article, status = "R4.1", 403
    says = (
        "批次中有其他单位的客户,不能由您办理。",
        "The package holds other units' customers; it is not yours to act on.",
    )
    then = ("请由市公司统计分析员办理。", "Let the company's statistics clerk do it.")


def my_ask(desk: Desk, ask_id: UUID, *, lock: bool = False) -> Ask:
    """An ask that the caller may act on; of a package, all customers must be theirs. Raises NotFound, OthersToo."""
    ask = ledger.get(desk.tx, ask_id, lock=lock)
    if ask is None:
        raise NotFound(what="办理记录")
    if ask.customer_id is not None:
        desk.customer(ask.customer_id, "办理记录")
    elif not customers_in(desk, ask)[1]:
        raise OthersToo()
    desk.about("ask", ask.key)
    return ask


def customers_in(desk: Desk, ask: Ask) -> tuple[list[Customer], bool]:
    """The caller's customers in a package, and whether those are all. Raises NotFound when there are none."""
    customers = ledger.customers_of(desk.tx, ask)
    ours = [customer for customer in customers if desk.units is None or customer.unit_code in desk.units]
    if customers and not ours:
        raise NotFound(what="办理记录")
    return ours, len(ours) == len(customers)


@operation("asks.replay", article="R7.9", posts=ACTS, title=("重新发送办理内容", "Replay an ask"))
def replay(desk: Desk, ask_id: UUID, why: Why) -> None:
    """Resume an ask that waits for a person under its key: ask first if it may have been sent, otherwise send."""
    ask = my_ask(desk, ask_id, lock=True)
    _by_itself(ask, "重新发送")
    if ask.state == AskState.QUEUED:
        wait(desk, ask, "worker", now())
    # Nothing has left, so sending under the old key cannot happen twice at the partner.
    elif ask.state == AskState.PERSON and ask.sent_at is None:
        ledger.step(ask, AskState.QUEUED)
        wait(desk, ask, "worker", now())
    elif ask.state == AskState.PERSON:
        _question(desk, ask)
    else:
        raise NotNow(state=AskState(ask.state), action="重新发送", advice="结果待核实的办理只能先查询,不能重发。")
    desk.audit_detail["why"] = why


def cancellable(ask: Ask) -> set[AskState]:
    """States in which an ask can be cancelled: nothing sent yet, or nothing ever sent (at the counter)."""
    own = {AskState.ACCEPTED} if ask.verb == AT_COUNTER else set()
    return {AskState.PLANNED, AskState.QUEUED, AskState.PERSON} | own


@operation("asks.cancel", article="R7.9", posts=ACTS, title=("取消办理", "Cancel an ask"))
def cancel(desk: Desk, ask_id: UUID, why: Why) -> None:
    """Cancel an ask of which nothing was sent; one that may have been sent waits for its outcome."""
    # Locked: a worker that is about to send it waits, and then finds it cancelled.
    ask = my_ask(desk, ask_id, lock=True)
    # `sent_at` is written before the call leaves: once set, the partner may have it.
    if ask.state not in cancellable(ask) or ask.sent_at or ask.row_no:
        raise NotNow(state=AskState(ask.state), action="取消", advice="办理内容可能已经送达对方,请等待查询结果。")
    ledger.step(ask, AskState.CANCELLED, ended_by=desk.actor.name, reason="cancelled")
    binding_refused(desk, ask, "withdrawn_by_company")
    desk.audit_detail["why"] = why


@operation("asks.ask_again", article="R7.9", posts=ACTS, title=("立即查询", "Ask the partner now"))
def ask_again(desk: Desk, ask_id: UUID) -> None:
    """Ask the partner now."""
    ask = my_ask(desk, ask_id, lock=True)
    _by_itself(ask, "查询")
    if ask.state not in (AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED, AskState.PERSON) or ask.lease_until:
        raise NotNow(state=AskState(ask.state), action="查询", advice="请稍后再试。")
    _question(desk, ask)


def _by_itself(ask: Ask, action: str) -> None:
    """Refuse a row, which is sent and asked about with its package. Raises NotNow."""
    if ask.package_id is not None:
        raise NotNow(state=AskState(ask.state), action=action, advice="本项随批次办理,请办理整个批次。")


def _question(desk: Desk, ask: Ask) -> None:
    if ask.state == AskState.PERSON:
        ledger.step(ask, AskState.ASKED)
        # The 24 hours after which a person takes over start again with this question.
        ask.doubt_since = now() if ask.sent_at else None
    wait(desk, ask, "question", now())
