"""Regulation coverage: what carries a row out, what proves it, and how it was used."""

from dataclasses import replace

import pytest

from hub.domain.coverage import ROWS
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.office import Office
from hub.operations.oversight import coverage
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.applications import electronic
from tests.support.makers.signing import cash
from tests.support.scenes import another


def rows(office: Office) -> dict[str, coverage.Row]:
    """The page, by row."""
    with office.desk(people.CENTRE) as desk:
        return {row.row: row for row in coverage.show_coverage(desk)}


@pytest.mark.article("R17.1")
def test_a_row_shows_its_rules_its_tests_its_refusals_and_its_last_use(office: Office) -> None:
    before = rows(office)
    assert list(before) == list(ROWS)
    assert before["R12.1"].rules == (("电话告知变更订货电话", "Order phone changed by telephone"),)
    assert before["R11.3"].refusals
    assert any("test_binding_rules" in test for test in before["R7.12"].tests)
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        row.values = {"order_method": "phone"}
    request = ChangeRequest(customer_id=row.id, version=1, rule="phone_told", values={"order_phone": "1"}, why="来电")
    with pytest.raises(Refusal) as no:
        office.perform(people.CLERK, applications.send_change, request)
    cited = no.value.article
    after = rows(office)
    assert after[cited].usage.refused == before[cited].usage.refused + 1


@pytest.mark.article("R17.1", "R9.2")
def test_the_exceptions_of_a_row_are_listed_one_by_one_and_only_those_of_ones_units(
    office: Office, clock: Clock
) -> None:
    with office.desk(people.CLERK) as desk:
        chief = another(desk, "chief", (Post.SECTION_CHIEF, "3701"))
        other = another(desk, "other", (Post.SECTION_CHIEF, "370102"))
        request = cash(desk, electronic(desk))
    row = office.perform(people.CLERK, applications.send_change, request)
    clock.on(days=12)
    with office.desk(chief) as desk:
        found = coverage.list_exceptions(desk, "R9.2")
        [task] = found.tasks
        assert (task.kind, task.subject_id) == ("sign", row.id) and task.customer_id is not None
        assert not found.applications and not found.refusals
    with pytest.raises(Refusal):
        office.perform(people.CLERK, applications.send_change, replace(request, evidence_ids=()))
    office.perform(chief, applications.decide, row.id, "reject", row.digest, "不同意")
    with office.desk(chief) as desk:
        found = coverage.list_exceptions(desk, "R9.2")
        assert [(each.id, each.state) for each in found.applications] == [(row.id, "rejected")]
        assert [task.done_at is not None for task in found.tasks] == [True]
        [line] = coverage.list_exceptions(desk, "R16.1").refusals
        assert (line.operation, line.customer_id) == ("applications.send_change", request.customer_id)
    with office.desk(other) as desk:
        found = coverage.list_exceptions(desk, "R9.2")
        assert not found.tasks and not found.applications
        assert not coverage.list_exceptions(desk, "R16.1").refusals
        with pytest.raises(NotFound):
            coverage.list_exceptions(desk, "R99.9")
