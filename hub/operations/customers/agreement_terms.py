"""Agreements with carriers whose term is about to end: clerk and account manager are told in time (R11.7)."""

from datetime import datetime, time, timedelta

from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import SHANGHAI, today
from hub.registry.carriers import agreement_terms

SUBJECT = "agreement_term"
TASKS = {"term_ends": Post.STATISTICS_CLERK, "term_ends_manager": Post.ACCOUNT_MANAGER}
# How long before the end of a term the customer is asked (own convention).
AHEAD = timedelta(days=30)
AT_A_TIME = 100


def keep_term_tasks(desk: Desk) -> int:
    """Give clerk and account manager a task for each term that ends soon, once a term; returns how many.

    They ask the customer how it will order, and suggest the web. A task whose agreement got a longer term, or is over,
    is closed. A periodic step of the hub.
    """
    # Closed before opened: of an agreement with a new term the old task, with the old date, must not stay the open one.
    for agreement in agreement_terms.told_in_vain(desk.tx, SUBJECT, today() + AHEAD, AT_A_TIME):
        close_tasks(desk, SUBJECT, agreement.id, "not_needed")
    made = 0
    for agreement, customer in agreement_terms.ending(desk.tx, SUBJECT, today(), today() + AHEAD, AT_A_TIME):
        assert agreement.term_until is not None
        last = datetime.combine(agreement.term_until, time(9), SHANGHAI)
        for kind, post in TASKS.items():
            open_task(
                desk,
                kind,
                "R11.7",
                post=post,
                unit_code=customer.unit_code,
                subject=(SUBJECT, agreement.id),
                customer_id=customer.id,
                days=-1,
                since=last,
                details={"until": agreement.term_until.isoformat()},
            )
            made += 1
    return made
