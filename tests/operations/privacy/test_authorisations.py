"""Confidentiality agreements with partners: what has ended stays ended (G2)."""

from datetime import timedelta

import pytest

from hub.domain.refusals import BadInput
from hub.domain.staff.posts import HUB
from hub.operations.office import Office
from hub.operations.privacy import authorisations
from hub.ports import today


@pytest.mark.article("G2")
def test_an_end_is_brought_forward_and_not_put_off(office: Office) -> None:
    """Otherwise one person could bring an agreement that has ended back into force."""
    agreement = office.perform(
        HUB, authorisations.record_confidentiality, "icbc", "保密-2", today(), today() + timedelta(days=300)
    )
    for days in (20, 10, 10):
        office.perform(HUB, authorisations.end_confidentiality, agreement, today() + timedelta(days=days))
    with pytest.raises(BadInput) as no:
        office.perform(HUB, authorisations.end_confidentiality, agreement, today() + timedelta(days=11))
    assert "ended_on" in str(no.value.fields) and "新的保密协议" in no.value.advice("zh")
