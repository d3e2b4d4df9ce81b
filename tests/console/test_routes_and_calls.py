"""The pages on which people find the four criteria, a scenario's record and the day's calls (R12.7, R13.6, R13.7)."""

from datetime import timedelta

import pytest

from hub.domain.staff.posts import Post
from hub.engine.scenarios import compute_next
from hub.operations.office import Office
from hub.operations.routes import meetings, scenarios
from hub.ports import today
from tests.support import people
from tests.support.makers.routes import because, customer, meet
from tests.support.scenes import Browse


@pytest.mark.article("R13.6", "R13.7")
def test_a_scenario_and_a_meeting_show_the_criteria_and_what_was_done(office: Office, browse: Browse) -> None:
    rows = [customer(office, number, visit_route="东片") for number in range(1, 9)]
    day = today() + timedelta(days=3)
    with office.desk(people.CLERK) as desk:
        args = (people.UNIT, ["一线"], ["一线", "二线"], "增车", day)
        scenario = scenarios.compute_scenario(desk, *args, **because(day))
        meetings.propose(desk, rows[0].id, {"delivery_route": "三线"}, "顺路")
        meeting = meetings.call_meeting(desk, people.UNIT, today())
    assert compute_next(office)
    with office.desk(people.CLERK) as desk:
        meet(desk, scenario)
    browser = browse("tester", Post)
    page = browser.client.get(f"/routes/scenarios/{scenario}").text
    for words in ("增加送货车", "维护时限", "送货线路顺路", "各线路销售数据均衡", "优先考虑", "讨论方案", "重新测算"):
        assert words in page, words
    assert "拜访线路顺路" in browser.client.get(f"/routes/meetings/{meeting}").text
    assert "实行直送" in browser.client.get("/routes").text
    again = browser.post(
        f"/routes/scenarios/{scenario}/runs", targets="一线 二线 三线", cut_over="", upkeep_by="", why="试算"
    )
    assert again.status_code < 400, again.text
    with office.desk(people.CLERK) as desk:
        assert scenarios.show_scenario(desk, scenario).state == "computing"


@pytest.mark.article("R12.7")
def test_the_days_calls_are_a_page_on_which_each_is_recorded(office: Office, browse: Browse) -> None:
    row = customer(office, 1, order_method="phone", order_day=str(today().isoweekday()))
    browser = browse("tester", Post)
    page = browser.client.get("/calls").text
    assert row.shop_name in page and "订货电话" in page and "139****0001" in page
    done = browser.post(f"/calls/{row.id}", field="order_phone", reached="no", words="无人接听")
    assert done.status_code < 400
    assert "无人接听" in browser.client.get("/calls").text
    assert browser.post(f"/calls/{row.id}/missed").status_code < 400
    assert "当日未订货" in browser.client.get("/calls").text
