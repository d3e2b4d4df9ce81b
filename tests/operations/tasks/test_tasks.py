"""A task has one owner and an end: finished in words, handed on by who has it, shown in pages by harm (R15.1)."""

from uuid import UUID

import pytest

from hub.domain.refusals import BadInput
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.operations.tasks import enquiries, tasks
from hub.ports import new_id
from hub.registry.tasks.tasks import task
from tests.support import people
from tests.support.posts import as_now, person

CLERK = Post.STATISTICS_CLERK


def made(office: Office, kind: str = "file", article: str = "R14.1", days: int = 1) -> UUID:
    """A task of the county's clerks."""
    with office.desk(people.CLERK) as desk:
        subject = ("application", new_id())
        return tasks.open_task(desk, kind, article, post=CLERK, unit_code=people.UNIT, subject=subject, days=days).id


@pytest.mark.article("R15.1")
@pytest.mark.parametrize("kind", sorted(tasks.BY_HAND))
def test_what_nothing_else_ends_is_ended_in_words_once(office: Office, kind: str) -> None:
    task_id = made(office, kind)
    with pytest.raises(BadInput):
        office.perform(people.CLERK, tasks.finish, task_id, "  ")
    office.perform(people.CLERK, tasks.finish, task_id, "已归档,卷号 7")
    with office.store.transaction() as tx:
        row = task(tx, task_id)
        assert row is not None and row.outcome == "已归档,卷号 7" and row.done_by == people.CLERK.user_id
    with pytest.raises(tasks.NotFound):
        office.perform(people.CLERK, tasks.finish, task_id, "再来一次")


@pytest.mark.article("R15.1")
def test_what_ends_by_what_it_asks_for_is_not_ticked_off(office: Office) -> None:
    task_id = made(office, "carry_out", "R9.2")
    with pytest.raises(tasks.EndsOtherwise):
        office.perform(people.CLERK, tasks.finish, task_id, "办了")


@pytest.mark.article("R15.1")
def test_a_task_that_somebody_has_is_handed_on_by_them_or_the_chief_and_with_a_reason(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        person(desk, "first", (CLERK, "a"))
        person(desk, "second", (CLERK, "a"))
        person(desk, "third", (CLERK, "a"))
        person(desk, "chief", (Post.SECTION_CHIEF, "a"), (CLERK, "a"))
    task_id = made(office)
    with pytest.raises(BadInput):
        office.perform(people.CLERK, tasks.hand_over, task_id, "first", " ")
    office.perform(people.CLERK, tasks.hand_over, task_id, "first", "出差")
    for do in (
        lambda desk: tasks.hand_over(desk, task_id, "third", "我来转"),
        lambda desk: tasks.finish(desk, task_id, "我来办结"),
    ):
        with pytest.raises(tasks.OwnedByAnother), office.desk(as_now(office, "second")) as desk:
            do(desk)
    office.perform(as_now(office, "chief"), tasks.hand_over, task_id, "second", "重新分工")
    found = office.perform(as_now(office, "second"), tasks.show_task, task_id)
    assert found.owner == "职员second" and set(found.takers) >= {"first", "third"} and "second" not in found.takers


@pytest.mark.article("R15.1", "R17.1")
def test_the_inbox_comes_in_pages_counts_all_and_shows_what_is_asked_for(office: Office) -> None:
    for number in range(7):
        made(office, "file" if number % 2 else "no_order", "R14.1", days=number)
    office.perform(people.CLERK, tasks.hand_over, made(office, "carry_out", "R9.2"), "firstclerk", "由我办")
    whole = office.perform(people.CLERK, tasks.inbox)
    pages = [office.perform(people.CLERK, tasks.inbox, 3, page).views for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 2, 0] and whole.total == 8
    assert [view.task.id for page in pages for view in page] == [view.task.id for view in whole.views]
    assert whole.kinds == {"file": 3, "no_order": 4, "carry_out": 1}
    assert office.perform(people.CLERK, tasks.inbox, 50, 1, "file").chosen == 3
    assert [view.task.kind for view in office.perform(people.CLERK, tasks.inbox, 50, 1, "", "mine").views] == [
        "carry_out"
    ]


@pytest.mark.article("R15.1")
def test_what_a_customer_brings_has_one_owner_to_its_end_and_keeps_no_number(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        shop = people.customer(desk, 5).id
        person(desk, "first", (CLERK, "a"))
    first = as_now(office, "first")
    task_id = office.perform(first, enquiries.take_matter, shop, "要求换线路,卡 6212140000000000123")
    with office.desk(as_now(office, "firstclerk")) as desk, pytest.raises(tasks.OwnedByAnother):
        tasks.finish(desk, task_id, "答复了")
    found = office.perform(first, tasks.show_task, task_id)
    assert found.owner == "职员first" and found.task.days == 3
    assert "6212140000000000123" not in found.task.details["words"]
    office.perform(first, tasks.finish, task_id, "已答复:提交线路会议")
    assert office.perform(first, tasks.inbox).total == 0
    with pytest.raises(BadInput):
        office.perform(first, enquiries.take_matter, shop, " ")
