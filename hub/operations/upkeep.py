"""What the hub does by itself every ten seconds, each step in a transaction of its own."""

from collections.abc import Callable

from . import cards, onboarding_steps, packages, returning
from .desk import Desk

Step = Callable[[Desk], int]
STEPS: tuple[Step, ...] = (
    returning.return_all,
    packages.pack_announcements,
    cards.urge_all,
    onboarding_steps.begin_all,
)
"""Each takes a desk of the hub's, does at most some hundred things, and says how many it did."""
