"""Regulation coverage: what carries a row out, what proves it, and how it was used."""

import pytest

from hub.domain.refusals import Refusal
from hub.operations import applications, coverage
from hub.operations.change_plan import ChangeRequest
from hub.operations.office import Office
from tests.access.conftest import clock, office
from tests.support import people

__all__ = ["clock", "office"]


def rows(office: Office) -> dict[str, coverage.Row]:
    """The page, by row."""
    with office.desk(people.CENTRE) as desk:
        return {row.row: row for row in coverage.show_coverage(desk)}


@pytest.mark.article("R17.1")
def test_a_row_shows_its_rules_its_tests_its_refusals_and_its_last_use(office: Office) -> None:
    before = rows(office)
    assert len(before) == 51
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
