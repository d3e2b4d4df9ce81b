"""Paper forms: what stood before, what was asked, who signed; sensitive values masked (R16.1, R12.4)."""

import pytest

from hub.domain.changes import RULES
from hub.domain.staff.posts import Post
from hub.operations.changes import applications, paper_forms
from hub.operations.changes.plan import ChangeRequest
from hub.operations.office import Office
from tests.support import people
from tests.support.scenes import another, application_for


@pytest.mark.article("R10.1", "R16.1")
def test_a_form_shows_what_stood_when_it_was_sent_and_each_signature(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        application_id = application_for(desk, row).id
        chief = another(desk, "chief", (Post.SECTION_CHIEF, "3701"))
    office.perform(chief, applications.decide, application_id, "approve", digest(office, application_id), "同意")
    with office.desk(people.CLERK) as desk:
        form = paper_forms.show_form(desk, application_id)
        assert [(line.old[0], line.new[0]) for line in form.lines] == [("中国工商银行", "中国农业银行")]
        signed = [(str(post), at.user_name if at else None) for post, at in form.signers]
    assert signed == [("section_chief", "职员chief"), ("deputy_manager", None)]


def digest(office: Office, application_id: object) -> str:
    return str(office.perform(people.CLERK, applications.show_application, application_id).application.digest)  # type: ignore[arg-type]


@pytest.mark.article("R12.1", "R16.1")
def test_after_the_change_the_form_still_says_what_was_before_and_shows_no_number(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 2)
        row.values = {"order_method": "web"}
        desk.tx.flush()
        wanted = ChangeRequest(
            customer_id=row.id, version=row.version, rule="phone_told", values={"order_phone": "13900000077"}, why="改"
        )
    with office.desk(people.CLERK) as desk:
        application = applications.send_change(desk, wanted)
        if application.state == "approved":
            applications.carry_out(desk, application.id)
        assert application.state == "carried_out"
    form = office.perform(people.CLERK, paper_forms.show_form, application.id)
    [line] = form.lines
    assert line.old[0].endswith("0002") and line.new[0].endswith("0077") and "*" in line.old[0] + line.new[0]
    assert "13900000077" not in str(form)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_has_an_empty_form_with_the_present_values(office: Office, rule: str) -> None:
    with office.desk(people.CLERK) as desk:
        customer_id = people.customer(desk, 3).id
    form = office.perform(people.CLERK, paper_forms.show_empty_form, customer_id, rule)
    assert (
        form.application is None
        and len(form.lines) == len(RULES[rule].sets)
        and all(line.new == ("", "") for line in form.lines)
    )
    assert form.title[0].endswith("申请表") and tuple(post for post, _ in form.signers) == RULES[rule].approvals
