"""What the form may still correct of a new entrant, although a rule governs it afterwards (R7.2, R4.1)."""

from datetime import date

from hub.domain.onboarding import LAST_DAY, STEPS
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import known_days
from hub.ports import today
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, Onboarding

# Order methods that were merely typed; the others stand for an application or an agreement (R7.6, R11.3).
TYPED = frozenset({"", "phone"})


def still_typed(desk: Desk, customer: Customer) -> frozenset[str]:
    """Fields of a new entrant's first entry that may be corrected freely until the first order day (R7.18)."""
    onboarding = cases.newest(desk.tx, customer.id)
    if onboarding is None or today() >= _ends_on(desk, onboarding):
        return frozenset()
    fields = {field.key for step in STEPS for field in step.fields}
    if str(customer.values.get("order_method", "")) not in TYPED:
        fields -= {"order_method"}
    return frozenset(fields)


def _ends_on(desk: Desk, onboarding: Onboarding) -> date:
    """The first order day, but the last day of the last step if that comes sooner or the order day is unknown."""
    last = known_days(desk.tx).add(onboarding.arrived_on, LAST_DAY).due
    return min(last, onboarding.first_order_on or last)
