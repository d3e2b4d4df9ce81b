"""An office with units, for lists to come in."""

import pytest

from hub.operations.office import Office
from tests.support import people


@pytest.fixture
def counter(office: Office) -> Office:
    """The office, with its units and a clerk."""
    people.found(office)
    return office
