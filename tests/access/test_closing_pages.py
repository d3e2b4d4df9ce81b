"""The doubt desk shows a proposal to whom it concerns, with what they may do (G3)."""

import pytest

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from tests.support.people import UNIT
from tests.support.scenes import Browse, Scene


@pytest.mark.article("G3", "R16.1")
def test_the_second_person_sees_the_proposal_with_both_buttons_and_closes_it(
    browse: Browse, office: Office, scene: Scene
) -> None:
    chief = browse("chief", {Post.SECTION_CHIEF}, UNIT)
    confirm, reject = (f"/asks/{scene.ask_id}/closing/{verb}" for verb in ("confirm", "reject"))
    for path in ("/doubts", f"/asks/{scene.ask_id}"):
        text = chief.client.get(path).text
        assert confirm in text and reject in text and "银行函告已办妥" in text, path
    assert chief.client.get(f"/customers/{scene.customer_id}/evidence/{scene.evidence_id}").status_code == 200
    assert chief.post(confirm).headers["location"].endswith("?done=closed")
    assert "银行函告已办妥" not in chief.client.get("/doubts").text


@pytest.mark.article("G3")
def test_the_first_person_sees_no_button_to_confirm_and_is_refused_by_article(
    browse: Browse, office: Office, scene: Scene
) -> None:
    clerk = browse("tester", {Post.STATISTICS_CLERK})
    assert clerk.post(f"/asks/{scene.ask_id}/closing/reject", why="重新核实").status_code == 303
    proposed = clerk.post(
        f"/asks/{scene.ask_id}/closing", outcome="refused", why="银行未收到", evidence_id=str(scene.evidence_id)
    )
    assert proposed.headers["location"].endswith("?done=proposed")
    for path in ("/doubts", f"/asks/{scene.ask_id}"):
        text = clerk.client.get(path).text
        assert f"/asks/{scene.ask_id}/closing/confirm" not in text and "等待另一人复核" in text
    refused = clerk.post(f"/asks/{scene.ask_id}/closing/confirm")
    assert refused.status_code == 403 and "客户信息保护制度·核验与更正" in refused.text and "另一人复核" in refused.text
    broken = clerk.post(f"/asks/{scene.ask_id}/closing", outcome="live", why="x", evidence_id="no-id")
    assert broken.status_code == 422
