"""Article 8 (3): the clerk arranges with the customer when the new card is made and when it is entered; it may be moved."""

from datetime import timedelta

import pytest

from hub.domain.refusals import BadInput, NotFound
from hub.operations import cards
from hub.operations.office import Office
from hub.ports import today
from hub.registry import cards as questions
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.makers.applications import electronic, said


@pytest.mark.article("R8.3")
def test_a_second_booking_moves_both_days_and_leaves_one_task_for_the_later_day(office: Office) -> None:
    """Whoever is told another day comes on that day: the first one stands nowhere any more."""
    first, later = today() + timedelta(days=1), today() + timedelta(days=15)
    with office.desk(people.CLERK) as desk:
        case_id = cards.report_card(desk, said(electronic(desk), "damaged", "transfer"))
        cards.book_replacement(desk, case_id, first, first)
        cards.book_replacement(desk, case_id, later, later + timedelta(days=1))
    with office.desk(people.CLERK) as desk:
        case = questions.case(desk.tx, case_id)
        assert case is not None and (case.card_on, case.entry_on) == (later, later + timedelta(days=1))
        [task] = [task for task in tasks.open_tasks_about(desk.tx, "card_case", case_id) if task.kind == "enter_card"]
        assert task.due_at is not None and task.due_at.date() >= later
        cards.book_replacement(desk, case_id, first, first + timedelta(days=1))
    with office.desk(people.CLERK) as desk:
        [task] = [task for task in tasks.open_tasks_about(desk.tx, "card_case", case_id) if task.kind == "enter_card"]
        assert task.due_at is not None and task.due_at.date() < later, "it may also be brought forward"


@pytest.mark.article("R8.3")
@pytest.mark.parametrize(("card", "entry"), [(-1, 1), (2, 1), (-2, -1)])
def test_days_that_are_over_or_in_the_wrong_order_leave_the_booking_as_it_was(
    office: Office, card: int, entry: int
) -> None:
    day = today() + timedelta(days=3)
    with office.desk(people.CLERK) as desk:
        case_id = cards.report_card(desk, said(electronic(desk), "damaged", "transfer"))
        cards.book_replacement(desk, case_id, day, day)
    with office.desk(people.CLERK) as desk, pytest.raises(BadInput):
        cards.book_replacement(desk, case_id, today() + timedelta(days=card), today() + timedelta(days=entry))
    with office.desk(people.CLERK) as desk:
        case = questions.case(desk.tx, case_id)
        assert case is not None and (case.card_on, case.entry_on) == (day, day)


@pytest.mark.article("R8.1")
def test_what_was_closed_is_closed_once(office: Office) -> None:
    """A second press finds nothing to close, and who closed it, how and when stay as they were."""
    with office.desk(people.CLERK) as desk:
        case_id = cards.report_card(desk, said(electronic(desk), "damaged", "transfer"))
        cards.close_case(desk, case_id, "replaced", "号码不变")
        case = questions.case(desk.tx, case_id)
        assert case is not None
        closed = (case.closed_at, case.closed_how, case.closed_by_name)
    for press in (
        lambda desk: cards.close_case(desk, case_id, "found", "再按一次"),
        lambda desk: cards.urge(desk, case_id, "再督促"),
        lambda desk: cards.book_replacement(desk, case_id, today(), today()),
    ):
        with office.desk(people.CLERK) as desk, pytest.raises(NotFound):
            press(desk)
    with office.desk(people.CLERK) as desk:
        case = questions.case(desk.tx, case_id)
        assert case is not None and (case.closed_at, case.closed_how, case.closed_by_name) == closed
        assert (case.urged, case.card_on) == (0, None)
