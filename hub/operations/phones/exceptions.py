"""A temporary number that other customers have: the reason is recorded, the section chief decides this one case (R12.3)."""

from collections.abc import Iterator, Mapping

from hub.domain.changes import Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import check_value
from hub.domain.plans import PlanLine
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.tasks.notify import tell
from hub.registry.schema import Application, Customer

from .duplicates import sharers, words_for
from .watch_list import PHONES

DECIDES = Post.SECTION_CHIEF
TOLD = (Post.SECTION_CHIEF, Post.INTERNAL_CONTROL)


def cases(desk: Desk, customer: Customer, rule: Rule, values: Mapping[str, str]) -> Iterator[PlanLine]:
    """A line for each temporary number that is shared; every reader gets the same words, since they are signed."""
    for key in sorted(PHONES & set(values) & set(rule.sets)) if rule.temporary else ():
        phone = check_value(FIELDS[key], values[key])
        who = [] if phone.problem else sharers(desk, customer, phone.value)
        if who:
            # By the customer's unit, not the reader's: a signature is for words that do not depend on who reads them.
            zh, en = words_for(who, frozenset({customer.unit_code}))
            line = f"重号:{zh} 已用此号码,由营销服务科科长视情况决定"
            yield PlanLine(line, f"Shared with {en}: the section chief decides this case", "R12.3")


def decided(application: Application, rule: Rule) -> bool:
    """Whether the section chief has signed for a temporary number although others have it."""
    return (
        rule.temporary and rule.phones and DECIDES in application.chain and application.step >= len(application.chain)
    )


def report(desk: Desk, application: Application, customer: Customer, rule: Rule, values: Mapping[str, str]) -> None:
    """Tell section chief and internal control that a shared number is requested (R12.3)."""
    if any(cases(desk, customer, rule, values)):
        tell(desk, "duplicate_reported", "R12.3", TOLD, application.unit_code, customer_id=customer.id, in_mail=True)
