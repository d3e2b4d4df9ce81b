"""New entrants: steps with their deadlines, completed by the fields, moved earlier; web ordering; grades (R7.2–R7.8, R14.1)."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.refusals import NotFound, OwnApplication, Refusal
from hub.domain.staff.posts import HUB, Actor, Post
from hub.domain.states import WEB_ORDERING, ApplicationState, WebOrderingState
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.customers import field_switches
from hub.operations.customers import fields as customer_fields
from hub.operations.desk import Desk
from hub.operations.grades import evaluations
from hub.operations.office import Office
from hub.operations.onboarding import board, trainings, web_ordering
from hub.operations.onboarding import steps as onboarding_steps
from hub.operations.onboarding.web_states import NotYet, move_case
from hub.operations.tasks.tasks import inbox
from hub.ports import new_id, now, today
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, Onboarding, StaffNotice, WebOrdering
from hub.registry.staff.users import by_login
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.clocks import Clock
from tests.support.newcomers import BUSINESS, QUANTITY, serving
from tests.support.posts import person
from tests.support.scenes import another

CHIEF = Actor(None, "科长", frozenset({(Post.SECTION_CHIEF, "3701")}))
MANAGER = Actor(people.CLERK_ID, "经理", frozenset({(Post.ACCOUNT_MANAGER, "3701")}))
DESK = Actor(people.CLERK_ID, "内勤", frozenset({(Post.ORDER_DESK, "3701")}))


def entrant(desk: Desk, number: int = 1) -> tuple[Customer, Onboarding]:
    """A customer of today's list."""
    row = people.customer(desk, number)
    row.settlement_method = ""
    case = Onboarding(id=new_id(), customer_id=row.id, arrived_on=today(), state="open")
    desk.tx.add(case)
    desk.tx.flush()
    return row, case


def begun(office: Office, number: int = 1) -> tuple[UUID, UUID]:
    with office.desk(people.CLERK) as desk:
        serving(desk)
        if by_login(desk.tx, "newcomers") is None:
            person(desk, "newcomers", (Post.ACCOUNT_MANAGER, "a"), unit="3701", name="newcomers")
        row, case = entrant(desk, number)
        ids = row.id, case.id
    assert office.perform(HUB, onboarding_steps.begin_all) == 1
    return ids


def fill(office: Office, actor: Actor, customer_id: UUID, values: dict[str, str]) -> None:
    with office.desk(actor) as desk:
        version = customer_fields.show_customer(desk, customer_id).customer.version
    office.perform(actor, customer_fields.change_fields, customer_id, version, values, "新入网维护")


def states(office: Office, case: UUID) -> dict[str, str]:
    view = office.perform(people.CLERK, board.show_onboarding, case)
    return {each.step: each.state for each in view.steps}


@pytest.mark.article("R7.2", "R7.3", "R7.5", "R3.1")
def test_each_step_is_a_task_that_its_fields_complete_and_the_next_post_is_told(office: Office) -> None:
    customer_id, case = begun(office)
    assert office.perform(HUB, onboarding_steps.begin_all) == 0
    first = states(office, case)
    assert first["settle"] == first["maintain"] == first["quantify"] == "open" and first["approve"] == "waiting"
    office.perform(people.CLERK, board.settle_entry, case, "经理甲")
    fill(office, people.CLERK, customer_id, BUSINESS)
    assert (states(office, case)["settle"], states(office, case)["maintain"]) == ("done", "done")
    fill(office, MANAGER, customer_id, QUANTITY)
    assert states(office, case)["quantify"] == "done" and states(office, case)["approve"] in ("open", "late")
    with office.desk(people.CLERK) as desk:
        told = {(row.kind, row.post) for row in desk.tx.query(StaffNotice)}
        [task] = [each for each in tasks.open_tasks_about(desk.tx, "onboarding", case) if each.kind.endswith("approve")]
    assert {("onboarding_maintain", "account_manager"), ("onboarding_quantify", "section_chief")} <= told
    assert "首个订货日" in task.sum and task.article == "R7.5"
    with office.desk(people.CLERK) as desk:
        chief = another(desk, "chief", (Post.SECTION_CHIEF, "3701"))
    with pytest.raises(board.NothingToApprove):
        office.perform(chief, board.approve_quantity, case, "36")
    office.perform(chief, board.approve_quantity, case, "35")
    assert states(office, case)["approve"] == "done"
    fill(office, MANAGER, customer_id, {"quantified_data": "40"})
    assert states(office, case)["approve"] in ("open", "late"), "another quantity is not what was approved"


@pytest.mark.article("R7.5", "I3")
def test_who_entered_the_quantity_does_not_approve_it(office: Office) -> None:
    customer_id, case = begun(office)
    both = Actor(people.CLERK_ID, "两岗", frozenset({(Post.SECTION_CHIEF, "3701"), (Post.ACCOUNT_MANAGER, "3701")}))
    fill(office, both, customer_id, QUANTITY)
    with pytest.raises(OwnApplication):
        office.perform(both, board.approve_quantity, case, "35")


@pytest.mark.article("R7.4", "R14.1", "I9")
def test_a_grade_evaluation_brings_its_steps_forward_and_never_back_and_is_reviewed(
    office: Office, clock: Clock
) -> None:
    _, case = begun(office)

    def due() -> dict[str, object]:
        with office.desk(people.CLERK) as desk:
            return {each.kind: each.due_at for each in tasks.open_tasks_about(desk.tx, "onboarding", case)}

    before = due()
    soon = today() + timedelta(days=4)
    evaluation = office.perform(CHIEF, evaluations.enter_evaluation, "3701", soon)
    after = due()
    moved = {kind for kind in before if after[kind] != before[kind]}
    assert moved == {"onboarding_grade", "onboarding_attitude"}
    assert all(after[kind] < before[kind] for kind in moved)  # type: ignore[operator]
    office.perform(CHIEF, evaluations.enter_evaluation, "3701", soon + timedelta(days=60))
    assert due() == after
    with pytest.raises(Refusal):
        office.perform(CHIEF, evaluations.end_review, evaluation, "三户上调")
    clock.on(days=5)
    assert office.perform(HUB, evaluations.open_reviews) == 1 and office.perform(HUB, evaluations.open_reviews) == 0
    office.perform(CHIEF, evaluations.end_review, evaluation, "三户上调")
    control = Actor(people.CLERK_ID, "内管", frozenset({(Post.INTERNAL_CONTROL, "3701")}))
    with office.desk(control) as desk:
        assert "file" in [view.task.kind for view in inbox(desk).views]


@pytest.mark.article("R7.4", "R3.2")
def test_a_field_that_is_cleared_opens_its_step_again_and_one_switched_off_is_not_waited_for(office: Office) -> None:
    customer_id, case = begun(office)
    fill(office, MANAGER, customer_id, {"trade_area_type": "school"})
    assert states(office, case)["grade"] == "open"
    office.perform(people.CENTRE, field_switches.switch_field, "display_form", True, "本市不用")
    assert states(office, case)["grade"] == "done"
    office.perform(people.CENTRE, field_switches.switch_field, "display_form", False, "恢复使用")
    assert states(office, case)["grade"] == "open"


def test_an_onboarding_whose_customer_does_not_come_ends_with_all_its_tasks(office: Office) -> None:
    _, case = begun(office)
    office.perform(people.CLERK, board.end_onboarding, case, "未领证")
    with office.desk(people.CLERK) as desk:
        assert not tasks.open_tasks_about(desk.tx, "onboarding", case)
    with pytest.raises(NotFound):
        states(office, case)
    assert office.perform(people.CLERK, board.show_board).rows == []


def on_the_web(office: Office) -> tuple[UUID, UUID]:
    """A customer whose application for web ordering was approved and set up; (customer, case)."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 5)
        row.values = {"order_method": "phone", "order_day": "2"}
        desk.tx.flush()
        paper = people.paper(desk, row, "web_ordering_form").id
        request = ChangeRequest(
            customer_id=row.id,
            version=row.version,
            rule="web_ordering",
            values={"order_method": "web"},
            why="客户申请",
            evidence_ids=(paper,),
            documents=people.SHOWN,
        )
        sent = applications.send_change(desk, request)
        manager = another(desk, "manager", (Post.ACCOUNT_MANAGER, "3701"))
        chief = another(desk, "chief", (Post.SECTION_CHIEF, "3701"))
        customer_id = row.id
    for signer in (manager, chief):
        office.perform(signer, applications.decide, sent.id, "approve", sent.digest)
    done = office.perform(people.CLERK, applications.carry_out, sent.id)
    assert done.state == ApplicationState.CARRIED_OUT
    with office.desk(people.CLERK) as desk:
        case = cases.open_web_ordering(desk.tx, customer_id)
        assert case is not None
        return customer_id, case.id


@pytest.mark.article("R7.6")
def test_web_ordering_from_the_form_to_the_training(office: Office, clock: Clock) -> None:
    customer_id, case = on_the_web(office)
    with office.desk(DESK) as desk:
        [view] = inbox(desk).views
        assert view.task.kind == "issue_password" and view.task.due_at is not None
        assert view.task.due_at > now() and "2 个工作日" in view.task.sum
    with pytest.raises(web_ordering.PasswordStillDue):
        office.perform(MANAGER, web_ordering.reset_password, case, "没有收到")
    with pytest.raises(NotYet):
        office.perform(MANAGER, web_ordering.deliver_password, case, "phone")
    clock.on(days=6)
    office.perform(MANAGER, web_ordering.reset_password, case, "系统原因没有收到")
    office.perform(people.CLERK, web_ordering.deliver_password, case, "manager")
    training = office.perform(MANAGER, trainings.agree_training, customer_id, today() + timedelta(days=1), "shop")
    with pytest.raises(Refusal):
        office.perform(MANAGER, trainings.record_training, training, False, "")
    office.perform(MANAGER, trainings.record_training, training, False, "客户不在")
    again = office.perform(MANAGER, trainings.agree_training, customer_id, today() + timedelta(days=2), "phone")
    office.perform(MANAGER, trainings.record_training, again, True, "")
    with office.desk(people.CLERK) as desk:
        assert cases.open_web_ordering(desk.tx, customer_id) is None
        assert not tasks.open_tasks_of(desk.tx, customer_id)


@pytest.mark.article("R7.7", "R7.8")
def test_a_carrier_trains_on_the_order_day_and_another_day_follows_when_it_did_not(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 6)
        row.values = {"order_day": "4"}
        trainings.plan_carrier_training(desk, row, "telecom", "R7.7")
        [(training, _)] = cases.trainings(desk.tx, None)
        assert training.day.isoweekday() == 4 and row.values["training_date"] == training.day.isoformat()
        trainings.record_training(desk, training.id, False, "设备未到")
        [(other, _)] = cases.trainings(desk.tx, None)
        assert other.id != training.id


@given(st.lists(st.sampled_from(list(WebOrderingState)), max_size=12))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_case_only_takes_the_steps_of_its_table(wanted: list[WebOrderingState]) -> None:
    row = WebOrdering(state=WebOrderingState.SET_UP)
    for to in wanted:
        old = WebOrderingState(row.state)
        try:
            move_case(row, to)
        except NotYet:
            assert to not in WEB_ORDERING[old] and row.state == old
        else:
            assert to in WEB_ORDERING[old]
