"""Staff who ask for changes, sign them and are told."""

import pytest

from hub.operations.office import Office
from tests.support import people
from tests.support.makers.signing import Staff


@pytest.fixture
def posts(office: Office) -> Staff:
    """The people."""
    with office.desk(people.CLERK) as desk:
        return Staff(desk)
