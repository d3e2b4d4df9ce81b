"""Takes in facts that a partner volunteers, by callback or list: twins change, and open asks are queried sooner.

Such a fact never changes an ask's state; it only brings the next question forward, and the answer decides. So the
outcome does not depend on the order, repetition or timing of callbacks (ADR 0006).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.domain.facts import BindingEnded, BindingLive, CustomerKnown, Declined, Fact
from hub.domain.states import AskState
from hub.operations.asks.outcomes import wait
from hub.operations.desk import Desk
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.reconciliation import twins

# Facts that an open ask may be waiting for.
TOLD = (BindingLive, BindingEnded, Declined, CustomerKnown)
# States in which an ask may be queried: the partner may have it.
HEARING = (AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED)
SOON = timedelta(milliseconds=200)


def take_in(
    desk: Desk, channel: str, told: Sequence[Fact], seen_at: datetime, run_no: int = 0, all_new: bool = False
) -> tuple[int, int]:
    """Apply all facts of a message or page. Returns how many twins are new and how many were mentioned again.

    `all_new`: a guess that all twins are new, which is faster when right and harmless when wrong.
    """
    codes = {fact.customer_code for fact in told if isinstance(fact, TOLD)}
    # By id, so that two messages about the same customers lock their asks in one order.
    for ask_id in ledger.open_about(desk.tx, channel, sorted(codes), (*HEARING, AskState.SENDING)):
        # Lock order: asks before twins, as when an answer is applied.
        ask = ledger.get(desk.tx, ask_id, lock=True)
        # A worker is talking about it: note the moment, and the worker asks again when its talk ends.
        if ask is not None and ask.lease_until is not None:
            ask.heard_at = now()
        if ask is not None and ask.state in HEARING and ask.lease_until is None:
            wait(desk, ask, "question", now() + SOON)
    return twins.merge(desk.tx, channel, told, seen_at=seen_at, run_no=run_no, all_new=all_new)


__all__ = ["take_in"]
