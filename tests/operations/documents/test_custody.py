"""Papers reach their custodian within a working day, once, and missing ones are known (R16.1)."""

import pytest

from hub.domain.refusals import NotFound
from hub.domain.staff.posts import HUB, Post
from hub.operations.documents import custody, evidence
from hub.operations.documents.custody import HandedInAlready, NotTheCustodian
from hub.operations.office import Office
from hub.operations.tasks.tasks import inbox
from tests.support import people
from tests.support.posts import as_now, person
from tests.support.scenes import application_for

PDF = b"%PDF-1.7 made up"


@pytest.mark.article("R16.1")
def test_a_paper_is_its_takers_task_until_its_original_is_with_the_custodian(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        person(desk, "manager", (Post.ACCOUNT_MANAGER, "a"))
        person(desk, "other", (Post.ACCOUNT_MANAGER, "a"))
        customer_id = people.customer(desk, 1).id
    manager = as_now(office, "manager")
    paper = office.perform(manager, evidence.add_evidence, customer_id, "deposit_slip", "小票", "", PDF, "统计员甲")
    [view] = office.perform(manager, inbox).views
    assert view.task.kind == "hand_in" and view.line.mine and view.task.days == 1 and not view.line.blocks
    assert office.perform(as_now(office, "other"), inbox).views == []
    with pytest.raises(NotTheCustodian):
        office.perform(manager, custody.hand_in, paper, "other", True)
    row = office.perform(manager, custody.hand_in, paper, "firstclerk", True)
    assert (row.holder_name, row.kind, row.scanned, row.post) == ("统计员甲", "deposit_slip", True, "statistics_clerk")
    assert office.perform(manager, inbox).views == []
    with pytest.raises(HandedInAlready):
        office.perform(people.CLERK, custody.hand_in, paper, "firstclerk", True)
    page = office.perform(people.CLERK, custody.list_custody)
    assert not page.missing and [each.evidence_id for each in page.handed_in] == [paper]


@pytest.mark.article("R16.1")
def test_a_unit_names_who_keeps_a_kind_and_units_below_follow(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        person(desk, "chief", (Post.SECTION_CHIEF, "a"))
        person(desk, "desk", (Post.ORDER_DESK, "a"))
        paper = people.paper(desk, people.customer(desk, 1), "bank_letter").id
    office.perform(people.CENTRE, custody.name_custodian, "3701", "bank_letter", "order_desk")
    with pytest.raises(NotTheCustodian):
        office.perform(people.CLERK, custody.hand_in, paper, "firstclerk", False)
    chief = as_now(office, "chief")
    with pytest.raises(NotFound):
        office.perform(chief, custody.name_custodian, "370102", "bank_letter", "order_desk")
    office.perform(chief, custody.name_custodian, "370101", "bank_letter", "section_chief")
    with pytest.raises(NotTheCustodian):
        office.perform(people.CLERK, custody.hand_in, paper, "desk", False)
    assert office.perform(people.CLERK, custody.hand_in, paper, "chief", False).post == "section_chief"


@pytest.mark.article("R16.1")
def test_applications_that_lean_on_a_paper_which_nobody_handed_over_are_listed(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = application_for(desk, people.customer(desk, 1))
        named = row.evidence[0]
    for chased in (1, 0):
        assert office.perform(HUB, custody.chase) == chased, "a paper is somebody's task, once"
    page = office.perform(people.CLERK, custody.list_custody)
    [about] = page.applications
    assert about.application_id == row.id and about.missing == 1
    assert named in {str(each.evidence_id) for each in page.missing}
    office.perform(people.CLERK, custody.hand_in, page.missing[0].evidence_id, "firstclerk", True)
    assert not office.perform(people.CLERK, custody.list_custody).applications
