"""Ours beside theirs: what follows by itself, what the partner is asked about, what people decide (R7.9, R8.4, R10.1)."""

from collections.abc import Sequence
from uuid import UUID

from hub.domain import authority
from hub.domain.capabilities import ASKS_DEVICE, RECHECK
from hub.domain.people import HUB, Post
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.ports import now
from hub.registry import asks, customers, devices, differences, history, settlement
from hub.registry.schema import Account, Agreement, Customer, Difference
from hub.registry.spans import Span

from .announcing import announce
from .ask_desk import leave
from .at_bank import binding_values
from .desk import Desk
from .operation import operation

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE, Post.INSPECTOR}
ACTS = {Post.STATISTICS_CLERK}
CONFIRMS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}
SUGGESTIONS = {
    "ended_there": "recheck",
    "other_card": "ask_customer",
    "unknown_here": "enter_or_end",
    "unknown_customer": "ask_partner",
    "device_moved": "ask_partner",
    "not_announced": "mend_and_announce",
}
FOUND_ELSEWHERE = frozenset({"not_announced", "old_remains", "braked", "list_unreadable"})
"""Differences that no comparison finds: they leave the desk by people, or by what ends them."""
WAYS = {
    "recheck": ("向银行核实后以银行为准", "Ask the bank, then follow it"),
    "theirs": ("以对方为准,我方已改正", "Theirs is right; ours was mended"),
    "ours": ("以我方为准,对方已改正", "Ours is right; theirs was mended"),
    "explained": ("已核实,差异属实可接受", "Looked into, and to be left"),
}


class SecondPersonForDifference(Refusal):
    """Nobody settles a difference alone (G3)."""

    article, status = "G3", 403
    says = ("差异处理须由另一人复核。", "A difference is settled by two people.")
    then = ("请由另一名统计分析员或科长复核。", "Let another clerk or the section chief confirm it.")


def compare(desk: Desk, channel: str, codes: Sequence[str] | Span, told: Sequence[str] = ()) -> int:
    """Compare for these customers, or for a stretch; returns how many differences stand on the desk for them afterwards.

    `told` are the numbers of agreements and devices that a message named: of customers whom the partner cannot name yet.

    Whose word counts says `domain.authority`: carriers are followed, banks asked; the rest goes to people. What agrees
    again leaves the desk by itself.
    """
    differences.one_at_a_time(desk.tx, channel)
    follow(desk, channel, codes, told)
    capability = desk.channels.get(channel)
    if capability is not None and capability.kind == "carrier":
        found = differences.strangers(desk.tx, channel, codes)
        if not isinstance(codes, Span) or codes.kind == "device":
            found += differences.moved(desk.tx, channel, codes)
    else:
        found = differences.bindings(desk.tx, channel, codes)
    standing: set[UUID] = set()
    for each in found:
        asked = each.what == "ended_there" and authority.settles(each.kind, each.what) == authority.Word.ASKED
        if asked and recheck(desk, channel, each.account_id, each.customer_id):
            continue
        standing.add(differences.opened(desk.tx, channel, each, SUGGESTIONS[each.what], now()).id)
    for row in differences.still_open(desk.tx, channel, codes):
        if row.id not in standing and row.what not in FOUND_ELSEWHERE:
            row.closed_at, row.closed_how, row.closed_by_name = now(), "agreed", desk.actor.name
    return len(standing)


def follow(desk: Desk, channel: str, codes: Sequence[str] | Span, told: Sequence[str] = ()) -> None:
    """Devices and carriers' agreements: ours follow theirs; a new agreement is announced (R7.7, R7.8)."""
    capability = desk.channels.get(channel)
    if capability is None or capability.kind != "carrier" or not authority.follows("device"):
        return
    numbers = codes if isinstance(codes, Span) else differences.numbers_of(desk.tx, channel, codes, told)
    absent_ends = not capability.can(ASKS_DEVICE)
    new, changes = devices.follow(desk.tx, channel, numbers, now(), absent_ends=absent_ends)
    for customer_id, field, old, new_state, number in changes:
        history.record(
            desk.tx,
            customer_id=customer_id,
            actor=HUB,
            article="R11.2" if field == "device" else "R7.7",
            why=f"{capability.title}告知: {number}",
            version=0,
            changes={field: [old, new_state]},
        )
    for agreement in devices.agreements(desk.tx, new):
        announce(desk, capability, agreement)


def recheck(desk: Desk, channel: str, account_id: UUID | None, customer_id: UUID | None) -> bool:
    """Ask the bank before an end is believed; False when that may not be asked now (the desk has it then)."""
    account = desk.tx.get(Account, account_id)
    customer = desk.tx.get(Customer, customer_id)
    if account is None or customer is None or not desk.channels[channel].can(RECHECK):
        return False
    if asks.open_ask(desk.tx, account.id):
        return True
    agreement = settlement.agreement(desk.tx, account.agreement_id)
    assert isinstance(agreement, Agreement)
    values = binding_values(desk, customer, account, agreement)
    try:
        ask = leave(desk, customer, channel, RECHECK, subject=("account", account.id), article="R7.9", values=values)
        ask.reference = account.reference
    except Refusal:
        return False
    return True


@operation(article="R7.9", posts=LOOKS, title=("查看差异", "See differences"), changes=False, audited=False)
def list_differences(desk: Desk) -> list[Difference]:
    """The desk of differences, what is due first on top."""
    return differences.listed(desk.tx, desk.units)


@operation(article="G3", posts=ACTS, title=("提出差异处理意见", "Propose how a difference ends"), people_only=True)
def propose(desk: Desk, difference_id: UUID, way: str, why: str) -> None:
    """Say how a difference was cleared up; it ends when a second person confirms. “recheck” asks the bank at once."""
    row = mine(desk, difference_id)
    if way not in WAYS or not why.strip():
        raise BadInput(field="处理意见", problem="没有选择或没有写明", mend="请选择处理方式并写明核实经过。")
    row.proposed, row.proposed_why = way, why.strip()
    row.proposed_by, row.proposed_by_name = desk.actor.user_id, desk.actor.name
    desk.audit_detail |= {"way": way, "why": why}


@operation(article="G3", posts=CONFIRMS, title=("复核差异处理", "Confirm how a difference ends"), people_only=True)
def confirm(desk: Desk, difference_id: UUID) -> None:
    """The second person agrees; the difference leaves the desk. Should it still be there, the next compare finds it."""
    row = mine(desk, difference_id)
    if row.proposed is None:
        raise BadInput(field="处理意见", problem="还没有人提出", mend="请先提出处理意见。")
    if row.proposed_by == desk.actor.user_id:
        raise SecondPersonForDifference()
    row.closed_at, row.closed_how, row.closed_by_name = now(), row.proposed, desk.actor.name
    if row.proposed == "recheck" and row.customer_code:
        compare(desk, row.channel, [row.customer_code])


def mine(desk: Desk, difference_id: UUID) -> Difference:
    """An open difference that the caller may act on. Raises NotFound."""
    row = differences.get(desk.tx, difference_id)
    if row is None or row.closed_at is not None:
        raise NotFound(what="差异")
    if row.customer_id is not None:
        customer = customers.get(desk.tx, row.customer_id)
        if customer is None or (desk.units is not None and customer.unit_code not in desk.units):
            raise NotFound(what="差异")
    desk.about("difference", f"{row.channel} {row.kind} {row.customer_code}")
    return row
