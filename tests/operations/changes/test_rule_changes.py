"""A rule, or a unit's own, that changes while applications are open; what units may set (I8, R9.3, ADR 0007)."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.domain import changes
from hub.domain.changes import RULES
from hub.domain.plans import PlanMoved
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.administration import unit_rules
from hub.operations.administration.unit_rules import Looser, NoChoiceHere
from hub.operations.changes import applications
from hub.operations.changes import steps as application_steps
from hub.operations.changes.conditions import UnitDecided
from hub.operations.changes.plan import ChangeRequest
from hub.operations.changes.steps import asked
from hub.operations.office import Office
from hub.operations.staff import users
from hub.operations.tasks.notices import list_notices
from hub.operations.tasks.tasks import NotYourPost, inbox
from hub.registry.changes import applications as stored_applications
from hub.registry.schema import Application, AuditRow
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.makers.applications import customer, electronic
from tests.support.makers.signing import CITY, Staff, _signer, cash, sent_by, told
from tests.support.scenes import another


def state(office: Office, application_id: UUID) -> Application:
    """The application as it is."""
    return office.perform(people.CLERK, applications.show_application, application_id).application


@pytest.mark.article("I3", "I4")
@pytest.mark.parametrize("gone", [False, True], ids=["changed", "repealed"])
def test_a_rule_that_changed_voids_at_the_next_decision_and_the_asker_may_ask_anew(
    office: Office, posts: Staff, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    row, request = sent_by(office, posts.manager)
    if gone:
        monkeypatch.delitem(RULES, "cash_for_good")  # type: ignore[arg-type]
    else:
        monkeypatch.setitem(RULES, "cash_for_good", replace(RULES["cash_for_good"], due=2))  # type: ignore[index]
    with office.desk(posts.chief) as desk:
        assert applications.show_application(desk, row.id).moved_by == "rule_changed"
    void = office.perform(posts.chief, applications.decide, row.id, "approve", row.digest)
    assert (void.state, void.void_why) == ("void", "rule_changed")
    with office.desk(posts.manager) as desk:
        [view] = list_notices(desk)
        assert (view.kind, view.details["void"]) == ("application_void", "rule_changed")
        assert view.details["subject_id"] == str(row.id)
        assert not [each for each in inbox(desk).views if each.task.subject_id == row.id]
    monkeypatch.undo()
    assert office.perform(posts.manager, applications.send_change, request).state == "sent"


@pytest.mark.article("I3", "R15.1")
def test_after_an_update_of_the_table_the_hub_voids_what_is_open_and_tells_at_once(
    office: Office, posts: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.perform(posts.chief, unit_rules.set_rule, people.UNIT, "cash_for_good", due=0)
    row, _ = sent_by(office, posts.manager)
    assert office.perform(HUB, application_steps.void_outdated) == 0
    monkeypatch.setitem(RULES, "cash_for_good", replace(RULES["cash_for_good"], due=2))  # type: ignore[index]
    assert office.perform(HUB, application_steps.void_outdated) == 1
    assert office.perform(HUB, application_steps.void_outdated) == 0
    assert state(office, row.id).void_why == "rule_changed"
    assert [kind for kind, _ in told(office, posts.manager)] == ["application_void"]


@pytest.mark.article("I3", "R9.2")
def test_a_rule_that_changed_before_it_is_carried_out_voids_what_was_signed(
    office: Office, posts: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _ = sent_by(office, posts.manager)
    for signer in (posts.chief, posts.deputy):
        office.perform(signer, applications.decide, row.id, "approve", row.digest)
    monkeypatch.setitem(RULES, "cash_for_good", replace(RULES["cash_for_good"], files_with=(Post.INTERNAL_CONTROL,)))  # type: ignore[index]
    done = office.perform(people.CLERK, applications.carry_out, row.id)
    assert (done.state, done.void_why) == ("void", "rule_changed")
    assert [kind for kind, _ in told(office, posts.manager)] == ["application_void"]
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.customer_id).settlement_method == "electronic"


@pytest.mark.article("I3", "R4.1")
def test_a_signature_is_for_what_was_shown_and_nothing_else(office: Office, posts: Staff) -> None:
    row, _ = sent_by(office, people.CLERK)
    with office.desk(posts.chief) as desk:
        view = applications.show_application(desk, row.id)
        sent = stored_applications.application(desk.tx, row.id)
        assert sent is not None
        planned = asked(desk, sent, desk.customer(row.customer_id))
        assert view.application.digest == planned.digest
        assert [line.zh for line in view.lines] == [line.zh for line in planned.lines]
    with pytest.raises(PlanMoved):
        office.perform(posts.chief, applications.decide, row.id, "approve", "0" * 64)
    office.perform(posts.chief, applications.decide, row.id, "approve", row.digest)
    with office.desk(people.CLERK) as desk:
        [signed] = stored_applications.signatures(desk.tx, row.id)
        assert signed.digest == row.digest
        found = stored_applications.application(desk.tx, row.id)
        assert found is not None
        found.why = "悄悄改掉的说明"
    void = office.perform(posts.deputy, applications.decide, row.id, "approve", row.digest)
    assert (void.state, void.void_why) == ("void", "record_moved")


@pytest.mark.article("I8")
def test_a_unit_sets_stricter_limits_and_what_is_under_way_becomes_void_visibly(office: Office, posts: Staff) -> None:
    row, request = sent_by(office, posts.manager)
    more = {"due": 0, "more_approvals": ["internal_control"]}
    assert office.perform(posts.chief, unit_rules.set_rule, people.UNIT, "cash_for_good", **more) == 1
    assert state(office, row.id).void_why == "rule_changed"
    assert [kind for kind, _ in told(office, posts.manager)] == ["application_void"]
    again = office.perform(posts.manager, applications.send_change, request)
    assert again.chain == ["section_chief", "deputy_manager", "internal_control"]
    page = office.perform(posts.manager, applications.show_application, again.id)
    assert "由统计分析员当日办理" in [line.zh for line in page.lines]
    with office.desk(people.CLERK) as desk:
        control = another(desk, "control", (Post.INTERNAL_CONTROL, CITY))
    for signer in (posts.chief, posts.deputy, control):
        office.perform(signer, applications.decide, again.id, "approve", again.digest)
    assert state(office, again.id).state == "approved"
    assert office.perform(posts.chief, unit_rules.set_rule, people.UNIT, "cash_for_good", **more) == 0
    assert office.perform(posts.chief, unit_rules.set_rule, people.UNIT, "cash_for_good") == 1
    with office.desk(posts.chief) as desk:
        assert not unit_rules.list_rules(desk)
        written = (
            select(AuditRow.detail).where(AuditRow.operation == "unit_rules.set_rule").order_by(AuditRow.at.desc())
        )
        last = desk.tx.scalars(written).first()
    assert last is not None and last["before"]["due"] == 0 and not last["after"] and last["voided"] == 1


@pytest.mark.article("I8", "R9.2", "R12.4")
@pytest.mark.parametrize(
    ("rule", "more", "refused", "article"),
    [
        ("cash_for_good", {"due": 2}, Looser, "R9.2"),
        ("phone_for_good", {"due": 9}, Looser, "R12.4"),
        ("cash_for_good", {"due": -1}, BadInput, "G3"),
        ("cash_for_good", {"more_approvals": ["section_chief"]}, BadInput, "G3"),
        ("cash_for_good", {"more_approvals": ["call_clerk"]}, BadInput, "G3"),
        ("cash_for_good", {"choice": "cash"}, NoChoiceHere, "R9.4"),
        ("cash_unit_choice", {"choice": "electronic"}, BadInput, "G3"),
        ("no_such_rule", {"due": 0}, Refusal, "R4.1"),
    ],
)
def test_nothing_looser_and_nothing_outside_the_article_is_set(
    office: Office, posts: Staff, rule: str, more: dict[str, object], refused: type[Refusal], article: str
) -> None:
    with pytest.raises(refused) as no:
        office.perform(posts.chief, unit_rules.set_rule, people.UNIT, rule, **more)  # type: ignore[arg-type]
    assert no.value.article == article and no.value.sentence("en")
    with office.desk(posts.chief) as desk:
        assert not unit_rules.list_rules(desk)


@pytest.mark.article("I8", "R4.1")
def test_a_chief_sets_rules_of_their_own_units_alone(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        county = another(desk, "county", (Post.SECTION_CHIEF, people.UNIT))
    for unit in ("370102", "3701", "none"):
        with pytest.raises(NotFound):
            office.perform(county, unit_rules.set_rule, unit, "cash_for_good", due=0)
    assert office.perform(county, unit_rules.set_rule, people.UNIT, "cash_for_good", due=0) == 0
    with office.desk(county) as desk:
        assert len(unit_rules.list_rules(desk, people.UNIT)) == len(changes.TABLE)
        with pytest.raises(NotFound):
            unit_rules.list_rules(desk, "370102")


@pytest.mark.article("R9.3")
def test_a_units_choice_is_set_and_binds_the_clerks(office: Office, posts: Staff) -> None:
    office.perform(posts.chief, unit_rules.set_rule, people.UNIT, "cash_unit_choice", choice="company_account")
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        given = {"customer_id": row.id, "version": row.version, "rule": "cash_unit_choice", "why": "来电"}
        values = {"settlement_method": "cash"}
        with pytest.raises(UnitDecided):
            applications.send_change(desk, ChangeRequest(**given, values=values, reason="no_time"))  # type: ignore[arg-type]
        values = {"settlement_method": "company_account"}
        applications.send_change(desk, ChangeRequest(**given, values=values, reason="no_time"))  # type: ignore[arg-type]
        assert row.settlement_method == "company_account"


@pytest.mark.article("R15.1", "R17.1", "I3")
def test_signatures_of_a_post_that_nobody_holds_any_more_are_told_about_and_a_new_holder_signs(
    office: Office, posts: Staff
) -> None:
    row, _ = sent_by(office, people.CLERK)
    office.perform(posts.chief, applications.decide, row.id, "approve", row.digest)
    with office.desk(people.CLERK) as desk:
        second = _signer(desk, "deputy2", Post.DEPUTY_MANAGER)
    assert posts.deputy.user_id is not None and second.user_id is not None
    office.perform(people.CENTRE, users.revoke_post, posts.deputy.user_id, "deputy_manager", CITY)
    assert "post_vacant" not in [kind for kind, _ in told(office, posts.chief)]
    office.perform(people.CENTRE, users.deactivate_user, second.user_id)
    for who in (posts.chief, people.CENTRE):
        with office.desk(who) as desk:
            [view] = [each for each in list_notices(desk) if each.kind == "post_vacant"]
            assert (view.details["post"], view.details["count"]) == ("deputy_manager", 1)
    with office.desk(people.CLERK) as desk:
        [task] = tasks.open_tasks_about(desk.tx, "application", row.id)
        assert (task.kind, task.post, task.user_id) == ("sign", "deputy_manager", None)
        new = _signer(desk, "deputy3", Post.DEPUTY_MANAGER)
    with office.desk(new) as desk:
        assert [each.task.subject_id for each in inbox(desk).views] == [row.id]
    assert office.perform(new, applications.decide, row.id, "approve", row.digest).state == "approved"


@pytest.mark.article("R15.1", "I3")
def test_reject_tells_the_asker_why_and_copied_colleagues_hear_of_beginning_and_end(
    office: Office, posts: Staff
) -> None:
    with office.desk(people.CLERK) as desk:
        request = cash(desk, electronic(desk), cc=("internal_control", "driver"))
        control = another(desk, "control", (Post.INTERNAL_CONTROL, people.UNIT))
        shown = applications.plan_change(desk, request).foreseen
    assert any("抄送:内管员" in line.zh for line in shown)
    row = office.perform(posts.manager, applications.send_change, request)
    office.perform(posts.chief, applications.decide, row.id, "reject", row.digest, "理由不足 13900000001")
    assert told(office, posts.manager) == [("application_rejected", "理由不足 13*******01")]
    for copied in (control, posts.driver):
        assert [kind for kind, _ in told(office, copied)] == ["application_rejected", "application_copied"]
    assert not told(office, people.CLERK)
    for name in ("nobody", "no_such_post"):
        with pytest.raises(BadInput):
            office.perform(posts.manager, applications.send_change, replace(request, cc=(name,)))


@pytest.mark.article("R15.1", "R4.1")
def test_nobody_of_another_unit_is_copied_in(office: Office, posts: Staff) -> None:
    with office.desk(people.CLERK) as desk:
        request = cash(desk, electronic(desk), cc=("elsewhere",))
        there = another(desk, "elsewhere")
        people.post(desk, there.user_id, Post.INTERNAL_CONTROL, "370102")
    with pytest.raises(BadInput):
        office.perform(posts.manager, applications.send_change, request)


@pytest.mark.article("I1", "R9.2", "R10.1", "R16.1")
def test_the_plan_names_bank_fields_papers_people_and_days(office: Office, posts: Staff) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        made = applications.plan_change(desk, cash(desk, row))
        words = " / ".join(line.zh for line in made.lines)
        assert "向中国工商银行终止尾号" in words and "外发字段:" in words and "卡(折)号" in words
        beside = [line.zh for line in made.foreseen]
        assert beside[0].startswith("材料:客户书面申请(扫描件.png)")
        assert beside[1].startswith(f"营销服务科科长({posts.chief.name})最迟 20") and "个工作日:" in beside[1]
        missing = applications.plan_change(desk, cash(desk, row, evidence_ids=()))
        assert missing.foreseen[0].zh == "材料:客户书面申请,尚缺" and missing.missing
        bank = ChangeRequest(
            customer_id=row.id, version=row.version, rule="bank_change", values={"settlement_bank": "icbc"}, why="换行"
        )
        told_of = " / ".join(line.zh for line in applications.plan_change(desk, bank).lines)
        assert "在中国工商银行绑定新的卡(折);外发字段:" in told_of
        vacant = customer(desk, 2, delivery_route="一线")
        route = ChangeRequest(
            customer_id=vacant.id,
            version=vacant.version,
            rule="route_urgent",
            values={"delivery_route": "二线"},
            why="修路",
            no_meeting="等不到会议",
        )
        manager = Actor(people.CLERK_ID, "经理", frozenset({(Post.ACCOUNT_MANAGER, CITY)}))
        desk.actor = manager
        assert "目前无人任此岗位" in applications.plan_change(desk, route).foreseen[0].zh
    with office.desk(posts.driver) as desk, pytest.raises(NotYourPost):
        applications.send_change(desk, cash(desk, row))
