"""Where the hub did something by itself, the console says so; there is no colleague of that name (F, office day 49)."""

import re

import pytest

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.unit_lists import keeping
from hub.registry.schema import Application, Ask
from tests.support import people
from tests.support.scenes import Browse, Scene


def visible(page: str) -> str:
    """The page's text without its head, which names the product."""
    return re.sub(r"<[^>]+>", " ", page.split("<body", 1)[1])


@pytest.mark.article("R2.2")
@pytest.mark.parametrize(("language", "words"), [("zh", "系统自动"), ("en", "the hub")])
def test_no_page_names_the_hub_as_who_did_it(
    browse: Browse, office: Office, scene: Scene, language: str, words: str
) -> None:
    with office.desk(HUB) as desk:
        keeping.add_entry(desk, people.UNIT, "delivery_route", "自建", "按现有内容建立")
        desk.tx.get_one(Ask, scene.ask_id).asked_by_name = desk.actor.name
        desk.tx.get_one(Application, scene.application_id).asked_by_name = desk.actor.name
    browser = browse("tester", Post)
    browser.client.cookies.set("ph_language", language)
    pages = (
        f"/unit-lists/{people.UNIT}/delivery_route",
        "/asks",
        f"/asks/{scene.ask_id}",
        "/applications",
        f"/applications/{scene.application_id}",
    )
    for path in pages:
        answer = browser.client.get(path)
        assert answer.status_code == 200, path
        text = visible(answer.text)
        assert words in text, path
        named = 1 if language == "en" else 0  # the product's own name at the top of the page
        assert text.count("partnerhub") == named, path
