"""What the hub does by itself every ten seconds, each step in a transaction of its own."""

from collections.abc import Callable

from . import cards, cover, custody, escalating, grading, meetings, onboarding_steps, packages, returning
from .desk import Desk

Step = Callable[[Desk], int]
STEPS: tuple[Step, ...] = (
    returning.return_all,
    packages.pack_announcements,
    cards.urge_all,
    cover.keep_covers,
    escalating.escalate,
    custody.chase,
    onboarding_steps.begin_all,
    grading.open_reviews,
    meetings.remind,
)
"""Each takes a desk of the hub's, does at most some hundred things, and says how many it did."""
