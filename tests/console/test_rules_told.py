"""What a page tells before one acts: when a schedule runs, and what a new password must be (R6.1, R7.10)."""

import re
from datetime import datetime
from html import unescape
from itertools import pairwise

import pytest

from hub.domain.staff.passwords import weakness
from hub.domain.staff.posts import HUB, Post
from hub.domain.wording.schedules import rhythm
from hub.operations.channels import schedules
from hub.operations.office import Office
from hub.ports import SHANGHAI
from hub.registry.channels.schedules import next_time
from tests.support.scenes import Browse

WEEK = "一二三四五六日"


def words_of(page: str) -> str:
    """What a page says."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def times(cron: str) -> list[datetime]:
    """The next ten times of a cron line."""
    moment = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    return [moment := next_time(cron, moment) for _ in range(10)]


@pytest.mark.article("R7.10")
def test_a_schedule_is_said_to_run_when_it_does(browse: Browse, office: Office) -> None:
    with office.desk(HUB) as desk:
        schedules.ensure_all(desk)
        rows = schedules.list_schedules(desk)
    page = words_of(browse("centre1", {Post.INFORMATION_CENTRE}).client.get("/schedules").text)
    assert len(rows) > 5 and "每周从头全量核对 每周日 04:30" in page
    for row in rows:
        zh, runs = rhythm(row.cron, row.days)[0], times(row.cron)
        assert zh in page, (row.name, zh)
        apart = {later - sooner for sooner, later in pairwise(runs)}
        if day := re.fullmatch("每周(.) (.*)", zh):
            assert {(WEEK[run.weekday()], f"{run:%H:%M}") for run in runs} == {(day[1], day[2])}
        elif at := re.fullmatch("每(天|个工作日) (.*)", zh):
            assert {f"{run:%H:%M}" for run in runs} == {at[2]} and {gap.days for gap in apart} == {1}
        else:
            minutes = 60 if "小时" in zh else int(re.findall(r"\d+", zh)[0])
            assert {gap.total_seconds() / 60 for gap in apart} == {minutes}


@pytest.mark.article("R6.1")
@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Ab1-Ab1-Ab1", "至少 12 位"),
        ("abcdefghijklmnop", "三类"),
        ("Clerk@202612", "常见词"),
        ("Reader1-Zq7!vUx-3", "本人账号"),
        ("Yancao-Zq7!vUx-39", "烟草"),
        ("Password-2026!!", "年份"),
    ],
)
def test_the_hint_names_each_rule_by_which_a_password_is_refused(browse: Browse, password: str, rule: str) -> None:
    assert weakness(password, "reader1") is not None
    page = words_of(browse("reader1", {Post.STATISTICS_CLERK}).client.get("/password").text)
    assert rule in page
    assert "最近 5 次" in page and "90 天" in page
