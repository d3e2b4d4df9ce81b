"""The pages of staff and of the second person: what a county sees, what it may press, and faults at their fields (R4.1)."""

import re

import pytest

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import users
from tests.support.callers import new_user
from tests.support.scenes import Browse

COUNTY, OTHER, CITY = "370101", "370102", "3701"


@pytest.mark.article("R4.1")
def test_a_county_sees_its_own_people_and_may_press_only_what_it_may_do(browse: Browse, office: Office) -> None:
    centre = browse("centre1", {Post.INFORMATION_CENTRE}, COUNTY)
    for login, post, unit in (("clerk1", Post.STATISTICS_CLERK, COUNTY), ("clerk2", Post.STATISTICS_CLERK, OTHER)):
        new_user(office, login, {post}, unit)
    ids = {view.login: view.id for view in office.perform(HUB, users.list_users)}
    office.perform(HUB, users.grant_post, ids["clerk1"], Post.CALL_CLERK, COUNTY)
    page = centre.client.get("/staff").text
    assert "clerk1" in page and "clerk2" not in page
    assert f"/staff/users/{ids['clerk1']}/password" in page and f"/staff/users/{ids['centre1']}" not in page
    choice = re.search(r'<select[^>]*id="d-unit".*?</select>', page, re.S)
    assert choice is not None and re.findall(r'value="(\w+)"', choice[0]) == [COUNTY]
    office.perform(HUB, users.grant_post, ids["clerk1"], Post.DEPUTY_MANAGER, CITY)
    page = centre.client.get("/staff").text
    assert f"/staff/users/{ids['clerk1']}" not in page and "另在其他单位任职" in page


@pytest.mark.article("R4.1", "R6.1")
def test_a_reset_from_elsewhere_shows_nothing_and_the_units_own_centre_is_shown_it_once(
    browse: Browse, office: Office
) -> None:
    city, county = (browse(f"centre{unit}", {Post.INFORMATION_CENTRE}, unit) for unit in (CITY, COUNTY))
    new_user(office, "clerk1", {Post.STATISTICS_CLERK}, COUNTY)
    user_id = next(view.id for view in office.perform(HUB, users.list_users) if view.login == "clerk1")
    reset = city.post(f"/staff/users/{user_id}/password", login="clerk1")
    assert reset.headers["location"] == "/access?done=access_asked"
    [request] = re.findall(r"/access/([0-9a-f-]{36})/password", county.client.get("/access").text)
    assert f"/access/{request}/password" not in city.client.get("/access").text
    refused = city.post(f"/access/{request}/password")
    assert refused.status_code == 403 and "信息中心转交" in refused.text
    taken = county.post(f"/access/{request}/password")
    assert taken.status_code == 200 and "ph-once" in taken.text and "clerk1" in taken.text
    assert (
        "ph-once" not in county.client.get("/access").text
        and county.post(f"/access/{request}/password").status_code == 409
    )


@pytest.mark.article("R4.1")
def test_a_fault_stands_at_its_field_in_the_dialog_that_is_open_again(browse: Browse, office: Office) -> None:
    centre = browse("centre1", {Post.INFORMATION_CENTRE}, COUNTY)
    again = centre.post("/staff/users", login="a", name="新人", unit_code=COUNTY)
    assert again.status_code == 422
    dialog = re.search(r'<dialog[^>]*id="new-user".*?</dialog>', again.text, re.S)
    assert dialog is not None and "data-reopened" in dialog[0] and 'action="/staff/users"' in dialog[0]
    field = re.search(r'<input[^>]*id="d-login"[^>]*>', dialog[0])
    assert field is not None and 'aria-invalid="true"' in field[0] and 'value="a"' in field[0]
    assert "3 到 40 个字母或数字" in dialog[0] and 'value="新人"' in dialog[0]
    assert again.text.count('role="alert"') == 0, "said once, where it is"
    elsewhere = centre.post("/staff/users", login="newcomer1", name="新人", unit_code=CITY)
    assert elsewhere.status_code == 404 and 'id="d-unit-wrong"' in elsewhere.text


@pytest.mark.article("R4.1")
def test_a_rejection_without_words_is_asked_for_at_its_field(browse: Browse, office: Office) -> None:
    centre, control = (
        browse("centre1", {Post.INFORMATION_CENTRE}, COUNTY),
        browse("control1", {Post.INTERNAL_CONTROL}, COUNTY),
    )
    new_user(office, "clerk1", set(), COUNTY)
    user_id = next(view.id for view in office.perform(HUB, users.list_users) if view.login == "clerk1")
    centre.post(f"/staff/users/{user_id}/posts", post="section_chief", unit_code=COUNTY)
    [request] = re.findall(r"/access/([0-9a-f-]{36})/reject", control.client.get("/access").text)
    again = control.post(f"/access/{request}/reject", why=" ")
    assert again.status_code == 422 and 'id="d-why-wrong"' in again.text and "data-reopened" in again.text
    done = control.post(f"/access/{request}/reject", why="尚在试用期")
    assert done.headers["location"] == "/access?done=access_rejected"
    assert "尚在试用期" in centre.client.get("/access").text
    control.client.cookies.set("ph_language", "en")
    english = control.client.get("/access").text
    assert "Rejected" in english and "Second person" in english
