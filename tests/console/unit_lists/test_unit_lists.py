"""Forms offer what the unit's lists have, and a form that is sent with anything else is refused at its field (R2.2)."""

import re

import pytest

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.ports import now
from hub.registry.customers import gaps
from tests.support import people
from tests.support.scenes import Browse, Scene

CLERK = {Post.STATISTICS_CLERK}


def options(page: str, field: str) -> list[str]:
    """What a form's select offers."""
    [select] = re.findall(rf'<select[^>]*name="{field}".*?</select>', page, re.S)
    return re.findall(r'<option value="([^"]+)"', select)


@pytest.mark.article("R2.2")
def test_forms_offer_the_lists_of_the_unit_and_keep_what_was_withdrawn(
    browse: Browse, office: Office, scene: Scene
) -> None:
    """Article 7 (1): batch, route and staff are determined, that is chosen, and nobody invents one while typing."""
    with office.desk(people.CLERK) as desk:
        people.listed(desk.tx, people.UNIT, {"delivery_route": ("专线",)})
        desk.customer(scene.customer_id).values = {"visit_batch": "旧批"}
    clerk = browse("tester", CLERK)
    edit = clerk.client.get(f"/customers/{scene.customer_id}/fields/business").text
    assert "专线" in options(edit, "delivery_route") and "一线" in options(edit, "delivery_route")
    assert options(edit, "visit_batch")[0] == "旧批", "who has it keeps it"
    assert options(edit, "call_clerk") == [], "nobody holds the post yet"
    proposal = clerk.client.get(f"/customers/{scene.customer_id}/route").text
    assert "专线" in options(proposal, "delivery_route")
    change = clerk.client.get(f"/customers/{scene.customer_id}/changes?rule=route_urgent").text
    assert "专线" in options(change, "delivery_route")


@pytest.mark.article("R2.2")
def test_the_page_of_the_lists_enters_and_withdraws_and_shows_who_has_a_value(
    browse: Browse, office: Office, scene: Scene
) -> None:
    with office.desk(people.CLERK) as desk:
        desk.customer(scene.customer_id).values = {"delivery_route": "一线"}
    clerk = browse("tester", CLERK)
    route = f"/unit-lists/{people.UNIT}/delivery_route"
    assert clerk.post(route, value="新一线", why="新增一车").status_code == 303
    assert clerk.post(f"{route}/withdraw", value="一线", why="减一车").status_code == 303
    page = clerk.client.get(f"/unit-lists?unit={people.UNIT}").text
    assert "新一线" in page and f'href="{route}?value=' in page
    having = clerk.client.get(f"{route}?value=一线").text
    assert f'href="/customers/{scene.customer_id}"' in having and "减一车" in having
    bad = clerk.post(route, value="=1+1", why="试")
    assert bad.status_code == 422


@pytest.mark.article("R3.3")
def test_the_page_of_completeness_names_field_post_and_customers(browse: Browse, office: Office, scene: Scene) -> None:
    with office.desk(people.CLERK) as desk:
        gaps.note_starts(desk.tx, ["industry"], now())
        people.customer(desk, 77)
    manager = browse("tester", {Post.ACCOUNT_MANAGER})
    page = manager.client.get(f"/completeness?unit={people.UNIT}&field=industry").text
    assert "示例商店77" in page and manager.client.get("/completeness").status_code == 200
