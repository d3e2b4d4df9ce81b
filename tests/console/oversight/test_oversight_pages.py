"""Articles 12 and 15 to 17 in the console: each thing on the page where a person looks for it, in both languages."""

import pytest

from hub.console.charts import BLUE, Plot, Series
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.operations.tasks import enquiries
from tests.support import people
from tests.support.scenes import Browse, Browser, Scene

EVERYBODY = frozenset(Post)


def text(browser: Browser, path: str) -> str:
    """A page, which must be there in both languages; its Chinese."""
    for language in ("en", "zh"):
        browser.client.cookies.set("ph_language", language)
        answer = browser.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


@pytest.fixture
def browser(browse: Browse) -> Browser:
    """Somebody at every post."""
    return browse("tester", EVERYBODY)


@pytest.mark.article("R15.2")
def test_a_request_is_handed_on_from_its_page_and_taken_from_the_list(
    browser: Browser, browse: Browse, scene: Scene, office: Office
) -> None:
    with office.desk(people.CLERK) as desk:
        task = enquiries.take_matter(desk, scene.customer_id, "送货太晚")
    browser.post(f"/tasks/{task}/hand-over", to="tester", why="由我负责")
    assert "转交其他岗位" in text(browser, f"/tasks/{task}")
    driver = browse("driver", {Post.DELIVERY_DRIVER})
    sent = browser.post(f"/tasks/{task}/hand-on", post="delivery_driver", why="请与送货员协调")
    assert sent.headers["location"] == "/tasks?done=request_handed_on", sent.text
    assert "送货太晚" in text(driver, "/handed-requests")
    [hand] = [part.split("/")[2] for part in text(driver, "/handed-requests").split('"') if part.endswith("/take")]
    taken = driver.post(f"/handed-requests/{hand}/take")
    assert taken.headers["location"].startswith("/tasks?only=mine&done=request_taken")
    assert "请与送货员协调" in text(driver, f"/tasks/{task}")


@pytest.mark.article("R12.9")
def test_a_watched_customer_has_a_page_and_stands_on_the_customers_own(browser: Browser, scene: Scene) -> None:
    page = f"/phones/watch-list/{scene.watch_id}"
    assert page in text(browser, "/phones") and page in text(browser, f"/customers/{scene.customer_id}")
    refused = browser.post(f"{page}/checks", way="visit", amiss="yes", finding="亲属代接", done="")
    assert refused.status_code == 409 and "没有写明如何处理" in refused.text and "第十二条" in refused.text
    checked = browser.post(f"{page}/checks", way="visit", amiss="yes", finding="亲属代接", done="已改正")
    assert checked.headers["location"] == f"{page}?done=watch_checked"
    shown = text(browser, page)
    assert "亲属代接" in shown and "已改正" in shown
    assert browser.post("/phones/watch-term", unit_code="3701", days="45").status_code == 303
    assert "45 天" in text(browser, "/phones")


@pytest.mark.article("R16.2")
def test_a_hand_in_is_confirmed_on_the_page_of_custody(browser: Browser, scene: Scene, office: Office) -> None:
    assert "待确认" in text(browser, "/custody")
    refused = browser.post(f"/custody/hand-ins/{scene.hand_in_id}/confirm")
    assert refused.status_code == 403 and "应由其本人确认" in refused.text


@pytest.mark.article("R17.2")
def test_a_spot_check_stands_on_the_customers_page_and_counts_beside_timeliness(browser: Browser, scene: Scene) -> None:
    path = f"/customers/{scene.customer_id}"
    wrong = {"field": "shop_name", "correct": "no", "source": "visit"}
    assert browser.post(f"{path}/spot-checks", **wrong, note="").status_code == 422
    assert browser.post(f"{path}/spot-checks", **wrong, note="店名已改").status_code == 303
    assert "店名已改" in text(browser, path)
    assert "客观性与完整性" in text(browser, "/timeliness")


def test_a_time_that_rounds_to_nothing_is_drawn_and_no_time_is_not() -> None:
    """The table said 0.0 hours beside a picture that said "no data"; a count of nothing is no figure."""
    times = Series("用时中位数", [0.0, None], BLUE)
    assert Plot("", "", ["小时"], ["客户经理", "内管员"], [times], measures=True).rows == [("客户经理", [0.0])]
    assert Plot("", "", ["件"], ["周一", "周二"], [Series("按时", [0, 2], BLUE)]).rows == [("周二", [2])]
