"""Differences: two people decide, then the wrong side is corrected (G3, R7.9, R8.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from hub.domain.capabilities import RECHECK
from hub.domain.inputs import Choices, Label, Limit, Text
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import AccountState
from hub.operations.asks.consequences import end_here
from hub.operations.desk import Desk
from hub.operations.operation import hold_company, operation
from hub.operations.settlement.bank_requests import end_at_bank
from hub.operations.views import view
from hub.ports import now
from hub.registry import history
from hub.registry.asks import ledger
from hub.registry.carriers import devices
from hub.registry.customers import customers
from hub.registry.reconciliation import differences, marks
from hub.registry.schema import Account, Customer, Difference
from hub.registry.settlement import accounts

from .comparison import ask_bank, could_not_say

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE, Post.INSPECTOR}
ACTS = {Post.STATISTICS_CLERK}
CONFIRMS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}
PAGE = 200
Way = Literal["recheck", "theirs", "ours", "explained"]
WAYS: dict[Way, tuple[str, str]] = {
    "recheck": ("向银行核实后以银行为准", "Ask the bank, then follow it"),
    "theirs": ("以对方为准,改正我方", "Theirs is right: correct ours"),
    "ours": ("以我方为准,请对方改正", "Ours is right: have theirs corrected"),
    "explained": ("已核实,不一致属实可接受", "Checked, and accepted as it is"),
}
SIDES: dict[str, Literal["ours", "theirs"]] = {
    "ended_there": "theirs",
    "device_moved": "theirs",
    "unknown_customer": "ours",
    "not_announced": "ours",
    "old_remains": "ours",
}
"""The side that is usually right: whoever keeps that record, devices the carrier, codes we. People judge the rest."""
# Closed together with the run that they are about, so nobody decides on them.
ENDED_BY_ITSELF = frozenset({"braked"})
ONLY_EXPLAINED = frozenset({"not_announced", "event_reused", "not_compared", "record_unreadable"})


@dataclass(frozen=True)
class DifferenceView:
    """Both values with their ages, the side that is usually right, the evidence, and what people decided."""

    id: UUID
    channel: str
    kind: str
    number: str
    what: str
    customer_id: UUID | None
    customer_code: str
    ours: dict[str, Any]
    theirs: dict[str, Any]
    suggestion: str
    side: Literal["ours", "theirs"] | None
    ways: list[Way]
    evidence: str | None
    found_at: datetime
    decide_by: datetime
    proposed: Way | None
    proposed_why: str | None
    proposed_by: UUID | None
    proposed_by_name: str | None
    confirmed_at: datetime | None
    confirmed_by_name: str | None


class SecondPersonForDifference(Refusal):
    """A difference is settled by two people (G3)."""

    article, status = "G3", 403
    says = ("信息不一致的处理须由另一人复核。", "A difference is settled by two people.")
    then = ("请由另一名统计分析员或科长复核。", "Let another clerk or the section chief confirm it.")


class AlreadyConfirmed(Refusal):
    """Two people have decided; the difference waits for the correction."""

    article = "G3"
    says = ("两人已确认,正在等待{side}改正。", "Two people have decided; {side} is being corrected.")
    then = (
        "双方一致后自动消失;需要改变处理意见时请重新提出。",
        "It closes when both agree; to decide otherwise, make a new proposal.",
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
    title=("查看信息不一致", "See differences"),
    changes=False,
    audited=False,
)
def list_differences(desk: Desk, after: UUID | None = None, limit: Limit = PAGE) -> list[DifferenceView]:
    """Open differences, the ones due first on top; `after` is the last one of the page before."""
    rows = differences.listed(desk.tx, desk.units, limit, after)
    return [
        view(DifferenceView, difference, side=SIDES.get(difference.what), ways=ways_of(desk, difference))
        for difference in rows
    ]


def ways_of(desk: Desk, row: Difference | DifferenceView) -> list[Way]:
    """The ways that make sense for a difference; one without a customer is for the company alone (R4.1)."""
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
    title=("提出信息不一致的处理意见", "Propose how a difference ends"),
    people_only=True,
)
def propose(
    desk: Desk,
    difference_id: UUID,
    way: Annotated[Way, Label("处理方式", "How"), Choices(WAYS)],
    why: Annotated[Text, Label("核实经过", "What was found")],
) -> Way:
    """Propose how to resolve a difference; a second person confirms. “recheck” asks the bank at once.

    Returns the way. Raises BadInput, BankNotAsked. What was confirmed before is open again.
    """
    difference = mine(desk, difference_id)
    if way not in ways_of(desk, difference) or not why.strip():
        words = {"field": "处理意见", "problem": "没有选择、不适用或没有写明", "mend": "请选择处理方式并写明核实经过。"}
        english = {"problem_en": "not chosen, not applicable or not explained", "mend_en": "Choose one and explain it."}
        raise BadInput(at="way", field_en="Proposal", **words, **english)
    difference.proposed, difference.proposed_why = way, why.strip()
    difference.proposed_by, difference.proposed_by_name = desk.actor.user_id, desk.actor.name
    # A new proposal needs its own second person.
    difference.confirmed_at = difference.confirmed_by_name = None
    desk.audit_detail |= {"way": way, "why": why}
    # At once: a question changes nothing, so it needs no second person.
    if way == "recheck":
        _recheck(desk, difference)
    return way


@operation(
    "differences.confirm",
    article="G3",
    posts=CONFIRMS,
    title=("复核信息不一致的处理", "Confirm how a difference ends"),
    people_only=True,
)
def confirm(desk: Desk, difference_id: UUID) -> None:
    """Confirm a proposal: an explained difference is closed, any other stays until the wrong side is corrected.

    Raises BadInput, SecondPersonForDifference, AlreadyConfirmed.
    """
    difference = mine(desk, difference_id)
    if difference.proposed is None:
        raise BadInput(field="处理意见", problem="还没有人提出", mend="请先提出处理意见。")
    if difference.proposed_by == desk.actor.user_id:
        raise SecondPersonForDifference()
    if difference.confirmed_at is not None:
        raise AlreadyConfirmed(side=("我方", "our side") if difference.proposed == "theirs" else ("对方", "theirs"))
    desk.audit_detail |= {"way": difference.proposed}
    if difference.proposed == "explained":
        difference.closed_at, difference.closed_how, difference.closed_by_name = (
            now(),
            difference.proposed,
            desk.actor.name,
        )
        return
    difference.confirmed_at, difference.confirmed_by_name = now(), desk.actor.name
    _mend(desk, difference)
    # Compared again soon: the correction may have settled it, and then it closes with this decision.
    marks.mark(desk.tx, difference.channel, [difference.customer_code], _numbers(difference), None, now())


def _numbers(row: Difference) -> list[str]:
    return [row.number] if row.kind in ("agreement", "device") else []


def _mend(desk: Desk, row: Difference) -> None:
    """Correct the wrong side where that can be automated; staff do the rest by the deadline."""
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
    # A bank that keeps the old card until the new one is live has two at a time: the one that ends is what remains, and
    # any other difference is about the one that is to stay.
    remains = row.what == "old_remains"
    theirs = (account for account in rows if account.channel == row.channel)
    account = next((account for account in theirs if (account.state == AccountState.ENDING) == remains), None)
    return (customer, account) if customer is not None and account is not None else None


def _recheck(desk: Desk, row: Difference) -> None:
    """Ask the bank; its answer decides, and the difference is compared again."""
    held = _held(desk, row)
    if held is None or not ask_bank(desk, *held):
        raise BankNotAsked(code=row.customer_code)


def _end_ours(desk: Desk, row: Difference) -> None:
    """End our account: by the bank's answer, or by the two people's decision where the bank cannot be asked or say."""
    held = _held(desk, row)
    if held is None or (not could_not_say(desk, *held) and ask_bank(desk, *held)):
        return
    customer, account = held
    agreement = accounts.agreement(desk.tx, account.agreement_id)
    assert agreement is not None
    end_here(desk, customer, account, agreement, f"信息不一致处理,以银行为准: {row.proposed_why}")


def _end_again(desk: Desk, row: Difference) -> None:
    """The old bank is asked once more to end its binding (R10.1). Raises the gate's refusals (G2)."""
    held = _held(desk, row)
    if held is not None and not ledger.open_ask(desk.tx, held[1].id):
        end_at_bank(desk, *held, "R10.1")


def _move_device(desk: Desk, row: Difference) -> None:
    """Move the device to the other customer, as the carrier says (R11.2), with an entry in both histories."""
    taker = customers.by_code(desk.tx, str(row.theirs.get("customer", "")))
    if taker is None or row.customer_id is None or not devices.move_device(desk.tx, row.channel, row.number, taker.id):
        return
    # Each history tells its half of the move.
    for customer_id, pair in ((row.customer_id, [row.number, None]), (taker.id, [None, row.number])):
        history.record(
            desk.tx,
            customer_id=customer_id,
            actor=desk.actor,
            article="R11.2",
            why=f"信息不一致处理,以通讯公司为准: {row.proposed_why}",
            # Devices are not part of the record that has versions.
            version=0,
            changes={"device": pair},
        )


def mine(desk: Desk, difference_id: UUID) -> Difference:
    """An open difference that the caller may act on, locked. Raises NotFound; OnlyAtCompany if it has no customer."""
    difference = differences.get(desk.tx, difference_id)
    if difference is None or difference.closed_at is not None:
        raise NotFound(what="信息不一致")
    if difference.customer_id is not None:
        customer = customers.get(desk.tx, difference.customer_id)
        if customer is None or (desk.units is not None and customer.unit_code not in desk.units):
            raise NotFound(what="信息不一致")
    # Without a customer there is no unit to check, so only the company may decide (R4.1).
    elif desk.doing is not None:
        hold_company(desk, desk.doing)
    desk.about("difference", f"{difference.channel} {difference.kind} {difference.customer_code}")
    return difference
