"""An application that is sent back: mended, sent again as a new round, signed by the same people, carried out (I3)."""

from dataclasses import replace
from threading import Thread
from uuid import UUID

import pytest

from hub.domain.plans import PlanMoved
from hub.domain.refusals import OwnApplication, Refusal, Stale
from hub.domain.staff.posts import Actor, Post
from hub.operations.changes import applications, paper_forms
from hub.operations.changes.applications import NotItsTurn, OpenAlready, SignedAlready
from hub.operations.changes.papers import PaperBound
from hub.operations.changes.plan import ChangeRequest
from hub.operations.office import Office
from hub.operations.staff import users
from hub.operations.tasks.tasks import NotYourPost, inbox
from hub.registry.schema import Application
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.makers.applications import electronic
from tests.support.makers.signing import CITY, Staff, _signer, cash, sent_by, told
from tests.support.races import wait_for_a_waiting_transaction
from tests.support.scenes import another


def back(office: Office, row: Application, chief: Actor) -> None:
    """The chief sends it back."""
    office.perform(chief, applications.decide, row.id, "send_back", row.digest, "请附签名")


def tasks_of(office: Office, actor: Actor, application_id: UUID) -> list[str]:
    """What somebody has to do about it."""
    with office.desk(actor) as desk:
        return [view.task.kind for view in inbox(desk).views if view.task.subject_id == application_id]


@pytest.mark.article("I3", "I4", "R9.2")
def test_what_was_sent_back_is_mended_and_signed_by_the_same_people_in_a_new_round(
    office: Office, posts: Staff
) -> None:
    row, request = sent_by(office, people.CLERK)
    back(office, row, posts.chief)
    assert ("application_sent_back", "请附签名") not in told(office, posts.manager)
    again = office.perform(people.CLERK, applications.send_again, row.id, request)
    assert (again.state, again.round, again.step) == ("sent", 2, 0)
    assert [at for _, at in office.perform(people.CLERK, paper_forms.show_form, row.id).signers] == [None, None]
    office.perform(posts.chief, applications.decide, row.id, "approve", again.digest)
    with pytest.raises(Refusal):
        office.perform(posts.chief, applications.decide, row.id, "approve", again.digest)
    office.perform(posts.deputy, applications.decide, row.id, "approve", again.digest)
    assert tasks_of(office, people.CLERK, row.id) == ["carry_out"]
    office.perform(people.CLERK, applications.carry_out, row.id)
    with office.desk(people.CLERK) as desk:
        view = applications.show_application(desk, row.id)
        kept = [(each.round, each.step, each.decision) for each in view.signatures]
        assert kept == [(1, 0, "send_back"), (2, 0, "approve"), (2, 1, "approve")]
        assert [entry.name for entry in view.resent_by] == [people.CLERK.name]


@pytest.mark.article("I3")
def test_the_asker_stays_the_asker_and_who_mended_does_not_sign(office: Office, posts: Staff) -> None:
    row, request = sent_by(office, posts.manager)
    back(office, row, posts.chief)
    again = office.perform(people.CLERK, applications.send_again, row.id, request)
    assert (again.asked_by, again.asked_by_name) == (posts.manager.user_id, posts.manager.name)
    for own in (posts.manager, people.CLERK):
        both = Actor(own.user_id, own.name, frozenset({(Post.SECTION_CHIEF, CITY)}))
        with pytest.raises(OwnApplication):
            office.perform(both, applications.decide, row.id, "approve", again.digest)


@pytest.mark.article("R15.1", "R9.2")
def test_a_managers_application_comes_back_to_the_manager_and_to_the_post_when_they_have_left(
    office: Office, posts: Staff
) -> None:
    row, request = sent_by(office, posts.manager)
    back(office, row, posts.chief)
    assert tasks_of(office, posts.manager, row.id) == ["mend"] and not tasks_of(office, people.CLERK, row.id)
    assert told(office, posts.manager) == [("application_sent_back", "请附签名")]
    office.perform(posts.manager, applications.send_again, row.id, request)
    assert posts.manager.user_id is not None
    office.perform(people.CENTRE, users.deactivate_user, posts.manager.user_id)
    back(office, office.perform(people.CLERK, applications.show_application, row.id).application, posts.chief)
    with office.desk(people.CLERK) as desk:
        [task] = tasks.open_tasks_about(desk.tx, "application", row.id)
        assert (task.kind, task.post, task.user_id) == ("mend", "account_manager", None)


@pytest.mark.article("R4.1", "R9.2")
def test_a_driver_neither_sends_a_cash_application_again_nor_takes_it_back(office: Office, posts: Staff) -> None:
    row, request = sent_by(office, people.CLERK)
    back(office, row, posts.chief)
    with pytest.raises(NotYourPost):
        office.perform(posts.driver, applications.send_again, row.id, request)
    with pytest.raises(NotYourPost):
        office.perform(posts.driver, applications.withdraw, row.id, "不办了")
    office.perform(posts.manager, applications.withdraw, row.id, "不办了")
    assert told(office, people.CLERK) == [("application_withdrawn", "不办了"), ("application_sent_back", "请附签名")]


@pytest.mark.article("R4.1", "I3")
def test_sending_again_binds_the_record_and_the_plan_that_were_seen(office: Office, posts: Staff) -> None:
    row, request = sent_by(office, people.CLERK)
    with pytest.raises(NotItsTurn):
        office.perform(people.CLERK, applications.send_again, row.id, request)
    back(office, row, posts.chief)
    with pytest.raises(PlanMoved):
        office.perform(people.CLERK, applications.send_again, row.id, request, "another plan")
    with office.desk(people.CLERK) as desk:
        desk.customer(request.customer_id).shop_name = "改名商店"
    with pytest.raises(Stale):
        office.perform(people.CLERK, applications.send_again, row.id, request)


@pytest.mark.article("R16.1", "I4")
def test_one_written_application_serves_one_open_change(office: Office, posts: Staff) -> None:
    row, request = sent_by(office, people.CLERK)
    with office.desk(people.CLERK) as desk:
        customer = desk.customer(request.customer_id)
        bank = ChangeRequest(
            customer_id=customer.id,
            version=customer.version,
            rule="bank_change",
            values={"settlement_bank": "abc"},
            why="换行",
            evidence_ids=request.evidence_ids,
            documents=people.SHOWN,
        )
        with pytest.raises(PaperBound) as bound:
            applications.send_change(desk, bank)
        assert "电子结算变为现金结算" in bound.value.sentence() and bound.value.article == "R16.1"
    office.perform(people.CLERK, applications.withdraw, row.id, "不办了")
    assert office.perform(people.CLERK, applications.send_change, bank).state == "sent"


@pytest.mark.article("R16.1", "R15.1")
@pytest.mark.parametrize("rule", ["bank_change", "cash_for_good"])
def test_two_who_send_at_once_do_not_share_a_paper_nor_double_an_application(
    office: Office, posts: Staff, rule: str
) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        first = cash(desk, row)
        papers = first.evidence_ids if rule == "bank_change" else (people.paper(desk, row, "written_application").id,)
    values = {"settlement_bank": "abc"} if rule == "bank_change" else {"settlement_method": "cash"}
    other = ChangeRequest(
        customer_id=row.id,
        version=row.version,
        rule=rule,
        values=values,
        why="同时",
        evidence_ids=papers,
        documents=people.SHOWN,
    )
    lost: list[Refusal] = []

    def later() -> None:
        try:
            office.perform(posts.manager, applications.send_change, other)
        except Refusal as refusal:
            lost.append(refusal)

    thread = Thread(target=later)
    with office.desk(people.CLERK) as desk:
        applications.send_change(desk, first)
        thread.start()
        wait_for_a_waiting_transaction(office)
    thread.join()
    assert [type(each) for each in lost] == [PaperBound if rule == "bank_change" else OpenAlready]


@pytest.mark.article("I3")
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_who(office: Office, posts: Staff) -> None:
    row, _ = sent_by(office, people.CLERK)
    with office.desk(people.CLERK) as desk:
        second = _signer(desk, "chief2", Post.SECTION_CHIEF)
    lost: list[Refusal] = []

    def later() -> None:
        try:
            office.perform(second, applications.decide, row.id, "reject", row.digest, "不同意")
        except Refusal as refusal:
            lost.append(refusal)

    thread = Thread(target=later)
    with office.desk(posts.chief) as desk:
        applications.decide(desk, row.id, "approve", row.digest)
        thread.start()
        wait_for_a_waiting_transaction(office)
    thread.join()
    [refusal] = lost
    assert isinstance(refusal, SignedAlready) and posts.chief.name in refusal.sentence()
    with office.desk(people.CLERK) as desk:
        view = applications.show_application(desk, row.id)
        assert (view.application.state, view.application.step) == ("sent", 1)
        assert [each.user_id for each in view.signatures] == [posts.chief.user_id]


@pytest.mark.article("I3")
def test_who_holds_both_posts_does_not_sign_the_next_step_with_a_page_of_the_one_before(
    office: Office, posts: Staff
) -> None:
    row, _ = sent_by(office, people.CLERK)
    with office.desk(people.CLERK) as desk:
        both = another(desk, "both", (Post.SECTION_CHIEF, CITY), (Post.DEPUTY_MANAGER, CITY))
    office.perform(posts.chief, applications.decide, row.id, "approve", row.digest)
    with pytest.raises(SignedAlready):
        office.perform(both, applications.decide, row.id, "approve", row.digest, step=0)
    assert office.perform(both, applications.decide, row.id, "approve", row.digest, step=1).state == "approved"


@pytest.mark.article("R7.22")
def test_documents_that_were_shown_with_an_application_are_not_asked_for_when_it_is_sent_again(
    office: Office, posts: Staff
) -> None:
    """The customer came once: who mends the form writes down no second showing."""
    row, request = sent_by(office, people.CLERK)
    back(office, row, posts.chief)
    again = office.perform(people.CLERK, applications.send_again, row.id, replace(request, documents=()))
    assert (again.state, again.round) == ("sent", 2)
    with office.desk(people.CLERK) as desk:
        [shown] = applications.show_application(desk, row.id).documents_shown
    assert shown.kinds == sorted(request.documents)
