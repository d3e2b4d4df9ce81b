"""Article 7 (1): the page on which the clerk confirms each morning what came from the licence officer."""

import pytest

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from tests.support import people
from tests.support.newcomers import arrived
from tests.support.scenes import Browse

LIST = f"/onboarding/lists/{people.UNIT}"


@pytest.mark.article("R7.15")
def test_clerk_and_licence_officer_find_it_above_the_board(office: Office, browse: Browse) -> None:
    officer = browse("officer", {Post.LICENCE_OFFICER}, people.UNIT)
    clerk = browse("clerk", {Post.STATISTICS_CLERK}, people.UNIT)
    assert officer.post(f"{LIST}/none").status_code == 303
    shown = clerk.client.get("/onboarding").text
    assert "officer" in shown and "逾时未查收" in shown and "名单已查收" in shown
    arrived(office)
    no = clerk.post(f"{LIST}/look", seen="none")
    assert no.status_code == 409 and "第七条第1款" in no.text and "已有 1 户" in no.text
    assert clerk.post(f"{LIST}/look", seen="list").status_code == 303
    assert "有名单 · clerk" in clerk.client.get("/onboarding").text


@pytest.mark.article("R7.15")
def test_the_chief_sets_the_hour_among_the_units_rules(office: Office, browse: Browse) -> None:
    chief = browse("chief", {Post.SECTION_CHIEF}, people.UNIT)
    path = f"/unit-rules/{people.UNIT}/entrant-list/hour"
    assert chief.post(path, hour="09:30").status_code == 303
    assert "09:30" in chief.client.get(f"/unit-rules?unit={people.UNIT}").text
    assert chief.post(path, hour="14:00").status_code == 422
