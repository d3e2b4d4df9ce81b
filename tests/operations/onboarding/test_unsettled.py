"""What a list does not say is not assumed: how a newcomer pays (R7.17)."""

import pytest

from hub.operations.customers.search import list_customers
from hub.operations.office import Office
from hub.operations.onboarding import imports
from tests.support import lists, people


@pytest.mark.article("R7.17", "R7.1")
def test_a_newcomer_of_a_list_or_entered_alone_comes_without_a_settlement(office: Office) -> None:
    """A list brings who and where; article 7 has clerk and account manager settle the rest on the next working day."""
    run = office.perform(lists.OFFICER, imports.preview_import, "名单.csv", lists.as_csv([lists.line(801)]))
    office.perform(lists.OFFICER, imports.apply_import, run.id)
    office.perform(lists.OFFICER, imports.add_new_entrant, lists.entrant(802))
    with office.desk(people.CLERK) as desk:
        newcomers = list_customers(desk, "")
    assert [customer.settlement_method for customer in newcomers] == ["", ""]
