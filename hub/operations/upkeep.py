"""What the hub does by itself every ten seconds, each step in a transaction of its own."""

from collections.abc import Callable

from . import (
    access_requests,
    announcing,
    application_steps,
    cards,
    cover,
    custody,
    device_reports,
    ending,
    escalating,
    exports,
    grading,
    lockout,
    onboarding_steps,
    packages,
    phone_permits,
    power_cuts,
    returning,
    route_meetings,
    route_scenarios,
)
from .desk import Desk

Step = Callable[[Desk], int]
STEPS: tuple[Step, ...] = (
    returning.return_all,
    announcing.keep_announcements,
    packages.pack_announcements,
    cards.urge_all,
    cover.keep_covers,
    escalating.escalate,
    custody.chase,
    onboarding_steps.begin_all,
    grading.open_reviews,
    exports.expire,
    access_requests.expire,
    phone_permits.keep_permits,
    phone_permits.weekly,
    power_cuts.keep_cuts,
    route_meetings.remind_meetings,
    route_scenarios.apply_due,
    device_reports.keep_tasks,
    application_steps.void_outdated,
    ending.ask_again,
    lockout.forget,
)
"""Each takes a desk of the hub's, does at most some hundred things, and says how many it did."""
TURNS: dict[Step, int] = {onboarding_steps.begin_all: 15}
"""How often a step is taken anew while it finds something to do: many short transactions instead of a long one."""
