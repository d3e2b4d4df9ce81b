"""A and B holders, leave, cover, what changes hands (R5.1), and the approver who left (R15.1)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from hub.domain import refusals
from hub.domain.refusals import BadInput, NotFound, NotPermitted
from hub.domain.staff.posts import HUB, Post
from hub.operations.changes import applications
from hub.operations.office import Office
from hub.operations.staff import leave_cover, users
from hub.operations.staff.leave_cover import AwayAlready, Covering, NoCover, OwnCover
from hub.operations.tasks import tasks
from hub.ports import new_id, today
from hub.registry.schema import AuditRow, Signature, StaffNotice, Task
from hub.registry.tasks import tasks as task_questions
from tests.support import people
from tests.support.clocks import Clock
from tests.support.posts import as_now, person
from tests.support.scenes import application_for

CHIEF = Post.SECTION_CHIEF


def staffed(office: Office) -> None:
    """Two chiefs (A and B), one of whom is also a clerk as B; somebody of the information centre is tests' CENTRE."""
    with office.desk(people.CLERK) as desk:
        person(desk, "first", (CHIEF, "a"))
        person(desk, "second", (CHIEF, "b"))


def away(office: Office, login: str = "first", days: int = 0, start: int = 0) -> object:
    """A leave of so many days more than one."""
    first = today() + timedelta(days=start)
    return office.perform(people.CENTRE, leave_cover.enter_leave, login, first, first + timedelta(days=days), "年休假")


@pytest.mark.article("R5.1", "R4.1")
def test_nobody_gives_themselves_a_post_by_entering_somebodys_leave(office: Office) -> None:
    """Who would act for the absent person does not say that they are absent."""
    staffed(office)
    with office.desk(people.CLERK) as desk:
        people.post(desk, as_now(office, "second").user_id, Post.INFORMATION_CENTRE, people.UNIT)
    second = as_now(office, "second")
    with pytest.raises(OwnCover) as refusal:
        office.perform(second, leave_cover.enter_leave, "first", today(), today(), "年休假")
    assert "顶岗" in refusal.value.sentence() and CHIEF not in as_now(office, "second").posts
    first = as_now(office, "first")
    office.perform(first, leave_cover.enter_leave, "first", today(), today(), "年休假")
    assert CHIEF in as_now(office, "second").posts


@pytest.mark.article("R5.1")
def test_the_b_holder_acts_during_the_leave_alone_and_what_they_sign_says_for_whom(
    office: Office, clock: Clock
) -> None:
    staffed(office)
    with office.desk(people.CLERK) as desk:
        row = application_for(desk, people.customer(desk, 1))
        application_id, digest = row.id, row.digest
    second = as_now(office, "second")
    assert not second.grants
    with pytest.raises(NotPermitted) as refused:
        office.perform(second, applications.decide, application_id, "approve", digest)
    # Seen: 您的岗位不能办理 … 可办理的岗位:科长, said to somebody who is one, as holder B.
    assert refused.value.article == "R5.1" and "A 岗(职员first)休假期间" in refused.value.sentence()
    leave = away(office)
    second = as_now(office, "second")
    assert second.grants == {(CHIEF, people.UNIT)} and second.acts_for(CHIEF, people.UNIT) == "职员first"
    office.perform(second, applications.decide, application_id, "approve", digest)
    clock.on(days=1, minutes=1)
    with office.store.transaction() as tx:
        [signature] = tx.query(Signature)
        assert signature.for_whom == "职员first"
        [task] = [each for each in tx.query(Task) if each.kind == "sign" and each.post == CHIEF]
        assert task.for_whom == "职员first" and task.done_by == second.user_id
        [line] = tx.query(AuditRow).filter_by(operation="applications.decide", outcome="done")
        assert line.detail["for"] == ["职员first"]
    assert not as_now(office, "second").grants, "it ends by itself, before the hub has looked"
    assert office.perform(HUB, leave_cover.keep_covers) == 1
    [view] = office.perform(people.CENTRE, leave_cover.list_leaves)
    out, back = (record for record in view.records)
    assert view.state == "over" and view.id == leave
    assert [each["id"] for each in out.contents["applications"]] == [str(application_id)]
    assert [each["decision"] for each in back.contents["signed"]] == ["approve"]
    assert [each["kind"] for each in back.contents["done"]] == ["sign"] and not back.contents["applications"]


@pytest.mark.article("R5.1", "I3")
@pytest.mark.parametrize("how", ["asked", "signed"])
def test_nobody_approves_through_cover_what_they_asked_for_or_signed(office: Office, how: str) -> None:
    with office.desk(people.CLERK) as desk:
        person(desk, "first", (Post.DEPUTY_MANAGER, "a"))
        person(desk, "second", (Post.DEPUTY_MANAGER, "b"), (CHIEF, "a"), (Post.STATISTICS_CLERK, "a"))
        person(desk, "third", (CHIEF, "a"))
    away(office)
    second = as_now(office, "second")
    with office.desk(second if how == "asked" else people.CLERK) as desk:
        row = application_for(desk, people.customer(desk, 1))
        application_id, digest = row.id, row.digest
    signer = as_now(office, "third") if how == "asked" else second
    office.perform(signer, applications.decide, application_id, "approve", digest)
    with pytest.raises(refusals.OwnApplication):
        office.perform(second, applications.decide, application_id, "approve", digest)


@pytest.mark.article("R5.1")
def test_two_holders_are_never_away_without_cover(office: Office) -> None:
    staffed(office)
    away(office, "first", days=3, start=2)
    with pytest.raises(AwayAlready):
        away(office, "first", start=5)
    with pytest.raises(Covering):
        away(office, "second", start=4)
    away(office, "second", days=1, start=8)
    with pytest.raises(NoCover):
        away(office, "first", start=9)
    away(office, "first", start=10)
    with pytest.raises(NotFound):
        away(office, "nobody")
    for first, last in ((today() - timedelta(days=1), today()), (date.max, date.max), (today(), date.max)):
        with pytest.raises(BadInput):
            office.perform(people.CENTRE, leave_cover.enter_leave, "first", first, last, "年休假")


@pytest.mark.article("R5.1")
def test_a_leave_that_is_to_come_begins_by_itself_ends_early_and_gives_nothing_before_or_after(
    office: Office, clock: Clock
) -> None:
    staffed(office)
    away(office, days=4, start=1)
    assert office.perform(HUB, leave_cover.keep_covers) == 0 and not as_now(office, "second").grants
    clock.on(days=1)
    assert not as_now(office, "second").grants, "no handover record, no cover"
    assert office.perform(HUB, leave_cover.keep_covers) == 1 and office.perform(HUB, leave_cover.keep_covers) == 0
    assert as_now(office, "second").grants
    [view] = office.perform(as_now(office, "second"), leave_cover.list_leaves)
    [record] = view.records
    with pytest.raises(NotFound):
        office.perform(as_now(office, "first"), leave_cover.acknowledge, record.id)
    for _ in range(2):
        office.perform(as_now(office, "second"), leave_cover.acknowledge, record.id)
    office.perform(people.CENTRE, leave_cover.end_leave, view.id, "提前返岗")
    assert not as_now(office, "second").grants
    [view] = office.perform(people.CENTRE, leave_cover.list_leaves)
    assert [row.way for row in view.records] == ["out", "back"] and view.records[0].acknowledged_at


@pytest.mark.article("R5.1")
def test_a_grant_that_is_taken_back_or_a_b_holder_who_left_covers_no_more(office: Office) -> None:
    staffed(office)
    away(office)
    second = as_now(office, "second")
    assert second.user_id
    office.perform(people.CENTRE, users.revoke_post, second.user_id, CHIEF, people.UNIT)
    assert not as_now(office, "second").grants


@pytest.mark.article("R15.1")
def test_what_was_handed_to_somebody_who_left_goes_back_to_the_post_and_the_chief_is_told(office: Office) -> None:
    staffed(office)
    with office.desk(people.CLERK) as desk:
        person(desk, "other", (Post.STATISTICS_CLERK, "a"))
        person(desk, "outside", (Post.CALL_CLERK, "a"))
        row = application_for(desk, people.customer(desk, 1))
        task = tasks.open_task(
            desk,
            "carry_out",
            "R9.2",
            post=Post.STATISTICS_CLERK,
            unit_code=people.UNIT,
            subject=("application", row.id),
            days=1,
        )
        task_id = task.id
    with pytest.raises(tasks.TakerUnfit) as unfit:
        office.perform(people.CLERK, tasks.hand_over, task_id, "outside", "忙")
    assert unfit.value.sentence().startswith("职员outside不是"), "the name, not the account"
    office.perform(people.CLERK, tasks.hand_over, task_id, "other", "忙")
    other = as_now(office, "other")
    assert other.user_id
    office.perform(people.CENTRE, users.deactivate_user, other.user_id)
    with office.store.transaction() as tx:
        found = task_questions.task(tx, task_id)
        assert found is not None and found.user_id is None
        [told] = tx.query(StaffNotice).filter_by(kind="tasks_back")
        assert told.post == CHIEF and told.details == {"name": "职员other", "count": 1}


@pytest.mark.article("R5.1")
def test_two_who_cover_each_other_cannot_both_go_at_the_same_moment(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        person(desk, "first", (CHIEF, "a"), (Post.STATISTICS_CLERK, "b"))
        person(desk, "second", (Post.STATISTICS_CLERK, "a"), (CHIEF, "b"))

    def go(login: str) -> str:
        try:
            away(office, login)
        except (NoCover, Covering) as refusal:
            return refusal.code
        return "away"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, ("first", "second"))) == ["away", "covering"]


@pytest.mark.article("R5.1", "R15.1")
def test_what_was_handed_to_the_absent_one_is_on_the_b_holders_desk_and_who_gets_a_task_is_told(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        first = person(desk, "first", (Post.STATISTICS_CLERK, "a"))
        person(desk, "second", (Post.STATISTICS_CLERK, "b"))
        subject = ("application", new_id())
        post = Post.STATISTICS_CLERK
        task = tasks.open_task(desk, "carry_out", "R9.2", post=post, unit_code=people.UNIT, subject=subject, days=1)
        task_id, first_id = task.id, first.id
    office.perform(people.CLERK, tasks.hand_over, task_id, "first", "出差")
    away(office)
    [view] = office.perform(as_now(office, "second"), tasks.inbox).views
    assert view.task.id == task_id and not view.line.mine
    with office.store.transaction() as tx:
        assert tx.query(StaffNotice).filter_by(kind="task_handed").one().user_id == first_id
