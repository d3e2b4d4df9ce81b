"""Days that are each a day and cannot be: born after today, and valid until before it is valid (R7.1, R2.1)."""

from datetime import timedelta

import pytest

from hub.domain.identifiers import ID_CHECKS, ID_WEIGHTS
from hub.domain.refusals import BadInput
from hub.operations.customers import fields as customer_fields
from hub.operations.office import Office
from hub.operations.onboarding import imports
from hub.ports import today
from hub.registry.schema import Customer
from tests.support import lists, people

from .test_lines import found_in

pytestmark = pytest.mark.article("R7.1")
HEADER = (*lists.HEADER, "烟草证起始日", "烟草证到期日")


def born(day: str) -> str:
    """An ID number of somebody born on this day, with its check digit."""
    body = f"999901{day}001"
    return body + ID_CHECKS[sum(int(d) * w for d, w in zip(body, ID_WEIGHTS, strict=False)) % 11]


def listed(since: str, until: str, **changes: str) -> bytes:
    """A list of one line with these days of the licence."""
    return lists.as_csv([[*lists.line(1, **changes), since, until]], HEADER)


def test_who_is_born_tomorrow_comes_back(office: Office) -> None:
    tomorrow = today() + timedelta(days=1)
    for number in (born(f"{tomorrow:%Y%m%d}"), born("20990101")):
        assert found_in(listed("2024-01-01", "2029-12-31", id_number=number)) == [(2, "id_number", "id_number.future")]
    assert found_in(listed("2024-01-01", "2029-12-31", id_number=born(f"{today():%Y%m%d}"))) == []


def test_a_licence_that_ends_before_it_begins_comes_back(office: Office) -> None:
    assert found_in(listed("2029-01-01", "2024-01-01")) == [(2, "licence_valid_until", "until_before_from")]
    assert found_in(listed("2024-01-01", "2024-01-01")) == found_in(listed("2024-01-01", "")) == []


def test_the_form_says_so_too(office: Office) -> None:
    people.found(office)
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        people.entering(desk, row)
    officer = lists.OFFICER

    def change(**values: str) -> None:
        with office.desk(officer) as desk:
            there = desk.tx.get_one(Customer, row.id)
            customer_fields.change_fields(desk, row.id, there.version, values, "照证件录入")

    with pytest.raises(BadInput, match="date of birth is in the future"):
        change(id_number=born("20990101"))
    change(licence_valid_from="2024-01-01", licence_valid_until="2029-01-01")
    with pytest.raises(BadInput, match="ends before it begins"):
        change(licence_valid_from="2029-01-02")
    change(licence_valid_from="2029-01-02", licence_valid_until="2034-01-01")
    change(licence_valid_until="")
    with pytest.raises(BadInput, match="date of birth is in the future"):
        office.perform(officer, imports.add_new_entrant, lists.entrant(2, id_number=born("20990101")))
