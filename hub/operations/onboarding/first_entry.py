"""What the form may still correct of a new entrant, although a rule governs it afterwards (R7.2, R4.1)."""

from datetime import date

from hub.domain.onboarding import KIND, LAST_DAY, STEPS, lacking
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import known_days
from hub.ports import today
from hub.registry.customers import customers
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, Onboarding

from .steps import filled_of

# Order methods that were merely typed; the others stand for an application or an agreement (R7.6, R11.3).
TYPED = frozenset({"", "phone"})


def still_typed(desk: Desk, customer: Customer) -> frozenset[str]:
    """Fields of a new entrant whose step was never done: until the first order day they may be corrected."""
    onboarding = cases.of_customer(desk.tx, customer.id, lock=False)
    if onboarding is None or today() >= _ends_on(desk, onboarding):
        return frozenset()
    filled, off = filled_of(customer), customers.switched_off(desk.tx)
    done = {task.kind for task in cases.steps(desk.tx, [onboarding.id]) if task.done_at is not None}
    under_way = [step for step in STEPS if KIND + step.key not in done and lacking(step, filled, off)]
    fields = {field.key for step in under_way for field in step.fields}
    if str(customer.values.get("order_method", "")) not in TYPED:
        fields -= {"order_method"}
    return frozenset(fields)


def _ends_on(desk: Desk, onboarding: Onboarding) -> date:
    """The first order day; while that is unknown, and at the latest, the last day of the last step."""
    last = known_days(desk.tx).add(onboarding.arrived_on, LAST_DAY).due
    return min(last, onboarding.first_order_on or last)
