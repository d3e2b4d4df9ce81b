"""The desk of differences: what two people decide, and what then mends the side that was wrong (G3, R7.9, R8.4)."""

from uuid import UUID

from hub.domain.capabilities import RECHECK
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.asks.consequences import end_here
from hub.operations.desk import Desk
from hub.operations.operation import hold_company, operation
from hub.operations.settlement.bank_requests import end_at_bank
from hub.ports import now
from hub.registry import history
from hub.registry.asks import ledger
from hub.registry.carriers import devices
from hub.registry.customers import customers
from hub.registry.reconciliation import differences, marks
from hub.registry.schema import Account, Customer, Difference
from hub.registry.settlement import accounts

from .comparison import ask_bank

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE, Post.INSPECTOR}
ACTS = {Post.STATISTICS_CLERK}
CONFIRMS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}
PAGE = 200
WAYS = {
    "recheck": ("向银行核实后以银行为准", "Ask the bank, then follow it"),
    "theirs": ("以对方为准,改正我方", "Theirs is right: ours is mended"),
    "ours": ("以我方为准,请对方改正", "Ours is right: theirs is mended"),
    "explained": ("已核实,差异属实可接受", "Looked into, and to be left"),
}
SIDES = {
    "ended_there": "theirs",
    "device_moved": "theirs",
    "unknown_customer": "ours",
    "not_announced": "ours",
    "old_remains": "ours",
}
"""The side that is usually right, by who holds the book: devices the carrier, customer codes we. Of the rest people judge."""
ENDED_BY_ITSELF = frozenset({"braked"})
"""It leaves the desk with the run that it is about."""
ONLY_EXPLAINED = frozenset({"not_announced", "event_reused", "not_compared"})


class SecondPersonForDifference(Refusal):
    """Nobody settles a difference alone (G3)."""

    article, status = "G3", 403
    says = ("差异处理须由另一人复核。", "A difference is settled by two people.")
    then = ("请由另一名统计分析员或科长复核。", "Let another clerk or the section chief confirm it.")


class AlreadyConfirmed(Refusal):
    """Two people have decided; the difference waits for the side that is being mended."""

    article = "G3"
    says = ("两人已确认,正在等待{side}改正。", "Two people have decided; {side} is being mended.")
    then = (
        "双方一致后自动消失;需要改变处理意见时请重新提出。",
        "It goes when both agree; to decide otherwise, propose anew.",
    )


class BankNotAsked(Refusal):
    """The bank cannot be asked now: nothing may leave, or it does not answer such a question (G2)."""

    article = "G2"
    says = ("现在不能向银行核实客户 {code}。", "The bank cannot be asked about customer {code} now.")
    then = (
        "请检查授权、保密协议和渠道,或选择其他处理方式。",
        "Look at authorisation, agreement and channel, or choose another way.",
    )


@operation(
    "differences.list_differences",
    article="R7.9",
    posts=LOOKS,
    title=("查看差异", "See differences"),
    changes=False,
    audited=False,
)
def list_differences(desk: Desk, after: UUID | None = None, limit: int = PAGE) -> list[Difference]:
    """The desk of differences, what is due first on top; `after` is the last one of the page before."""
    return differences.listed(desk.tx, desk.units, min(limit, PAGE), after)


def ways_of(desk: Desk, row: Difference) -> list[str]:
    """The ways that make sense for a difference; what nobody's customer differs about is the company's (R4.1)."""
    if row.what in ENDED_BY_ITSELF or (row.customer_id is None and not desk.actor.at_company(frozenset(ACTS))):
        return []
    if row.what in ONLY_EXPLAINED:
        return ["explained"]
    capability = desk.channels.get(row.channel)
    asked = row.kind == "binding" and bool(row.ours) and capability is not None and capability.can(RECHECK)
    return [way for way in WAYS if way != "recheck" or asked]


@operation(
    "differences.propose",
    article="G3",
    posts=ACTS,
    title=("提出差异处理意见", "Propose how a difference ends"),
    people_only=True,
)
def propose(desk: Desk, difference_id: UUID, way: str, why: str) -> None:
    """Say how a difference is to be cleared up; a second person confirms. “recheck” asks the bank at once.

    Raises BadInput, and BankNotAsked. What was confirmed before is open again.
    """
    row = mine(desk, difference_id)
    if way not in ways_of(desk, row) or not why.strip():
        raise BadInput(field="处理意见", problem="没有选择、不适用或没有写明", mend="请选择处理方式并写明核实经过。")
    row.proposed, row.proposed_why = way, why.strip()
    row.proposed_by, row.proposed_by_name = desk.actor.user_id, desk.actor.name
    row.confirmed_at = row.confirmed_by_name = None
    desk.audit_detail |= {"way": way, "why": why}
    if way == "recheck":
        _recheck(desk, row)


@operation(
    "differences.confirm",
    article="G3",
    posts=CONFIRMS,
    title=("复核差异处理", "Confirm how a difference ends"),
    people_only=True,
)
def confirm(desk: Desk, difference_id: UUID) -> None:
    """The second person agrees. What is to be left leaves the desk; else one side is mended, and it stays until both agree.

    Raises BadInput, SecondPersonForDifference, AlreadyConfirmed.
    """
    row = mine(desk, difference_id)
    if row.proposed is None:
        raise BadInput(field="处理意见", problem="还没有人提出", mend="请先提出处理意见。")
    if row.proposed_by == desk.actor.user_id:
        raise SecondPersonForDifference()
    if row.confirmed_at is not None:
        raise AlreadyConfirmed(side="我方" if row.proposed == "theirs" else "对方")
    desk.audit_detail |= {"way": row.proposed}
    if row.proposed == "explained":
        row.closed_at, row.closed_how, row.closed_by_name = now(), row.proposed, desk.actor.name
        return
    row.confirmed_at, row.confirmed_by_name = now(), desk.actor.name
    _mend(desk, row)
    marks.mark(desk.tx, row.channel, [row.customer_code], _numbers(row), None, now())


def _numbers(row: Difference) -> list[str]:
    return [row.number] if row.kind in ("agreement", "device") else []


def _mend(desk: Desk, row: Difference) -> None:
    """Do what can be done by machine for the side that is wrong; the rest is the desk's, by its deadline."""
    match row.proposed, row.what:
        case "theirs", "device_moved":
            _move_device(desk, row)
        case "theirs", "ended_there":
            _end_ours(desk, row)
        case "ours", "old_remains":
            _end_again(desk, row)


def _held(desk: Desk, row: Difference) -> tuple[Customer, Account] | None:
    """The customer's account that the difference is about."""
    customer = customers.get(desk.tx, row.customer_id) if row.customer_id else None
    rows = accounts.open_accounts(desk.tx, customer.id) if customer is not None else []
    account = next((each for each in rows if each.channel == row.channel), None)
    return (customer, account) if customer is not None and account is not None else None


def _recheck(desk: Desk, row: Difference) -> None:
    """A question to the bank; its answer decides, and the difference is looked at again."""
    held = _held(desk, row)
    if held is None or not ask_bank(desk, *held):
        raise BankNotAsked(code=row.customer_code)


def _end_ours(desk: Desk, row: Difference) -> None:
    """Ours ends as the bank says: by its answer, or by the two people's word where it cannot be asked."""
    held = _held(desk, row)
    if held is None or ask_bank(desk, *held):
        return
    customer, account = held
    agreement = accounts.agreement(desk.tx, account.agreement_id)
    assert agreement is not None
    end_here(desk, customer, account, agreement, f"差异处理,以银行为准: {row.proposed_why}")


def _end_again(desk: Desk, row: Difference) -> None:
    """The old bank is asked once more to end its binding (R10.1). Raises the gate's refusals (G2)."""
    held = _held(desk, row)
    if held is not None and not ledger.open_ask(desk.tx, held[1].id):
        end_at_bank(desk, *held, "R10.1")


def _move_device(desk: Desk, row: Difference) -> None:
    """The device is the other customer's, as the carrier says (R11.2); both customers' history tells it."""
    taker = customers.by_code(desk.tx, str(row.theirs.get("customer", "")))
    if taker is None or row.customer_id is None or not devices.move_device(desk.tx, row.channel, row.number, taker.id):
        return
    for customer_id, pair in ((row.customer_id, [row.number, None]), (taker.id, [None, row.number])):
        history.record(
            desk.tx,
            customer_id=customer_id,
            actor=desk.actor,
            article="R11.2",
            why=f"差异处理,以运营商为准: {row.proposed_why}",
            version=0,
            changes={"device": pair},
        )


def mine(desk: Desk, difference_id: UUID) -> Difference:
    """An open difference that the caller may act on. Raises NotFound, and OnlyAtCompany where it is nobody's customer's."""
    row = differences.get(desk.tx, difference_id)
    if row is None or row.closed_at is not None:
        raise NotFound(what="差异")
    if row.customer_id is not None:
        customer = customers.get(desk.tx, row.customer_id)
        if customer is None or (desk.units is not None and customer.unit_code not in desk.units):
            raise NotFound(what="差异")
    elif desk.doing is not None:
        hold_company(desk, desk.doing)
    desk.about("difference", f"{row.channel} {row.kind} {row.customer_code}")
    return row
