"""The catalogue of fields: each lies in one step with its deadline, or says with its row why it has none (R2.1, R3.1)."""

from collections import Counter

import pytest

from hub.domain.customers.catalogue import CATALOGUE
from hub.domain.customers.fields import Group
from hub.domain.onboarding import STEPS


@pytest.mark.article("R3.1", "R7.4")
def test_every_field_stands_in_one_step_of_its_own_post_or_says_why_it_has_no_deadline() -> None:
    found = Counter(field.key for step in STEPS for field in step.fields)
    for field in CATALOGUE:
        assert found[field.key] == (field.deadline is not None), field.key
        assert (field.undated is None) == (field.deadline is not None), field.key
        assert field.undated is None or field.undated[0].startswith(("第", "客户信息保护制度")), field.key
    assert all(field.owner is step.post for step in STEPS for field in step.fields)


@pytest.mark.article("R7.4")
def test_all_others_are_due_within_fifteen_working_days() -> None:
    others = {field.key for field in CATALOGUE if field.deadline == 15}
    assert {"backup_phone", "industry", "customer_since", "licence_status", "visit_route"} <= others
    assert {step.days for step in STEPS if step.key.startswith("rest")} == {15}


@pytest.mark.article("R2.1")
def test_every_group_has_fields_and_each_field_its_owner_its_class_and_its_type() -> None:
    assert {field.group for field in CATALOGUE} == set(Group)
    assert len({field.key for field in CATALOGUE}) == len(CATALOGUE)
    assert all(field.owner and field.data_class and (field.choices or field.kind) for field in CATALOGUE)
