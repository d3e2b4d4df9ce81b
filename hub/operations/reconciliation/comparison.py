"""Comparison of ours and theirs: what is followed, what is asked, what goes to staff (R7.9, R8.4, R10.1)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from hub.domain.capabilities import ASKS_DEVICE, RECHECK, Capability
from hub.domain.reconciliation import authority
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.operations.asks.outcomes import CANNOT_SAY
from hub.operations.carriers import announce
from hub.operations.desk import Desk
from hub.operations.outbox import leave
from hub.operations.settlement.bank_requests import binding_values
from hub.ports import now
from hub.registry import history
from hub.registry.asks import ledger
from hub.registry.carriers import devices
from hub.registry.carriers.devices import Kinds
from hub.registry.ranges import Span
from hub.registry.reconciliation import differences, twins
from hub.registry.schema import Account, Agreement, Customer
from hub.registry.settlement import accounts

SUGGESTIONS = {
    "ended_there": "recheck",
    "other_card": "ask_customer",
    "unknown_here": "enter_or_end",
    "unknown_customer": "ask_partner",
    "device_moved": "ask_partner",
    "not_announced": "mend_and_announce",
}
# Differences that comparison does not find: closed by staff, or by what ends them.
FOUND_ELSEWHERE = frozenset(
    {"not_announced", "old_remains", "braked", "event_reused", "not_compared"}
    | {"list_unreadable", "record_unreadable"}
)


def compare(
    desk: Desk,
    channel: str,
    codes: Sequence[str] | Span,
    told: Sequence[str] = (),
    *,
    evidence: Mapping[str, str] | None = None,
    source: str | None = None,
) -> int:
    """Compare these customers, or a stretch; returns how many differences are open for them afterwards.

    `told`: numbers of agreements and devices in a message about customers whom the partner cannot name yet.
    `evidence`: what reported each, by code or number; `source`: what reported the others.

    `domain.reconciliation.authority` says whose record counts: carriers are followed, banks asked, the rest goes to
    staff. A difference whose sides agree again is closed; a customer with an open ask is left alone.
    """
    # Held until the commit: two comparisons of a channel would both enter the same new device.
    differences.wait_for_comparison(desk.tx, channel)
    # Carriers' records are followed first: what then agrees is no difference.
    follow(desk, channel, codes, told)
    capability = desk.channels.get(channel)
    can_ask = capability is not None and capability.can(RECHECK)
    if capability is not None and capability.kind == "carrier":
        unequal = differences.strangers(desk.tx, channel, codes)
        if not isinstance(codes, Span) or codes.kind == "device":
            unequal += differences.moved_devices(desk.tx, channel, codes)
    else:
        unequal = differences.bindings(desk.tx, channel, codes)
    evidence_by = evidence or {}
    standing: set[UUID] = set()
    for difference in unequal:
        asked = (
            difference.what == "ended_there"
            and authority.settles(difference.kind, difference.what) == authority.Word.ASKED
        )
        by = evidence_by.get(difference.number) or evidence_by.get(difference.customer_code) or source
        # A bank's end is believed only by its answer to a question; until then nothing is filed.
        if asked and recheck(desk, difference.account_id, difference.customer_id, evidence=by):
            continue
        # Two people accepted exactly this state; it is filed again only when a value changes.
        if differences.is_explained(desk.tx, channel, difference):
            continue
        # Whoever cannot be asked by the hub is asked by people.
        suggestion = "ask_partner" if asked and not can_ask else SUGGESTIONS[difference.what]
        opened = differences.open_difference(desk.tx, channel, difference, suggestion, now(), evidence=by)
        standing.add(opened.id)
    _close_the_rest(desk, channel, codes, standing)
    return len(standing)


def _close_the_rest(desk: Desk, channel: str, codes: Sequence[str] | Span, standing: set[UUID]) -> None:
    """Close differences that were not found again, unless they could not be compared."""
    rows = [
        difference
        for difference in differences.open_differences(desk.tx, channel, codes)
        if difference.id not in standing
    ]
    rows = [difference for difference in rows if difference.what not in FOUND_ELSEWHERE]
    # A customer with an open ask was skipped above, which is not the same as agreeing.
    busy = differences.codes_under_way(
        desk.tx, channel, [difference.customer_code for difference in rows if difference.kind == "binding"]
    )
    for difference in rows:
        # Two people's decision stands as the reason once both sides agree; else they agreed by themselves.
        if difference.kind != "binding" or difference.customer_code not in busy:
            difference.closed_at, difference.closed_by_name = now(), desk.actor.name
            difference.closed_how = difference.proposed if difference.confirmed_at else "agreed"


def kinds_of(carrier: Capability | None) -> Kinds:
    """What a carrier's agreements and devices are; without its plugin, what a plugin that declares nothing has."""
    declared = carrier or Capability("", "carrier", "")
    return Kinds(declared.agreement, declared.device)


def follow(desk: Desk, channel: str, codes: Sequence[str] | Span, told: Sequence[str] = ()) -> None:
    """Update devices and carriers' agreements from the carrier; announce new agreements (R7.7, R7.8)."""
    capability = desk.channels.get(channel)
    if capability is None or capability.kind != "carrier" or not authority.follows("device"):
        return
    numbers = codes if isinstance(codes, Span) else differences.numbers_of(desk.tx, channel, codes, told)
    # A carrier that can be asked is asked before an absence ends anything.
    absent_ends = not capability.can(ASKS_DEVICE)
    new, changes = devices.follow_carrier(
        desk.tx, channel, numbers, now(), kinds_of(capability), absent_ends=absent_ends
    )
    for customer_id, field, old, new_state, number in changes:
        history.record(
            desk.tx,
            customer_id=customer_id,
            actor=HUB,
            article="R11.2" if field == "device" else "R7.7",
            why=f"通讯公司告知: {number}",
            # Devices and agreements are not part of the record that has versions.
            version=0,
            changes={field: [old, new_state]},
        )
    for agreement in devices.agreements(desk.tx, new):
        announce(desk, capability, agreement)


def recheck(desk: Desk, account_id: UUID | None, customer_id: UUID | None, evidence: str | None = None) -> bool:
    """Ask the bank before an end is believed; False if it cannot be asked now, or could not say when it was."""
    account = desk.tx.get(Account, account_id)
    customer = desk.tx.get(Customer, customer_id)
    if account is None or customer is None or could_not_say(desk, customer, account):
        return False
    return ask_bank(desk, customer, account, evidence)


def could_not_say(desk: Desk, customer: Customer, account: Account) -> bool:
    """Whether the bank was asked after it last told anything about the customer, and its answer decided nothing."""
    last = ledger.last_of(desk.tx, account.id, RECHECK)
    if last is None or last.reason != CANNOT_SAY:
        return False
    twin = twins.get(desk.tx, account.channel, "binding", customer.code)
    return twin is None or last.asked_at >= twin.seen_at


def ask_bank(desk: Desk, customer: Customer, account: Account, evidence: str | None = None) -> bool:
    """Ask the bank what it holds, unless an ask is open; False if it cannot be asked or nothing may be sent."""
    channel = account.channel
    capability = desk.channels.get(channel)
    if capability is None or not capability.can(RECHECK):
        return False
    if ledger.open_ask(desk.tx, account.id):
        return True
    agreement = accounts.agreement(desk.tx, account.agreement_id)
    assert isinstance(agreement, Agreement)
    try:
        values = binding_values(desk, customer, account, agreement)
        ask = leave(desk, customer, channel, RECHECK, subject=("account", account.id), article="R7.9", values=values)
        ask.reference, ask.evidence = account.reference, evidence
    except Refusal:
        return False
    return True


__all__ = ["FOUND_ELSEWHERE", "ask_bank", "compare", "could_not_say", "follow", "recheck"]
