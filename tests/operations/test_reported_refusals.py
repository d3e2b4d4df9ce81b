"""A refusal that reports itself says what it reports (R13.5)."""

import pytest

from hub.operations.reported_refusals import Reported


@pytest.mark.article("R13.5")
def test_one_that_does_not_say_what_it_reports_is_refused_when_it_is_written() -> None:
    with pytest.raises(TypeError, match="does not say what it reports"):
        type("Silent", (Reported,), {"__doc__": "Reports nothing."})
