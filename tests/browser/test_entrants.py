"""New entrants, grades and phones in a browser: every page fits 1366 × 768, is usable by all, and its forms do what they say."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.grades import evaluations, revisits
from hub.operations.onboarding import steps as onboarding_steps
from hub.operations.phones import permits as phone_permits
from hub.operations.phones.permits import PermitRequest
from hub.operations.staff import users
from hub.ports import new_id, today
from hub.registry.schema import Onboarding
from tests.support import people
from tests.support.makers.screens import AXE, RULES
from tests.support.newcomers import BUSINESS

from .conftest import Console

pytestmark = pytest.mark.usefixtures("ordinary_day")
ASKED = os.environ.get("PARTNERHUB_PICTURES")
PICTURES = Path(ASKED) if ASKED else None


@pytest.fixture
def chief(console: Console) -> Console:
    """The tester is also section chief, account manager and internal control."""
    with console.runtime.office.desk(HUB) as desk:
        for post in (Post.SECTION_CHIEF, Post.ACCOUNT_MANAGER, Post.INTERNAL_CONTROL):
            users.grant_post(desk, console.tester.user_id or new_id(), post, "3701")
    return console


def filled(console: Console) -> dict[str, str]:
    """Two new entrants, one of them late; an evaluation with lists; a shared phone across units. Pages by name."""
    office = console.runtime.office
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in range(1, 6)]
        for row, name in zip(rows, ("经理甲", "经理甲", "经理乙", "", ""), strict=True):
            row.values = {"account_manager": name, "order_method": "phone", "order_day": "3", "customer_grade": "B"}
        settled = dict(BUSINESS)
        rows[3].settlement_method = settled.pop("settlement_method")
        rows[3].values, rows[4].unit_code = settled, "370102"
        ids = []
        for row, days in ((rows[0], 0), (rows[3], 9)):
            case = Onboarding(id=new_id(), customer_id=row.id, arrived_on=today() - timedelta(days=days), state="open")
            desk.tx.add(case)
            ids.append(case.id)
    office.perform(HUB, onboarding_steps.begin_all)
    chief = Actor(
        console.tester.user_id, "科长", frozenset({(Post.SECTION_CHIEF, "3701"), (Post.ACCOUNT_MANAGER, "3701")})
    )
    held: UUID = office.perform(chief, evaluations.enter_evaluation, people.UNIT, today())
    office.perform(HUB, evaluations.open_reviews)
    [first, *_] = office.perform(chief, revisits.list_revisits)
    reasons = {rows[1].code: "夫妻两店,一部电话", rows[4].code: "夫妻两店,一部电话"}
    wanted = PermitRequest(Secret("13900000002"), reasons, "店主夫妻", today() + timedelta(days=60))
    office.perform(chief, phone_permits.ask_permit, wanted)
    return {
        "onboarding": "/onboarding",
        "entrant": f"/onboarding/{ids[0]}",
        "entrant-late": f"/onboarding/{ids[1]}",
        "entrant-fields": f"/customers/{rows[3].id}",
        "entrant-edit": f"/customers/{rows[0].id}/fields/business",
        "grading": "/grading",
        "grade-review": f"/grading/{held}",
        "grade-review-none": f"/grading/{held}?changing=yes",
        "grade-revisit": f"/grading/revisits/{first.id}",
        "phones": "/phones",
        "fields": "/fields",
    }


EMPTY = {"onboarding": "/onboarding", "grading": "/grading", "phones": "/phones", "web-ordering": "/web-ordering"}


def look(page: Page, console: Console, pages: dict[str, str], tongue: str) -> None:
    """Every page answers, fits the width, and breaks no rule of axe."""
    page.context.add_cookies([{"name": "ph_language", "value": tongue, "url": console.url}])
    axe, wrong = AXE.read_text(encoding="utf-8"), {}
    for name, path in pages.items():
        answer = page.goto(console.url + path)
        assert answer is not None and answer.status == 200, path
        if PICTURES is not None:
            page.screenshot(path=PICTURES / tongue / f"{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, f"{name} is too wide"
        page.evaluate(axe)
        if found := page.evaluate(RULES):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.browser
@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_pages_of_entrants_grades_and_phones_fit_and_can_be_used_by_all(
    page: Page, chief: Console, tongue: str
) -> None:
    look(page, chief, {f"empty-{name}": path for name, path in EMPTY.items()}, tongue)
    look(page, chief, filled(chief), tongue)


@pytest.mark.browser
@pytest.mark.article("R14.1", "R7.4")
def test_the_chief_chooses_a_unit_reviews_and_internal_control_files(page: Page, chief: Console) -> None:
    with chief.runtime.office.desk(people.CLERK) as desk:
        people.customer(desk, 1)
    page.goto(f"{chief.url}/grading")
    page.select_option("#f-unit_code", label="甲县营销部")
    page.fill("#f-day", today().isoformat())
    page.click("form[action='/grading'] button.btn-primary")
    expect(page.locator("#evaluations")).to_contain_text("甲县营销部")
    page.click("#revisits >> text=复核名单")
    expect(page.locator("#left")).to_contain_text("370101000001")
    page.click("#left button.btn-primary")
    page.fill("#r-note", "走访过维持不变")
    page.click("#revisited button.btn-primary")
    expect(page.locator("#revisits")).to_contain_text("维持不变 1 户")
    page.click("text=名单与审核")
    page.click("text=登记审核完成")
    page.fill("#g-note", "全部核对,不调整")
    page.click("#reviewed button.btn-primary")
    page.click("#review form button.btn-primary")
    expect(page.locator("#review")).not_to_contain_text("未备案")
