"""The steps that the hub takes every ten seconds, each in a transaction of its own."""

from collections.abc import Callable

from . import cards, carriers
from .administration import kept_answers
from .asks import packages
from .changes import steps as application_steps
from .changes import temporary
from .customers import agreement_terms, completeness, kept_searches, order_methods
from .desk import Desk
from .documents import custody
from .grades import evaluations
from .onboarding import entrant_lists
from .onboarding import steps as onboarding_steps
from .outages import device_failures, power_cuts
from .phones import checks as watch_checks
from .phones import permits as phone_permits
from .privacy import exports
from .routes import meetings, scenarios
from .settlement import account_ending, pending_bindings, stale_notices
from .staff import access_requests, leave_cover
from .staff.sign_in import lockout
from .tasks import escalation

Step = Callable[[Desk], int]
# Each takes a desk of the hub's and returns how many things it did, some hundreds at most: transactions stay short.
STEPS: tuple[Step, ...] = (
    temporary.return_all,
    carriers.keep_announcements,
    order_methods.follow_carriers,
    agreement_terms.keep_term_tasks,
    packages.pack_announcements,
    cards.urge_all,
    leave_cover.keep_covers,
    escalation.escalate,
    custody.chase,
    onboarding_steps.begin_all,
    entrant_lists.ask_for_lists,
    evaluations.open_reviews,
    exports.expire,
    access_requests.expire_requests,
    phone_permits.keep_permits,
    phone_permits.report_unpermitted,
    watch_checks.keep_watches,
    power_cuts.keep_cuts,
    meetings.remind_meetings,
    scenarios.apply_due,
    device_failures.keep_tasks,
    application_steps.void_outdated,
    account_ending.ask_again,
    stale_notices.withdraw_stale,
    stale_notices.offer_anew,
    pending_bindings.expire,
    kept_searches.expire,
    kept_answers.expire,
    completeness.keep_gaps,
    lockout.forget,
)
# How often a step is repeated while it finds something to do: many short transactions instead of a long one.
TURNS: dict[Step, int] = {onboarding_steps.begin_all: 15}
