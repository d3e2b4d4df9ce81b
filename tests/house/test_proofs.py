"""The coverage page's list of tests is the one that stands in the source, and its rows are the regulation's."""

from hub.domain.coverage import ROWS
from hub.operations.oversight.coverage import proofs as listed
from tests.support.articles import ROWS as REQUIRED
from tools.proofs import proofs


def test_the_list_of_tests_is_up_to_date() -> None:
    assert listed() == proofs(), "run: python tools/proofs.py"


def test_every_row_of_the_regulation_has_a_name() -> None:
    assert list(ROWS) == [row for row in REQUIRED if row.startswith("R")]
