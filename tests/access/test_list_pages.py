"""Lists on the pages: a list that cannot be read, whose word counts, the brakes of a channel (R7.7, G3)."""

import pytest

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.ports import now
from hub.registry.reconciliation import differences, list_runs
from hub.registry.reconciliation.differences import DifferenceFound
from tests.support.scenes import Browse, Scene


@pytest.mark.article("R7.7", "R8.4")
def test_the_desk_says_whose_word_counts_and_which_list_cannot_be_read(
    browse: Browse, office: Office, scene: Scene
) -> None:
    said = {"missing": "bad_cursor", "failures": 3}
    with office.desk(HUB) as desk:
        for found in (
            DifferenceFound("list", "list_bindings.full", "list_unreadable", None, "", None, {}, said),
            DifferenceFound(
                "binding", "1", "other_card", scene.customer_id, "1", None, {"ending": "0001"}, {"ending": "0002"}
            ),
        ):
            differences.open_difference(desk.tx, "icbc", found, "mend_list", now())
    text = browse("tester", {Post.STATISTICS_CLERK}).client.get("/differences").text
    for words in ("清单多次无法读取", "读取协议清单 · 全量核对", "对方的续读标记不正确", "失败次数", "以客户实际为准"):
        assert words in text, words


@pytest.mark.article("G3")
def test_a_brake_with_a_newer_run_behind_it_is_refused_on_the_page_by_article(browse: Browse, office: Office) -> None:
    with office.desk(HUB) as desk:
        run = list_runs.start(desk.tx, "icbc", "list_bindings", "full", now(), "partnerhub")
        run.outcome, run.code, run.impact = "braked", "too_many_ends", {"ends": 0, "adds": 0, "changes": 0, "held": 9}
        no = run.no
    clerk = browse("tester", {Post.STATISTICS_CLERK})
    assert clerk.post(f"/schedules/runs/{no}/release").status_code == 303
    with office.desk(HUB) as desk:
        list_runs.start(desk.tx, "icbc", "list_bindings", "full", now(), "partnerhub")
    refused = browse("chief", {Post.SECTION_CHIEF}).post(f"/schedules/runs/{no}/release")
    assert (
        refused.status_code == 409
        and "已有更新的同步" in refused.text
        and "客户信息保护制度·核验与更正" in refused.text
    )
