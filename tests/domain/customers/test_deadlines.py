"""A deadline of article 7 is written once: fields and steps take it from there."""

import ast

import pytest

from hub.domain.customers import deadlines
from hub.domain.customers.catalogue import CATALOGUE
from hub.domain.onboarding import STEPS
from tests.house.sources import product

WRITTEN = {getattr(deadlines, name) for name in dir(deadlines) if name.isupper()}


@pytest.mark.article("R7.2", "R7.3", "R7.4")
def test_every_dated_field_belongs_to_one_step_and_every_deadline_to_a_field() -> None:
    dated = [field.key for field in CATALOGUE if field.deadline]
    assert sorted(dated) == sorted(field.key for step in STEPS for field in step.fields)
    assert {field.deadline for field in CATALOGUE if field.deadline} == WRITTEN


def test_neither_the_catalogue_nor_the_steps_write_a_deadline_again() -> None:
    again = [
        source.at(node)
        for source in product()
        if source.path in ("hub/domain/customers/catalogue.py", "hub/domain/onboarding.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in WRITTEN
    ]
    assert not again
