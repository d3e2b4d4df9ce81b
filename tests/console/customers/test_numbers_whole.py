"""Numbers of a partner stand on the pages as the partner gave them, and what an article demands can be recorded there."""

import pytest

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.ports import now
from hub.registry.reconciliation import differences
from hub.registry.reconciliation.differences import DifferenceFound
from tests.support.makers.stated import CARRIERS
from tests.support.scenes import Browse, Scene

NUMBER = "TX0000000003-TELECOM-SHANDONG-T"


@pytest.mark.article("R7.7", "R17.1")
def test_an_agreements_number_is_whole_on_the_page_of_differences(browse: Browse, office: Office, scene: Scene) -> None:
    """Seen: TX0000000003 as X0000000003, because a T was taken for that of a moment and nineteen signs for enough."""
    theirs = {"state": "live", "agreement_no": NUMBER, "at": "2026-11-23T10:11:12+08:00"}
    with office.desk(HUB) as desk:
        unequal = DifferenceFound("agreement", NUMBER, "unknown_customer", None, "", None, {}, theirs)
        differences.open_difference(desk.tx, "telecom", unequal, "ask_partner", now())
    text = browse("tester", {Post.STATISTICS_CLERK}).client.get("/differences").text
    assert f"</span> {NUMBER}</div>" in " ".join(text.split()) and "2026-11-23 10:11:12" in text


@pytest.mark.article("R7.19", "G2")
def test_a_carriers_authorisation_is_recorded_in_the_console_like_a_banks(
    browse: Browse, office: Office, scene: Scene
) -> None:
    """Without it nothing about the customer may leave for the carrier, so somebody must be able to record it."""
    office.channels = {**office.channels, **CARRIERS}
    manager = browse("tester", {Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK})
    page = manager.client.get(f"/customers/{scene.customer_id}").text
    assert '<option value="ordering"' in page and '<option value="telecom"' in page
    form = {"channel": "telecom", "purpose": "ordering", "way": "paper", "given_on": "2026-11-01", "evidence_id": ""}
    assert manager.post(f"/customers/{scene.customer_id}/authorisations", **form).status_code == 303
