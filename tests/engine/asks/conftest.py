"""An outside bank beside the engine."""

from collections.abc import Iterator

import pytest

from tests.support.makers import outside_bank as outside
from tests.support.makers.outside_bank import Bank


@pytest.fixture
def town() -> Iterator[Bank]:
    """A bank that does and answers what it is told to."""
    with outside.outside_bank() as standing:
        yield standing
