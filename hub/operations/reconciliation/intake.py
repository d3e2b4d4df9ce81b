"""What a partner says by itself, in a callback or a list, taken in: its twin changes, and open asks are asked about.

A word from outside moves no ask by itself: it brings the question forward, and the answer decides. So callbacks in
any order, doubled or early, end alike (ADR 0006).
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

TOLD = (BindingLive, BindingEnded, Declined, CustomerKnown)
"""Facts that an open ask may be waiting for."""
HEARING = (AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED)
"""Where an ask may be asked about: the partner may have it, and no talk about it is needed first."""
SOON = timedelta(milliseconds=200)


def take_in(
    desk: Desk, channel: str, told: Sequence[Fact], seen_at: datetime, run_no: int = 0, all_new: bool = False
) -> tuple[int, int]:
    """Let all facts of a message or page have their effect. Returns how many twins are new, and told of again.

    `all_new` is a guess about their twins that makes it quicker when it is right.
    """
    codes = {fact.customer_code for fact in told if isinstance(fact, TOLD)}
    for ask_id in ledger.open_about(desk.tx, channel, sorted(codes), (*HEARING, AskState.SENDING)):
        # Asks before twins: an answer, too, holds its ask when it writes its twin.
        ask = ledger.get(desk.tx, ask_id, lock=True)
        if ask is not None and ask.lease_until is not None:
            ask.heard_at = now()
        if ask is not None and ask.state in HEARING and ask.lease_until is None:
            wait(desk, ask, "question", now() + SOON)
    return twins.merge(desk.tx, channel, told, seen_at=seen_at, run_no=run_no, all_new=all_new)


__all__ = ["take_in"]
