"""Asks banks that have no list about live accounts in turn, so that a lost message shows within a week (R7.9, I7)."""

from dataclasses import dataclass
from datetime import timedelta

from hub.domain.capabilities import RECHECK, Capability
from hub.operations.desk import Desk
from hub.ports import now
from hub.registry.channels import state as channel_state
from hub.registry.settlement import confirmations

from .comparison import recheck

# How long a confirmation is fresh: the same account is not asked about before.
RESTS = timedelta(days=1)
# How old a confirmation may become.
WITHIN = timedelta(days=7)
# In this many runs, one an hour, each account has its turn: five days, so that a week holds even if two are lost.
RUNS = 120


@dataclass(frozen=True)
class Turn:
    """How many questions a run queued, and how many confirmations are older than a week all the same (`behind`)."""

    asked: int
    behind: int


def applies(capability: Capability) -> bool:
    """Whether the bank can be asked about an account and lists none."""
    return capability.can(RECHECK) and not capability.can("list_bindings")


def take_turn(desk: Desk, channel: str, room: int) -> Turn | None:
    """Queue questions about the accounts confirmed longest ago, at most `room`; None while the channel is paused."""
    if channel_state.get(desk.tx, channel).paused:
        return None
    moment = now()
    # Rounded up: a bank with a few accounts is asked about one of them each time.
    share = min(room, -(-confirmations.count_live(desk.tx, channel) // RUNS))
    oldest = confirmations.oldest(desk.tx, channel, RECHECK, moment - RESTS, share)
    asked = sum(recheck(desk, account_id, customer_id) for account_id, customer_id in oldest)
    return Turn(asked, confirmations.count_behind(desk.tx, channel, moment - WITHIN))
